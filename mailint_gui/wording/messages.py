"""Words of the message log: states, directions, reasons, sizes, and what the server is still owed."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import Acknowledgement, MessageRow, MessageState, QuarantineReason
from mailint_gui.domain.message_standing import MessageStanding
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.size import KB, MB
from mailint_gui.domain.trail import FilingReason
from mailint_gui.wording.outbox import outbox_state_words
from mailint_gui.wording.problems import words
from mailint_gui.wording.stages import quarantine_words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled, one_line
from mailint_gui.wording.trail import filing_reason_words

translate = QCoreApplication.translate

_STATES: dict[MessageState, str] = {
    MessageState.RECEIVED: QT_TRANSLATE_NOOP("messages", "Waiting to be filed"),
    MessageState.FILED: QT_TRANSLATE_NOOP("messages", "Filed"),
    MessageState.IGNORED: QT_TRANSLATE_NOOP("messages", "Ignored"),
    MessageState.QUARANTINED: QT_TRANSLATE_NOOP("messages", "Quarantined"),
    MessageState.ALREADY_KNOWN: QT_TRANSLATE_NOOP("messages", "Already known"),
    MessageState.TOO_LARGE: QT_TRANSLATE_NOOP("messages", "Too large"),
}

_OWED: dict[Acknowledgement, str] = {
    Acknowledgement.NONE: QT_TRANSLATE_NOOP("messages", "Yes, or nothing is to be told."),
    Acknowledgement.MARK_READ: QT_TRANSLATE_NOOP("messages", "Not yet: it is still to be marked as read."),
    Acknowledgement.MOVE: QT_TRANSLATE_NOOP("messages", "Not yet: it is still to be moved."),
    Acknowledgement.DELETE: QT_TRANSLATE_NOOP(
        "messages", "Not yet: it is still to be deleted from the server."
    ),
    Acknowledgement.DELETING: QT_TRANSLATE_NOOP(
        "messages", "Not yet: the server was told to delete it and has not confirmed that."
    ),
}
# Why, where no reason is stored.
_UNSAID: dict[str, str] = {
    MessageState.TOO_LARGE: QT_TRANSLATE_NOOP(
        "messages", "It is larger than is taken in, and was left on the server."
    ),
    MessageState.ALREADY_KNOWN: QT_TRANSLATE_NOOP(
        "messages", "It was taken in before; the server has numbered its messages anew since."
    ),
}
_TOO_LARGE = QT_TRANSLATE_NOOP(
    "messages", "It is larger than the {limit} MB that are taken in, and was left on the server."
)
_ASKED_FOR = QT_TRANSLATE_NOOP(
    "messages", "The server did not hand it out. The next check asks for it again."
)
_MOVE_TO = QT_TRANSLATE_NOOP("messages", "Not yet: it is still to be moved to the folder “{folder}”.")
# Their details say the same again, as a limit.
_SAYS_IT_ALL = frozenset(
    {
        QuarantineReason.TOO_MANY_PARTS,
        QuarantineReason.TOO_DEEP,
        QuarantineReason.HEADERS_TOO_LARGE,
        QuarantineReason.TOO_LARGE,
    }
)
_UNITS = ((MB, "MB"), (KB, "KB"))


def message_state_words(state: str, partly_sent: bool = False) -> str:
    """Of ``MessageState`` for what came in, of ``OutboxState`` for what goes out."""
    if state in set(MessageState):
        return translate("messages", _STATES[MessageState(state)])
    return outbox_state_words(OutboxState(state), partly_sent)


def way_words(direction: str) -> str:
    """Short, for a column."""
    return translate("messages", "Out") if direction == Direction.OUTGOING else translate("messages", "In")


def reason_words(row: MessageRow) -> str:
    """Why it is where it is; empty where nothing is to be said."""
    if not row.reason:
        return translate("messages", _UNSAID[row.state]) if row.state in _UNSAID else ""
    if row.state == MessageState.TOO_LARGE:
        return _left_there_words(row.reason)
    if row.reason in set(FilingReason):
        return filing_reason_words(FilingReason(row.reason))
    if row.reason in set(QuarantineReason):
        return quarantine_words(QuarantineReason(row.reason))
    if row.reason in set(ProblemKind):
        return str(words(Problem(ProblemKind(row.reason), {"sender": row.sender}), row.integration))
    return row.reason


def detail_words(row: MessageRow, detail: str) -> str:
    """What the reason leaves open, in the words of whoever found it, in brackets."""
    told = one_line(detail)
    return f"({told})" if told and row.reason not in _SAYS_IT_ALL else ""


def _left_there_words(reason: str) -> str:
    """``reason``: the limit that it was over, in MB, or why it is asked for again."""
    if reason == QuarantineReason.NOT_HANDED_OUT:
        return translate("messages", _ASKED_FOR)
    return filled(translate("messages", _TOO_LARGE), {"limit": reason})


def acknowledged_words(standing: MessageStanding) -> str:
    """Whether the server was told that we have the message."""
    if standing.acknowledgement is Acknowledgement.MOVE and standing.acknowledge_to:
        return filled(translate("messages", _MOVE_TO), {"folder": standing.acknowledge_to})
    return translate("messages", _OWED[standing.acknowledgement])


def messages_words(count: int) -> str:
    if count == 1:
        return translate("messages", "1 message")
    return translate("messages", "%n messages", None, count)


def octets_words(octets: int) -> str:
    """Two or three figures and a unit: "850 bytes", "4.2 KB", "25 MB"."""
    for size, unit in _UNITS:
        if octets >= size:
            count = octets / size
            return f"{count:.0f} {unit}" if count >= 10 else f"{count:.1f} {unit}"
    return filled(translate("messages", "{count} bytes"), {"count": str(octets)})
