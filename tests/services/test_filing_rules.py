"""What rules order is done, in the same transaction, and the trail says what was not."""

import email
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest

from mailint_gui.domain.integration import AfterProcessing, Integration
from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose
from mailint_gui.domain.rule import (
    ALL,
    Action,
    ActionKind,
    Addresses,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Rule,
)
from mailint_gui.domain.rule_verdict import RuleOutcome
from mailint_gui.domain.trail import TrailStep
from mailint_gui.services.announcements import OutboxChanged
from mailint_gui.services.scope import CancelScope
from tests.servers.mailbox import Mailbox
from tests.services.incoming import SUPPORT, facts, integration, mail, one, receive, record_of, steps
from tests.services.office import Office


def when(
    word: str,
    *actions: Action,
    name: str = "",
    addresses: Addresses = ALL,
    continue_with_later: bool = True,
) -> Rule:
    """Whose subject contains ``word``."""
    test = FieldTest(Field.SUBJECT, Operator.CONTAINS, word)
    return Rule(
        name=name or f"when {word} {len(actions)}",
        addresses=addresses,
        condition=Group(GroupKind.ALL, (test,)),
        actions=actions,
        continue_with_later=continue_with_later,
    )


def action(kind: ActionKind, value: str = "", **more: Any) -> Action:
    return Action(kind, value, **more)


def use(office: Office, *rules: Rule) -> None:
    office.services.rule_book.save(rules)


def outbox(office: Office) -> list[OutboxItem]:
    return list(office.services.outbox.all())


def sent(office: Office, item: OutboxItem) -> EmailMessage:
    with office.services.database.read() as unit:
        message = email.message_from_bytes(unit.outbox.raw(item.id), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def not_done(office: Office, row: MessageRow) -> list[tuple[str, str]]:
    return [(each["action"], each["why"]) for each in facts(office, row, TrailStep.ACTION_NOT_DONE)]


def test_fields_are_set_and_tags_put(any_office: Office) -> None:
    office = any_office
    support = integration(office, status_after_reply="Open", category="Default")
    kinds = {
        "assignee": ActionKind.ASSIGN_ADMIN,
        "group": ActionKind.ASSIGN_GROUP,
        "status": ActionKind.SET_STATUS,
        "category": ActionKind.SET_CATEGORY,
        "urgency": ActionKind.SET_URGENCY,
        "impact": ActionKind.SET_IMPACT,
        "priority": ActionKind.SET_PRIORITY,
    }
    setting = [action(kind, f"by rule \\ “{field}”") for field, kind in kinds.items()]
    use(office, when("printer", *setting), when("paper", action(ActionKind.TAG, "Paper")))
    row = one(office, support, mail("printer: no paper"))
    record = record_of(office, row)
    assert {field: getattr(record, field) for field in kinds} == {
        field: f"by rule \\ “{field}”" for field in kinds
    }
    assert record.tags == ("Paper",)
    trail = office.services.message_log.trail(row.id)
    assert [each.outcome for each in trail.rules] == [RuleOutcome.MATCHED] * 2
    assert facts(office, row, TrailStep.TAGGED) == [{"tag": "Paper", "rule": "when paper 1"}]
    answer = one(office, support, mail("[#1] thank you"))
    assert record_of(office, answer).status == "Open"
    assert [each.outcome for each in office.services.message_log.trail(answer.id).rules] == [
        RuleOutcome.NOT_MATCHED
    ] * 2


def test_rules_are_for_their_addresses(office: Office) -> None:
    support, sales = integration(office), integration(office, "Sales", "sales@ours.example")
    use(office, when("printer", action(ActionKind.IGNORE), addresses=(sales.id,)))
    assert one(office, support, mail()).state == "filed"
    assert one(office, sales, mail(to="sales@ours.example")).state == "ignored"


def test_changed_rules_hold_for_the_next_message(office: Office) -> None:
    support = integration(office)
    assert one(office, support, mail("printer 1")).state == "filed"
    use(office, when("printer", action(ActionKind.IGNORE)))
    assert one(office, support, mail("printer 2")).state == "ignored"
    use(office)
    assert one(office, support, mail("printer 3")).state == "filed"


def test_ignored_by_a_rule(any_office: Office) -> None:
    office = any_office
    support = integration(office, sends=True)
    forward = action(ActionKind.FORWARD, recipients=("ann@example.org",))
    use(
        office,
        when("printer", action(ActionKind.IGNORE), action(ActionKind.TAG, "t"), forward, name="no printers"),
    )
    row = one(office, support, mail())
    assert (row.state, row.reason, row.record) == ("ignored", "rule", None)
    assert facts(office, row, TrailStep.RULE_IGNORED) == [{"rule": "no printers"}]
    assert not_done(office, row) == [("tag", "no_record")]
    assert len(outbox(office)) == 1
    again = office.services.message_log.file_anyway(row.id, CancelScope())
    assert (again.state, again.record, record_of(office, again).tags) == ("filed", 1, ("t",))
    assert ("ignore", "filed_anyway") in not_done(office, row)
    assert ("forward", "done_before") in not_done(office, row)
    assert len(outbox(office)) == 1


def test_a_forward_carries_the_original(office: Office) -> None:
    support = integration(office, sends=True)
    use(
        office, when("printer", action(ActionKind.FORWARD, recipients=("ann@example.org", "bob@example.org")))
    )
    original = mail(body="grüße")
    row = one(office, support, original)
    [item] = outbox(office)
    assert item.purpose is OutboxPurpose.RULE
    assert [each.address for each in item.recipients] == ["ann@example.org", "bob@example.org"]
    message = sent(office, item)
    assert message["Subject"] == "Fwd: printer [#1]"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    [inner] = list(message.iter_attachments())
    assert inner.get_content_type() == "message/rfc822"
    with office.services.database.read() as unit:
        assert original in unit.outbox.raw(item.id)
    assert [(each.direction, each.record) for each in office.services.records.correspondence(1)] == [
        ("incoming", 1),
        ("outgoing", 1),
    ]
    [done] = facts(office, row, TrailStep.ACTION_DONE)
    assert done["detail"] == "ann@example.org, bob@example.org"
    assert office.of(OutboxChanged)
    # who got it is a correspondent, and answers into the record
    assert one(office, support, mail("AW: Fwd: printer [#1]", "ann@example.org")).record == 1


def test_an_answer_goes_out_once_a_day(any_office: Office) -> None:
    office = any_office
    support = integration(office, sends=True)
    use(office, when("printer", action(ActionKind.AUTO_REPLY, text="We look at it.\\")))
    row = one(office, support, mail(message_id="<1@x>", References="<0@x>"))
    [item] = outbox(office)
    message = sent(office, item)
    assert (message["To"], message["Subject"]) == ("joe@example.com", "Re: printer [#1]")
    assert message["Auto-Submitted"] == "auto-replied"
    assert (message["In-Reply-To"], message["References"].split()) == ("<1@x>", ["<0@x>", "<1@x>"])
    body = message.get_body(("plain",))
    assert body is not None
    assert "We look at it.\\" in body.get_content()
    assert TrailStep.ACTION_DONE in steps(office, row)
    again = one(office, support, mail("Re: printer [#1]"))
    assert not_done(office, again) == [("auto_reply", "answered_lately")]
    assert [each.purpose for each in outbox(office)] == [OutboxPurpose.AUTO_REPLY]


@pytest.mark.parametrize(
    ("sender", "headers", "why"),
    [
        ("robot@example.com", {"Auto_Submitted": "auto-generated"}, "automatic_mail"),
        ("robot@example.com", {"Precedence": "bulk"}, "automatic_mail"),
        ("robot@example.com", {"List_Id": "<l.example>"}, "automatic_mail"),
        ("gate@example.com", {"X_Failed_Recipients": "ann@example.com"}, "automatic_mail"),
        ("no-reply@example.com", {}, "no_reply_address"),
        ("do.not.reply+7@example.com", {}, "no_reply_address"),
        ("MAILER-DAEMON@example.com", {}, "no_reply_address"),
        ("list-owner@example.com", {}, "no_reply_address"),
        (SUPPORT, {}, "own_address"),
        ("nobody", {}, "bad_address"),
    ],
)
def test_whom_no_answer_goes_to(office: Office, sender: str, headers: dict[str, str], why: str) -> None:
    support = integration(office, sends=True)
    use(office, when("printer", action(ActionKind.AUTO_REPLY, text="We look at it.")))
    row = one(office, support, mail(sender=sender, **headers))
    assert not_done(office, row) == [("auto_reply", why)]
    assert outbox(office) == []


def test_what_is_ignored_is_answered_once_a_day(office: Office) -> None:
    support = integration(office, sends=True)
    answer = action(ActionKind.AUTO_REPLY, text="Nobody reads this.")
    use(office, when("printer", action(ActionKind.IGNORE), answer))
    rows = receive(
        office, support, mail("printer 1"), mail("printer 2"), mail("printer 3", "ann@example.org")
    )
    assert {row.state for row in rows} == {"ignored"}
    assert not_done(office, rows[1]) == [("auto_reply", "answered_lately")]
    assert [each.recipients[0].address for each in outbox(office)] == ["joe@example.com", "ann@example.org"]
    assert sent(office, outbox(office)[0])["Subject"] == "Re: printer 1"


def test_answers_are_remembered_however_much_else_is_sent(any_office: Office) -> None:
    office = any_office
    support = integration(office, sends=True)
    answer = action(ActionKind.AUTO_REPLY, text="Nobody reads this.")
    use(office, when("printer", action(ActionKind.IGNORE), answer), when("paper", answer))
    receive(office, support, mail("printer 1"), *(mail(f"paper {number}") for number in range(4)))
    assert len(outbox(office)) == 5
    send_much_else(office, support)
    ignored, robot = receive(office, support, mail("printer 2"), mail("paper 5"))
    assert not_done(office, ignored) == [("auto_reply", "answered_lately")]
    assert not_done(office, robot) == [("auto_reply", "too_many_answers")]


def send_much_else(office: Office, integration: Integration) -> None:
    with office.services.database.write() as unit:
        for number in range(300):
            unit.outbox.add(
                integration.id,
                purpose=OutboxPurpose.TYPED,
                sender=SUPPORT,
                subject="s",
                message_id=f"<{number}@ours.example>",
                recipients=["ann@example.com"],
                raw=b"raw",
                at=office.services.clock(),
            )


def test_a_robot_without_any_sign_is_not_answered_for_ever(office: Office) -> None:
    support = integration(office, sends=True)
    use(office, when("printer", action(ActionKind.AUTO_REPLY, text="We look at it.")))
    rows = receive(office, support, *(mail(f"printer {number}") for number in range(8)))
    assert len(outbox(office)) == 5
    assert [not_done(office, row) for row in rows[5:]] == [[("auto_reply", "too_many_answers")]] * 3
    assert {row.state for row in rows} == {"filed"}


def test_who_is_told(office: Office) -> None:
    office.services.properties.set({"notification_recipients": "all@example.org"})
    support = integration(office, sends=True)
    sales = integration(
        office, "Sales", "sales@ours.example", sends=True, responsible_admin="sam@example.org"
    )
    use(
        office,
        when("printer", action(ActionKind.NOTIFY)),
        when("paper", action(ActionKind.NOTIFY, recipients=("joe@example.com", "bob@example.org"))),
    )
    one(office, support, mail("printer"))
    one(office, sales, mail("printer 2"))
    one(office, support, mail("paper"))
    assert [[each.address for each in item.recipients] for item in outbox(office)] == [
        ["all@example.org"],
        ["sam@example.org"],
        ["bob@example.org"],
    ]
    message = sent(office, outbox(office)[0])
    assert message["Subject"] == "New email from joe@example.com: printer [#1]"
    assert "Support" in str(message.get_body(("plain",)))


def test_mail_of_rules_needs_somebody_who_can_send(office: Office) -> None:
    support = integration(office)
    use(office, when("printer", action(ActionKind.FORWARD, recipients=("ann@example.org",))))
    assert not_done(office, one(office, support, mail("printer 1"))) == [("forward", "no_sender")]
    integration(office, "Default", "default@ours.example", sends=True, is_default=True)
    assert not_done(office, one(office, support, mail("printer 2"))) == []
    assert [each.integration for each in outbox(office)] == ["Default"]


@pytest.mark.parametrize(
    ("kind", "recipients", "why"),
    [
        (ActionKind.NOTIFY, (), "no_recipient"),
        (ActionKind.FORWARD, ("joe@example.com",), "to_its_sender"),
    ],
)
def test_nobody_to_send_to(office: Office, kind: ActionKind, recipients: tuple[str, ...], why: str) -> None:
    support = integration(office, sends=True)
    use(office, when("printer", action(kind, recipients=recipients)))
    assert not_done(office, one(office, support, mail())) == [(str(kind), why)]


def owed_folder(office: Office, mailbox: Mailbox, folder: str, **changes: Any) -> Integration:
    use(office, when("printer", action(ActionKind.MOVE_TO_FOLDER, folder)))
    mailbox.deliver_many([mail("printer"), mail("paper")])
    return office.receiving(mailbox, **changes)


def test_moved_by_the_next_check(office: Office, mailbox: Mailbox) -> None:
    mailbox.create_folder("Printers")
    support = owed_folder(office, mailbox, "Printers")
    office.check(support)
    assert [len(mailbox.messages(folder)) for folder in ("INBOX", "Printers")] == [2, 0]
    [row] = [row for row in office.rows() if row.subject == "printer"]
    assert facts(office, row, TrailStep.MOVE_OWED) == [{"folder": "Printers", "rule": "when printer 1"}]
    outcome = office.check(support)
    assert (outcome.problem, outcome.tally.seen) == (None, 0)
    assert [len(mailbox.messages(folder)) for folder in ("INBOX", "Printers")] == [1, 1]
    assert "\\Seen" in mailbox.messages("Printers")[0].flags
    assert office.debts(support) == 0
    office.check(support)
    assert office.states() == ["filed", "filed"]


@pytest.mark.expects_log("a rule moves to 'Nowhere'")
def test_a_folder_that_is_not_there_is_no_error_of_the_mailbox(office: Office, mailbox: Mailbox) -> None:
    support = owed_folder(office, mailbox, "Nowhere")
    office.check(support)
    outcome = office.check(support)
    assert outcome.problem is None
    assert office.debts(support) == 0
    [row] = [row for row in office.rows() if row.subject == "printer"]
    assert not_done(office, row) == [("move_to_folder", "folder_refused")]
    assert len(mailbox.messages("INBOX")) == 2


@pytest.mark.parametrize(
    ("folder", "changes", "why"),
    [
        ("Printers", {"after_processing": AfterProcessing.DELETE}, "already_deleted"),
        ("Printers", {"after_processing": AfterProcessing.MOVE, "move_to": "Done"}, "already_moved"),
        ("inbox", {}, "same_folder"),
    ],
)
def test_what_cannot_be_moved(
    office: Office, mailbox: Mailbox, folder: str, changes: dict[str, Any], why: str
) -> None:
    for name in ("Printers", "Done"):
        mailbox.create_folder(name)
    support = owed_folder(office, mailbox, folder, **changes)
    office.check(support)
    [row] = [row for row in office.rows() if row.subject == "printer"]
    assert not_done(office, row) == [("move_to_folder", why)]
    assert office.check(support).problem is None
    assert mailbox.messages("Printers") == []
