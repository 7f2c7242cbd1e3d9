"""Service records as admins change them."""

from typing import Any

import pytest

from mailint_gui.domain.record import RecordFilter
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.validation import FieldFault, ValidationError
from mailint_gui.services.announcements import RecordsChanged
from tests.services.incoming import integration, mail, receive
from tests.services.office import Office


def test_changed_and_told(any_office: Office) -> None:
    support = integration(any_office)
    receive(any_office, support, mail("a"), mail("b"))
    book = any_office.services.records
    any_office.announced.clear()
    row = book.change(
        1, status=" Waiting ", subject="a new subject", tags=("x", " X ", "", "y"), assignee="ann"
    )
    assert (row.status, row.subject, row.tags, row.assignee) == (
        "Waiting",
        "a new subject",
        ("x", "y"),
        "ann",
    )
    assert any_office.of(RecordsChanged) == [RecordsChanged(frozenset({1}))]
    assert [each.number for each in book.page(RecordFilter())] == [2, 1]
    assert [each.number for each in book.page(RecordFilter(text="new subject"))] == [1]


def test_open_ones_are_those_that_the_properties_call_open(office: Office) -> None:
    support = integration(office)
    receive(office, support, mail("a"), mail("b"), mail("c"))
    book = office.services.records
    book.change(1, status="closed")
    book.change(2, status="Done")
    assert [each.number for each in book.page(RecordFilter(open_only=True))] == [3, 2]
    office.services.properties.set({"record_statuses": "New, Open, Done", "closed_statuses": "Done"})
    assert [each.number for each in book.page(RecordFilter(open_only=True))] == [3, 1]


@pytest.mark.parametrize(
    ("fields", "path", "fault"),
    [
        ({"status": " "}, "status", FieldFault.REQUIRED),
        ({"category": "x" * 101}, "category", FieldFault.TOO_LONG),
        ({"subject": "a\nb"}, "subject", FieldFault.CONTROL_CHARACTERS),
        ({"tags": ("fine", "x" * 101)}, "tags[2]", FieldFault.TOO_LONG),
        ({"tags": tuple(map(str, range(101)))}, "tags", FieldFault.TOO_MANY),
        ({"requester": "eve@example.net"}, "requester", FieldFault.UNKNOWN_KEY),
        ({"linked_to": 1}, "linked_to", FieldFault.UNKNOWN_KEY),
    ],
)
def test_with_a_fault_nothing_is_changed(
    office: Office, fields: dict[str, Any], path: str, fault: FieldFault
) -> None:
    receive(office, integration(office), mail("a"))
    book = office.services.records
    before = book.get(1)
    with pytest.raises(ValidationError) as raised:
        book.change(1, **{"urgency": "High", **fields})
    assert [(each.path, each.fault) for each in raised.value.errors] == [(path, fault)]
    assert book.get(1) == before


def test_no_such_record(office: Office) -> None:
    book = office.services.records
    for ask in (lambda: book.get(1), lambda: book.correspondence(1), lambda: book.change(1, status="Open")):
        with pytest.raises(RefusedError) as refused:
            ask()
        assert refused.value.refusal is Refusal.NO_SUCH_RECORD
