"""A verification in words: what is wrong with a message, and what to do."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.size import MB
from mailint_gui.domain.verification import Flaw, FlawedMessage, Verified
from mailint_gui.wording.messages import messages_words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled

translate = QCoreApplication.translate

_FLAWS: dict[Flaw, str] = {
    Flaw.BYTES_MISSING: QT_TRANSLATE_NOOP(
        "verification",
        "Message {id}: its bytes are missing. Restore a copy of the database, or have it sent again.",
    ),
    Flaw.BYTES_DAMAGED: QT_TRANSLATE_NOOP(
        "verification",
        "Message {id}: its bytes cannot be read. Check the disk, and restore a copy of the database.",
    ),
    Flaw.BYTES_DIFFER: QT_TRANSLATE_NOOP(
        "verification",
        "Message {id}: its bytes are not those that came in. Check the disk, and restore a copy of the database.",
    ),
    Flaw.BYTES_LEFT_OVER: QT_TRANSLATE_NOOP(
        "verification",
        "Message {id}: there are bytes of it, and should be none. Nothing is lost; report this as a fault.",
    ),
    Flaw.SEARCH_MISSING: QT_TRANSLATE_NOOP(
        "verification",
        "Message {id}: no search finds it. Mailint mends this by itself after its next start.",
    ),
    Flaw.SEARCH_LEFT_OVER: QT_TRANSLATE_NOOP(
        "verification",
        "Message {id}: searches find it, though it is not there. Nothing is lost; report this as a fault.",
    ),
    Flaw.RECORD_MISSING: QT_TRANSLATE_NOOP(
        "verification",
        "Message {id}: its service record is missing. Restore a copy of the database, or file it again.",
    ),
}


def flaw_words(flawed: FlawedMessage) -> str:
    return filled(translate("verification", _FLAWS[flawed.flaw]), {"id": str(flawed.message_id)})


def summary_words(found: Verified) -> str:
    """How much was looked at, and whether it is sound."""
    facts = {
        "messages": messages_words(found.messages),
        "size": str(found.size // MB),
        "flaws": str(len(found.flaws)),
    }
    if not found.flaws:
        sound = translate("verification", "{messages} of {size} MB in all: everything is there.")
        return filled(sound, facts)
    flawed = translate("verification", "{messages} of {size} MB in all. Flaws found: {flaws}.")
    return filled(flawed, facts)


def progress_words(done: int, last: int) -> str:
    facts = {"percent": str(100 * done // last)}
    return filled(translate("verification", "{percent} % looked at"), facts)
