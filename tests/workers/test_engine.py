"""Opening, writing now and then, waking and ending: the engine under the desk, on real services."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.services.announcements import Announce
from mailint_gui.services.housekeeping import Housekeeping
from mailint_gui.services.refusal import StoreRefusal, StoreRefusedError
from mailint_gui.services.services import Services
from mailint_gui.workers import engine
from tests.servers.mailbox import Mailbox
from tests.services.office import letter
from tests.workers.running_desk import LIMIT, RunningDesk

NOTHING_TYPED = TypedPasswords()
IN_TIME = 2.0  # seconds that a stop may take


@pytest.fixture
def black_hole() -> Iterator[int]:
    """The port of a listener whose kernel takes connections, and that never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


# Opening


def test_opening_tells_what_is_there(running: RunningDesk, mailbox: Mailbox) -> None:
    support = running.office.receiving(mailbox)
    desk = running.start()
    names = [name for name, _value in running.said if name != "status_changed"]
    assert names[:3] == ["properties_changed", "statuses_reset", "ready"]
    (properties,), (statuses,) = running.of("properties_changed"), running.of("statuses_reset")
    assert isinstance(properties, AccountProperties)
    assert properties.extra_ca_file
    assert [(each.id, each.integration) for each in statuses] == [(support.id, support)]
    assert desk.services is running.services


def test_what_is_asked_before_it_is_open_waits_in_order(
    running: RunningDesk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CALL_THREADS", 1)  # several may overtake one another once they have begun
    support = running.office.receiving(mailbox)
    running.may_open.clear()
    desk = running.make()
    early = running.asked(desk.deletion_effects([support.id]))  # even before it starts
    desk.start()
    effects = [running.asked(desk.deletion_effects([support.id])) for _ in range(4)]
    copy = running.asked(desk.duplicate(support.id))
    running.qtbot.wait(0)
    assert not any(each.ends for each in (early, *effects, copy))
    assert running.of("ready") == []
    order: list[object] = []
    for each in (early, *effects, copy):
        each.call.finished.connect(lambda each=each: order.append(each))
    running.may_open.set()
    assert copy.result().name == "Support (2)"
    assert early.result().names == ("Support",)
    assert all(each.result().names == ("Support",) for each in effects)
    assert order == [early, *effects, copy]


def test_what_an_earlier_run_left_unfiled_is_filed(running: RunningDesk, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter(1), letter(2)])
    support = running.office.receiving(mailbox)
    running.office.check(support)
    running.office.services.close()
    with closing(sqlite3.connect(running.office.database_path)) as database, database:
        database.execute("UPDATE message SET state = 'received'")
    running.start()
    running.until(lambda: running.status(support.id).waiting_messages == 0)
    with running.services.database.read() as unit:
        assert {row.state for row in unit.messages.list()} == {"filed"}


REFUSED = StoreRefusedError(StoreRefusal.NEWER, {"path": "x"})
FAILED = ProblemError(Problem(ProblemKind.STORE_FAILED))


@pytest.mark.parametrize("error", [REFUSED, FAILED], ids=["refused", "failed"])
def test_failing_to_open_fails_what_waits_and_what_comes_later(
    running: RunningDesk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """It is told once, and is no bug: ``running`` looks that nothing crashed."""

    def build(_announce: Announce) -> Services:
        raise error

    monkeypatch.setattr(running, "_build", build)
    desk = running.make()
    early = running.asked(desk.deletion_effects([1]))
    desk.start()
    assert running.wait("start_failed") is error
    expected = error.problem if isinstance(error, ProblemError) else None
    for asked in (early, running.asked(desk.deletion_effects([1]))):
        found = asked.failure()
        assert found == (expected or Problem(ProblemKind.UNKNOWN, detail="StoreRefusedError"))
    desk.check_now()
    desk.set_paused(True)
    desk.cancel_checks()
    assert desk.services is None
    assert running.of("ready", "statuses_reset") == []


def test_a_store_that_opens_but_cannot_be_prepared_is_not_left_open(
    running: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: object) -> None:
        raise FAILED

    monkeypatch.setattr(Services, "prepare", refuse)
    desk = running.make()
    desk.start()
    assert running.wait("start_failed") is FAILED
    assert desk.services is running.services  # for whoever ends the program: it must be closed


# Beside the work


def test_when_the_next_check_comes_is_written_down(running: RunningDesk, mailbox: Mailbox) -> None:
    support = running.office.receiving(mailbox)
    running.start()
    running.checked([support.id])
    expected = running.status(support.id).next_check_at
    assert expected is not None

    def written() -> bool:
        with running.services.database.read() as unit:
            health = dict(unit.health.all()).get(support.id)
        return health is not None and health.incoming.next_attempt_at == expected

    running.until(written)


def test_chores_go_on_a_moment_each_time_until_they_are_done(
    running: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailint_gui.workers.engine.FLUSH_EVERY", 0.0)
    steps: list[int] = []
    flushes: list[object] = []

    def chore() -> Iterator[None]:
        for step in range(3):
            steps.append(step)
            yield

    running.adjust = lambda services: replace(services, housekeeping=Housekeeping([chore], moment=0))
    running.start()
    running.engine.flushed.connect(flushes.append)
    running.until(lambda: len(steps) == 3 and len(flushes) > 6)
    assert steps == [0, 1, 2]  # the next round is an hour away


# Ending


def test_stop_before_it_was_started(running: RunningDesk) -> None:
    running.make()
    ended, took = running.stop(IN_TIME)
    assert ended
    assert took < IN_TIME


def test_stop_while_it_opens_slowly(running: RunningDesk) -> None:
    running.may_open.clear()
    desk = running.make()
    waiting = running.asked(desk.deletion_effects([1]))
    desk.start()
    ended, took = running.stop(0.2)
    assert not ended  # nothing can wake what opens a file
    assert took < IN_TIME
    running.may_open.set()
    ended, _took = running.stop(LIMIT / 1000)
    assert ended
    running.qtbot.wait(0)
    assert (running.of("ready"), waiting.ends) == ([], [])


def test_what_was_opened_while_it_stopped_can_be_closed(running: RunningDesk) -> None:
    """The job ended in time, but nobody listened any more: the store would stay open."""
    desk = running.make()
    desk.start()
    ended, _took = running.stop(LIMIT / 1000)
    assert ended
    assert desk.services is running.services
    assert running.of("ready") == []


def test_stop_under_load(running: RunningDesk, mailbox: Mailbox, black_hole: int) -> None:
    """Checks, sends and calls that hang on servers that never say a word."""
    office = running.office
    office.services.properties.set({"check_concurrency": "20", "connections_per_host": "20"})
    receiving = [office.receiving(mailbox, f"In {number}", port=black_hole) for number in range(20)]
    desk = running.start()
    calls = [
        running.asked(desk.test_connection(each, Direction.INCOMING, NOTHING_TYPED)) for each in receiving
    ]
    running.until(lambda: len(running.of("check_started")) == 20)
    ended, took = running.stop(IN_TIME)
    assert ended
    assert took < IN_TIME
    running.qtbot.wait(0)
    assert running.of("check_finished") == []  # nobody is left to hear of it
    assert not any(each.ends for each in calls)


def test_stop_twice(running: RunningDesk) -> None:
    running.start()
    assert running.stop(IN_TIME)[0]
    assert running.stop(IN_TIME)[0]
    late = running.asked(running.desk.deletion_effects([1]))
    running.qtbot.wait(0)
    assert late.ends == []
