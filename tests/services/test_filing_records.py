"""Which record a message is filed to, and what becomes of it."""

import pytest

from mailint_gui.domain.filing import ClosedRecords, RecordMatching
from mailint_gui.domain.record import RecordFilter
from mailint_gui.domain.trail import TrailStep
from mailint_gui.services.announcements import MessagesChanged, RecordsChanged
from tests.services.incoming import facts, integration, mail, one, receive, record_of, steps
from tests.services.office import Office


def test_an_unknown_sender_opens_a_record_with_the_defaults(any_office: Office) -> None:
    office = any_office
    support = integration(office, category="IT", urgency="High", priority="Low", assignee="ann", group="Desk")
    row = one(office, support, mail("  no\tpaper ", "stranger@example.net"))
    record = record_of(office, row)
    assert (record.number, record.integration, record.subject) == (1, "Support", "no paper")
    assert (record.requester, record.status) == ("stranger@example.net", "New")
    assert (record.category, record.urgency, record.priority) == ("IT", "High", "Low")
    assert (record.assignee, record.group, record.impact, record.messages) == ("ann", "Desk", "", 1)
    assert steps(office, row) == [TrailStep.RECORD_OPENED, *[TrailStep.RECORD_SET] * 5]
    assert office.of(RecordsChanged) == [RecordsChanged(frozenset({1}))]
    assert office.of(MessagesChanged) == [MessagesChanged(frozenset({support.id}))]


def test_numbers_are_never_given_out_twice(any_office: Office) -> None:
    office = any_office
    support = integration(office)
    rows = receive(office, support, *(mail(str(number)) for number in range(3)))
    with office.services.database.write() as unit:
        unit.messages._connection.exec_driver_sql("UPDATE message SET record = NULL WHERE record = 3")
        unit.messages._connection.exec_driver_sql("DELETE FROM service_record WHERE id = 3")
    assert [row.record for row in rows] == [1, 2, 3]
    assert one(office, support, mail("next")).record == 4


def test_an_answer_joins_by_its_token(office: Office) -> None:
    support = integration(office)
    first = one(office, support, mail())
    answer = one(office, support, mail("AW: [#1] printer", body="still broken"))
    assert (answer.record, record_of(office, answer).messages) == (first.record, 2)
    assert steps(office, answer) == [TrailStep.TOKEN, TrailStep.RECORD_JOINED]
    assert [row.id for row in office.services.records.correspondence(1)] == [first.id, answer.id]


def test_the_token_is_as_the_property_says(office: Office) -> None:
    office.services.properties.set({"subject_token": "Ticket-{id}!"})
    support = integration(office)
    one(office, support, mail())
    assert one(office, support, mail("Re: TICKET-1! printer")).record == 1
    assert one(office, support, mail("Re: [#1] printer")).record == 2


@pytest.mark.parametrize(
    "subject",
    ["[#2]", "[#" + "9" * 40 + "]", "[#١]", "[#01]", "[# 1]", "[#0]"],
)
def test_what_names_no_record_opens_one(office: Office, subject: str) -> None:
    support = integration(office)
    one(office, support, mail())
    assert one(office, support, mail(subject)).record == 2


def test_a_chain_of_answers_joins_by_references(office: Office) -> None:
    """Also within one batch, whose messages are filed together."""
    support = integration(office)
    chain = [
        mail("a", message_id="<1@x>"),
        mail("b", "ann@example.net", message_id="<2@x>", In_Reply_To="<1@x>"),
        mail("c", "bob@example.net", message_id="<3@x>", References="<0@x> <1@x> <2@x>"),
        mail("d", message_id="<4@x>", References="<unknown@x>"),
    ]
    rows = receive(office, support, *chain)
    assert [row.record for row in rows] == [1, 1, 1, 2]
    assert facts(office, rows[2], TrailStep.REFERENCE) == [{"record": "1", "message_id": "<2@x>"}]


@pytest.mark.parametrize(
    ("matching", "by_token", "by_reference"),
    [
        (RecordMatching.BOTH, 1, 1),
        (RecordMatching.SUBJECT_TOKEN, 1, 2),
        (RecordMatching.REFERENCES, 2, 1),
    ],
)
def test_matching_is_as_the_integration_says(
    office: Office, matching: RecordMatching, by_token: int, by_reference: int
) -> None:
    support = integration(office, record_matching=matching)
    one(office, support, mail(message_id="<1@x>"))
    assert one(office, support, mail("[#1]")).record == by_token
    other = one(office, support, mail("no token", In_Reply_To="<1@x>")).record
    assert (other == 1) == (by_reference == 1)


def test_a_stranger_with_a_token_opens_a_record_of_its_own(any_office: Office) -> None:
    office = any_office
    support = integration(office)
    one(office, support, mail(to="support@ours.example, cc@example.com", message_id="<1@x>"))
    forged = one(office, support, mail("[#1]", "eve@example.net"))
    assert forged.record == 2
    assert facts(office, forged, TrailStep.TOKEN_FORGED) == [{"record": "1", "sender": "eve@example.net"}]
    ourselves = one(office, support, mail("[#1]", "support@ours.example"))
    assert ourselves.record == 3
    assert one(office, support, mail("[#1]", "CC@Example.com")).record == 1
    knows = mail("[#1]", "mallory@example.net", In_Reply_To="<1@x>")
    assert one(office, support, knows).record == 1
    office.services.properties.set({"forged_tokens": "accept"})
    assert one(office, support, mail("[#1] again", "eve@example.net")).record == 1


def test_who_is_written_to_in_the_same_batch_is_a_correspondent(office: Office) -> None:
    support = integration(office)
    one(office, support, mail())
    batch = [
        mail("[#1] see here", to="support@ours.example, ann@example.net"),
        mail("[#1]", "ann@example.net"),
    ]
    assert [row.record for row in receive(office, support, *batch)] == [1, 1]


def test_status_after_a_reply(office: Office) -> None:
    support = integration(office, status_after_reply="Open")
    row = one(office, support, mail())
    assert record_of(office, row).status == "New"
    answer = one(office, support, mail("[#1]"))
    assert record_of(office, answer).status == "Open"
    assert facts(office, answer, TrailStep.RECORD_SET) == [{"field": "status", "value": "Open", "rule": ""}]


def test_a_closed_record_is_reopened(office: Office) -> None:
    support = integration(office, status_after_reply="Waiting")
    one(office, support, mail())
    office.services.records.change(1, status="closed")
    answer = one(office, support, mail("[#1]"))
    assert record_of(office, answer).status == "Open"
    assert facts(office, answer, TrailStep.CLOSED) == [{"record": "1", "reopened": "yes"}]


def test_a_closed_record_is_gone_on_from(any_office: Office) -> None:
    office = any_office
    support = integration(office, closed_records=ClosedRecords.LINKED_RECORD)
    one(office, support, mail())
    office.services.records.change(1, status="Closed")
    second = one(office, support, mail("[#1] more"))
    assert (record_of(office, second).number, record_of(office, second).linked_to) == (2, 1)
    assert record_of(office, second).status == "New"
    assert facts(office, second, TrailStep.CLOSED) == [{"record": "1", "linked": "2"}]
    third = one(office, support, mail("[#1] and more"))
    assert third.record == 2
    office.services.records.change(2, status="Closed")
    fourth = one(office, support, mail("[#1] once again"))
    assert (fourth.record, record_of(office, fourth).linked_to) == (3, 2)
    assert office.services.records.get(1).status == "Closed"


def test_answers_of_one_batch_go_on_from_a_closed_record_together(any_office: Office) -> None:
    office = any_office
    support = integration(office, closed_records=ClosedRecords.LINKED_RECORD)
    one(office, support, mail())
    office.services.records.change(1, status="Closed")
    rows = receive(office, support, mail("[#1] more"), mail("[#1] and more"))
    assert [row.record for row in rows] == [2, 2]
    assert record_of(office, rows[0]).linked_to == 1


def test_a_batch_of_answers_changes_each_record(office: Office) -> None:
    support = integration(office)
    rows = receive(office, support, *(mail(f"no. {number}") for number in range(60)))
    assert [row.record for row in rows] == list(range(1, 61))
    answers = [mail(f"[#{number}]") for number in range(60, 0, -1)]
    assert [row.record for row in receive(office, support, *answers)] == list(range(60, 0, -1))
    assert [row.messages for row in office.services.records.page(RecordFilter(), limit=100)] == [2] * 60
