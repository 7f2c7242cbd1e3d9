"""What is kept for a time and no longer."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import Acknowledgement, MessageRow, MessageState
from mailint_gui.domain.outbox import OutboxAction
from mailint_gui.domain.record import RecordDraft
from mailint_gui.services import retention as module
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.servers.mailbox import Mailbox
from tests.services.office import Office
from tests.store.samples import PARSED, received
from tests.store.test_outbox import queue

DAY = timedelta(days=1)


def checks(office: Office, integration: Integration) -> int:
    office.services.monitor.flush()
    with office.services.database.read() as unit:
        return len(unit.checks.list(integration.id, 100))


def in_days(office: Office, days: int) -> module.Retention:
    then = office.services.clock() + days * DAY
    return module.Retention(office.services.database, office.services.properties, lambda: then)


def test_history_goes_when_its_time_is_over(
    any_office: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = any_office
    monkeypatch.setattr(module, "AT_ONCE", 2)
    support = office.receiving(mailbox)
    for _ in range(5):
        office.check(support)
    assert checks(office, support) == 5
    assert sum(in_days(office, 89).history()) == 0
    assert checks(office, support) == 5
    assert sum(in_days(office, 91).history()) == 5
    assert checks(office, support) == 0


def test_history_that_is_kept_for_ever(office: Office, mailbox: Mailbox) -> None:
    office.services.properties.set({"keep_history": "forever"})
    support = office.receiving(mailbox)
    office.check(support)
    office.services.monitor.flush()
    assert sum(in_days(office, 100_000).history()) == 0
    assert checks(office, support) == 1


@pytest.fixture
def support(any_office: Office) -> Integration:
    any_office.services.properties.set({"keep_messages": "365d"})
    return any_office.services.integrations.save(Integration(name="Support"))


def _taken_in(unit: UnitOfWork, integration: Integration, office: Office, count: int) -> list[int]:
    """Received now, one byte each, nothing owed."""
    now = office.services.clock()
    batch = [
        replace(received(integration.id, uid, b"x", acknowledgement=Acknowledgement.NONE), received_at=now)
        for uid in range(1, count + 1)
    ]
    return [each for each in unit.messages.add_received(batch) if each]


def _filed(unit: UnitOfWork, ids: Iterable[int], office: Office, record: int | None = None) -> None:
    for message_id in ids:
        unit.messages.set_filed(message_id, PARSED, office.services.clock(), record=record)


def _left(office: Office) -> list[int]:
    with office.services.database.read() as unit:
        return [row.id for row in unit.messages.list()]


def test_messages_go_when_their_time_is_over(
    any_office: Office,
    support: Integration,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(module, "LOOKED_AT", 4)
    monkeypatch.setattr(module, "FORGOTTEN_AT_ONCE", 3)
    with any_office.services.database.write() as unit:
        _filed(unit, _taken_in(unit, support, any_office, 10), any_office)
    assert sum(in_days(any_office, 364).messages()) == 0
    steps = list(in_days(any_office, 366).messages())
    assert (sum(steps), max(steps)) == (10, 3)
    assert _left(any_office) == []
    assert sum(in_days(any_office, 366).messages()) == 0
    [said] = [each for each in caplog.messages if "keep_messages" in each]
    assert said.startswith("messages removed, as keep_messages says: 10 from before ")


def test_large_ones_go_one_by_one(
    any_office: Office, support: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BYTES_AT_ONCE", 0)
    with any_office.services.database.write() as unit:
        _filed(unit, _taken_in(unit, support, any_office, 3), any_office)
    assert max(in_days(any_office, 366).messages()) == 1
    assert _left(any_office) == []


def test_what_still_goes_on_is_kept(any_office: Office, support: Integration) -> None:
    services = any_office.services
    now = services.clock()
    with services.database.write() as unit:
        waiting, owed, of_open, of_closed, ignored = _taken_in(unit, support, any_office, 5)
        numbers = [
            unit.records.add(RecordDraft(support.id, "", "a@example.org", status), now).number
            for status in ("Open", "closed")
        ]
        for message_id, record in zip((of_open, of_closed), numbers, strict=True):
            _filed(unit, [message_id], any_office, record)
        _filed(unit, [owed], any_office)
        unit.messages.owe_move(owed, "Spam")
        unit.messages.set_filed(ignored, PARSED, now, state=MessageState.IGNORED)
        sent, unsent = _queued(unit, support, any_office)
    assert sum(in_days(any_office, 366).messages()) == 3
    assert _left(any_office) == [waiting, owed, of_open, unsent.id]
    assert sent.id not in _left(any_office)


def _queued(unit: UnitOfWork, integration: Integration, office: Office) -> list[MessageRow]:
    """One that is sent, and one that is not."""
    items = [queue(unit, integration.id), queue(unit, integration.id)]
    unit.outbox.claim(items[0].id, office.services.clock())
    unit.outbox.settle(items[0].id, OutboxAction.ACCEPTED, office.services.clock())
    return [row for row in unit.messages.list() if row.direction == "outgoing"]


def test_a_record_that_is_reopened_meanwhile_keeps_its_messages(
    any_office: Office, support: Integration
) -> None:
    database = any_office.services.database
    with database.write() as unit:
        draft = RecordDraft(support.id, "", "a@example.org", "Closed")
        number = unit.records.add(draft, any_office.services.clock()).number
        ids = _taken_in(unit, support, any_office, 1)
        _filed(unit, ids, any_office, number)
    steps = in_days(any_office, 366).messages()
    assert next(steps) == 0  # what is old was read
    with database.write() as unit:
        unit.records.update(number, replace(draft, status="Open"), any_office.services.clock())
    assert sum(steps) == 0
    assert _left(any_office) == ids


def test_messages_that_are_kept_for_ever(any_office: Office, support: Integration) -> None:
    any_office.services.properties.set({"keep_messages": "forever"})
    with any_office.services.database.write() as unit:
        _filed(unit, _taken_in(unit, support, any_office, 1), any_office)
    assert list(in_days(any_office, 36_000).messages()) == []
