"""Bytes are packed by the parser process once a message is filed."""

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.services import packing as module
from mailint_gui.services.packing import Packing
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.scope import CancelScope
from tests.services.office import Office, letter
from tests.store.samples import NOW, PARSED, received


@pytest.fixture
def packing(office: Office, parser: ParserProcess) -> Packing:
    return Packing(office.services.database, parser)


@pytest.fixture
def raws(office: Office) -> dict[int, bytes]:
    """Filed messages by id: five letters, one that cannot be packed, and one without a byte."""
    support = office.services.integrations.save(Integration(name="Support"))
    noise = bytes((number * number * 7 + number // 3) % 251 for number in range(40))
    raws = [*(letter(number, size=2_000) for number in range(5)), noise, b""]
    with office.services.database.write() as unit:
        ids = unit.messages.add_received([received(support.id, uid, raw) for uid, raw in enumerate(raws, 1)])
        for message_id in ids:
            assert message_id
            unit.messages.set_filed(message_id, PARSED, NOW)
    return {each: raw for each, raw in zip(ids, raws, strict=True) if each}


def _stored(office: Office) -> dict[int, tuple[str, int]]:
    with office.services.database.read() as unit:
        rows = unit.messages._connection.exec_driver_sql(
            "SELECT message_id, codec, length(content) FROM raw_message"
        )
        return {message_id: (codec, length) for message_id, codec, length in rows}


def test_packs_what_gets_smaller(
    office: Office, packing: Packing, raws: dict[int, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKED_AT", 3)
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 4_000)
    steps = list(packing.steps())
    assert (sum(steps), max(steps)) == (7, 2)
    *letters, noise, empty = raws
    stored = _stored(office)
    assert {stored[each][0] for each in letters} == {"zlib"}
    assert all(stored[each][1] < len(raws[each]) / 2 for each in letters)
    assert [stored[each] for each in (noise, empty)] == [("kept", 40), ("kept", 0)]
    with office.services.database.read() as unit:
        assert {each: unit.messages.raw(each) for each in raws} == raws
    assert list(packing.steps()) == []


def test_what_is_forgotten_meanwhile_is_left_out(
    office: Office, packing: Packing, raws: dict[int, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 0)
    steps = packing.steps()
    assert next(steps) == 1
    with office.services.database.write() as unit:
        unit.forgetting.forget([*raws][1:3], NOW)
    assert sum(steps) == 4


def test_a_message_that_is_filed_again_is_read_from_its_packed_bytes(
    office: Office, packing: Packing, raws: dict[int, bytes]
) -> None:
    first = next(iter(raws))
    assert sum(packing.steps()) == len(raws)
    with office.services.database.write() as unit:
        unit.messages.set_received(first)
    office.services.filing.file([first], CancelScope())
    assert office.services.message_log.get(first).subject == "no. 0"
