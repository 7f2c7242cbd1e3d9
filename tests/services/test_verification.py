"""Every flaw that a database can get is named, and none is seen in a sound one."""

import zlib
from dataclasses import replace

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import MessageState, QuarantineReason
from mailint_gui.domain.record import RecordDraft
from mailint_gui.domain.verification import Flaw, FlawedMessage, Verified
from mailint_gui.services import verification as module
from mailint_gui.services.verification import Verification
from tests.services.office import Office, letter
from tests.store.samples import NOW, PARSED, received, too_large
from tests.store.test_outbox import queue

COUNT = 12


@pytest.fixture
def ids(any_office: Office, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A message of every kind, all as it should be: filed to a record first."""
    monkeypatch.setattr(module, "IDS_AT_ONCE", 5)
    support = any_office.services.integrations.save(Integration(name="Support"))
    refused = replace(
        received(support.id, 9, None),
        state=MessageState.QUARANTINED,
        reason=QuarantineReason.NOT_HANDED_OUT,
    )
    known = replace(received(support.id, 10, None), state=MessageState.ALREADY_KNOWN)
    with any_office.services.database.write() as unit:
        batch = [received(support.id, uid, letter(uid)) for uid in range(1, 8)]
        ids = unit.messages.add_received([*batch, too_large(support.id, 8), refused, known])
        filed, kept, ignored, forgotten, quarantined, discarded, _waiting, *_rest = [
            each or 0 for each in ids
        ]
        number = unit.records.add(RecordDraft(support.id, "", "", "Open"), NOW).number
        unit.messages.set_filed(filed, PARSED, NOW, record=number)
        unit.messages.set_filed(kept, PARSED, NOW)
        unit.messages.set_filed(ignored, PARSED, NOW, state=MessageState.IGNORED)
        unit.messages.set_filed(forgotten, PARSED, NOW)
        unit.forgetting.forget([forgotten], NOW)
        unit.messages.set_quarantined(quarantined, QuarantineReason.TOO_DEEP, "")
        unit.messages.set_quarantined(discarded, QuarantineReason.TOO_DEEP, "")
        unit.messages.set_discarded(discarded, "ann")
        unit.raw_messages.put_packed([(filed, zlib.compress(letter(1))), (kept, None)])
        queue(unit, support.id)
        queue(unit, support.id)
    return [each for each in ids if each]


def verified(office: Office) -> Verified:
    *_before, last = Verification(office.services.database).verify()
    assert last.done == last.last
    return last.found


def test_a_sound_database_has_no_flaw(any_office: Office, ids: list[int]) -> None:
    found = verified(any_office)
    assert found.flaws == ()
    assert found.messages == COUNT
    assert found.size == sum(len(letter(uid)) for uid in (1, 2, 3, 5, 6, 7)) + 2 * len(b"raw\x00")


def test_an_empty_database(any_office: Office) -> None:
    assert list(Verification(any_office.services.database).verify()) == []


@pytest.mark.parametrize(
    ("statement", "place", "flaw"),
    [
        ("DELETE FROM raw_message WHERE message_id = {id}", 0, Flaw.BYTES_MISSING),
        ("DELETE FROM raw_message WHERE message_id = {id}", 6, Flaw.BYTES_MISSING),
        ("DELETE FROM raw_message WHERE message_id = {id}", 11, Flaw.BYTES_MISSING),
        ("UPDATE raw_message SET codec = 'zlib' WHERE message_id = {id}", 1, Flaw.BYTES_DAMAGED),
        ("UPDATE message SET size = 3 WHERE id = {id}", 0, Flaw.BYTES_DAMAGED),
        ("UPDATE message SET size = 3 WHERE id = {id}", 1, Flaw.BYTES_DIFFER),
        ("UPDATE message SET sha256 = 'x' WHERE id = {id}", 0, Flaw.BYTES_DIFFER),
        ("UPDATE message SET sha256 = 'x' WHERE id = {id}", 10, Flaw.BYTES_DIFFER),
        ("UPDATE raw_message SET message_id = {id} WHERE message_id = 6", 3, Flaw.BYTES_LEFT_OVER),
        ("UPDATE raw_message SET message_id = {id} WHERE message_id = 6", 7, Flaw.BYTES_LEFT_OVER),
        ("DELETE FROM message_search WHERE {row} = {id}", 0, Flaw.SEARCH_MISSING),
        ("DELETE FROM message_search WHERE {row} = {id}", 7, Flaw.SEARCH_MISSING),
        ("INSERT INTO message_search ({row}, content) VALUES ({id}, '')", 3, Flaw.SEARCH_LEFT_OVER),
        ("INSERT INTO message_search ({row}, content) VALUES (777, '')", None, Flaw.SEARCH_LEFT_OVER),
        ("UPDATE message SET record = 99 WHERE id = {id}", 0, Flaw.RECORD_MISSING),
    ],
)
def test_each_flaw_is_named(
    any_office: Office, ids: list[int], statement: str, place: int | None, flaw: Flaw
) -> None:
    numbered = [*ids, max(ids) + 1, max(ids) + 2]  # the last two are of the outbox
    flawed = 777 if place is None else numbered[place]
    with any_office.services.database.write() as unit:
        connection = unit.messages._connection
        row = "rowid" if connection.dialect.name == "sqlite" else "row_id"
        assert ids[5] == 6
        connection.exec_driver_sql(statement.format(id=flawed, row=row))
    assert verified(any_office).flaws == (FlawedMessage(flawed, flaw),)
