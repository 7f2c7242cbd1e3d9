"""The life of one job that waits on the network: its stage and deadline, its sockets, its end from outside."""

import _thread
import contextlib
import math
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from mailint_gui.domain.check import Stage
from mailint_gui.domain.oauth import SIGN_IN_LIMIT
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.trace import Trace
from mailint_gui.mail.turnstile import Turnstile

T = TypeVar("T")

DEADLINES: Mapping[Stage, float] = MappingProxyType(
    {
        Stage.WAITING: math.inf,
        Stage.SECRET: 20.0,
        Stage.TOKEN: 60.0,
        Stage.SIGN_IN: SIGN_IN_LIMIT.total_seconds(),
        Stage.RESOLVE: 15.0,
        Stage.CONNECT: 20.0,
        Stage.TLS: 20.0,
        Stage.GREETING: 20.0,
        Stage.AUTHENTICATE: 30.0,
        Stage.SELECT: 30.0,
        Stage.ACKNOWLEDGE: 60.0,
        Stage.SEARCH: 60.0,
        Stage.FETCH: 60.0,
        Stage.STORE: 60.0,
        Stage.FILE: 60.0,
        Stage.SEND: 300.0,  # RFC 5321 section 4.5.3.2: a server may take minutes over the end of the data
    }
)
"""Seconds without progress after which a stage hangs."""


class CancelReason(StrEnum):
    ADMIN = "admin"
    SHUTDOWN = "shutdown"
    OVERDUE = "overdue"


class Cancelled(Exception):
    """The job was ended from outside; no error of the integration."""

    def __init__(self, reason: CancelReason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class CancelScope:
    """Thread-safe: the job works on one thread, anybody looks at it or cancels it from another.

    ``on_stage`` is called on the job's thread at each change of stage. ``trace``, where there is one, is told what the
    job's connections say and hear.
    """

    def __init__(
        self,
        deadlines: Mapping[Stage, float] = DEADLINES,
        on_stage: Callable[[Stage], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.turnstile: Turnstile | None = None
        self._has_turn = False
        self._deadlines = deadlines
        self.on_stage = on_stage
        self.trace: Trace | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._wakers: set[Callable[[], None]] = set()
        self._reason: CancelReason | None = None
        self._stage = Stage.WAITING
        self._deadline = clock() + self._seconds(Stage.WAITING)

    # Stage and deadline

    @property
    def stage(self) -> Stage:
        return self._stage

    @property
    def cancelled(self) -> bool:
        return self._reason is not None

    def enter(self, stage: Stage) -> None:
        """Begin a stage and its deadline. Raises what ``raise_if_cancelled`` raises."""
        self.raise_if_cancelled()
        changed = stage is not self._stage
        self._stage = stage
        self.keep_going()
        if changed and self.trace:
            self.trace.entered(stage)
        if changed and self.on_stage:
            self.on_stage(stage)

    def keep_going(self, seconds: float | None = None) -> None:
        """There was progress: the deadline of the stage starts anew; it is ``seconds`` off where that is known."""
        self._deadline = self._clock() + (self._seconds(self._stage) if seconds is None else seconds)

    def remaining(self) -> float:
        """Seconds until the stage is overdue, never below 0; infinite where it may take any time."""
        return max(0.0, self._deadline - self._clock())

    def overdue(self, now: float) -> bool:
        return now > self._deadline

    def _seconds(self, stage: Stage) -> float:
        return self._deadlines.get(stage, math.inf)

    def pause(self, seconds: float) -> None:
        """On the job's thread: does nothing for so long. Raises, at once, what ``raise_if_cancelled`` raises."""
        woken = threading.Event()
        with self.waking(woken.set), self.waiting():
            woken.wait(min(seconds, threading.TIMEOUT_MAX))
        self.raise_if_cancelled()

    # Turns

    @contextlib.contextmanager
    def computing(self) -> Iterator[None]:
        """All of the job: with a ``turnstile`` it takes turns with others, but for what is ``waiting``."""
        self._take_turn()
        try:
            yield
        finally:
            self._give_turn_back()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """On the job's thread, around what waits for somebody else: others compute meanwhile."""
        had_turn = self._has_turn
        self._give_turn_back()
        try:
            yield
        finally:
            if had_turn:
                self._take_turn()

    def lose_turn(self) -> None:
        """The job hangs beyond waking: what it has is for others."""
        self._give_turn_back()

    def _take_turn(self) -> None:
        if self.turnstile:
            self._has_turn = self.turnstile.take()

    def _give_turn_back(self) -> None:
        if self.turnstile and self._has_turn:
            self._has_turn = False
            self.turnstile.give_back()

    # Cancelling

    def cancel(self, reason: CancelReason) -> None:
        """End the job: its sockets are shut down and whoever waits is woken. Only the first call counts."""
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
            sockets, wakers = list(self._sockets), list(self._wakers)
        for sock in sockets:
            _break(sock)
        for wake in wakers:
            wake()

    def raise_if_cancelled(self) -> None:
        """Raises Cancelled, or ProblemError (TIMED_OUT) when it was cancelled for being overdue."""
        match self._reason:
            case None:
                return
            case CancelReason.OVERDUE:
                raise ProblemError(Problem(ProblemKind.TIMED_OUT, {"stage": self._stage}))
            case reason:
                raise Cancelled(reason)

    def attach(self, sock: socket.socket) -> None:
        """``sock`` is broken when the scope is cancelled; at once when it already is."""
        with self._lock:
            if self._reason is None:
                self._sockets.add(sock)
                return
        _break(sock)

    def detach(self, sock: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(sock)

    @contextlib.contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """``wake`` is called, on the cancelling thread, when the scope is cancelled meanwhile."""
        with self._lock:
            cancelled = self._reason is not None
            self._wakers.add(wake)
        if cancelled:
            wake()
        try:
            yield
        finally:
            with self._lock:
                self._wakers.discard(wake)


def _break(sock: socket.socket) -> None:
    """Wake whoever waits on ``sock``: ``close`` alone does not end a ``recv`` that is under way.

    The shutdown of the plain socket class: that of ``SSLSocket`` first forgets its encryption, and what the job
    writes at this very moment would go out in clear. A TLS socket is closed by the job that it wakes, since its
    file descriptor may still be in use inside OpenSSL; one that is only connecting wakes by ``close`` alone on
    some systems.
    """
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    if not isinstance(sock, ssl.SSLSocket):
        with contextlib.suppress(OSError):
            sock.close()


def run_with_deadline(function: Callable[[], T], seconds: float, scope: CancelScope) -> T:
    """What ``function()`` returns or raises, for calls that nothing can wake (getaddrinfo, a keyring).

    It runs on a daemon thread, which is left behind when time is up. Raises TimeoutError after ``seconds``, and
    what a cancelled ``scope`` raises.
    """
    answers: queue.SimpleQueue[tuple[T | None, BaseException | None] | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put((function(), None))
        except BaseException as error:  # noqa: BLE001  carried to the thread that asked
            answers.put((None, error))

    scope.raise_if_cancelled()
    with scope.waking(lambda: answers.put(None)):
        _thread.start_new_thread(
            work, ()
        )  # nobody waits for its end, nor for its beginning as Thread.start does
        try:
            with scope.waiting():
                answer = answers.get(timeout=min(seconds, threading.TIMEOUT_MAX))
        except queue.Empty:
            raise TimeoutError("no answer in time") from None
    scope.raise_if_cancelled()
    assert answer is not None  # nothing else puts None than cancelling
    value, error = answer
    if error is not None:
        raise error
    return value  # type: ignore[return-value]  # the pair holds a T where there is no error
