"""What is forgotten is nowhere to be read, and still known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.outbox import OutboxAction, OutboxState
from mailint_gui.domain.record import RecordDraft, RecordFilter
from mailint_gui.domain.trail import Footprint, Trail, TrailStep
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import LATER, NOW, PARSED, received
from tests.store.test_message_filing import DIGESTED
from tests.store.test_outbox import ADDRESSES, queue

CANARY = "canary"


@pytest.fixture
def forgotten(database: Database, support: Integration) -> int:
    """A message in a record, all of whose words are gone."""
    raw = f"Subject: {CANARY}\r\n\r\n".encode()
    with database.write() as work:
        number = work.records.add(RecordDraft(support.id, "s", "r@example.org", "Closed"), NOW).number
        (message_id,) = work.messages.add_received([received(support.id, 1, raw, subject=CANARY)])
        assert message_id
        work.messages.set_filed(message_id, DIGESTED, NOW, detail=CANARY, record=number)
        work.trails.put(message_id, Trail((Footprint(TrailStep.TOKEN, (("record", CANARY),)),)))
        work.forgetting.forget([message_id], LATER)
        work.forgetting.forget([], LATER)
        return message_id


def test_it_is_not_to_be_read_any_more(database: Database, forgotten: int) -> None:
    with database.read() as work:
        assert list(work.messages.list()) == []
        assert work.messages.page(MessageFilter(), None, 10) == ()
        assert work.messages.page(MessageFilter(text="a body"), None, 10) == ()
        assert work.messages.of_record(1) == ()
        assert work.messages.get(forgotten) is None
        assert work.messages.forgotten_at(forgotten) == LATER
        assert work.messages.forgotten_at(forgotten + 1) is None
        assert work.messages.raw(forgotten) is None
        assert work.trails.get(forgotten) is None
        (row,) = work.records.page(RecordFilter(), None, 10)
        assert row.messages == 0
        assert work.records.correspondents(row.number) == {"r@example.org"}
        kept = work.messages._connection.execute(text("SELECT * FROM message")).one()
        words = " ".join(map(str, kept))
        for secret in (CANARY, PARSED.subject, PARSED.sender, "plan.pdf", *PARSED.recipients):
            assert secret not in words


def test_it_is_not_taken_in_again(database: Database, support: Integration, forgotten: int) -> None:
    with database.write() as work:
        again = received(support.id, 1, f"Subject: {CANARY}\r\n\r\n".encode())
        assert work.messages.add_received([again]) == (None,)
        assert work.messages.known_digests(support.id, [again.sha256])
        assert work.messages.by_content_digest(DIGESTED.content_digest, 99)
        (known,) = work.messages.by_message_ids([DIGESTED.message_id])
        assert (known.log_id, known.record) == (forgotten, 1)


def test_a_sent_mail_leaves_the_outbox_too(database: Database, support: Integration) -> None:
    with database.write() as work:
        item = queue(work, support.id, CANARY)
        (row,) = work.messages.list()
        work.outbox.claim(item.id, NOW)
        work.outbox.settle(item.id, OutboxAction.ACCEPTED, NOW)
        work.sent_copies.owe(item.id, support.id, NOW, NOW)
        (aged,) = work.forgetting.of([row.id])
        assert aged.state is OutboxState.SENT
        work.forgetting.forget([row.id], LATER)
        assert work.outbox.all() == ()
        assert work.sent_copies.get(item.id) is None
        assert work.messages.own_message_ids([item.message_id]) == {item.message_id}
        assert work.outbox.fail_delivered(item.message_id, ADDRESSES[0], "550", LATER) is None
        left = work.messages._connection.execute(text("SELECT count(*) FROM outbox_recipient")).scalar()
        assert left == 0


def _taken_in(work: UnitOfWork, integration_id: int, days: int) -> int:
    new = replace(received(integration_id, days), received_at=NOW + timedelta(days=days))
    (message_id,) = work.messages.add_received([new])
    assert message_id
    return message_id


def test_what_is_old_comes_by_its_age(database: Database, support: Integration) -> None:
    with database.write() as work:
        third, first, second, _new = (_taken_in(work, support.id, days) for days in (3, 1, 2, 4))
        before = NOW + timedelta(days=4)
        aged = work.forgetting.aged(before, None, 10)
        assert [each.id for each in aged] == [first, second, third]
        assert work.forgetting.aged(before, None, 2) == aged[:2]
        assert work.forgetting.aged(before, (aged[0].received_at, aged[0].id), 10) == aged[1:]
        assert set(work.forgetting.of([first, third, 99])) == {aged[0], aged[2]}
        assert all(each.is_owed and each.record_status is None for each in aged)
        work.forgetting.forget([first], NOW)
        assert work.forgetting.aged(before, None, 10) == aged[1:]
        assert work.forgetting.of([first]) == ()


def test_what_no_search_finds(database: Database, support: Integration) -> None:
    with database.write() as work:
        first, second = _taken_in(work, support.id, 1), _taken_in(work, support.id, 2)
        item = queue(work, support.id)
        assert work.searches.missing(0, 100) == ()
        work.messages.set_filed(first, PARSED, NOW)
        work.messages.set_filed(second, PARSED, NOW)
        assert work.searches.missing(0, 100) == ()
        work.searches.remove([first, second, second + 1])
        assert work.searches.missing(0, 100) == (first, second, second + 1)
        assert work.searches.missing(first, second) == (second,)
        work.searches.put_headers([second + 1])
        assert work.messages.page(MessageFilter(text=item.subject), None, 10)[0].id == second + 1
        work.forgetting.forget([first], NOW)
        assert work.searches.missing(0, 100) == (second,)
