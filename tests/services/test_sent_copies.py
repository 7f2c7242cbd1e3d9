"""Copies of sent mail in a real mailbox: each once, none lost; and what they tell about a message of unknown end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mailint_gui.domain.integration import SENT_FOUND_BY_ITSELF, Integration
from mailint_gui.domain.outbox import OutboxItem, OutboxPurpose, OutboxState, RecipientState
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.sent_copy import SentCopy, SentCopyState
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.imap_protocol import ImapProtocol
from mailint_gui.services.scope import CancelScope
from tests.servers.fault_proxy import Fault, FaultProxy, Side
from tests.servers.mailbox import Mailbox
from tests.servers.ports import free_ports
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA
from tests.services.office import Office

OWED, THERE, GIVEN_UP = SentCopyState.OWED, SentCopyState.THERE, SentCopyState.GIVEN_UP
Desk = Callable[..., Integration]


@pytest.fixture
def desk(office: Office, mailbox: Mailbox, smtp_server: SmtpServer) -> Desk:
    def make(sent_folder: str = "Sent", **incoming: Any) -> Integration:
        return office.services.integrations.save(
            Integration(
                name="Desk",
                incoming=office.incoming(mailbox, **incoming),
                outgoing=office.outgoing(smtp_server, sent_folder=sent_folder),
            )
        )

    return make


def send(office: Office, desk: Integration, **queued: Any) -> OutboxItem:
    return office.send(office.queue(desk, **queued))[1]


def later(office: Office, **time: float) -> None:
    moment = office.services.clock() + timedelta(**time)
    office.use_clock(lambda: moment)


def settle(office: Office) -> None:
    """Whatever is due a moment after it was owed."""
    later(office, seconds=11)
    for integration_id in office.services.sent_copies.due():
        office.services.sent_copies.settle(integration_id, CancelScope())


def copy(office: Office, item: OutboxItem) -> SentCopy:
    found = office.services.sent_copies.of(item.id)
    assert found is not None
    return found


def state(office: Office, item: OutboxItem) -> OutboxState:
    found = office.services.outbox.get(item.id)
    assert found is not None
    return found.state


def test_a_copy_of_what_an_admin_says_has_arrived(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    mailbox.create_folder("Sent")
    smtp_server.script.cut_before_reply(END_OF_DATA)
    item = send(office, desk())
    assert state(office, item) is OutboxState.UNCERTAIN
    assert office.services.outbox.arrived(item.id).state is OutboxState.SENT
    settle(office)
    assert len(mailbox.messages("Sent")) == 1


def test_a_copy_of_what_was_sent(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    mailbox.create_folder("Sent")
    item = send(office, desk())
    assert copy(office, item).state is OWED
    assert office.services.sent_copies.due() == ()  # the server may put it there by itself
    settle(office)
    [stored] = mailbox.messages("Sent")
    assert item.message_id.encode() in stored.raw
    assert "\\Seen" in stored.flags
    kept = copy(office, item)
    assert (kept.state, kept.folder, kept.uid) == (THERE, "Sent", stored.uid)
    settle(office)
    assert len(mailbox.messages("Sent")) == 1


def test_the_folder_found_by_itself(office: Office, desk: Desk, mailbox: Mailbox) -> None:
    for folder in ("Drafts", "Sent Items"):
        mailbox.create_folder(folder)
    send(office, desk(SENT_FOUND_BY_ITSELF))
    settle(office)
    assert len(mailbox.messages("Sent Items")) == 1


def test_not_doubled_where_the_server_keeps_it_by_itself(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    item = send(office, desk())
    mailbox.deliver(smtp_server.messages[0].raw, "Sent", seen=True)
    settle(office)
    [stored] = mailbox.messages("Sent")
    assert (copy(office, item).state, copy(office, item).uid) == (THERE, stored.uid)


def test_none_where_the_server_says_that_it_keeps_them(
    office: Office, desk: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.create_folder("Sent")
    told = ImapSession.capabilities.fget  # type: ignore[attr-defined]  # a property
    monkeypatch.setattr(ImapSession, "capabilities", property(lambda self: told(self) | {"X-GM-EXT-1"}))
    item = send(office, desk())
    settle(office)
    assert (copy(office, item).state, mailbox.messages("Sent")) == (THERE, [])


@pytest.mark.parametrize("sent_folder", ["", "Sent"])
def test_only_where_wanted_and_of_mail_that_somebody_wrote(
    office: Office, desk: Desk, sent_folder: str
) -> None:
    integration = desk(sent_folder)
    item = send(office, integration, purpose=OutboxPurpose.MONITORING if sent_folder else OutboxPurpose.TYPED)
    assert office.services.sent_copies.of(item.id) is None


def test_sent_to_some_first_is_one_copy(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    mailbox.create_folder("Sent")
    smtp_server.script.answer("RCPT", "grey@", "450 4.7.1 greylisted", times=1)
    item = office.send(office.queue(desk(), "joe@example.com", "grey@example.com"))[1]
    assert item.state is OutboxState.WAITING
    settle(office)
    office.services.outbox.retry(item.id)
    assert office.send(item)[0].state == OutboxState.SENT
    settle(office)
    assert len(mailbox.messages("Sent")) == 1


# Faults


def test_a_folder_that_is_missing_is_waited_for(office: Office, desk: Desk, mailbox: Mailbox) -> None:
    item = send(office, desk("Gesendet"))
    settle(office)
    owed = copy(office, item)
    assert (owed.state, owed.reason, owed.attempts) == (OWED, ProblemKind.FOLDER_MISSING, 1)
    assert office.services.sent_copies.due() == ()
    mailbox.create_folder("Gesendet")
    later(office, minutes=2)
    settle(office)
    assert copy(office, item).state is THERE
    assert len(mailbox.messages("Gesendet")) == 1


@pytest.mark.expects_log("no copy of send")
def test_what_cannot_be_kept_is_given_up_in_the_end(office: Office, desk: Desk) -> None:
    item = send(office, desk("Gesendet"))
    later(office, days=3)
    settle(office)
    assert (copy(office, item).state, copy(office, item).reason) == (GIVEN_UP, ProblemKind.FOLDER_MISSING)
    assert office.services.sent_copies.due() == ()


def test_trouble_with_the_mailbox_is_no_error_of_the_integration(office: Office, desk: Desk) -> None:
    integration = desk(port=free_ports(1)[0])
    item = send(office, integration)
    settle(office)
    assert copy(office, item).attempts == 1
    assert office.services.monitor.health(integration.id).incoming.consecutive_errors == 0


def test_a_connection_lost_after_the_server_had_it_makes_no_second_copy(
    office: Office, desk: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.create_folder("Sent")
    append = ImapProtocol.append_message

    def lost(self: ImapProtocol, *arguments: Any) -> Any:
        append(self, *arguments)
        raise EOFError("the connection ended")

    monkeypatch.setattr(ImapProtocol, "append_message", lost)
    item = send(office, desk())
    settle(office)
    assert (copy(office, item).state, len(mailbox.messages("Sent"))) == (OWED, 1)
    monkeypatch.undo()
    later(office, minutes=2)
    settle(office)
    assert (copy(office, item).state, len(mailbox.messages("Sent"))) == (THERE, 1)


def test_cut_at_every_region_of_the_conversation(
    office: Office, desk: Desk, mailbox: Mailbox, fault_proxy: FaultProxy
) -> None:
    """From our side: each byte more is a little more of the APPEND that the server has read."""
    mailbox.create_folder("Sent")
    item = send(office, desk(port=fault_proxy.port))
    cut, ended = 0, OWED
    while ended is OWED:
        cut += 97
        fault_proxy.fault = Fault(cut_after=cut, sender=Side.CLIENT)
        office.services.sessions.drop_all()
        later(office, hours=1.5)
        with office.services.database.write() as unit:  # however often it failed before
            unit.sent_copies.put_off(item.id, "", "", office.services.clock(), copy(office, item).owed_at)
        settle(office)
        ended = copy(office, item).state
    assert cut > 600
    assert len(mailbox.messages("Sent")) == 1


# Of unknown end


def test_an_uncertain_message_with_a_copy_was_sent(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    smtp_server.script.cut_before_reply(END_OF_DATA, times=1)
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 no such user")
    item = office.send(office.queue(desk(), "joe@example.com", "gone@example.com"))[1]
    assert item.state is OutboxState.UNCERTAIN
    mailbox.deliver(smtp_server.messages[0].raw, "Sent", seen=True)
    settle(office)
    after = office.services.outbox.get(item.id)
    assert after is not None
    assert (after.state, after.reason) == (OutboxState.SENT, "")
    assert [each.state for each in after.recipients] == [RecipientState.SENT, RecipientState.REFUSED]
    assert copy(office, item).state is THERE
    settle(office)
    assert (len(mailbox.messages("Sent")), len(smtp_server.messages)) == (1, 1)


def test_a_copy_of_what_some_got_before_tells_nothing_of_the_others(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    mailbox.create_folder("Sent")
    smtp_server.script.answer("RCPT", "grey@", "450 4.7.1 greylisted", times=1)
    item = office.send(office.queue(desk(), "joe@example.com", "grey@example.com"))[1]
    settle(office)
    assert len(mailbox.messages("Sent")) == 1
    smtp_server.script.cut_before_reply(END_OF_DATA, times=1)
    office.services.outbox.retry(item.id)
    assert office.send(item)[1].state is OutboxState.UNCERTAIN
    settle(office)
    assert state(office, item) is OutboxState.UNCERTAIN


def test_whom_the_server_put_off_waits_on_though_a_copy_is_found(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "grey@", "450 4.7.1 greylisted", times=1)
    smtp_server.script.cut_before_reply(END_OF_DATA, times=1)
    item = office.send(office.queue(desk(), "joe@example.com", "grey@example.com"))[1]
    assert item.state is OutboxState.UNCERTAIN
    mailbox.deliver(smtp_server.messages[0].raw, "Sent", seen=True)
    settle(office)
    after = office.services.outbox.get(item.id)
    assert after is not None
    assert after.state is OutboxState.WAITING
    assert [each.state for each in after.recipients] == [RecipientState.SENT, RecipientState.QUEUED]
    assert office.send(item)[1].state is OutboxState.SENT
    assert [each.recipients for each in smtp_server.messages] == [("joe@example.com",), ("grey@example.com",)]


def test_who_was_put_off_once_is_not_when_the_answer_to_the_next_try_is_lost(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    smtp_server.script.answer("RCPT", "grey@", "450 4.7.1 greylisted", times=1)
    item = office.send(office.queue(desk(), "grey@example.com"))[1]
    assert (item.state, item.put_off) == (OutboxState.WAITING, True)
    smtp_server.script.cut_before_reply(END_OF_DATA, times=1)
    assert office.send(item)[1].state is OutboxState.UNCERTAIN
    assert office.services.outbox.arrived(item.id).state is OutboxState.SENT


def test_without_a_copy_it_stays_uncertain(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    mailbox.create_folder("Sent")
    smtp_server.script.cut_before_reply(END_OF_DATA, times=1)
    item = send(office, desk())
    settle(office)
    assert state(office, item) is OutboxState.UNCERTAIN
    assert office.services.sent_copies.due() == ()
    later(office, seconds=60)
    assert office.services.sent_copies.due() != ()
    settle(office)
    later(office, days=2)
    settle(office)
    later(office, days=9)
    assert office.services.sent_copies.due() == ()
    assert state(office, item) is OutboxState.UNCERTAIN
    assert mailbox.messages("Sent") == []


def test_looked_for_where_no_copies_are_wanted_too(
    office: Office, desk: Desk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    smtp_server.script.cut_before_reply(END_OF_DATA, times=1)
    item = send(office, desk(""))
    mailbox.deliver(smtp_server.messages[0].raw, "Sent", seen=True)
    settle(office)
    assert state(office, item) is OutboxState.SENT


def test_a_foreign_id_is_never_searched_for(mailbox: Mailbox, office: Office, desk: Desk) -> None:
    """What our composing did not make stays out of commands."""
    integration = desk()
    mailbox.create_folder("Sent")
    with office.services.sent_copies._opened(integration, CancelScope()) as place:
        asked: list[str] = []
        place.session._protocol.run = lambda *words: asked.append(words[-1])  # type: ignore[assignment,method-assign,func-returns-value,return-value]
        assert place.session.find_own('<a@b.example> "\r\nDELETE INBOX') == []
    assert asked == []
