"""The desk of the running program: requests become jobs, announcements become signals.

Opening the store and the heavy imports are the first job, so that the window can paint before them; what is
asked for until then waits in order.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.check import CheckOutcome, CheckProgress, SendOutcome, TestStep
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.health import Health
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import ValidationError
from mailint_gui.services import announcements as said
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.checking import Checking
from mailint_gui.workers.desk import BatchProgress, Desk
from mailint_gui.workers.pool import Job, JobEnded, WorkerPool
from mailint_gui.workers.relay import Relay
from mailint_gui.workers.sending import Sending
from mailint_gui.workers.ticker import Ticker

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

CHECK_THREADS = 64  # the schedule's limits say how many of them work at a time
CALL_THREADS = 4
FLUSH_EVERY = 1.0  # seconds
OUR_OWN = frozenset({ProblemKind.STORE_FAILED, ProblemKind.DISK_FULL})

Progress = Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How the demo differs: one interval for all, and no back-off."""

    interval: timedelta | None = None
    back_off: bool = True


class LiveDesk(Desk):
    """Lives on the GUI thread; nothing here waits."""

    ready = Signal()
    start_failed = Signal(object)  # the exception that kept the profile from opening
    crashed = Signal(str)  # the report of a bug of ours

    def __init__(
        self,
        build: Callable[[said.Announce], "Services"],
        clock: Clock,
        pace: Pace = Pace(),
        parent: QObject | None = None,
    ) -> None:
        """``build`` opens the profile; it runs on a worker."""
        super().__init__(parent)
        self._build = build
        self._clock = clock
        self._pace = pace
        self._services: Services | None = None
        self._checking: Checking | None = None
        self._sending: Sending | None = None
        self._statuses: dict[int, IntegrationStatus] = {}
        self._next_checks: dict[int, datetime] = {}
        self._waiting: list[Job] = []
        self._flushing = False
        self._flushed_at = 0.0
        self._offline = False
        self._paused = False
        self._troubled = False
        self._relay = Relay(self)
        self._relay.announced.connect(self._heard)
        self._calls = WorkerPool("call", CALL_THREADS, self)
        self._checks = WorkerPool("check", CHECK_THREADS, self)
        self._ticker = Ticker(self)
        self._ticker.ticked.connect(self._tick)
        self._ticker.woke.connect(self._woke)
        for pool in (self._calls, self._checks):
            pool.crashed.connect(self.crashed)

    # Beginning and end

    def start(self) -> None:
        self._calls.submit(Job("open the profile", lambda _scope: self._open(), self._opened))

    def _open(self) -> "Services":
        services = self._build(self._relay.announce)
        services.prepare()
        return services

    def _opened(self, ended: JobEnded) -> None:
        if ended.error:
            self.start_failed.emit(ended.error)
            return
        services: Services = ended.value
        self._services = services
        announce = self._relay.announce
        self._checking = Checking(
            self._checks,
            services.check_mail,
            self._clock,
            announce,
            interval=self._pace.interval,
            back_off=self._pace.back_off,
            parent=self,
        )
        self._checking.next_check_set.connect(self._on_next_check)
        self._checking.batch_progressed.connect(
            lambda done, total: self.batch_progressed.emit(BatchProgress(done, total))
        )
        self._sending = Sending(self._calls, services.send_mail, self)
        self._calls.submit(Job("read the list", lambda _scope: self._first_values(services), self._listed))

    @staticmethod
    def _first_values(services: "Services") -> tuple[Any, ...]:
        return services.properties.current(), services.statuses.all()

    def _listed(self, ended: JobEnded) -> None:
        if ended.error:
            self.start_failed.emit(ended.error)
            return
        assert self._checking is not None  # made when the profile opened
        properties, statuses = ended.value
        self.properties_changed.emit(properties)
        self._statuses = {status.id: status for status in statuses}
        self.statuses_reset.emit(statuses)
        self._checking.apply(properties)
        self._checking.show(statuses)
        self._checking.set_paused(self._paused)
        for job in self._waiting:
            self._calls.submit(job)
        self._waiting.clear()
        self._file_pending()
        self._ticker.start()
        self.ready.emit()

    def _file_pending(self) -> None:
        def file(services: "Services", scope: CancelScope) -> None:
            if tallies := services.filing.file_pending(scope):
                self._relay.announce(said.StatusChanged(services.statuses.of(tallies.keys())))

        self._submit("file what waits", file, lambda _ended: None)

    def stop(self, seconds: float) -> bool:
        """Ends everything in order within about ``seconds``. -> whether every thread has ended."""
        deadline = time.monotonic() + seconds
        self._ticker.stop()
        for pool in (self._checks, self._calls):
            pool.begin_stop()
        checks_ended = self._checks.join(deadline)
        calls_ended = self._calls.join(deadline)
        self._relay.close()
        return checks_ended and calls_ended

    @property
    def services(self) -> "Services | None":
        return self._services

    @property
    def announce(self) -> said.Announce:
        return self._relay.announce

    # The clock

    def _tick(self, now: float) -> None:
        assert self._checking is not None
        assert self._sending is not None
        self._checking.tick(now)
        self._sending.tick(now)
        if now - self._flushed_at >= FLUSH_EVERY and not self._flushing:
            self._flush(now)

    def _flush(self, now: float) -> None:
        self._flushed_at, self._flushing = now, True
        next_checks, self._next_checks = self._next_checks, {}

        def flush(services: "Services", _scope: CancelScope) -> None:
            for each, at in next_checks.items():
                services.monitor.set_next(each, at)
            services.monitor.flush()
            services.sessions.close_idle()

        def done(ended: JobEnded) -> None:
            self._flushing = False
            self._set_trouble(ended.problem)

        self._submit("write health", flush, done)

    def _woke(self, now: float) -> None:
        assert self._checking is not None
        self._checking.woke(now)
        self._submit(
            "close slept-through sessions", lambda services, _scope: services.sessions.close_all(), _nothing
        )

    # What services say

    def _heard(self, value: said.Announcement) -> None:
        match value:
            case CheckProgress():
                self.check_progressed.emit(value)
            case said.CheckStarted(integration_id):
                self.check_started.emit(integration_id)
            case CheckOutcome():
                self._on_check(value)
            case SendOutcome():
                self._on_send(value)
            case said.StatusChanged(statuses):
                self._on_statuses(statuses)
            case said.StatusRemoved(ids):
                self._on_removed(ids)
            case said.OutboxChanged() if self._sending:
                self._sending.look()
            case said.PropertiesChanged(properties):
                if self._checking:
                    self._checking.apply(properties)
                self.properties_changed.emit(properties)
            case said.VaultChanged(state):
                self.vault_changed.emit(state)
            case said.StoreTrouble(problem):
                self._set_trouble(problem)

    def _on_check(self, outcome: CheckOutcome) -> None:
        self._on_health(outcome.integration_id, outcome.health)
        self._judge_surroundings(outcome.problem)
        self.check_finished.emit(outcome)
        if outcome.tally.quarantined or outcome.tally.waiting:
            self._refresh(outcome.integration_id)
        for event in outcome.events:
            self.event_happened.emit(event)

    def _on_send(self, outcome: SendOutcome) -> None:
        if outcome.integration_id:
            self._on_health(outcome.integration_id, outcome.health)
            self._refresh(outcome.integration_id)
        self.send_finished.emit(outcome)
        for event in outcome.events:
            self.event_happened.emit(event)

    def _on_health(self, integration_id: int, health: Health) -> None:
        """The schedule's next time is ours to say; everything else comes with the outcome."""
        if status := self._statuses.get(integration_id):
            next_at = status.health.incoming.next_attempt_at
            incoming = replace(health.incoming, next_attempt_at=next_at)
            self._show(replace(status, health=replace(health, incoming=incoming)))
            if self._checking:
                self._checking.show([self._statuses[integration_id]])

    def _judge_surroundings(self, problem: Problem | None) -> None:
        offline = problem is not None and problem.kind is ProblemKind.OFFLINE
        if offline != self._offline and (offline or problem is None):
            self._offline = offline
            self.offline_changed.emit(offline)
        if problem and problem.kind in OUR_OWN:
            self._set_trouble(problem)

    def _set_trouble(self, problem: Problem | None) -> None:
        if problem or self._troubled:
            self._troubled = problem is not None
            self.trouble.emit(problem)

    def _refresh(self, integration_id: int) -> None:
        def read(services: "Services", _scope: CancelScope) -> None:
            self._relay.announce(said.StatusChanged(services.statuses.of({integration_id})))

        self._submit("read one status", read, _nothing)

    def _on_statuses(self, statuses: Iterable[IntegrationStatus]) -> None:
        for status in statuses:
            known = self._statuses.get(status.id)
            next_at = known.health.incoming.next_attempt_at if known else None
            incoming = replace(status.health.incoming, next_attempt_at=next_at)
            self._show(replace(status, health=replace(status.health, incoming=incoming)))
        if self._checking:
            self._checking.show([self._statuses[status.id] for status in statuses])

    def _on_removed(self, ids: Iterable[int]) -> None:
        if self._checking:
            self._checking.forget(ids)
        for each in ids:
            self._statuses.pop(each, None)
            self.status_removed.emit(each)

    def _on_next_check(self, integration_id: int, at: datetime) -> None:
        self._next_checks[integration_id] = at
        if status := self._statuses.get(integration_id):
            incoming = replace(status.health.incoming, next_attempt_at=at)
            self._show(replace(status, health=replace(status.health, incoming=incoming)))

    def _show(self, status: IntegrationStatus) -> None:
        if self._statuses.get(status.id) != status:
            self._statuses[status.id] = status
            self.status_changed.emit(status)

    # Requests

    def _submit(
        self,
        name: str,
        run: Callable[["Services", CancelScope], Any],
        done: Callable[[JobEnded], None],
    ) -> Job:
        def with_services(scope: CancelScope) -> Any:
            assert self._services is not None  # jobs that came before wait until it is there
            return run(self._services, scope)

        job = Job(name, with_services, done)
        if self._services is None:
            self._waiting.append(job)
        else:
            self._calls.submit(job)
        return job

    def _call(self, name: str, run: Callable[["Services", CancelScope, Progress], Any]) -> Call:
        call = Call(self)

        def done(ended: JobEnded) -> None:
            if ended.error is None:
                call.succeeded.emit(ended.value)
            elif isinstance(ended.error, Cancelled):
                call.cancelled.emit()
            elif isinstance(ended.error, ValidationError):
                call.failed.emit(ended.error)
            else:
                call.failed.emit(ended.problem)
            call.finished.emit()
            call.deleteLater()

        job = self._submit(name, lambda services, scope: run(services, scope, call.progressed.emit), done)
        call.cancel_requested.connect(lambda: job.scope.cancel(CancelReason.ADMIN))
        return call

    def save(self, draft: Integration, passwords: TypedPasswords) -> Call:
        return self._call(
            "save", lambda services, _scope, _step: services.integrations.save(draft, passwords)
        )

    def duplicate(self, integration_id: int) -> Call:
        return self._call(
            "duplicate", lambda services, _scope, _step: services.integrations.duplicate(integration_id)
        )

    def deletion_effects(self, ids: Iterable[int]) -> Call:
        wanted = frozenset(ids)
        return self._call(
            "look before deleting",
            lambda services, _scope, _step: services.integrations.deletion_effects(wanted),
        )

    def delete(self, ids: Iterable[int], successor: int | None = None) -> Call:
        wanted = frozenset(ids)
        return self._call(
            "delete", lambda services, _scope, _step: services.integrations.delete(wanted, successor)
        )

    def restore(self, ids: Iterable[int]) -> Call:
        wanted = frozenset(ids)
        return self._call("restore", lambda services, _scope, _step: services.integrations.restore(wanted))

    def enable(self, integration_id: int, *, test: bool = True) -> Call:
        def run(services: "Services", scope: CancelScope, step: Progress) -> Integration:
            return services.enabling.enable(integration_id, scope, step, test=test)

        return self._call("enable", run)

    def disable(self, ids: Iterable[int], successor: int | None = None) -> Call:
        wanted = frozenset(ids)
        return self._call(
            "disable", lambda services, _scope, _step: services.integrations.disable(wanted, successor)
        )

    def check_now(self, ids: Iterable[int] | None = None) -> None:
        if self._checking:
            self._checking.ask(self._statuses if ids is None else ids)

    def cancel_checks(self, ids: Iterable[int] | None = None) -> None:
        if self._checking:
            self._checking.cancel(ids)

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        if self._checking:
            self._checking.set_paused(paused)
        self.paused_changed.emit(paused)

    def test_connection(self, draft: Integration, direction: Direction, passwords: TypedPasswords) -> Call:
        def run(services: "Services", scope: CancelScope, step: Progress) -> tuple[TestStep, ...]:
            return services.connection_test.test(draft, direction, scope, step, passwords)

        return self._call("test connection", run)

    def list_folders(self, draft: Integration, passwords: TypedPasswords) -> Call:
        return self._call(
            "list folders",
            lambda services, scope, _step: services.connection_test.folders(draft, scope, passwords),
        )

    def send_test(self, draft: Integration, recipient: str, passwords: TypedPasswords) -> Call:
        return self._call(
            "send test email",
            lambda services, scope, _step: services.test_email.send(draft, recipient, passwords, scope),
        )

    def save_properties(self, values: Mapping[str, str]) -> Call:
        wanted = dict(values)
        return self._call("save properties", lambda services, _scope, _step: services.properties.set(wanted))

    def open_vault(self) -> Call:
        return self._call(
            "open the vault", lambda services, _scope, _step: services.credentials.open_vault(again=True)
        )

    def use_vault_for_this_run(self) -> Call:
        return self._call(
            "use a vault for this run",
            lambda services, _scope, _step: services.credentials.use_for_this_run(),
        )


def _nothing(_ended: JobEnded) -> None:
    """Nobody waits for this job."""
