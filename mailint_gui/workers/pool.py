"""QThread workers, the jobs that they run, and the watchdog over both.

A job is a function that returns or raises, under a ``CancelScope``. It ends in one ``JobEnded`` on the thread
of the pool. A job whose stage is over its deadline is woken by cancelling its scope; one that does not wake
even then is given up: its place is taken by a new thread, and the old one is left to its fate.
"""

import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.refusal import NotOpenedError, RefusedError
from mailint_gui.domain.validation import ValidationError
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope, Turnstile
from mailint_gui.workers.priority import give_way

_log = logging.getLogger(__name__)

WATCH_EVERY_MS = 250
SLEPT = 5.0  # seconds between two looks, where a quarter is usual
GIVE_UP_AFTER = 5.0  # seconds between cancelling an overdue job and giving its thread up
KNOWN_ERRORS = (ProblemError, ValidationError, RefusedError, Cancelled, NotOpenedError, LookupError)
BUGS_AMONG_THEM = (KeyError, IndexError)


@dataclass(eq=False)
class Job:
    """``done`` is called on the pool's thread with how it ended."""

    name: str
    run: Callable[[CancelScope], Any]
    done: Callable[["JobEnded"], None]
    scope: CancelScope = field(default_factory=CancelScope)
    cancelled_at: float | None = None


@dataclass(frozen=True, slots=True)
class JobEnded:
    """``error`` None is success. ``crash`` is the report of a bug of ours, else empty.

    ``given_up``: its thread still hangs.
    """

    job: Job
    value: Any = None
    error: BaseException | None = None
    crash: str = ""
    given_up: bool = False

    @property
    def problem(self) -> Problem | None:
        if self.error is None:
            return None
        if isinstance(self.error, ProblemError):
            return self.error.problem
        return Problem(ProblemKind.UNKNOWN, detail=type(self.error).__name__)


class _Worker(QThread):
    """Takes jobs from the queue until it gets None."""

    ended = Signal(object, object)  # worker, JobEnded

    def __init__(self, jobs: "queue.SimpleQueue[Job | None]") -> None:
        super().__init__()
        self._jobs = jobs
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._given_up = False

    def run(self) -> None:
        give_way()
        while (job := self._jobs.get()) is not None:
            with self._lock:
                self._job = job
            ended = perform(job)
            with self._lock:
                self._job = None
                if self._given_up:
                    return  # it woke after all; another thread has its place
            self.ended.emit(self, ended)

    @property
    def job(self) -> Job | None:
        """What it runs at this moment."""
        return self._job

    def give_up(self, job: Job) -> bool:
        """Ends the thread after ``job``, of which nothing more is heard. -> False if that has just ended."""
        with self._lock:
            self._given_up = self._job is job
            return self._given_up


def perform(job: Job) -> JobEnded:
    """Runs a job; whatever it raises is in the answer."""
    try:
        with job.scope.computing():
            return JobEnded(job, job.run(job.scope))
    except Exception as error:  # noqa: BLE001  a bug goes to the crash dialog, and never takes a worker down
        if isinstance(error, KNOWN_ERRORS) and not isinstance(error, BUGS_AMONG_THEM):
            return JobEnded(job, error=error)
        report = traceback.format_exc()
        _log.error("%s failed by a fault of the program\n%s", job.name, report)
        return JobEnded(job, error=error, crash=report)


class WorkerPool(QObject):
    """Up to ``size`` threads, made as they are needed. Used from the GUI thread only."""

    crashed = Signal(str)

    def __init__(
        self, name: str, size: int, parent: QObject | None = None, turnstile: Turnstile | None = None
    ) -> None:
        """``turnstile``: through which its jobs go one by one while they compute."""
        super().__init__(parent)
        self._turnstile = turnstile
        self._name = name
        self._size = size
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._workers: list[_Worker] = []
        self._given_up: list[_Worker] = []
        self._pending: set[Job] = set()
        self._stopped = False
        self._watched_at = time.monotonic()
        self._watch = QTimer(self)
        self._watch.timeout.connect(self._watch_over)
        self._watch.start(WATCH_EVERY_MS)

    def submit(self, job: Job) -> None:
        """Queues a job. After ``stop`` began it is dropped: nobody is left to hear of it."""
        if self._stopped:
            return
        job.scope.turnstile = self._turnstile
        self._pending.add(job)
        if len(self._pending) > len(self._workers) and len(self._workers) < self._size:
            self._add_worker()
        self._jobs.put(job)

    def _add_worker(self) -> None:
        worker = _Worker(self._jobs)
        worker.setObjectName(f"{self._name}-{len(self._workers) + len(self._given_up)}")
        worker.ended.connect(self._on_ended)
        self._workers.append(worker)
        worker.start(QThread.Priority.LowPriority)

    def _on_ended(self, _worker: _Worker, ended: JobEnded) -> None:
        self._pending.discard(ended.job)
        if ended.crash:
            self.crashed.emit(ended.crash)
        if not self._stopped:
            ended.job.done(ended)

    def _watch_over(self) -> None:
        """After a sleep every stage looks overdue: they are given their time anew."""
        now = time.monotonic()
        slept, self._watched_at = now - self._watched_at > SLEPT, now
        running = [(worker, job) for worker in self._workers if (job := worker.job)]
        if slept:
            for _worker, job in running:
                job.scope.keep_going()
            return
        for worker, job in running:
            if job.cancelled_at is None:
                if job.scope.overdue(now):
                    _log.warning("%s hangs in %s and is woken", job.name, job.scope.stage)
                    job.cancelled_at = now
                    job.scope.cancel(CancelReason.OVERDUE)
            elif now - job.cancelled_at > GIVE_UP_AFTER:
                self._give_up(worker, job)

    def _give_up(self, worker: _Worker, job: Job) -> None:
        if not worker.give_up(job):
            return
        _log.error("%s did not wake in %s; its thread is given up", job.name, job.scope.stage)
        job.scope.lose_turn()
        self._workers.remove(worker)
        self._given_up.append(worker)
        timed_out = ProblemError(Problem(ProblemKind.TIMED_OUT, {"stage": job.scope.stage}))
        self._on_ended(worker, JobEnded(job, error=timed_out, given_up=True))
        if not self._stopped:
            self._add_worker()

    def cancel_all(self, reason: CancelReason) -> None:
        for job in list(self._pending):
            job.scope.cancel(reason)

    def begin_stop(self) -> None:
        """Refuse new, cancel current, and tell every thread to end; ``join`` waits for them."""
        self._stopped = True
        self._watch.stop()
        self.cancel_all(CancelReason.SHUTDOWN)
        for _worker in self._workers:
            self._jobs.put(None)

    def join(self, deadline: float) -> bool:
        """Waits until ``deadline`` (monotonic seconds). -> whether every thread has ended."""
        ended = True
        for worker in [*self._workers, *self._given_up]:
            left = max(0, round((deadline - time.monotonic()) * 1000))
            ended = worker.wait(left) and ended
        return ended
