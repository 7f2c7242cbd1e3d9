"""The outbox of a whole desk: sent when something is queued, and never in the way of anything else."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from select import select

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import OutboxPurpose, OutboxState
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.services import announcements as said
from mailint_gui.workers.sending import Sending
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA
from tests.workers.running_desk import RunningDesk

NOTHING_TYPED = TypedPasswords()
AT_A_TIME = AccountProperties().connections_per_host


@pytest.fixture
def black_hole() -> Iterator[socket.socket]:
    """A listener whose kernel takes connections, and that never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server


def queue(running: RunningDesk, integration_id: int, subject: str = "s") -> int:
    """As a verb does that was handed over: it is announced, and nobody calls the desk. -> the outbox id"""
    integration = running.status(integration_id).integration
    services = running.services
    return services.outbox.queue(integration, OutboxPurpose.TYPED, ["joe@example.com"], subject, "hello").id


def state_of(running: RunningDesk, outbox_id: int) -> str:
    item = running.services.outbox.get(outbox_id)
    assert item is not None
    return item.state


def sending_of(running: RunningDesk) -> Sending:
    assert running.engine.sending is not None
    return running.engine.sending


def test_what_is_queued_is_sent_at_once_and_told(running: RunningDesk, smtp_server: SmtpServer) -> None:
    support = running.office.sending(smtp_server)
    running.start()
    item = queue(running, support.id)
    assert running.status(support.id).health.outgoing.last_mail_at is None
    outcome = running.wait("send_finished")
    assert (outcome.outbox_id, outcome.state, outcome.problem) == (item, OutboxState.SENT, None)
    assert len(smtp_server.messages) == 1
    running.until(lambda: running.status(support.id).unsent_messages == 0)
    assert running.status(support.id).health.outgoing.last_mail_at is not None


def test_what_waits_to_be_sent_is_shown_as_the_outbox_changes(
    running: RunningDesk, smtp_server: SmtpServer
) -> None:
    """Queued, given up and tried again by hand, with nothing sent meanwhile."""
    smtp_server.script.answer("MAIL", "", "451 4.3.0 try again later")
    support = running.office.sending(smtp_server)
    running.start()
    items = [queue(running, support.id, f"no. {number}") for number in range(3)]
    running.until(lambda: running.status(support.id).unsent_messages == 3)
    running.wait("send_finished")
    for left, item in ((2, items[2]), (1, items[1])):
        running.services.outbox.cancel(item)
        running.until(lambda left=left: running.status(support.id).unsent_messages == left)
    running.services.outbox.retry(items[2])
    running.until(lambda: running.status(support.id).unsent_messages == 2)


def test_what_an_earlier_run_left_queued_is_sent(running: RunningDesk, smtp_server: SmtpServer) -> None:
    item = running.office.queue(running.office.sending(smtp_server))
    running.start()
    outcome = running.wait("send_finished")
    assert (outcome.outbox_id, outcome.state) == (item.id, OutboxState.SENT)


def test_one_integration_sends_in_the_order_queued_and_each_once(
    running: RunningDesk, smtp_server: SmtpServer
) -> None:
    support = running.office.sending(smtp_server)
    items = [running.office.queue(support, subject=f"no. {number}") for number in range(6)]
    running.start()
    for _ in range(20):
        running.engine._relay.announce(said.OutboxChanged())
    running.wait("send_finished", len(items))
    sent = [each.outbox_id for each in running.of("send_finished")]
    assert sent == [item.id for item in items]
    assert len(smtp_server.messages) == len(items)


def test_a_failure_is_counted_and_shown_and_ends_the_round(
    running: RunningDesk, smtp_server: SmtpServer
) -> None:
    office = running.office
    smtp_server.script.answer("MAIL", "", "451 4.3.0 try again later")
    support = office.sending(smtp_server)
    items = [office.queue(support, subject=f"no. {number}") for number in range(3)]
    running.start()
    outcome = running.wait("send_finished")
    assert (outcome.state, outcome.problem.kind) == (OutboxState.WAITING, ProblemKind.SERVER_BUSY)
    running.until(lambda: not sending_of(running)._busy)
    assert [state_of(running, item.id) for item in items] == ["waiting", "queued", "queued"]
    assert smtp_server.messages == []


def test_sends_that_hang_hold_up_no_call(
    running: RunningDesk, smtp_server: SmtpServer, black_hole: socket.socket
) -> None:
    """Ten integrations with mail for a server that never says a word; saving is answered meanwhile."""
    office = running.office
    port = black_hole.getsockname()[1]
    stuck = [office.sending(smtp_server, f"no. {number}", port=port) for number in range(10)]
    for each in stuck:
        office.queue(each)
    desk = running.start()
    with ExitStack() as connections:
        for _ in range(AT_A_TIME):
            running.until(lambda: select([black_hole], [], [], 0)[0])
            connections.enter_context(black_hole.accept()[0])
        for number, each in enumerate(stuck):
            renamed = replace(each, name=f"renamed {number}")
            assert running.asked(desk.save(renamed, NOTHING_TYPED)).result().name == renamed.name
        assert running.of("send_finished") == []


def test_a_server_that_hangs_holds_up_no_other(
    running: RunningDesk, smtp_server: SmtpServer, black_hole: socket.socket
) -> None:
    """As many connections as are allowed hang there, and more are to come; another host has its mail at once."""
    office = running.office
    port = black_hole.getsockname()[1]
    for number in range(2 * AT_A_TIME):
        office.queue(office.sending(smtp_server, f"no. {number}", port=port))
    elsewhere = replace(office.outgoing(smtp_server), server="localhost")
    support = office.services.integrations.save(Integration(name="Support", outgoing=elsewhere))
    running.start()
    with ExitStack() as connections:
        for _ in range(AT_A_TIME):
            running.until(lambda: select([black_hole], [], [], 0)[0])
            connections.enter_context(black_hole.accept()[0])
        item = queue(running, support.id)
        assert running.wait("send_finished").outbox_id == item
        assert not select([black_hole], [], [], 0)[0]
        running.until(lambda: len(sending_of(running)._busy) == AT_A_TIME)


def test_who_waits_for_a_place_at_a_host_begins_when_one_is_free(
    running: RunningDesk, smtp_server: SmtpServer
) -> None:
    office = running.office
    office.services.properties.set({"connections_per_host": "1"})
    count = 5
    for number in range(count):
        office.queue(office.sending(smtp_server, f"no. {number}"))
    running.start()
    running.until(lambda: sending_of(running)._held_back)
    running.engine._ticker.stop()  # it would look again, in a while
    running.wait("send_finished", count)
    assert len(smtp_server.messages) == count


def test_an_answer_that_never_came_is_shown_as_uncertain(
    running: RunningDesk, smtp_server: SmtpServer
) -> None:
    smtp_server.script.cut_before_reply(END_OF_DATA)
    support = running.office.sending(smtp_server)
    running.start()
    item = queue(running, support.id)
    assert running.wait("send_finished").state == OutboxState.UNCERTAIN
    sending_of(running).tick(time.monotonic() + 3600)
    running.until(lambda: not sending_of(running)._looking)
    assert not sending_of(running)._busy
    assert (state_of(running, item), len(smtp_server.messages)) == (OutboxState.UNCERTAIN, 1)
