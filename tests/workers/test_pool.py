"""The pool on real threads and real sockets: how jobs end, hang, are woken, given up and left behind."""

import itertools
import os
import queue
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QThread
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.validation import ValidationError
from mailint_gui.services.check_mail import NotCheckableError
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.workers import pool as module
from mailint_gui.workers.pool import Job, JobEnded, WorkerPool

LIMIT = 20_000  # milliseconds; reached only when something is broken
SOON: Mapping[Stage, float] = {Stage.GREETING: 0.1}

Run = Callable[[CancelScope], Any]


class Bench:
    """A pool with a list of what it answered, and a lever that lets the stubborn jobs go."""

    def __init__(self, qtbot: QtBot, size: int) -> None:
        self.qtbot = qtbot
        self.pool = WorkerPool("test", size)
        self.ended: list[JobEnded] = []
        self.ended_on: set[QThread] = set()
        self.release = threading.Event()
        self.begun: queue.SimpleQueue[QThread] = queue.SimpleQueue()

    def submit(self, run: Run, name: str = "job", scope: CancelScope | None = None) -> Job:
        job = Job(name, run, self._done, scope or CancelScope())
        self.pool.submit(job)
        return job

    def _done(self, ended: JobEnded) -> None:
        self.ended.append(ended)
        self.ended_on.add(QThread.currentThread())

    def wait(self, count: int) -> list[JobEnded]:
        self.qtbot.waitUntil(lambda: len(self.ended) >= count, timeout=LIMIT)
        return self.ended

    def run(self, run: Run) -> JobEnded:
        self.submit(run)
        return self.wait(len(self.ended) + 1)[-1]

    def stubborn(self, scope: CancelScope) -> str:
        """Enters a stage, and does not care for its end."""
        scope.enter(Stage.GREETING)
        self.begun.put(QThread.currentThread())
        self.release.wait()
        return "too late"

    def close(self) -> None:
        self.release.set()
        self.pool.begin_stop()
        assert self.pool.join(time.monotonic() + LIMIT / 1000)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot, 4)
    yield made
    made.close()


@pytest.fixture
def lone(qtbot: QtBot) -> Iterator[Bench]:
    """A pool of one thread."""
    made = Bench(qtbot, 1)
    yield made
    made.close()


@pytest.fixture
def black_hole() -> Iterator[tuple[str, int]]:
    """A listener whose kernel takes connections, and that never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()


def hang_on(address: tuple[str, int], connected: "queue.SimpleQueue[QThread]") -> Run:
    def run(scope: CancelScope) -> bytes:
        scope.enter(Stage.CONNECT)
        with socket.create_connection(address) as sock:
            scope.attach(sock)
            scope.enter(Stage.GREETING)
            connected.put(QThread.currentThread())
            try:
                return sock.recv(1)
            finally:
                scope.detach(sock)
                scope.raise_if_cancelled()

    return run


# How a job ends


def test_a_result(bench: Bench) -> None:
    ended = bench.run(lambda _scope: 42)
    assert (ended.value, ended.error, ended.problem, ended.crash) == (42, None, None, "")


REFUSED = Problem(ProblemKind.CONNECTION_REFUSED)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ProblemError(REFUSED), REFUSED),
        (ValidationError([]), Problem(ProblemKind.UNKNOWN, detail="ValidationError")),
        (LookupError(7), Problem(ProblemKind.UNKNOWN, detail="LookupError")),
        (NotCheckableError(None), Problem(ProblemKind.UNKNOWN, detail="NotCheckableError")),
        (Cancelled(CancelReason.ADMIN), Problem(ProblemKind.UNKNOWN, detail="Cancelled")),
    ],
)
def test_an_error_that_is_no_bug(bench: Bench, error: Exception, problem: Problem) -> None:
    def run(_scope: CancelScope) -> None:
        raise error

    with bench.qtbot.assertNotEmitted(bench.pool.crashed):
        ended = bench.run(run)
    assert ended.error is error
    assert ended.problem == problem
    assert ended.crash == ""


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyError, IndexError, OSError])
@pytest.mark.expects_log("job failed by a fault of the program")
def test_a_bug_is_reported_and_takes_nothing_down(lone: Bench, error: type[Exception]) -> None:
    def buggy(_scope: CancelScope) -> None:
        raise error("canary")

    with lone.qtbot.waitSignal(lone.pool.crashed, timeout=LIMIT) as crashed:
        ended = lone.run(buggy)
    (report,) = crashed.args
    assert report == ended.crash
    assert "in buggy" in report
    assert error.__name__ in report
    assert isinstance(ended.error, error)
    assert ended.problem == Problem(ProblemKind.UNKNOWN, detail=error.__name__)
    assert lone.run(lambda _scope: "still there").value == "still there"


def test_the_work_is_done_elsewhere_and_told_here(bench: Bench) -> None:
    here = QThread.currentThread()
    ended = bench.run(lambda _scope: QThread.currentThread())
    assert ended.value != here
    assert bench.ended_on == {QCoreApplication.instance().thread()}


# Threads


def test_threads_are_made_as_needed_and_used_again(bench: Bench) -> None:
    first = [bench.run(lambda _scope: QThread.currentThread()).value for _ in range(5)]
    assert len(set(first)) == 1
    for _ in range(40):
        bench.submit(lambda _scope: QThread.currentThread())
    assert len({ended.value for ended in bench.wait(45)}) <= 4


def test_as_many_at_a_time_as_the_pool_is_large(bench: Bench) -> None:
    together = threading.Barrier(4)
    for _ in range(8):
        bench.submit(lambda _scope: together.wait(LIMIT / 1000))
    assert {ended.error for ended in bench.wait(8)} == {None}


def test_one_thread_works_in_the_order_asked(lone: Bench) -> None:
    for number in range(20):
        lone.submit(lambda _scope, number=number: number)
    assert [ended.value for ended in lone.wait(20)] == list(range(20))


# Cancelled


def test_a_cancelled_job_wakes_at_once(bench: Bench, black_hole: tuple[str, int]) -> None:
    job = bench.submit(hang_on(black_hole, bench.begun))
    bench.begun.get(timeout=LIMIT / 1000)
    job.scope.cancel(CancelReason.ADMIN)
    (ended,) = bench.wait(1)
    assert isinstance(ended.error, Cancelled)
    assert ended.error.reason is CancelReason.ADMIN


def test_cancelled_before_it_began(lone: Bench, black_hole: tuple[str, int]) -> None:
    first = lone.submit(hang_on(black_hole, lone.begun))
    second = lone.submit(hang_on(black_hole, lone.begun))
    second.scope.cancel(CancelReason.ADMIN)
    first.scope.cancel(CancelReason.ADMIN)
    assert [type(ended.error) for ended in lone.wait(2)] == [Cancelled, Cancelled]


def test_cancel_all(bench: Bench, black_hole: tuple[str, int]) -> None:
    for _ in range(8):
        bench.submit(hang_on(black_hole, bench.begun))
    bench.pool.cancel_all(CancelReason.ADMIN)
    assert {type(ended.error) for ended in bench.wait(8)} == {Cancelled}


# Overdue


@pytest.mark.expects_log("check hangs in greeting and is woken")
def test_an_overdue_job_is_woken_with_its_stage_named(bench: Bench, black_hole: tuple[str, int]) -> None:
    bench.submit(hang_on(black_hole, bench.begun), "check", CancelScope(SOON))
    (ended,) = bench.wait(1)
    assert ended.problem == Problem(ProblemKind.TIMED_OUT, {"stage": Stage.GREETING})


@pytest.mark.expects_log("check hangs in greeting and is woken")
@pytest.mark.expects_log("check did not wake in greeting; its thread is given up")
def test_a_job_that_never_wakes_is_given_up_and_its_place_taken(
    lone: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GIVE_UP_AFTER", 0.2)
    lone.submit(lone.stubborn, "check", CancelScope(SOON))
    lone.submit(lambda _scope: QThread.currentThread())
    stuck, following = lone.wait(2)
    assert stuck.problem == Problem(ProblemKind.TIMED_OUT, {"stage": Stage.GREETING})
    assert following.value != lone.begun.get()


@pytest.mark.expects_log("hangs in greeting and is woken")
@pytest.mark.expects_log("its thread is given up")
def test_a_given_up_thread_that_wakes_after_all_ends_unheard(
    lone: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GIVE_UP_AFTER", 0.2)
    lone.submit(lone.stubborn, "check", CancelScope(SOON))
    lone.wait(1)
    stuck = lone.begun.get()
    busy = threading.Event()
    lone.submit(lambda _scope: busy.wait(LIMIT / 1000))
    lone.release.set()
    lone.qtbot.waitUntil(stuck.isFinished, timeout=LIMIT)
    for _ in range(5):
        lone.submit(lambda _scope: QThread.currentThread())
    assert len(lone.ended) == 1  # the one place is busy; the thread that woke takes nothing
    busy.set()
    workers = {ended.value for ended in lone.wait(7)[2:]}
    assert len(workers) == 1
    assert [ended.value for ended in lone.ended].count("too late") == 0


@pytest.mark.expects_log("hangs in greeting and is woken")
@pytest.mark.expects_log("its thread is given up")
def test_a_stop_after_something_was_given_up_ends_every_other_thread(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GIVE_UP_AFTER", 0.2)
    for _ in range(4):
        bench.submit(bench.stubborn, "check", CancelScope(SOON))
    bench.wait(4)
    assert bench.run(lambda _scope: "all places are taken anew").error is None
    bench.pool.begin_stop()
    assert not bench.pool.join(time.monotonic() + 0.1)
    bench.release.set()
    assert bench.pool.join(time.monotonic() + LIMIT / 1000)


def test_a_job_in_its_time_is_left_alone(bench: Bench) -> None:
    """Longer than a few looks of the watchdog."""
    looks = itertools.count(1)
    looked = threading.Event()
    bench.pool._watch.timeout.connect(lambda: next(looks) == 3 and looked.set())

    def patient(scope: CancelScope) -> str:
        scope.enter(Stage.GREETING)
        assert looked.wait(LIMIT / 1000)
        scope.raise_if_cancelled()
        return "done"

    assert bench.run(patient).value == "done"


# The end


def test_it_stops_in_its_time_while_twenty_jobs_hang_on_a_black_hole(
    qtbot: QtBot, black_hole: tuple[str, int]
) -> None:
    crowd = Bench(qtbot, 20)
    for _ in range(20):
        crowd.submit(hang_on(black_hole, crowd.begun))
    hanging = {crowd.begun.get(timeout=LIMIT / 1000) for _ in range(20)}
    assert len(hanging) == 20
    crowd.pool.begin_stop()
    assert crowd.pool.join(time.monotonic() + 2)
    QCoreApplication.processEvents()
    assert crowd.ended == []  # nobody is left to hear of it


def test_what_was_queued_ends_too_and_nothing_new_is_taken(qtbot: QtBot, black_hole: tuple[str, int]) -> None:
    lone = Bench(qtbot, 1)
    for _ in range(50):
        lone.submit(hang_on(black_hole, lone.begun))
    lone.begun.get(timeout=LIMIT / 1000)
    lone.pool.begin_stop()
    late = threading.Event()
    lone.submit(lambda _scope: late.set())
    assert lone.pool.join(time.monotonic() + LIMIT / 1000)
    assert not late.is_set()
    assert lone.ended == []


def test_an_idle_pool_stops_at_once(qtbot: QtBot) -> None:
    idle = Bench(qtbot, 4)
    idle.run(lambda _scope: None)
    idle.close()
    never_used = Bench(qtbot, 4)
    never_used.close()


def test_a_job_that_does_not_end_is_told_by_the_join(lone: Bench) -> None:
    lone.submit(lone.stubborn)
    lone.begun.get(timeout=LIMIT / 1000)
    lone.pool.begin_stop()
    assert not lone.pool.join(time.monotonic() + 0.2)
    assert not lone.release.is_set()  # it did not wait for that


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a niceness on Linux alone")
def test_jobs_give_way_to_the_window(bench: Bench) -> None:
    def niceness(_scope: CancelScope) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert bench.run(niceness).value > os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
