from dataclasses import replace

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.record import RecordDraft, RecordFilter
from mailint_gui.store.database import Database
from mailint_gui.store.errors import MissingRowError
from tests.store.samples import LATER, NOW, PARSED, received


@pytest.fixture
def draft(support: Integration) -> RecordDraft:
    return RecordDraft(support.id, "Printer on fire", "Ann@example.org", "New")


def test_a_record_comes_back_as_it_was_put(database: Database, draft: RecordDraft) -> None:
    full = replace(
        draft, category="a", urgency="b", impact="c", priority="d", assignee="e", group="f", tags=("g", "h")
    )
    with database.write() as work:
        first = work.records.add(draft, NOW)
        second = work.records.add(replace(full, linked_to=first.number), LATER)
    with database.read() as work:
        assert work.records.get(first.number) == first
        assert work.records.get(second.number) == second
        assert second.draft == replace(full, linked_to=first.number)
        assert work.records.get(99) is None


def test_changes(database: Database, draft: RecordDraft) -> None:
    with database.write() as work:
        number = work.records.add(draft, NOW).number
        work.records.touch(number, LATER)
        touched = work.records.get(number)
        assert touched
        assert (touched.draft, touched.created_at, touched.changed_at) == (draft, NOW, LATER)
        changed = replace(draft, status="Open", tags=("x",))
        work.records.update(number, changed, LATER)
        stored = work.records.get(number)
        assert stored
        assert stored.draft == changed
        with pytest.raises(MissingRowError):
            work.records.update(99, draft, NOW)
        with pytest.raises(MissingRowError):
            work.records.touch(99, NOW)


def test_a_line_of_the_list(database: Database, support: Integration, draft: RecordDraft) -> None:
    with database.write() as work:
        number = work.records.add(draft, NOW).number
        ids = work.messages.add_received([received(support.id, 1), received(support.id, 2)])
        work.messages.set_filed(ids[0] or 0, PARSED, NOW, record=number)
        row = work.records.row(number)
        assert row
        assert (row.number, row.integration, row.subject, row.messages) == (
            *(number, "Support", "Printer on fire"),
            1,
        )
        assert work.records.page(RecordFilter(), None, 10) == (row,)
        assert work.records.row(99) is None


def test_pages_go_from_the_newest_to_the_oldest(database: Database, draft: RecordDraft) -> None:
    with database.write() as work:
        numbers = [work.records.add(draft, NOW).number for _ in range(5)]
        first = work.records.page(RecordFilter(), None, 2)
        second = work.records.page(RecordFilter(), first[-1].number, 10)
        assert [row.number for row in first + second] == numbers[::-1]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (RecordFilter(), "dcba"),
        (RecordFilter(statuses=("NEW", "Closed")), "cba"),
        (RecordFilter(statuses=("nothing",)), ""),
        (RecordFilter(open_only=True, closed_statuses=("closed",)), "da"),
        (RecordFilter(open_only=True, closed_statuses=("closed",), statuses=("Closed", "New")), "a"),
        (RecordFilter(text="invoice"), "cb"),
        (RecordFilter(text="invoice", open_only=True, closed_statuses=("closed",)), ""),
        (RecordFilter(text="2 inv"), "b"),
        (RecordFilter(text="bob@example.org"), "d"),
        (RecordFilter(text="urgent"), "d"),
        (RecordFilter(text='"tag two"'), "d"),
        (RecordFilter(text="!!"), ""),
        (RecordFilter(text="  "), "dcba"),
    ],
)
def test_filters(database: Database, draft: RecordDraft, wanted: RecordFilter, found: str) -> None:
    drafts = [
        draft,
        replace(draft, status="Closed", subject="Invoice 2"),
        replace(draft, status="closed", subject="INVOICES"),
        replace(draft, status="Waiting", requester="bob@example.org", tags=("urgent", "tag two")),
    ]
    with database.write() as work:
        numbers = [work.records.add(one, NOW).number for one in drafts]
        names = dict(zip(numbers, "abcd", strict=True))
    with database.read() as work:
        everything = work.records.page(wanted, None, 10)
        assert "".join(names[row.number] for row in everything) == found
        first, *_ = [*everything, None]
        if first:
            after = work.records.page(wanted, first.number, 10)
            assert after == everything[1:]
            assert work.records.page(wanted, None, 1) == (first,)


def test_finds_by_number_and_by_integration(database: Database, draft: RecordDraft) -> None:
    with database.write() as work:
        sales = work.integrations.add(Integration(name="Sales"))
        first = work.records.add(draft, NOW).number
        second = work.records.add(replace(draft, integration_id=sales.id), NOW).number

        def found(wanted: RecordFilter) -> list[int]:
            return [row.number for row in work.records.page(wanted, None, 10)]

        assert found(RecordFilter(text=f"#{second}")) == [second]
        assert found(RecordFilter(integration_id=sales.id)) == [second]
        assert found(RecordFilter(integration_id=draft.integration_id, text="printer")) == [first]


def test_what_is_changed_is_found_by_its_new_words(database: Database, draft: RecordDraft) -> None:
    with database.write() as work:
        number = work.records.add(draft, NOW).number
        work.records.update(number, replace(draft, subject="Toner"), LATER)
        assert work.records.page(RecordFilter(text="fire"), None, 10) == ()
        assert [row.number for row in work.records.page(RecordFilter(text="toner"), None, 10)] == [number]


def test_correspondents(database: Database, support: Integration, draft: RecordDraft) -> None:
    with database.write() as work:
        number = work.records.add(draft, NOW).number
        assert work.records.correspondents(number) == {"ann@example.org"}
        (message_id,) = work.messages.add_received([received(support.id, 1)])
        work.messages.set_filed(
            message_id or 0, replace(PARSED, sender="Bob@Example.org"), NOW, record=number
        )
        assert work.records.correspondents(number) == {
            "ann@example.org",
            "bob@example.org",
            *PARSED.recipients,
        }
        assert work.records.correspondents(99) == frozenset()
