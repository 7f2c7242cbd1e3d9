"""Bursts: what one integration has to send goes over one connection while that lasts."""

from dataclasses import replace

import pytest

from mailint_gui.domain.integration import Integration, Security
from mailint_gui.domain.outbox import OutboxItem, OutboxState
from mailint_gui.services import outgoing_line
from mailint_gui.services.outgoing_line import OutgoingLine
from mailint_gui.services.scope import CancelScope
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA
from tests.services.office import Office

SENT, QUEUED, WAITING, FAILED = (
    OutboxState.SENT,
    OutboxState.QUEUED,
    OutboxState.WAITING,
    OutboxState.FAILED,
)


@pytest.fixture
def desk(office: Office, smtp_server: SmtpServer) -> Integration:
    return office.sending(smtp_server, "Desk")


def queue(office: Office, desk: Integration, count: int) -> list[OutboxItem]:
    return [office.queue(desk, f"joe{number}@example.com") for number in range(count)]


def send(office: Office, server: SmtpServer) -> int:
    """All that is due. Returns the number of connections that it took."""
    before = server.connections
    for lot in office.services.send_mail.lots():
        office.services.send_mail.send_lot(lot, CancelScope())
    return server.connections - before


def states(office: Office) -> list[OutboxState]:
    return [item.state for item in office.services.outbox.all()]


def item_of(office: Office, outbox_id: int) -> OutboxItem:
    item = office.services.outbox.get(outbox_id)
    assert item is not None
    return item


def arrived(server: SmtpServer) -> list[str]:
    return [message.recipients[0] for message in server.messages]


def errors(office: Office, desk: Integration) -> int:
    return office.services.monitor.health(desk.id).outgoing.consecutive_errors


def test_one_connection(office: Office, desk: Integration, smtp_server: SmtpServer) -> None:
    wanted = [item.recipients[0].address for item in queue(office, desk, 10)]
    assert send(office, smtp_server) == 1
    assert states(office) == [SENT] * 10
    assert arrived(smtp_server) == wanted


def test_no_more_than_a_server_bears(
    office: Office, desk: Integration, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing_line, "MOST_MESSAGES", 4)
    queue(office, desk, 10)
    assert send(office, smtp_server) == 3
    assert states(office) == [SENT] * 10


@pytest.mark.parametrize("reply", ["", "421 4.7.0 too many messages", "451 4.3.2 come back"])
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_ends_the_connection_between_two(
    office: Office, desk: Integration, smtp_server: SmtpServer, verb: str, reply: str
) -> None:
    """It only wants another connection: no error, and no wait."""
    items = queue(office, desk, 3)
    before, scope = smtp_server.connections, CancelScope()
    with OutgoingLine() as line:
        office.services.send_mail.send(items[0].id, scope, line=line)
        if reply:
            smtp_server.script.answer(verb, "", reply, times=1)
        else:
            smtp_server.script.cut_before_reply(verb, times=1)
        for item in items[1:]:
            office.services.send_mail.send(item.id, scope, line=line)
    refused_for_now = verb == "RCPT" and reply.startswith("451")  # of this recipient alone
    assert states(office) == [SENT, WAITING if refused_for_now else SENT, SENT]
    assert smtp_server.connections == before + (1 if refused_for_now else 2)
    assert errors(office, desk) == 0


def test_one_refused_message_is_no_reason_to_keep_the_others(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "joe1@", "550 5.1.1 no such user")
    smtp_server.script.answer("RCPT", "joe3@", "452 4.2.2 mailbox full")
    queue(office, desk, 5)
    assert send(office, smtp_server) == 1
    assert states(office) == [SENT, FAILED, SENT, WAITING, SENT]
    assert arrived(smtp_server) == ["joe0@example.com", "joe2@example.com", "joe4@example.com"]


def test_a_refusal_after_the_data_of_one(office: Office, desk: Integration, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer(END_OF_DATA, "", "554 5.7.1 spam", times=1)
    queue(office, desk, 3)
    assert send(office, smtp_server) == 2
    assert states(office) == [FAILED, SENT, SENT]


@pytest.mark.parametrize(
    "reply",
    [
        "451 4.7.1 Greylisted",
        "450 4.1.2 <joe0@example.com>: Recipient address rejected: Domain not found",
    ],
)
def test_a_recipient_that_is_put_off_again_and_again_holds_up_nobody(
    office: Office, desk: Integration, smtp_server: SmtpServer, reply: str
) -> None:
    smtp_server.script.answer("RCPT", "joe0@", reply)
    queue(office, desk, 3)
    assert send(office, smtp_server) == 1
    assert states(office) == [WAITING, SENT, SENT]
    for _ in range(3):
        office.services.outbox.retry(1)
        _, item = office.send(item_of(office, 1))
        assert (item.reason, item.answer, errors(office, desk)) == ("recipient_put_off", reply, 0)
        later = office.queue(desk)
        assert [each.id for each in office.services.send_mail.due()] == [later.id]
        assert send(office, smtp_server) == 1


def test_an_error_before_one_that_is_put_off_holds_up_nobody_either(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    """The server hears us again."""
    first, second, third = queue(office, desk, 3)
    smtp_server.script.answer("MAIL", "", "451 4.3.0 trouble", times=1)
    office.send(first)
    assert (errors(office, desk), office.services.send_mail.due()) == (1, ())
    smtp_server.script.answer("RCPT", "joe1@", "451 4.7.1 Greylisted")
    office.send(second)
    assert [each.id for each in office.services.send_mail.due()] == [third.id]


def test_what_speaks_for_all_goes_before_who_is_put_off(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "joe@", "451 4.7.1 Greylisted")
    smtp_server.script.answer("RCPT", "ann@", "450 4.7.28 too fast")
    outcome, _ = office.send(office.queue(desk, "joe@example.com", "ann@example.com"))
    assert outcome.problem is not None
    assert outcome.problem.kind == "throttled"


def test_a_message_that_is_put_off_after_its_data_is_the_only_one_to_wait(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer(END_OF_DATA, "", "451 4.7.1 try again later", times=1)
    queue(office, desk, 3)
    assert send(office, smtp_server) == 2
    assert (states(office), errors(office, desk)) == ([WAITING, SENT, SENT], 0)


def test_a_busy_server_gets_no_second_message(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer(END_OF_DATA, "", "451 4.7.0 rate limit", times=1)
    queue(office, desk, 3)
    assert send(office, smtp_server) == 1
    assert states(office) == [WAITING, QUEUED, QUEUED]
    assert not smtp_server.messages


def test_the_settings_of_the_connection_are_those_of_the_message(
    office: Office, desk: Integration, smtp_server: SmtpServer
) -> None:
    """Changed while a burst is under way: what is left goes as they say now."""
    items = queue(office, desk, 2)
    before, scope = smtp_server.connections, CancelScope()
    with OutgoingLine() as line:
        office.services.send_mail.send(items[0].id, scope, line=line)
        encrypted = replace(desk.outgoing, port=smtp_server.tls_port, security=Security.SSL)
        office.services.integrations.save(replace(desk, outgoing=encrypted))
        outcome = office.services.send_mail.send(items[1].id, scope, line=line)
    assert outcome.state == SENT
    assert smtp_server.connections == before + 2
