"""Sending to a real queue: greylisting, refusals for now, and what it says later of what it had taken."""

from collections import Counter
from dataclasses import replace

import pytest

from mailint_gui.domain.draft import MailDraft
from mailint_gui.domain.integration import Integration, Security
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose, OutboxState, RecipientState
from mailint_gui.services.scope import CancelScope
from tests.servers import wait
from tests.servers.mailbox import Mailbox
from tests.servers.postfix import Postfix
from tests.servers.postfix_policy import Policy
from tests.servers.smtp import SmtpServer
from tests.services.office import Office, letter

SENT, WAITING, FAILED = OutboxState.SENT, OutboxState.WAITING, OutboxState.FAILED
JOE, ANN, BOB = "joe@example.com", "ann@example.com", "bob@example.com"


@pytest.fixture
def desk(office: Office, smtp_server: SmtpServer, postfix: Postfix) -> Integration:
    return office.sending(smtp_server, "Desk", port=postfix.port, security=Security.STARTTLS)


def arrived(server: SmtpServer, item: OutboxItem) -> Counter[str]:
    """How often it came to whom."""
    mine = [each for each in server.messages if item.message_id.encode() in each.raw]
    return Counter(recipient for each in mine for recipient in each.recipients)


def wait_for(server: SmtpServer, count: int) -> None:
    for _ in range(count):
        server.wait_for_message()


def recipient_states(item: OutboxItem) -> list[str]:
    return [each.state for each in item.recipients]


def errors(office: Office, desk: Integration) -> int:
    return office.services.monitor.health(desk.id).outgoing.consecutive_errors


def test_greylisted_and_taken_at_the_second_try(
    office: Office, desk: Integration, policy: Policy, smtp_server: SmtpServer
) -> None:
    policy.greylisting = True
    outcome, item = office.send(office.queue(desk))
    assert (item.state, item.attempts, recipient_states(item)) == (WAITING, 1, [RecipientState.QUEUED])
    assert "Greylisted" in item.answer
    assert item.next_try_at is not None
    assert item.next_try_at > outcome.finished_at
    assert office.services.send_mail.lots() == ()  # not before its time
    _, item = office.send(item)
    assert (item.state, item.attempts) == (SENT, 2)
    wait_for(smtp_server, 1)
    assert arrived(smtp_server, item) == {JOE: 1}
    assert errors(office, desk) == 0


def test_one_of_three_is_put_off_and_tried_again_alone(
    office: Office, desk: Integration, policy: Policy, smtp_server: SmtpServer
) -> None:
    policy.answers[ANN] = "450 4.2.1 the mailbox is busy"
    _, item = office.send(office.queue(desk, JOE, ANN, BOB))
    assert item.state is WAITING
    assert recipient_states(item) == [RecipientState.SENT, RecipientState.QUEUED, RecipientState.SENT]
    wait_for(smtp_server, 1)
    policy.clear()
    _, item = office.send(item)
    assert item.state is SENT
    wait_for(smtp_server, 1)
    assert arrived(smtp_server, item) == {JOE: 1, ANN: 1, BOB: 1}


def test_one_of_three_is_refused_for_good(
    office: Office, desk: Integration, policy: Policy, smtp_server: SmtpServer
) -> None:
    policy.answers[ANN] = "550 5.1.1 no such user"
    _, item = office.send(office.queue(desk, JOE, ANN, BOB))
    assert item.state is SENT
    assert recipient_states(item) == [RecipientState.SENT, RecipientState.REFUSED, RecipientState.SENT]
    assert "no such user" in item.recipients[1].answer
    wait_for(smtp_server, 1)
    assert arrived(smtp_server, item) == {JOE: 1, BOB: 1}


def test_a_server_that_closes_in_the_middle_of_a_burst(
    office: Office, desk: Integration, policy: Policy, smtp_server: SmtpServer
) -> None:
    policy.answers[ANN] = "421 4.7.0 too many messages, come back later"
    items = [office.queue(desk, whom) for whom in (JOE, ANN, BOB)]
    send_mail = office.services.send_mail
    for lot in send_mail.lots():
        send_mail.send_lot(lot, CancelScope())
    assert [each.state for each in office.services.outbox.all()] == [SENT, WAITING, OutboxState.QUEUED]
    policy.clear()
    for item in items[1:]:
        office.send(item)
    assert [each.state for each in office.services.outbox.all()] == [SENT] * 3
    wait_for(smtp_server, 3)
    assert [arrived(smtp_server, item).total() for item in items] == [1, 1, 1]


def test_too_large_for_the_queue_is_known_before_it_is_sent(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    outgoing = replace(desk.outgoing, largest_message_mb=50)
    desk = office.services.integrations.save(replace(desk, outgoing=outgoing))
    body = "\n".join(["x" * 76] * 180_000)  # 28 MB as text and HTML, where 25 are taken
    item = office.services.outbox.queue(desk, OutboxPurpose.TYPED, [JOE], "large", body)
    outcome, item = office.send(item)
    assert outcome.problem is not None
    assert (item.state, outcome.problem.kind) == (FAILED, "message_too_large")
    assert "SIZE" in item.answer
    assert smtp_server.messages == []


def test_what_it_keeps_arrives_once(
    office: Office, desk: Integration, postfix: Postfix, smtp_server: SmtpServer
) -> None:
    """A queue that took a message owns it: it is sent for us, whatever the next server says at first."""
    smtp_server.script.answer("RCPT", "", "451 4.7.1 Greylisted", times=1)
    _, item = office.send(office.queue(desk))
    assert item.state is SENT
    postfix.wait_for_deferred(1)
    assert arrived(smtp_server, item) == {}
    postfix.flush()
    wait_for(smtp_server, 1)
    assert arrived(smtp_server, item) == {JOE: 1}


def test_it_reports_the_delivery_that_was_asked_for(
    office: Office, desk: Integration, smtp_server: SmtpServer, mailbox: Mailbox
) -> None:
    """The next server promises no report of its own, so Postfix tells that it passed it on (RFC 3461, 5.2.2)."""
    record = open_record(office, office.receiving(mailbox), mailbox)
    typed = MailDraft(desk.id, to=JOE, subject="s", text="b", record=record, report_delivery=True)
    _, item = office.send(office.services.typed_mail.send(0, typed, CancelScope()))
    assert item.state is SENT
    wait_for(smtp_server, 2)
    ours, report = sorted(smtp_server.messages, key=lambda each: each.sender != "support@example.org")
    assert (ours.recipients, report.sender, report.recipients) == ((JOE,), "<>", ("support@example.org",))
    envelope_id = item.message_id.strip("<>").encode()
    assert b"Original-Envelope-Id: " + envelope_id in report.raw
    assert b"Action: relayed" in report.raw
    mailbox.deliver(b"Return-Path: <>\r\n" + report.raw)
    office.check(office.services.statuses.all()[1].integration)
    assert [(row.direction, row.state, row.record) for row in office.rows()] == [
        ("incoming", "filed", record),
        ("outgoing", "sent", record),
        ("incoming", "filed", record),
    ]
    after = office.services.outbox.get(item.id)
    assert after is not None
    assert after.state is SENT


def test_nobody_is_asked_for_reports_unasked(
    office: Office, desk: Integration, smtp_server: SmtpServer, postfix: Postfix
) -> None:
    office.send(office.queue(desk))
    wait_for(smtp_server, 1)
    wait.until(lambda: not postfix.queue(), "the queue is empty")
    assert [each.sender for each in smtp_server.messages] == ["support@example.org"]


def open_record(office: Office, support: Integration, mailbox: Mailbox) -> int:
    mailbox.deliver(letter())
    office.check(support)
    [row] = office.rows()
    assert row.record is not None
    return row.record


def test_its_bounce_marks_the_mail_that_it_speaks_of(
    office: Office, desk: Integration, postfix: Postfix, smtp_server: SmtpServer, mailbox: Mailbox
) -> None:
    smtp_server.script.answer("RCPT", JOE, "550 5.1.1 no such user")
    _, item = office.send(office.queue(desk))
    assert item.state is SENT
    bounce = smtp_server.wait_for_message()
    assert (bounce.sender, bounce.recipients) == ("<>", ("support@example.org",))
    mailbox.deliver(b"Return-Path: <>\r\n" + bounce.raw)
    office.check(office.receiving(mailbox))
    after = office.services.outbox.get(item.id)
    assert after is not None
    assert (after.state, recipient_states(after)) == (FAILED, [RecipientState.REFUSED])
    assert "no such user" in after.recipients[0].answer
    assert [(row.direction, row.state, row.reason) for row in office.rows()] == [
        ("outgoing", "failed", "recipient_refused"),
        ("incoming", "ignored", "delivery_report"),
    ]
