"""The life of a job: deadlines by stage, cancelling from another thread."""

import math
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.mail.scope import DEADLINES, Cancelled, CancelReason, CancelScope, run_with_deadline
from tests.servers.certificates import Certificates

LIMIT = 20.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def in_thread(work: object) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)  # type: ignore[arg-type]  # any callable
    thread.start()
    return thread


def test_every_stage_has_a_deadline() -> None:
    assert set(DEADLINES) == set(Stage)


def test_a_stage_has_its_own_deadline() -> None:
    clock = Clock()
    scope = CancelScope({Stage.CONNECT: 10.0, Stage.FETCH: 60.0}, clock=clock)
    assert scope.remaining() == math.inf
    scope.enter(Stage.CONNECT)
    clock.now += 4
    assert scope.remaining() == pytest.approx(6)
    assert not scope.overdue(clock.now)
    clock.now += 7
    assert scope.remaining() == 0
    assert scope.overdue(clock.now)
    scope.enter(Stage.FETCH)
    assert scope.remaining() == pytest.approx(60)


def test_progress_starts_the_deadline_anew() -> None:
    clock = Clock()
    scope = CancelScope({Stage.FETCH: 10.0}, clock=clock)
    scope.enter(Stage.FETCH)
    clock.now += 9
    scope.keep_going()
    assert scope.remaining() == pytest.approx(10)


def test_a_deadline_that_is_known_stands_in_place_of_the_stages_own() -> None:
    clock = Clock()
    scope = CancelScope({Stage.SIGN_IN: 10.0}, clock=clock)
    scope.enter(Stage.SIGN_IN)
    scope.keep_going(900)
    clock.now += 800
    assert scope.remaining() == pytest.approx(100)


def test_a_pause_ends_by_itself_and_by_cancelling() -> None:
    scope = CancelScope()
    scope.pause(0.01)
    with ThreadPoolExecutor(1) as pool:
        pausing = pool.submit(scope.pause, math.inf)
        scope.cancel(CancelReason.ADMIN)
        with pytest.raises(Cancelled):
            pausing.result(LIMIT)


def test_changes_of_stage_are_told_once() -> None:
    told: list[Stage] = []
    scope = CancelScope(on_stage=told.append)
    for stage in (Stage.SECRET, Stage.RESOLVE, Stage.RESOLVE, Stage.CONNECT):
        scope.enter(stage)
    assert told == [Stage.SECRET, Stage.RESOLVE, Stage.CONNECT]
    assert scope.stage is Stage.CONNECT


@pytest.mark.parametrize("reason", [CancelReason.ADMIN, CancelReason.SHUTDOWN])
def test_cancelled_is_no_problem(reason: CancelReason) -> None:
    scope = CancelScope()
    scope.cancel(reason)
    scope.cancel(CancelReason.OVERDUE)  # only the first counts
    with pytest.raises(Cancelled) as caught:
        scope.enter(Stage.FETCH)
    assert caught.value.reason is reason


def test_overdue_is_a_problem_that_names_the_stage() -> None:
    scope = CancelScope()
    scope.enter(Stage.SELECT)
    scope.cancel(CancelReason.OVERDUE)
    with pytest.raises(ProblemError) as caught:
        scope.raise_if_cancelled()
    assert caught.value.problem.kind is ProblemKind.TIMED_OUT
    assert caught.value.problem.facts["stage"] == "select"


def test_cancelling_wakes_a_blocked_read(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, _theirs = pair
    scope = CancelScope()
    scope.attach(ours)
    answers: list[bytes] = []

    def read() -> None:
        try:
            answers.append(ours.recv(1))
        except OSError:
            answers.append(b"")

    reader = in_thread(read)
    scope.cancel(CancelReason.ADMIN)
    reader.join(LIMIT)
    assert answers == [b""]


def test_a_socket_attached_too_late_is_broken_at_once(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    scope = CancelScope()
    scope.cancel(CancelReason.ADMIN)
    scope.attach(ours)
    assert ours.fileno() == -1
    assert theirs.recv(1) == b""


def test_a_detached_socket_lives_on(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    scope = CancelScope()
    scope.attach(ours)
    scope.detach(ours)
    scope.cancel(CancelReason.ADMIN)
    ours.sendall(b"x")
    assert theirs.recv(1) == b"x"


def test_nothing_goes_out_in_clear_after_cancelling(
    pair: tuple[socket.socket, socket.socket], certificates: Certificates
) -> None:
    """ssl's own shutdown() and close() forget the encryption while the job may still be writing."""
    ours, theirs = pair
    server = in_thread(lambda: certificates.good.server_context().wrap_socket(theirs, server_side=True))
    tls = certificates.client_context().wrap_socket(ours, server_hostname="localhost")
    server.join(LIMIT)
    scope = CancelScope()
    scope.attach(tls)
    scope.cancel(CancelReason.ADMIN)
    with tls:
        assert tls.version() is not None  # None: what is written now goes out in clear
        with pytest.raises(OSError, match=r"EOF|pipe|reset|closed"):
            tls.sendall(b"a password")


def test_run_with_deadline_returns_and_raises() -> None:
    scope = CancelScope()
    assert run_with_deadline(lambda: 42, LIMIT, scope) == 42
    with pytest.raises(KeyError):
        run_with_deadline(lambda: {}["gone"], LIMIT, scope)


def test_run_with_deadline_gives_up() -> None:
    never = threading.Event()
    with pytest.raises(TimeoutError):
        run_with_deadline(never.wait, 0.05, CancelScope())
    never.set()


def test_run_with_deadline_is_woken() -> None:
    scope, never, began = CancelScope(), threading.Event(), threading.Event()

    def hang() -> None:
        began.set()
        never.wait()

    def cancel() -> None:
        began.wait(LIMIT)
        scope.cancel(CancelReason.SHUTDOWN)

    in_thread(cancel)
    with pytest.raises(Cancelled):
        run_with_deadline(hang, math.inf, scope)
    never.set()
