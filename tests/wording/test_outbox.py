"""Why a message is where it is in the outbox."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose, OutboxRecipient, OutboxState, RecipientState
from mailint_gui.wording.outbox import outbox_reason_words, outbox_story, recipient_state_words
from mailint_gui.wording.text import without_isolates
from mailint_gui.wording.times import full

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GREYLISTED = "451 4.7.1 Greylisted"


def item(state: OutboxState, *recipients: OutboxRecipient, reason: str = "", answer: str = "") -> OutboxItem:
    return OutboxItem(
        id=1,
        integration_id=1,
        integration="Desk",
        purpose=OutboxPurpose.TYPED,
        state=state,
        message_id="<1@example.org>",
        sender="support@example.org",
        subject="s",
        recipients=recipients or (OutboxRecipient("joe@example.com"),),
        attempts=1,
        next_try_at=NOW if state is OutboxState.WAITING else None,
        reason=reason,
        answer=answer,
        created_at=NOW,
    )


@pytest.mark.parametrize(
    ("state", "recipient_state", "told"),
    [
        (
            *(OutboxState.WAITING, RecipientState.QUEUED),
            "Desk could not send a message yet: the mail server put joe@example.com off for now.",
        ),
        (
            *(OutboxState.FAILED, RecipientState.REFUSED),
            "Desk gave up sending a message: the mail server put joe@example.com off again and again.",
        ),
    ],
)
def test_who_was_put_off_is_named(state: OutboxState, recipient_state: RecipientState, told: str) -> None:
    ann = OutboxRecipient("ann@example.com", RecipientState.SENT)
    joe = OutboxRecipient("joe@example.com", recipient_state, GREYLISTED)
    waiting = item(state, ann, joe, reason="recipient_put_off", answer=GREYLISTED)
    assert without_isolates(outbox_reason_words(waiting).what) == told
    assert ("holds up no other mail" in outbox_story(waiting)) == (state is OutboxState.WAITING)


def test_the_remedy_names_the_tab_of_outgoing_mail_alone() -> None:
    told = outbox_reason_words(item(OutboxState.WAITING, reason="connection_refused"))
    assert "on the Outgoing email tab" in told.remedy
    assert "Incoming" not in told.remedy


@pytest.mark.parametrize("reason", ["server_busy", "throttled"])
def test_what_was_given_up_is_not_said_to_be_tried_again(reason: str) -> None:
    failed = outbox_story(item(OutboxState.FAILED, reason=reason, answer="421 later"))
    assert "gave up sending a message" in without_isolates(failed)
    assert "tried again by itself" not in failed.replace("not tried again by itself", "")
    assert "goes on by itself" not in failed
    waiting = outbox_story(item(OutboxState.WAITING, reason=reason, answer="421 later"))
    assert "by itself" in waiting


@pytest.mark.parametrize(
    ("of", "recipient", "told"),
    [
        (OutboxState.QUEUED, OutboxRecipient("joe@example.com"), "Queued"),
        (OutboxState.WAITING, OutboxRecipient("joe@example.com", answer=GREYLISTED), "Queued"),
        (OutboxState.UNCERTAIN, OutboxRecipient("joe@example.com"), "Uncertain"),
        (OutboxState.UNCERTAIN, OutboxRecipient("joe@example.com", answer=GREYLISTED), "Queued"),
        (OutboxState.UNCERTAIN, OutboxRecipient("joe@example.com", RecipientState.REFUSED), "Refused"),
        (OutboxState.UNCERTAIN, OutboxRecipient("joe@example.com", RecipientState.SENT), "Sent"),
        (OutboxState.CANCELLED, OutboxRecipient("joe@example.com"), "Cancelled"),
        (OutboxState.FAILED, OutboxRecipient("joe@example.com"), "Not sent"),
    ],
)
def test_a_recipient_shares_the_end_of_the_message(
    of: OutboxState, recipient: OutboxRecipient, told: str
) -> None:
    assert recipient_state_words(recipient, of) == told


def test_the_limit_of_a_minute_is_named_as_the_reason() -> None:
    queued = item(OutboxState.QUEUED)
    assert outbox_story(queued) == "It is sent as soon as its integration can send."
    told = without_isolates(outbox_story(replace(queued, next_try_at=NOW)))
    assert "Desk has sent as many messages as it may in a minute" in told
    assert f"goes on at {full(NOW)}" in told
