"""What is said before a credential ends: which, of what, when, and what to do."""

from datetime import UTC, date, datetime

import pytest

from mailint_gui.domain.events import CredentialExpiring, IntegrationEvent
from mailint_gui.domain.expiry import ExpiryKind, end_of
from mailint_gui.domain.health import DirectionHealth, Health
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration
from mailint_gui.domain.notification import EventKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.wording.events import event_words
from mailint_gui.wording.expiry import also_used_words, expiry_state, expiry_title, expiry_words, renew_words
from mailint_gui.wording.notifications import event_facts, event_mail
from mailint_gui.wording.states import condition_words
from mailint_gui.wording.text import without_isolates

NOON = datetime(2027, 2, 25, 12, tzinfo=UTC)
K, IN, OUT = ExpiryKind, Direction.INCOMING, Direction.OUTGOING


def expiring(
    kind: ExpiryKind = K.CLIENT_SECRET, days: int = 6, direction: Direction = IN
) -> CredentialExpiring:
    return CredentialExpiring(kind, end_of(date(2027, 3, 3)), days, direction)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("days", [30, 6, 1, 0, -1, -40])
@pytest.mark.parametrize("kind", ExpiryKind)
def test_everything_is_said_of_every_kind(kind: ExpiryKind, days: int, direction: Direction) -> None:
    found = expiring(kind, days, direction)
    told = expiry_words("Support", found)
    tab = "the Incoming email tab" if direction is IN else "the Outgoing email tab"
    assert "Support" in told.what
    assert "2027-03-03" in told.what
    assert tab in told.remedy
    assert ("2027-03-03" in told.remedy) == (days > 0)
    for sentence in (told.what, told.remedy):
        assert sentence.endswith(".")
        assert not set(sentence) & set("{}!")
    assert ("expired" in expiry_state(found)) == (days < 0)
    assert expiry_title("Support", found).startswith("Support: the ")
    assert tab in renew_words(found)


@pytest.mark.parametrize(
    ("days", "state", "title"),
    [
        (30, "Secret expires in 30 days", "Support: the client secret expires in 30 days"),
        (1, "Secret expires tomorrow", "Support: the client secret expires tomorrow"),
        (0, "Secret expires today", "Support: the client secret expires today"),
        (-1, "Secret has expired", "Support: the client secret has expired"),
    ],
)
def test_when(days: int, state: str, title: str) -> None:
    assert expiry_state(expiring(days=days)) == state
    assert expiry_title("Support", expiring(days=days)) == title


def test_sentences_in_full() -> None:
    assert str(expiry_words("Support", expiring())) == (
        "The client secret of Support expires on 2027-03-03 (in 6 days). Create a new client secret at the provider, "
        "and enter it with its date on the Incoming email tab before 2027-03-03."
    )
    assert str(expiry_words("Support", expiring(K.PASSWORD, 0, OUT))) == (
        "The password of Support expires on 2027-03-03 (today). Set a new password at the mail server, and enter it "
        "with its date on the Outgoing email tab today."
    )
    assert str(expiry_words("Support", expiring(K.CLIENT_SECRET, -3))) == (
        "The client secret of Support expired on 2027-03-03. Create a new client secret at the provider, and enter it "
        "with its date on the Incoming email tab. If that was done already, correct the date there."
    )


def test_the_notification_and_its_mail() -> None:
    event = IntegrationEvent(1, "Support\r\nBcc: x@y", NOON, expiring())
    told = event_words(event)
    subject, body = event_mail(event, EventKind.CREDENTIAL_EXPIRING)
    assert subject == f"[Mailint] {told.title}"
    assert "\n" not in subject + told.title
    assert told.body in body
    assert "Since" not in body
    assert event_facts(event)["count"] == "6"


def test_a_row_that_is_otherwise_well_says_it() -> None:
    checked = DirectionHealth(last_attempt_at=NOON, last_success_at=NOON)
    mailbox = Integration(1, "Support", incoming=IncomingSettings(enabled=True))
    well = IntegrationStatus(mailbox, Health(checked), expiring=expiring(K.CERTIFICATE))
    assert condition_words(well, AccountProperties()) == "Certificate expires in 6 days"
    failing = DirectionHealth(last_attempt_at=NOON, consecutive_errors=2, first_error_at=NOON)
    worse = IntegrationStatus(mailbox, Health(failing), expiring=expiring(K.CERTIFICATE))
    assert condition_words(worse, AccountProperties()) == "Failing (2 of 10)"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Sales"], "The application is also that of Sales: renew it there, too."),
        (["A", "B"], "The application is also that of A, B: renew it there, too."),
        (
            ["A", "B", *map(str, range(198))],
            "The application is also that of A, B and 198 more: renew it there, too.",
        ),
    ],
)
def test_who_else_is_the_same_application(names: list[str], told: str) -> None:
    assert without_isolates(also_used_words(names)) == told
