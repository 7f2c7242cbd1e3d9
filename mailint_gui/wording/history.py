"""Words for what is in the history of an integration: checks, attempts to send, and the books of each check."""

from dataclasses import fields
from datetime import timedelta

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.check import CheckResult, CheckTally
from mailint_gui.domain.history import HistoryRow
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.wording.outbox import outbox_state_words
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, Words
from mailint_gui.wording.times import duration

translate = QCoreApplication.translate

_WHAT: dict[Direction, str] = {
    Direction.INCOMING: QT_TRANSLATE_NOOP("history", "Check"),
    Direction.OUTGOING: QT_TRANSLATE_NOOP("history", "Send"),
}
_RESULTS: dict[CheckResult, str] = {
    CheckResult.OK: QT_TRANSLATE_NOOP("history", "Done"),
    CheckResult.FAILED: QT_TRANSLATE_NOOP("history", "Failed"),
    CheckResult.CANCELLED: QT_TRANSLATE_NOOP("history", "Cancelled"),
}
_PLACES: dict[str, str] = {  # of CheckTally, in the order of the books
    "filed": QT_TRANSLATE_NOOP("history", "{count} filed"),
    "ignored": QT_TRANSLATE_NOOP("history", "{count} ignored"),
    "quarantined": QT_TRANSLATE_NOOP("history", "{count} quarantined"),
    "already_known": QT_TRANSLATE_NOOP("history", "{count} already known"),
    "too_large": QT_TRANSLATE_NOOP("history", "{count} too large"),
    "waiting": QT_TRANSLATE_NOOP("history", "{count} waiting to be filed"),
}
_MINUTE = 60


def what_words(row: HistoryRow) -> str:
    if row.is_traced:
        return translate("history", "Check, recorded")
    return translate("history", _WHAT[row.direction])


def result_words(row: HistoryRow) -> str:
    """One or two words for how it ended."""
    if row.direction is Direction.INCOMING:
        return translate("history", _RESULTS[CheckResult(row.result)])
    return outbox_state_words(OutboxState(row.result))


def happened_words(row: HistoryRow) -> Words:
    """What happened, and what to do about it."""
    if row.problem is not None:
        return words(row.problem, row.integration, row.direction)
    return Words(result_words(row), "")


def took_words(length: timedelta) -> str:
    """Tenths below a minute: most checks take less than a second."""
    seconds = max(0.0, length.total_seconds())
    return f"{seconds:.1f} s" if seconds < _MINUTE else duration(length)


def mail_words(tally: CheckTally) -> str:
    """What a check saw, without what it did not: "3 seen: 2 filed, 1 ignored"; empty for nothing."""
    if not tally.seen and not any(_counts(tally)):
        return ""
    places = ", ".join(
        _place(name, count) for name, count in zip(_PLACES, _counts(tally), strict=True) if count
    )
    seen = translate("history", "{count} seen").replace("{count}", str(tally.seen))
    return f"{seen}: {places}" if places else seen


def books_words(tally: CheckTally) -> str:
    """The whole sum: "3 seen = 2 filed + 1 ignored + 0 quarantined + …"."""
    seen = translate("history", "{count} seen").replace("{count}", str(tally.seen))
    places = (_place(name, count) for name, count in zip(_PLACES, _counts(tally), strict=True))
    return f"{seen} = {' + '.join(places)}"


def difference_words(tally: CheckTally) -> str:
    """What does not balance; empty when the books do."""
    missing = tally.difference
    if not missing:
        return ""
    if missing > 0:
        text = translate("history", "The books do not balance: of what was seen, {count} has no place.")
    else:
        text = translate("history", "The books do not balance: {count} more has a place than was seen.")
    return text.replace("{count}", str(abs(missing)))


def skipped_words(tally: CheckTally) -> str:
    """What was in the mailbox before the first check; empty for nothing."""
    if not tally.skipped_existing:
        return ""
    text = translate("history", "Left alone, as it was there before the first check: {count}.")
    return text.replace("{count}", str(tally.skipped_existing))


def _counts(tally: CheckTally) -> list[int]:
    counts = {item.name: getattr(tally, item.name) for item in fields(tally)}
    return [counts[name] for name in _PLACES]


def _place(name: str, count: int) -> str:
    return translate("history", _PLACES[name]).replace("{count}", str(count))
