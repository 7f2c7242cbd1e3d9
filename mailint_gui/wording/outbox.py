"""Words for the states of the outbox and the reasons an item waits or failed."""

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.outbox import OutboxItem, OutboxState, RecipientState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, Words, filled, one_line

translate = QCoreApplication.translate

_STATES: dict[OutboxState, str] = {
    OutboxState.QUEUED: QT_TRANSLATE_NOOP("outbox", "Queued"),
    OutboxState.SENDING: QT_TRANSLATE_NOOP("outbox", "Sending"),
    OutboxState.SENT: QT_TRANSLATE_NOOP("outbox", "Sent"),
    OutboxState.WAITING: QT_TRANSLATE_NOOP("outbox", "Waiting to be tried again"),
    OutboxState.UNCERTAIN: QT_TRANSLATE_NOOP("outbox", "Uncertain: sent or not"),
    OutboxState.FAILED: QT_TRANSLATE_NOOP("outbox", "Not sent"),
    OutboxState.CANCELLED: QT_TRANSLATE_NOOP("outbox", "Cancelled"),
}

_RECIPIENT_STATES: dict[RecipientState, str] = {
    RecipientState.QUEUED: QT_TRANSLATE_NOOP("outbox", "Queued"),
    RecipientState.SENT: QT_TRANSLATE_NOOP("outbox", "Sent"),
    RecipientState.REFUSED: QT_TRANSLATE_NOOP("outbox", "Refused"),
}


def outbox_state_words(state: OutboxState) -> str:
    return translate("outbox", _STATES[state])


def recipient_state_words(state: RecipientState) -> str:
    return translate("outbox", _RECIPIENT_STATES[state])


def outbox_reason_words(item: OutboxItem) -> Words:
    """Why an item waits or failed; empty without a reason. The server's words are in ``item.answer``."""
    if not item.reason:
        return Words("", "")
    known = item.reason in set(ProblemKind)
    kind = ProblemKind(item.reason) if known else ProblemKind.UNKNOWN
    return words(Problem(kind, {"sender": item.sender}, item.answer), item.integration)


def trial_mail(name: str) -> tuple[str, str]:
    """Subject and body of *Send test email*; ``name`` the integration's."""
    subject = filled(translate("outbox", "Test email from {name}"), {"name": one_line(name)})
    body = translate(
        "outbox",
        "This is a test email from Mailint. It was sent through the integration {name}: sending works.",
    )
    return subject, filled(body, {"name": one_line(name)}) + "\n"
