"""Verdicts, and what filing asks of the log."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.message import (
    Acknowledgement,
    Debt,
    FolderCursor,
    MessageRow,
    MessageState,
    QuarantineReason,
)
from mailint_gui.domain.message_filter import KnownMessage, MessageFilter
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import LATER, NOW, PARSED, UIDVALIDITY, received
from tests.store.test_outbox import queue

DIGESTED = replace(PARSED, content_digest="d" * 64)


def taken_in(work: UnitOfWork, integration_id: int, uid: int = 1) -> int:
    (message_id,) = work.messages.add_received([received(integration_id, uid)])
    assert message_id
    return message_id


def row_of(work: UnitOfWork, message_id: int) -> MessageRow:
    row = work.messages.get(message_id)
    assert row
    return row


@pytest.mark.parametrize("state", [MessageState.FILED, MessageState.IGNORED, MessageState.ALREADY_KNOWN])
def test_a_verdict(database: Database, support: Integration, state: MessageState) -> None:
    with database.write() as work:
        message_id = taken_in(work, support.id)
        assert work.messages.set_filed(
            message_id, PARSED, LATER, state=state, reason="rule", detail="x", record=7, automatic=True
        )
        row = row_of(work, message_id)
        assert (row.state, row.reason, row.record) == (state, "rule", 7)
        assert work.messages.unfiled(10) == ()
        assert work.messages.automatic_count(support.id, PARSED.sender, NOW) == (1, (message_id,))


def test_what_was_kept_out_is_filed_anyway(database: Database, support: Integration) -> None:
    with database.write() as work:
        message_id = taken_in(work, support.id)
        assert not work.messages.set_file_anyway(message_id)
        work.messages.set_filed(message_id, PARSED, NOW, state=MessageState.IGNORED, reason="rule")
        assert work.messages.set_file_anyway(message_id)
        assert work.messages.unfiled(10) == ((message_id, support.id),)
        assert row_of(work, message_id).reason == ""
        assert work.messages.set_filed(message_id, PARSED, NOW, record=1)
        assert not work.messages.set_file_anyway(message_id)


def test_what_is_discarded_leaves_quarantine_and_keeps_its_bytes(
    database: Database, support: Integration
) -> None:
    with database.write() as work:
        message_id = taken_in(work, support.id)
        assert not work.messages.set_discarded(message_id, "ann")
        work.messages.set_quarantined(message_id, QuarantineReason.TOO_DEEP, "")
        assert work.messages.set_discarded(message_id, "ann")
        row = row_of(work, message_id)
        assert (row.state, row.reason) == ("ignored", "discarded")
        assert work.messages.quarantined_counts() == {}
        assert work.messages.raw(message_id)


def test_searches_find_what_is_in_quarantine(database: Database, support: Integration) -> None:
    with database.write() as work:
        message_id = taken_in(work, support.id)
        work.messages.set_quarantined(message_id, QuarantineReason.TOO_DEEP, "")
        (found,) = work.messages.page(MessageFilter(text="hello a@example.org"), None, 10)
        assert found.id == message_id


def test_a_rule_has_a_message_moved(database: Database, support: Integration) -> None:
    with database.write() as work:
        work.cursors.save(FolderCursor(support.id, "INBOX", UIDVALIDITY, 1, 0, NOW))
        first, second = taken_in(work, support.id, 1), taken_in(work, support.id, 2)
        assert work.messages.owe_move(first, "Spam", while_owed=True)
        moved = Debt(first, 1, Acknowledgement.MOVE, "Spam")
        marked = Debt(second, 2, Acknowledgement.MARK_READ)
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == (moved, marked)
        work.messages.clear_debts([first, second])
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == (moved,)
        work.messages.clear_debts([first], "Spam")
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == ()
        assert not work.messages.owe_move(second, "Spam", while_owed=True)
        assert work.messages.owe_move(second, "Spam")
        work.messages.drop_debts(support.id, "INBOX")
        assert work.messages.debts(support.id, "INBOX", UIDVALIDITY) == ()
        assert not work.messages.owe_move(queue(work, support.id).id + 2, "Spam")


def test_known_message_ids(database: Database, support: Integration) -> None:
    with database.write() as work:
        first = taken_in(work, support.id)
        work.messages.set_filed(first, PARSED, NOW, record=4)
        queue(work, support.id)
        sent = first + 1
        known = work.messages.by_message_ids(iter([PARSED.message_id, "<1@example.org>", "<9@x>", ""]))
        assert known == (
            KnownMessage(PARSED.message_id, first, 4, Direction.INCOMING, PARSED.sender),
            KnownMessage("<1@example.org>", sent, None, Direction.OUTGOING, "a@example.org"),
        )
        ours = work.messages.own_message_ids([PARSED.message_id, "<1@example.org>"])
        assert ours == {"<1@example.org>"}


def test_knows_the_same_mail_of_other_integrations(database: Database, support: Integration) -> None:
    with database.write() as work:
        sales = work.integrations.add(Integration(name="Sales"))
        first, second = taken_in(work, support.id), taken_in(work, sales.id)
        work.messages.set_filed(first, DIGESTED, NOW, record=1)
        work.messages.set_filed(second, PARSED, NOW)
        (same,) = work.messages.by_content_digest(DIGESTED.content_digest, sales.id)
        assert same.id == first
        assert work.messages.by_content_digest(DIGESTED.content_digest, support.id) == ()
        assert work.messages.by_content_digest("", support.id) == ()


def test_counts_automatic_mail_of_a_pair(database: Database, support: Integration) -> None:
    with database.write() as work:
        sales = work.integrations.add(Integration(name="Sales"))
        ids = []
        for uid, (owner, sender, automatic) in enumerate(
            [
                (support, "Robot@example.org", True),
                (support, "robot@EXAMPLE.org", True),
                (support, "robot@example.org", False),
                (support, "other@example.org", True),
                (sales, "robot@example.org", True),
            ]
        ):
            message_id = taken_in(work, owner.id, uid + 1)
            parsed = replace(PARSED, sender=sender)
            work.messages.set_filed(message_id, parsed, NOW, automatic=automatic)
            ids.append(message_id)
        count = work.messages.automatic_count
        assert count(support.id, "robot@example.org", NOW) == (2, (ids[1], ids[0]))
        assert count(support.id, "robot@example.org", NOW + timedelta(seconds=1)) == (0, ())
