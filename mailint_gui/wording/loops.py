"""What the loop breaker stopped, in words."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.loop import LoopStop
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import minute

translate = QCoreApplication.translate


def loop_words(stop: LoopStop) -> str:
    """One sentence: whose mail to whom, and how much of it."""
    told = translate(
        "loops",
        "Automatic mail of {sender} to {integration} is stopped: {count} messages in {minutes} minutes.",
    )
    return filled(told, _facts(stop))


def pace_words(stop: LoopStop) -> str:
    """Short, for a column."""
    return filled(translate("loops", "{count} in {minutes} min"), _facts(stop))


def standing_words(stop: LoopStop) -> str:
    """Stopped, or since when and by whom it is not any more."""
    if stop.released_at is None:
        return translate("loops", "Stopped")
    facts = {"time": minute(stop.released_at), "admin": stop.released_by}
    return filled(translate("loops", "Released {time} by {admin}"), facts)


def _facts(stop: LoopStop) -> dict[str, str]:
    return {
        "sender": stop.sender,
        "integration": stop.integration,
        "count": str(stop.count),
        "minutes": str(stop.minutes),
    }
