"""A profile that is open on the workers: pools, clock, schedule and outbox, begun and ended in order.

Opening the store, with all the heavy imports, is the first job, so that the window can paint before it; what is
asked for until then waits in order.
"""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.services.announcements import Announce, StatusChanged, TellingChanged
from mailint_gui.services.scope import CancelScope, Turnstile
from mailint_gui.workers.checking import Checking
from mailint_gui.workers.pool import Job, JobEnded, WorkerPool
from mailint_gui.workers.relay import Relay
from mailint_gui.workers.sending import Sending
from mailint_gui.workers.sent_copying import SentCopying
from mailint_gui.workers.telling import Telling
from mailint_gui.workers.ticker import Ticker

if TYPE_CHECKING:
    from mailint_gui.services.services import Services

CHECK_THREADS = 64  # the schedule's limits say how many of them work at a time
SEND_THREADS = 64  # and that of connections to one host here
CALL_THREADS = 4
FLUSH_EVERY = 1.0  # seconds
READ_AFTER_MS = 100  # a burst of outcomes is one look at how much waits
TIDY_EVERY = 3600.0

Run = Callable[["Services", CancelScope], Any]
Done = Callable[[JobEnded], None]
UnsentShown = Callable[[], Mapping[int, int]]  # how many messages are shown as not sent, by integration


@dataclass(frozen=True, slots=True)
class Pace:
    """How the demo differs: one interval for all, and no back-off."""

    interval: timedelta | None = None
    back_off: bool = True


class Engine(QObject):
    """Lives on the GUI thread; nothing here waits but ``stop``."""

    opened = Signal(object, object)  # AccountProperties, tuple[IntegrationStatus, ...]
    failed = Signal(object)  # the exception that kept the profile from opening
    heard = Signal(object)  # Announcement
    crashed = Signal(str)  # the report of a bug of ours
    flushed = Signal(object)  # Problem of our own store or disk, or None

    def __init__(
        self, build: Callable[[Announce], "Services"], clock: Clock, pace: Pace, parent: QObject | None = None
    ) -> None:
        """``build`` opens the profile; it runs on a worker."""
        super().__init__(parent)
        self._build = build
        self._clock = clock
        self._pace = pace
        self._waiting: list[Job] | None = []  # None once the profile is open, or cannot be opened
        self._failure: Problem | None = None  # why it cannot be opened
        self._next_checks: dict[int, datetime] = {}
        self._unread: set[int] = set()  # whose status is to be read again
        self._unsent_shown: UnsentShown | None = None  # to be compared with the outbox
        self._is_reading = False
        self._reading = QTimer(self, singleShot=True, interval=READ_AFTER_MS)
        self._reading.timeout.connect(self._read_statuses)
        self._flushing = False
        self._flushed_at = 0.0
        self._tidied_at = -TIDY_EVERY  # so that chores begin with the run, however young the clock is
        self._tidying = False
        self._relay = Relay(self)
        self._relay.announced.connect(self.heard)
        self._calls = WorkerPool("call", CALL_THREADS, self)
        self._checks = WorkerPool("check", CHECK_THREADS, self, Turnstile())
        self._sends = WorkerPool("send", SEND_THREADS, self)
        self._looks = WorkerPool("outbox", 1, self)
        self._pools = (self._checks, self._sends, self._looks, self._calls)
        for pool in self._pools:
            pool.crashed.connect(self.crashed)
        self._ticker = Ticker(self)
        self.services: Services | None = None  # to be closed at the end, however far opening came
        self.checking: Checking | None = None
        self.sending: Sending | None = None
        self.telling: Telling | None = None

    # Beginning

    def start(self) -> None:
        self._calls.submit(Job("open the profile", lambda _scope: self._open(), self._on_open))

    def _open(self) -> Any:
        services = self.services = self._build(self._relay.announce)
        services.prepare()
        self._relay.announce(TellingChanged(services.notifications.telling()))
        opened = services, services.properties.current(), services.statuses.all()
        gc.freeze()  # else each full collection looks through all that was loaded, and holds the window up 0.1 s
        return opened

    def _on_open(self, ended: JobEnded) -> None:
        waiting, self._waiting = self._waiting or [], None
        if ended.error:
            self._failure = ended.problem
            self.failed.emit(ended.error)
            for job in waiting:
                job.done(JobEnded(job, error=ended.error))
            return
        services, properties, statuses = ended.value
        self._set_to_work(services)
        self.opened.emit(properties, statuses)
        for job in waiting:
            self._calls.submit(job)
        self.submit("file what waits", self._file_pending, _nothing)
        self._ticker.start()

    def _set_to_work(self, services: "Services") -> None:
        self.checking = Checking(
            self._checks,
            services.check_mail,
            self._clock,
            self._relay.announce,
            interval=self._pace.interval,
            back_off=self._pace.back_off,
            parent=self,
        )
        self.checking.next_check_set.connect(self._next_checks.__setitem__)
        self.sending = Sending(self._sends, self._looks, services.send_mail, services.properties, self)
        self.sent_copying = SentCopying(self._sends, self._looks, services.sent_copies, self)
        self._ticker.ticked.connect(self.checking.tick)
        self._ticker.ticked.connect(self.sent_copying.tick)
        self._ticker.ticked.connect(self.sending.tick)
        self._ticker.ticked.connect(self._flush_if_due)
        self.telling = Telling(self._sends, self._looks, services, self)
        self._ticker.ticked.connect(self.telling.tick)
        self._ticker.woke.connect(self.telling.woke)
        self._ticker.woke.connect(self.checking.woke)
        self._ticker.woke.connect(self._drop_sessions)

    def _file_pending(self, services: "Services", scope: CancelScope) -> None:
        """What an earlier run left unfiled."""
        if tallies := services.filing.file_pending(scope):
            self._relay.announce(StatusChanged(services.statuses.of(tallies.keys())))

    # Work

    def submit(self, name: str, run: Run, done: Done) -> Job:
        """Has a worker run it. ``done`` is called on the GUI thread."""

        def with_services(scope: CancelScope) -> Any:
            if self._failure:
                raise ProblemError(self._failure)
            assert self.services is not None  # jobs that came before wait until it is there
            return run(self.services, scope)

        job = Job(name, with_services, done)
        if self._waiting is None:
            self._calls.submit(job)
        else:
            self._waiting.append(job)
        return job

    def read_status(self, integration_id: int) -> None:
        """Has what an outcome does not say (how much waits) read again soon, and announced; many are read at once."""
        self._unread.add(integration_id)
        self._read_soon()

    def read_unsent(self, shown: UnsentShown) -> None:
        """The same for those with another number of unsent messages than is shown by then."""
        self._unsent_shown = shown
        self._read_soon()

    def _read_soon(self) -> None:
        """One at a time: of two, the older one could be announced last."""
        if not self._is_reading and not self._reading.isActive():
            self._reading.start()

    def _read_statuses(self) -> None:
        wanted, self._unread = self._unread, set()
        shown, self._unsent_shown = self._unsent_shown, None
        unsent = shown() if shown else {}
        self._is_reading = True

        def read(services: "Services", _scope: CancelScope) -> None:
            differ = (
                status
                for status in services.statuses.all()
                if status.id in wanted
                or unsent.get(status.id, status.unsent_messages) != status.unsent_messages
            )
            self._relay.announce(StatusChanged(tuple(differ)))

        self.submit("read statuses", read, self._on_statuses_read)

    def _on_statuses_read(self, _ended: JobEnded) -> None:
        self._is_reading = False
        if self._unread or self._unsent_shown:
            self._read_soon()

    def _flush_if_due(self, now: float) -> None:
        if self._flushing or now - self._flushed_at < FLUSH_EVERY:
            return
        self._flushed_at, self._flushing = now, True
        next_checks = dict(self._next_checks)
        tidies = self._tidying or now - self._tidied_at >= TIDY_EVERY
        if tidies:
            self._tidied_at = now
        self._next_checks.clear()

        def flush(services: "Services", _scope: CancelScope) -> tuple[Problem | None, bool]:
            for each, at in next_checks.items():
                services.monitor.set_next(each, at)
            services.monitor.flush()
            services.sessions.close_idle()
            more = tidies and services.housekeeping.go_on()
            return services.database.free_space_problem(), more

        self.submit("write health", flush, self._on_flushed)

    def _on_flushed(self, ended: JobEnded) -> None:
        problem, self._tidying = ended.value or (None, False)
        self._flushing = False
        self.flushed.emit(ended.problem or problem)

    def _drop_sessions(self) -> None:
        """Connections that were slept through."""
        self.submit("drop sessions", lambda services, _scope: services.sessions.drop_all(), _nothing)

    # End

    def stop(self, seconds: float) -> bool:
        """Ends everything in order within about ``seconds``. -> whether every thread has ended."""
        deadline = time.monotonic() + seconds
        self._ticker.stop()
        self._reading.stop()
        for pool in self._pools:
            pool.begin_stop()
        ended = [pool.join(deadline) for pool in self._pools]
        self._relay.close()
        return all(ended)


def _nothing(_ended: JobEnded) -> None:
    """Nobody waits for this job."""
