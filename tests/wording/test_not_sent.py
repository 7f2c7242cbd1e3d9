"""What is said of mail that did not get there."""

from datetime import UTC, datetime

import pytest

from mailint_gui.domain.events import IntegrationEvent, MessagesNotSent
from mailint_gui.domain.notification import EventKind
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.wording.events import EventWords, event_words
from mailint_gui.wording.notifications import event_mail

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
JOE = ("joe@example.com",)


def told(event: MessagesNotSent) -> EventWords:
    return event_words(IntegrationEvent(1, "Support", NOON, event))


def refused(count: int = 1, subject: str = "Your order") -> MessagesNotSent:
    problem = Problem(ProblemKind.RECIPIENT_REFUSED, {"recipient": JOE[0]}, "550 gone")
    return MessagesNotSent(count, JOE, subject, problem)


def test_which_why_and_what_to_do() -> None:
    assert told(refused()) == EventWords(
        "Support: a message did not reach its recipient",
        "The message “Your order” was for joe@example.com. Support could not send a message: the mail server refused "
        "joe@example.com. Check the address of the recipient and send the message again. It is kept in the outbox, "
        "from where it can be edited and sent again.",
    )
    assert "“(no subject)”" in told(refused(subject=" ")).body
    assert told(refused(3)).body.startswith("The latest of them, “Your order”, was for joe@example.com.")


def test_what_is_uncertain_is_not_called_lost() -> None:
    event = MessagesNotSent(1, JOE, "Your order", Problem(ProblemKind.DELIVERY_UNCERTAIN))
    assert told(event).title == "Support: it is uncertain whether a message was sent"
    assert "edited" not in told(event).body


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@y", "\u202eevil", "x" * 5000])
def test_a_subject_breaks_no_line(subject: str) -> None:
    event = IntegrationEvent(1, "Support", NOON, refused(subject=subject))
    title, body = event_mail(event, EventKind.MESSAGE_NOT_SENT, "{subject}")
    assert not any(char in title for char in "\r\n\u202e")
    assert len(title) <= 200
    assert "\nBcc" not in body
