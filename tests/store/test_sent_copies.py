"""Copies of sent mail that are owed."""

from datetime import UTC, datetime, timedelta

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose
from mailint_gui.domain.sent_copy import SentCopyState
from mailint_gui.store.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def item(database: Database) -> OutboxItem:
    with database.write() as work:
        owner = work.integrations.add(Integration(name="Support"))
        item = work.outbox.add(
            owner.id,
            purpose=OutboxPurpose.TYPED,
            sender="support@example.org",
            subject="Hello",
            message_id="<1@example.org>",
            recipients=("ann@example.com",),
            raw=b"raw",
            at=NOW,
        )
        work.sent_copies.owe(item.id, owner.id, NOW, LATER)
    return item


def test_due_when_its_time_has_come(database: Database, item: OutboxItem) -> None:
    with database.read() as work:
        assert work.sent_copies.due(NOW) == ()
        [copy] = work.sent_copies.due(LATER)
        assert (copy.outbox_id, copy.state, copy.owed_at) == (item.id, SentCopyState.OWED, NOW)
        assert work.sent_copies.get(item.id + 1) is None


def test_owed_once(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        work.sent_copies.is_there(item.id, "Sent", 7, 42, LATER)
        work.sent_copies.owe(item.id, item.integration_id, LATER, LATER)
        there = work.sent_copies.get(item.id)
        assert there is not None
        assert (there.state, there.folder, there.uidvalidity, there.uid) == ("there", "Sent", 7, 42)
        assert work.sent_copies.due(LATER) == ()


def test_put_off_and_given_up(database: Database, item: OutboxItem) -> None:
    again = LATER + timedelta(minutes=1)
    with database.write() as work:
        work.sent_copies.put_off(item.id, "mailbox_full", "NO [OVERQUOTA]", again, LATER)
        assert work.sent_copies.due(LATER) == ()
        [copy] = work.sent_copies.due(again)
        assert (copy.attempts, copy.reason, copy.detail) == (1, "mailbox_full", "NO [OVERQUOTA]")
        work.sent_copies.put_off(item.id, "mailbox_full", "NO [OVERQUOTA]", None, again)
        assert work.sent_copies.due(again + timedelta(days=9)) == ()
        given_up = work.sent_copies.get(item.id)
        assert given_up is not None
        assert (given_up.state, given_up.attempts) == (SentCopyState.GIVEN_UP, 2)


def test_nothing_of_a_deleted_integration(database: Database, item: OutboxItem) -> None:
    with database.write() as work:
        work.integrations.soft_delete([item.integration_id], NOW)
        assert work.sent_copies.due(LATER) == ()
