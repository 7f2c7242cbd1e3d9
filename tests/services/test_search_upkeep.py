"""Search words that are missing are made again from the raw messages."""

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.services import search_upkeep as module
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.search_upkeep import SearchUpkeep
from tests.services.office import Office, letter
from tests.store.samples import NOW, PARSED, received, too_large


def test_messages_of_before_are_found_again(
    any_office: Office, parser: ParserProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDS_AT_ONCE", 4)
    monkeypatch.setattr(module, "PARSED_AT_ONCE", 2)
    database = any_office.services.database
    support = any_office.services.integrations.save(Integration(name="Support"))
    with database.write() as unit:
        ids = unit.messages.add_received(
            [
                *(received(support.id, uid, letter(uid, body=f"paper{uid}")) for uid in range(1, 10)),
                too_large(support.id, 10),
                received(support.id, 11, letter(11)),
            ]
        )
        for message_id in ids[:9]:
            unit.messages.set_filed(message_id or 0, PARSED, NOW)
        unit.searches.remove(each for each in ids if each)
    upkeep = SearchUpkeep(database, parser)
    steps = list(upkeep.steps())
    assert (sum(steps), max(steps)) == (10, 2)
    assert sum(upkeep.steps()) == 0
    with database.read() as unit:
        for uid in range(1, 10):
            (found,) = unit.messages.page(MessageFilter(text=f"paper{uid}"), None, 10)
            assert found.id == ids[uid - 1]
        (large,) = unit.messages.page(MessageFilter(text="hello", state="too_large"), None, 10)
        assert large.id == ids[9]


def test_damaged_bytes_stop_no_other(any_office: Office, parser: ParserProcess) -> None:
    database = any_office.services.database
    support = any_office.services.integrations.save(Integration(name="Support"))
    with database.write() as unit:
        ids = unit.messages.add_received([received(support.id, uid, letter(uid)) for uid in (1, 2)])
        for message_id in ids:
            assert message_id
            unit.messages.set_filed(message_id, PARSED, NOW)
            unit.searches.remove([message_id])
        unit.raw_messages.put_packed([(ids[0] or 0, b"no zlib")])
    assert sum(SearchUpkeep(database, parser).steps()) == 2
    with database.read() as unit:
        assert unit.searches.missing(0, 10) == ()
