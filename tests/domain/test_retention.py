"""What may be forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailint_gui.domain.message import MessageState
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.retention import AgedMessage, is_over

BEFORE = datetime(2026, 11, 1, tzinfo=UTC)
OLD, NEW = BEFORE - timedelta(days=1), BEFORE
OVER = {"filed", "ignored", "already_known", "sent", "cancelled"}
MESSAGE = AgedMessage(1, OLD, 100, MessageState.FILED, False, None, None)


@pytest.mark.parametrize("state", [*MessageState, *OutboxState, None])
def test_only_what_has_come_to_its_end(state: MessageState | OutboxState | None) -> None:
    assert is_over(replace(MESSAGE, state=state), BEFORE, set()) == (state in OVER)


def test_nothing_that_is_not_old_enough_or_that_a_server_is_still_to_be_told_of() -> None:
    assert is_over(MESSAGE, BEFORE, set())
    assert not is_over(replace(MESSAGE, received_at=NEW), BEFORE, set())
    assert not is_over(replace(MESSAGE, is_owed=True), BEFORE, set())


@pytest.mark.parametrize(
    ("status", "changed_at", "expected"),
    [("Closed", OLD, True), ("Closed", NEW, False), ("Open", OLD, False), ("CLOSED", OLD, True)],
)
def test_what_is_in_a_record_goes_when_that_is_over(
    status: str, changed_at: datetime, expected: bool
) -> None:
    message = replace(MESSAGE, record_status=status, record_changed_at=changed_at)
    assert is_over(message, BEFORE, {"closed"}) == expected
