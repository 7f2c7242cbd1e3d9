"""Messages that are filed together end where they would end one after the other."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailint_gui.domain.filing import ClosedRecords
from mailint_gui.domain.record import RecordFilter
from mailint_gui.domain.rule import Action, ActionKind
from mailint_gui.services import settlement
from tests.services.incoming import integration, mail, receive
from tests.services.office import Office, OpenOffice
from tests.services.test_filing_rules import when

RULES = [
    when("printer", Action(ActionKind.SET_STATUS, "Closed"), Action(ActionKind.TAG, "paper")),
    when("urgent", Action(ActionKind.SET_URGENCY, "High"), Action(ActionKind.TAG, "soon")),
]


@st.composite
def letters(draw: st.DrawFn, number: int) -> bytes:
    """Some answer others, by their Message-IDs or the numbers of their records."""
    subject = draw(st.sampled_from(["printer", "urgent", "urgent [#1]", "[#1]", "[#2]", "[#3]"]))
    sender = draw(st.sampled_from(["joe@example.com", "joe@example.com", "ann@example.net"]))
    headers = {"References": f"<{draw(st.integers(1, 6))}@x>"} if draw(st.booleans()) else {}
    return mail(subject, sender, message_id=f"<{number}@x>", **headers)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*(letters(number) for number in range(1, 7))), st.sampled_from(ClosedRecords))
def test_a_batch_ends_as_its_messages_do_one_by_one(
    open_office: OpenOffice, raws: tuple[bytes, ...], closed: ClosedRecords
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settlement, "LONGEST_TRANSACTION", 1000.0)
        together = _filed(open_office(), [raws], closed)
    assert together == _filed(open_office(), [(raw,) for raw in raws], closed)


def _filed(office: Office, batches: list[tuple[bytes, ...]], closed: ClosedRecords) -> list[object]:
    """What became of the messages and of their records, and what finds them."""
    office.services.rule_book.save(RULES)
    support = integration(office, closed_records=closed)
    rows = [row for batch in batches for row in receive(office, support, *batch)]
    records = office.services.records.page(RecordFilter(), limit=100)
    with office.services.database.read() as unit:
        trails = [unit.trails.get(row.id) for row in rows]
        kept = [
            (row.number, row.messages, record.draft)
            for row in records
            if (record := unit.records.get(row.number))
        ]
    words = ("printer", "urgent", "paper", "soon")
    found = [office.services.records.page(RecordFilter(text=word), limit=100) for word in words]
    return [
        [(row.state, row.reason, row.record) for row in rows],
        kept,
        [trail.steps for trail in trails if trail],
        [[row.number for row in some] for some in found],
    ]
