"""Words for the states of the outbox and the reasons an item waits or failed."""

import re

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.outbox import (
    OutboxItem,
    OutboxPurpose,
    OutboxRecipient,
    OutboxState,
    RecipientState,
)
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, Words, filled, isolated, one_line
from mailint_gui.wording.times import full, minute

translate = QCoreApplication.translate
_REPLY = re.compile(r"[2-5]\d\d(?:[ -]|$)")  # RFC 5321 section 4.2

_STATES: dict[OutboxState, str] = {
    OutboxState.QUEUED: QT_TRANSLATE_NOOP("outbox", "Queued"),
    OutboxState.SENDING: QT_TRANSLATE_NOOP("outbox", "Sending"),
    OutboxState.SENT: QT_TRANSLATE_NOOP("outbox", "Sent"),
    OutboxState.WAITING: QT_TRANSLATE_NOOP("outbox", "Waiting to be tried again"),
    OutboxState.UNCERTAIN: QT_TRANSLATE_NOOP("outbox", "Uncertain: sent or not"),
    OutboxState.FAILED: QT_TRANSLATE_NOOP("outbox", "Not sent"),
    OutboxState.CANCELLED: QT_TRANSLATE_NOOP("outbox", "Cancelled"),
}
_PARTLY_SENT = QT_TRANSLATE_NOOP("outbox", "Sent, not to all")

_STORIES: dict[OutboxState, str] = {
    OutboxState.QUEUED: QT_TRANSLATE_NOOP("outbox", "It is sent as soon as its integration can send."),
    OutboxState.UNCERTAIN: QT_TRANSLATE_NOOP(
        "outbox",
        "It may have arrived. “It has arrived” counts it as sent; “Retry now” sends it again, perhaps a second time; "
        "“Do not send” leaves it at this.",
    ),
    OutboxState.FAILED: QT_TRANSLATE_NOOP(
        "outbox", "It is not tried again by itself. Mend what is wrong, then retry it, or edit and resend it."
    ),
    OutboxState.CANCELLED: QT_TRANSLATE_NOOP("outbox", "It was given up, and is not sent."),
}

_PURPOSES: dict[OutboxPurpose, str] = {
    OutboxPurpose.TYPED: QT_TRANSLATE_NOOP("outbox", "It was written here, or sent by the command line."),
    OutboxPurpose.TEST: QT_TRANSLATE_NOOP("outbox", "It is a test email."),
    OutboxPurpose.MONITORING: QT_TRANSLATE_NOOP("outbox", "It is a monitoring notification."),
    OutboxPurpose.RULE: QT_TRANSLATE_NOOP(
        "outbox", "An email rule had it sent. Which one is noted down at the message that it matched."
    ),
    OutboxPurpose.AUTO_REPLY: QT_TRANSLATE_NOOP(
        "outbox", "An email rule answered a message. Which one is noted down at that message."
    ),
}

_OVER_THE_LIMIT = QT_TRANSLATE_NOOP(
    "outbox",
    "It waits its turn: {integration} has sent as many messages as it may in a minute, and goes on at {time}.",
)
_PARTLY_STORY = QT_TRANSLATE_NOOP(
    "outbox",
    "Whoever is refused below did not get it; the others did. “Edit and resend” opens it for those alone.",
)

_RECIPIENT_STATES: dict[RecipientState, str] = {
    RecipientState.QUEUED: QT_TRANSLATE_NOOP("outbox", "Queued"),
    RecipientState.SENT: QT_TRANSLATE_NOOP("outbox", "Sent"),
    RecipientState.REFUSED: QT_TRANSLATE_NOOP("outbox", "Refused"),
}
_UNSENT: dict[OutboxState, str] = {
    OutboxState.UNCERTAIN: QT_TRANSLATE_NOOP("outbox", "Uncertain"),
    OutboxState.FAILED: _STATES[OutboxState.FAILED],
    OutboxState.CANCELLED: _STATES[OutboxState.CANCELLED],
}
"""Of recipients that are still queued where their message is not."""


def outbox_state_words(state: OutboxState, partly_sent: bool = False) -> str:
    return translate("outbox", _PARTLY_SENT if partly_sent else _STATES[state])


def purpose_words(purpose: OutboxPurpose) -> str:
    """Why it is sent at all."""
    return translate("outbox", _PURPOSES[purpose])


def recipient_state_words(one: OutboxRecipient, of: OutboxState) -> str:
    """What became of one recipient of a message in the state ``of``."""
    put_off = of is OutboxState.UNCERTAIN and one.answer  # before the answer to the message was lost
    shares = one.state is RecipientState.QUEUED and not put_off
    return translate("outbox", (_UNSENT.get(of) if shares else None) or _RECIPIENT_STATES[one.state])


def outbox_reason_words(item: OutboxItem) -> Words:
    """Why an item waits or failed; empty without a reason. The server's words are in ``item.answer``."""
    return words(item.problem, item.integration, Direction.OUTGOING) if item.reason else Words("", "")


def answer_words(answer: str) -> str:
    """Of an attempt that did not succeed: what the server said, or what happened on the way to it."""
    said = translate("outbox", "The server said: {answer}")
    template = said if _REPLY.match(answer) else translate("outbox", "Details: {answer}")
    return template.replace("{answer}", isolated(one_line(answer)))


def outbox_title(item: OutboxItem) -> str:
    subject = isolated(one_line(item.subject)) or translate("outbox", "(no subject)")
    return filled(
        translate("outbox", "{subject} – {state}"),
        {"subject": subject, "state": outbox_state_words(item.state, item.partly_sent)},
    )


def outbox_story(item: OutboxItem) -> str:
    """Why it is where it is, when it is tried next, and what can be done."""
    why = outbox_reason_words(item)
    told = [f"{why.what} {why.remedy}".strip()] if item.reason else []
    if item.state is OutboxState.WAITING and item.next_try_at is not None:
        tried = translate("outbox", "Tried {count} times; tried again at {time}.")
        once = translate("outbox", "Tried once; tried again at {time}.")
        facts = {"count": str(item.attempts), "time": minute(item.next_try_at)}
        told.append(filled(once if item.attempts == 1 else tried, facts))
    elif item.state is OutboxState.QUEUED and item.next_try_at is not None:
        facts = {"integration": item.integration, "time": full(item.next_try_at)}
        told.append(filled(translate("outbox", _OVER_THE_LIMIT), facts))
    elif item.partly_sent:
        told.append(translate("outbox", _PARTLY_STORY))
    elif text := _STORIES.get(item.state):
        told.append(translate("outbox", text))
    return " ".join(told)


def queued_words(item: OutboxItem) -> str:
    """Said when an admin has sent it."""
    subject = isolated(one_line(item.subject)) or translate("outbox", "(no subject)")
    return filled(
        translate("outbox", "Queued: {subject}. The outbox shows what becomes of it."), {"subject": subject}
    )


def trial_mail(name: str) -> tuple[str, str]:
    """Subject and body of *Send test email*; ``name`` the integration's."""
    subject = filled(translate("outbox", "Test email from {name}"), {"name": one_line(name)})
    body = translate(
        "outbox",
        "This is a test email from Mailint. It was sent through the integration {name}: sending works.",
    )
    return subject, filled(body, {"name": one_line(name)}) + "\n"
