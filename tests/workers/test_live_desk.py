"""The desk: calls answered in one shape, and services' announcements as signals; on real services and servers."""

import errno
import itertools
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from mailint_gui.domain.check import CheckResult, TestStage
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.domain.validation import ValidationError
from mailint_gui.services import announcements as said
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import PASS, Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.smtp import SmtpServer
from tests.workers.running_desk import RunningDesk

OFTEN = timedelta(seconds=0.5)
NOTHING_TYPED = TypedPasswords()
NAME = "mail.example"  # resolves as ``resolver`` says


# Settings


def test_saving_answers_and_shows(running: RunningDesk, mailbox: Mailbox) -> None:
    desk = running.start()
    draft = Integration(name="Support", incoming=running.office.incoming(mailbox))
    saved = running.asked(desk.save(draft, NOTHING_TYPED)).result()
    assert (saved.id > 0, saved.name) == (True, "Support")
    running.checked([saved.id])
    assert running.status(saved.id).integration == saved
    running.asked(desk.save(replace(saved, name="Sales"), NOTHING_TYPED)).result()
    running.until(lambda: running.status(saved.id).name == "Sales")
    assert running.status(saved.id).next_check_at is not None  # kept through the change


def test_what_is_wrong_with_a_draft_comes_as_it_is(running: RunningDesk, mailbox: Mailbox) -> None:
    running.office.receiving(mailbox)
    desk = running.start()
    draft = Integration(name="support", incoming=running.office.incoming(mailbox, port=0))
    failure = running.asked(desk.save(draft, NOTHING_TYPED)).failure()
    assert isinstance(failure, ValidationError)
    assert {error.path for error in failure.errors} == {"name", "incoming.port"}
    assert len(running.desk._book.ids()) == 1


def test_gone_is_a_problem_and_no_crash(running: RunningDesk) -> None:
    desk = running.start()
    calls = [running.asked(call) for call in (desk.duplicate(7), desk.enable(7), desk.disable([7]))]
    for each in calls:
        assert each.failure() == Problem(ProblemKind.UNKNOWN, detail="LookupError")


def test_duplicate_delete_and_restore(running: RunningDesk, mailbox: Mailbox) -> None:
    support = running.office.receiving(mailbox)
    desk = running.start()
    running.checked([support.id])
    copy = running.asked(desk.duplicate(support.id)).result()
    running.until(lambda: len(running.desk._book.ids()) == 2)
    assert running.status(copy.id).state is DirectionState.DISABLED
    both = [support.id, copy.id]
    assert running.asked(desk.deletion_effects(both)).result().names == ("Support", "Support (2)")
    running.asked(desk.delete(both)).result()
    running.until(lambda: running.desk._book.ids() == ())
    assert sorted(running.of("status_removed")) == both
    running.asked(desk.restore(both)).result()
    running.checked([support.id], times=2)
    assert set(running.desk._book.ids()) == set(both)
    assert running.checks_of(copy.id) == 0


def test_the_default_goes_to_the_successor(running: RunningDesk, smtp_server: SmtpServer) -> None:
    office = running.office
    first = office.services.integrations.save(
        Integration(name="first", is_default=True, outgoing=office.outgoing(smtp_server))
    )
    second, third = (office.sending(smtp_server, name) for name in ("second", "third"))
    desk = running.start()

    def defaults() -> list[int]:
        return [each for each in desk._book.ids() if running.status(each).integration.is_default]

    running.asked(desk.disable([first.id], second.id)).result()
    running.until(lambda: defaults() == [second.id])
    running.asked(desk.delete([second.id], third.id)).result()
    running.until(lambda: defaults() == [third.id])


def test_enabling_tests_first_and_resets_the_counters(running: RunningDesk, mailbox: Mailbox) -> None:
    office = running.office
    office.services.properties.set(
        {"notify_after_incoming_errors": "1", "disable_after_incoming_errors": "2", "disable_grace": "0s"}
    )
    support = office.receiving(mailbox, password=office.password("wrong"))
    desk = running.start(OFTEN, back_off=False)
    running.until(lambda: running.status(support.id).state is DirectionState.DISABLED_BY_ERRORS)
    refused = running.asked(desk.enable(support.id))
    assert refused.failure().kind is ProblemKind.AUTHENTICATION_FAILED
    assert [step.ok for step in refused.progress][-2:] == [True, False]
    assert running.status(support.id).state is DirectionState.DISABLED_BY_ERRORS
    mailbox.set_password("wrong")
    enabled = running.asked(desk.enable(support.id))
    assert enabled.result().enabled
    assert [step.stage for step in enabled.progress][-1] is TestStage.COUNT
    running.checked([support.id], times=3)
    assert running.status(support.id).state is DirectionState.ACTIVE
    assert running.status(support.id).health.incoming.consecutive_errors == 0


def test_properties(running: RunningDesk) -> None:
    desk = running.start()
    saved = running.asked(desk.save_properties({"check_concurrency": "3"})).result()
    assert saved.check_concurrency == 3
    running.until(lambda: running.of("properties_changed")[-1] == saved)
    assert running.checking._schedule.limits.concurrency == 3
    failure = running.asked(desk.save_properties({"check_concurrency": "0", "nonsense": "1"})).failure()
    assert {error.path for error in failure.errors} == {"check_concurrency", "nonsense"}


# Tests


def test_a_connection_test_tells_each_step(running: RunningDesk, mailbox: Mailbox) -> None:
    desk = running.start()
    draft = Integration(name="Support", incoming=running.office.incoming(mailbox))
    asked = running.asked(desk.test_connection(draft, Direction.INCOMING, NOTHING_TYPED))
    steps = asked.result()
    assert asked.progress == list(steps)
    assert all(step.ok for step in steps)
    folders = running.asked(desk.list_folders(draft, NOTHING_TYPED)).result()
    assert "INBOX" in folders


def test_a_connection_test_is_cancelled_while_the_server_is_paused(
    running: RunningDesk, mailbox: Mailbox, dovecot: Dovecot
) -> None:
    desk = running.start()
    draft = Integration(name="Support", incoming=running.office.incoming(mailbox))
    dovecot.pause()
    try:
        asked = running.asked(desk.test_connection(draft, Direction.INCOMING, NOTHING_TYPED))
        running.until(lambda: TestStage.RESOLVE in {step.stage for step in asked.progress})
        assert running.asked(desk.deletion_effects([1])).result()  # other calls go on
        assert not asked.ended
        asked.call.cancel()
        assert asked.wait().ends == ["cancelled", "finished"]
    finally:
        dovecot.resume()
    again = running.asked(desk.test_connection(draft, Direction.INCOMING, NOTHING_TYPED))
    assert all(step.ok for step in again.result())


def test_cancelled_before_it_began_or_after_it_ended(running: RunningDesk, mailbox: Mailbox) -> None:
    support = running.office.receiving(mailbox)
    running.may_open.clear()
    desk = running.make()
    desk.start()
    early = running.asked(desk.test_connection(support, Direction.INCOMING, NOTHING_TYPED))
    early.call.cancel()
    running.may_open.set()
    assert early.wait().ends == ["cancelled", "finished"]
    late = running.asked(desk.deletion_effects([support.id]))
    late.call.finished.connect(late.call.cancel)
    assert late.result()


def test_a_test_email(running: RunningDesk, smtp_server: SmtpServer) -> None:
    support = running.office.sending(smtp_server)
    desk = running.start()
    outcome = running.asked(desk.send_test(support, "joe@example.com", NOTHING_TYPED)).result()
    assert outcome.state == OutboxState.SENT
    assert [message.recipients for message in smtp_server.messages] == [("joe@example.com",)]
    assert running.wait("send_finished").outbox_id == outcome.outbox_id
    typed = replace(support, id=0, name="only typed")
    assert running.asked(desk.send_test(typed, "joe@example.com", NOTHING_TYPED)).result().outbox_id == 0
    failure = running.asked(desk.send_test(support, "nobody", NOTHING_TYPED)).failure()
    assert [error.path for error in failure.errors] == ["recipient"]
    assert len(smtp_server.messages) == 2


# What is heard


def test_one_direction_does_not_undo_the_other(
    running: RunningDesk, mailbox: Mailbox, smtp_server: SmtpServer
) -> None:
    """A send that fails while checks succeed: each outcome moves its own side of the status."""
    office = running.office
    smtp_server.script.answer("MAIL", "", "550 5.7.1 not you")
    support = office.services.integrations.save(
        Integration(name="Support", incoming=office.incoming(mailbox), outgoing=office.outgoing(smtp_server))
    )
    office.queue(support)
    desk = running.start()
    running.wait("send_finished")
    running.checked([support.id])
    before = running.status(support.id).health.outgoing
    assert before.consecutive_errors == 1
    desk.check_now([support.id])
    running.checked([support.id], times=2)
    stale = replace(running.of("check_finished")[0], events=())
    running.engine._relay.announce(
        replace(stale, health=stale.health.with_direction(Direction.OUTGOING, type(before)()))
    )
    running.wait("check_finished", 3)
    assert running.status(support.id).health.outgoing == before


def test_events_come_once(running: RunningDesk, mailbox: Mailbox) -> None:
    office = running.office
    office.services.properties.set({"notify_after_incoming_errors": "1"})
    support = office.receiving(mailbox, password=office.password("wrong"))
    desk = running.start()
    running.checked([support.id])
    running.until(lambda: running.of("event_happened"))
    mailbox.set_password("wrong")
    for times in (2, 3):
        desk.check_now([support.id])
        running.checked([support.id], times=times)
    events = running.of("event_happened")
    assert len(events) == 2  # failing, recovered
    assert {event.integration_id for event in events} == {support.id}
    expected = [event for outcome in running.of("check_finished") for event in outcome.events]
    assert events == expected


class Network:
    """What this computer's resolver says of ``NAME``: it is the one thing that a test cannot unplug."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.up = True
        self._ask = socket.getaddrinfo
        self._connect = socket.socket.connect
        monkeypatch.setattr(socket, "getaddrinfo", self._answer)
        monkeypatch.setattr(socket.socket, "connect", lambda sock, address: self._go(sock, address))

    def _answer(self, host: Any, *arguments: Any, **options: Any) -> Any:
        if host != NAME:
            return self._ask(host, *arguments, **options)
        if not self.up:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return self._ask("127.0.0.1", *arguments, **options)

    def _go(self, sock: socket.socket, address: Any) -> None:
        if not self.up and sock.type is socket.SOCK_DGRAM:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        self._connect(sock, address)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    return Network(monkeypatch)


@pytest.fixture
def silent(fault_proxy: FaultProxy) -> Iterator[FaultProxy]:
    fault_proxy.fault = Fault(swallow=True)
    yield fault_proxy
    fault_proxy.fault = PASS


def test_offline_and_online_again(running: RunningDesk, mailbox: Mailbox, network: Network) -> None:
    support = running.office.receiving(mailbox, server=NAME)
    network.up = False
    desk = running.start()
    running.checked([support.id])
    assert running.of("offline_changed") == [True]
    assert running.status(support.id).health.incoming.consecutive_errors == 0
    network.up = True
    desk.check_now()
    running.checked([support.id], times=2)
    assert running.of("offline_changed") == [True, False]


def test_a_refusal_says_that_we_are_online(running: RunningDesk, mailbox: Mailbox, network: Network) -> None:
    support = running.office.receiving(mailbox, server=NAME, password=running.office.password("wrong"))
    network.up = False
    desk = running.start()
    running.checked([support.id])
    network.up = True
    desk.check_now()
    running.checked([support.id], times=2)
    assert running.of("offline_changed") == [True, False]


def test_a_check_that_was_cancelled_says_nothing_of_the_network(
    running: RunningDesk, mailbox: Mailbox, network: Network, silent: FaultProxy
) -> None:
    away = running.office.receiving(mailbox, "away", server=NAME)
    silence = running.office.receiving(mailbox, "silence", port=silent.port)
    network.up = False
    desk = running.start()
    running.checked([away.id])
    running.until(lambda: silent.connections == 1)
    desk.cancel_checks([silence.id])
    running.checked([silence.id])
    assert running.of("check_finished")[-1].result is CheckResult.CANCELLED
    assert running.of("offline_changed") == [True]


def test_trouble_of_our_own_is_told_once_and_its_end(
    running: RunningDesk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.office.receiving(mailbox)
    desk = running.start()
    running.wait("check_finished")
    looks: list[Problem] = []
    running.engine.flushed.connect(looks.append)
    free = itertools.count(1 << 20, 1 << 20)  # a MB more each time
    with monkeypatch.context() as full:
        full.setattr("mailint_gui.store.database.LEAST_FREE_SPACE", 1 << 60)
        full.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=next(free)))
        desk.check_now()
        running.until(lambda: len({each.facts["free_mb"] for each in looks if each}) > 1)
    running.until(lambda: running.of("trouble")[-1] is None)
    told, end = running.of("trouble")
    assert (told.kind, end) == (ProblemKind.DISK_FULL, None)


def test_nothing_is_shown_of_an_integration_that_is_gone(running: RunningDesk, mailbox: Mailbox) -> None:
    """An outcome that was under way when its integration was deleted."""
    support = running.office.receiving(mailbox)
    desk = running.start()
    running.checked([support.id])
    outcome = running.of("check_finished")[0]
    running.asked(desk.delete([support.id])).result()
    running.wait("status_removed")
    running.engine._relay.announce(outcome)
    running.engine._relay.announce(said.StatusRemoved((support.id,)))
    running.wait("check_finished", 2)
    assert desk._book.ids() == ()
    assert running.of("status_removed") == [support.id]
