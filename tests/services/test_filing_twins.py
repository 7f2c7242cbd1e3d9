"""One message in several of our mailboxes, and reports of mail that could not be delivered."""

import pytest

from mailint_gui.domain.filing import ClosedRecords
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import OutboxAction, OutboxItem, OutboxPurpose, OutboxState, RecipientState
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.trail import TrailStep
from mailint_gui.services import filing, filing_verdict, settlement
from mailint_gui.services.scope import CancelScope
from tests.services.incoming import facts, integration, mail, one, receive, record_of, steps, store
from tests.services.office import Office
from tests.services.reports import report_of

BOTH = "support@ours.example, sales@ours.example"


def by_way_of(way: str, raw: bytes) -> bytes:
    """The same mail with what each way adds."""
    return (
        f"Received: by {way}.example; Mon, 23 Nov 2026 12:35:00 +0100\r\nDelivered-To: {way}\r\n".encode()
        + raw
    )


@pytest.mark.parametrize(
    ("many", "state", "record", "linked"),
    [
        ("one_record", "already_known", 1, None),
        ("one_per_mailbox", "filed", 2, None),
        ("linked", "filed", 2, 1),
    ],
)
def test_the_same_mail_in_two_mailboxes(
    any_office: Office, many: str, state: str, record: int, linked: int | None
) -> None:
    office = any_office
    office.services.properties.set({"one_message_in_many_mailboxes": many})
    support, sales = integration(office), integration(office, "Sales", "sales@ours.example")
    raw = mail(to=BOTH)
    first = one(office, support, by_way_of("support", raw))
    second = one(office, sales, by_way_of("sales", raw))
    assert (first.state, first.record) == ("filed", 1)
    assert (second.state, second.record) == (state, record)
    assert second.reason == ("same_message" if state == "already_known" else "")
    if state == "filed":
        assert record_of(office, second).linked_to == linked
    told = [] if many == "one_per_mailbox" else [{"message": str(first.id), "integration": "Support"}]
    assert facts(office, second, TrailStep.SAME_MESSAGE) == told


@pytest.mark.parametrize("many", ["one_per_mailbox", "linked"])
def test_an_answer_to_both_is_in_its_record_once(office: Office, many: str) -> None:
    office.services.properties.set({"one_message_in_many_mailboxes": many})
    support, sales = integration(office), integration(office, "Sales", "sales@ours.example")
    one(office, support, mail())
    answer = mail("[#1] more", to=BOTH)
    rows = [one(office, owner, by_way_of("x", answer)) for owner in (support, sales)]
    assert [(row.state, row.record) for row in rows] == [("filed", 1), ("already_known", 1)]
    assert record_of(office, rows[0]).messages == 2
    assert [row.id for row in office.services.records.correspondence(1)][1:] == [rows[0].id]


def test_two_equal_alerts_in_one_mailbox_are_two(office: Office) -> None:
    support = integration(office)
    rows = receive(office, support, mail(message_id="<1@x>"), mail(message_id="<1@x>"))
    assert [(row.state, row.record) for row in rows] == [("filed", 1), ("filed", 2)]


@pytest.mark.parametrize(
    "other",
    [
        mail("other subject", message_id="<1@x>", body="another body"),
        mail(sender="ann@example.com", message_id="<1@x>"),
        mail(message_id="<1@x>", date="Tue, 24 Nov 2026 12:34:56 +0100"),
        mail(message_id="<2@x>"),
    ],
)
def test_a_message_id_alone_is_no_identity(office: Office, other: bytes) -> None:
    support, sales = integration(office), integration(office, "Sales", "sales@ours.example")
    one(office, support, mail(message_id="<1@x>"))
    assert one(office, sales, other).state == "filed"


def test_without_a_message_id_the_bytes_decide(office: Office) -> None:
    """Two integrations on one mailbox."""
    first, second = integration(office), integration(office, "Second")
    raw = b"From: a@b.example\r\nSubject: no id\r\n\r\nhello\r\n"
    assert one(office, first, raw).record == 1
    assert one(office, second, raw).state == "already_known"
    assert one(office, second, b"X-Other: way\r\n" + raw).record == 2


def test_what_one_mailbox_ignores_another_may_take(office: Office) -> None:
    strict = integration(office, ignore_senders=("example.com",))
    other = integration(office, "Sales", "sales@ours.example")
    raw = mail(to=BOTH)
    assert one(office, strict, raw).state == "ignored"
    assert one(office, other, raw).record == 1


def test_what_is_known_elsewhere_can_be_filed_anyway(office: Office) -> None:
    support, sales = integration(office), integration(office, "Sales", "sales@ours.example")
    one(office, support, mail(to=BOTH))
    row = one(office, sales, mail(to=BOTH))
    assert row.state == "already_known"
    assert office.services.message_log.file_anyway(row.id, CancelScope()).record == 2


def sent(office: Office, owner: Integration, *recipients: str) -> OutboxItem:
    item = office.services.outbox.queue(owner, OutboxPurpose.TYPED, recipients, "s", "b")
    with office.services.database.write() as unit:
        assert unit.outbox.claim(item.id, office.services.clock())
        return unit.outbox.settle(item.id, OutboxAction.ACCEPTED, office.services.clock())


def test_a_report_marks_the_mail_that_it_speaks_of(any_office: Office) -> None:
    office = any_office
    support = integration(office, sends=True)
    item = sent(office, support, "gone@example.com", "there@example.com")
    row = one(office, support, report_of(item, "gone@example.com"))
    assert (row.state, row.reason) == ("ignored", "delivery_report")
    after = office.services.outbox.get(item.id)
    assert after is not None
    assert after.state is OutboxState.SENT
    assert [each.state for each in after.recipients] == [RecipientState.REFUSED, RecipientState.SENT]
    assert "no such user" in after.recipients[0].answer
    one(office, support, report_of(item, "there@example.com"))
    after = office.services.outbox.get(item.id)
    assert after is not None
    assert (after.state, after.reason) == (OutboxState.FAILED, "recipient_refused")
    [step] = facts(office, row, TrailStep.DELIVERY_REPORT)
    assert (step["recipient"], step["status"]) == ("gone@example.com", "5.1.1")


def test_a_report_belongs_to_the_record_of_its_mail(office: Office) -> None:
    support = integration(office, sends=True, closed_records=ClosedRecords.LINKED_RECORD)
    test = FieldTest(Field.SUBJECT, Operator.CONTAINS, "printer")
    answer = Action(ActionKind.AUTO_REPLY, text="We look at it.")
    office.services.rule_book.save(
        [Rule(name="r", condition=Group(GroupKind.ALL, (test,)), actions=(answer,))]
    )
    first = one(office, support, mail("printer"))
    office.services.records.change(1, status="Closed")
    [item] = office.services.outbox.all()
    row = one(office, support, report_of(item, "joe@example.com"))
    assert (row.state, row.record) == ("filed", first.record)
    assert steps(office, row) == [TrailStep.DELIVERY_REPORT, TrailStep.RECORD_JOINED]
    assert record_of(office, row).status == "Closed"


def test_reports_are_no_loop_and_foreign_ones_no_business_of_ours(office: Office) -> None:
    support = integration(office, sends=True)
    items = [sent(office, support, f"gone{number}@example.com") for number in range(8)]
    rows = receive(
        office, support, *(report_of(item, f"gone{number}@example.com") for number, item in enumerate(items))
    )
    assert {row.reason for row in rows} == {"delivery_report"}
    foreign = mail("Undelivered", "mailer-daemon@mx.example", Return_Path="<>", Auto_Submitted="auto-replied")
    assert one(office, support, foreign).reason == "automatic_reply"
    assert office.services.loop_breaker.active() == ()


def test_filing_goes_on_after_a_crash_in_the_middle(
    any_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction of a batch is all or nothing: neither a record nor a mail twice."""
    office = any_office
    support = integration(office, sends=True)
    test = FieldTest(Field.SUBJECT, Operator.CONTAINS, "printer")
    action = Action(ActionKind.FORWARD, recipients=("ann@example.org",))
    office.services.rule_book.save(
        [Rule(name="r", condition=Group(GroupKind.ALL, (test,)), actions=(action,))]
    )
    ids = store(office, support, *(mail(f"printer {number}") for number in range(30)))

    class Crash(BaseException):
        pass

    calls = []
    whole = filing_verdict.Judgement.file

    def dying(self: filing_verdict.Judgement) -> filing_verdict.Place:
        calls.append(self)
        if len(calls) == 28:
            raise Crash
        return whole(self)

    monkeypatch.setattr(filing, "BATCH", 25)
    monkeypatch.setattr(settlement, "LONGEST_TRANSACTION", 60.0)
    monkeypatch.setattr(filing_verdict.Judgement, "file", dying)
    with pytest.raises(Crash):
        office.services.filing.file(ids, CancelScope())
    monkeypatch.undo()
    assert office.states().count("received") == 5
    office.restart()
    office.services.filing.file_pending(CancelScope())
    rows = [office.services.message_log.get(each) for each in ids]
    assert [row.record for row in rows[:25]] == list(range(1, 26))
    assert len({row.record for row in rows} - {None}) == 30
    assert len(office.services.outbox.all()) == 30
