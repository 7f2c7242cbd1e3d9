"""The desk of the running program: requests become jobs, announcements become signals."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.check import CheckOutcome, CheckProgress, CheckResult, SendOutcome, TestStep
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.problem import Fault, Problem, ProblemKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.telling import Telling
from mailint_gui.domain.validation import ValidationError
from mailint_gui.services import announcements as said
from mailint_gui.services.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import BatchProgress, Desk, Progress, Run
from mailint_gui.workers.engine import Engine, Pace
from mailint_gui.workers.pool import JobEnded
from mailint_gui.workers.status_book import StatusBook

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

OUR_OWN = frozenset({ProblemKind.STORE_FAILED, ProblemKind.DISK_FULL})


class LiveDesk(Desk):
    """Lives on the GUI thread; nothing here waits."""

    ready = Signal()
    start_failed = Signal(object)  # the exception that kept the profile from opening
    crashed = Signal(str)  # the report of a bug of ours

    def __init__(
        self,
        build: Callable[[said.Announce], "Services"],
        clock: Clock,
        pace: Pace | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``build`` opens the profile; it runs on a worker."""
        super().__init__(parent)
        self._paused = False
        self._offline = False
        self._trouble: ProblemKind | None = None  # what was told of our own store or disk
        self._telling = Telling()
        self._book = StatusBook(self)
        self._book.changed.connect(self.status_changed)
        self._book.removed.connect(self.status_removed)
        self._engine = Engine(build, clock, pace or Pace(), self)
        self._engine.opened.connect(self._on_opened)
        self._engine.failed.connect(self.start_failed)
        self._engine.crashed.connect(self.crashed)
        self._engine.flushed.connect(self._set_trouble)
        self._engine.heard.connect(self._heard)

    def start(self) -> None:
        self._engine.start()

    def stop(self, seconds: float) -> bool:
        """Ends everything in order within about ``seconds``. -> whether every thread has ended."""
        return self._engine.stop(seconds)

    @property
    def services(self) -> "Services | None":
        return self._engine.services

    def _on_opened(self, properties: AccountProperties, statuses: tuple[IntegrationStatus, ...]) -> None:
        checking = self._engine.checking
        assert checking is not None  # the profile is open
        checking.next_check_set.connect(self._book.put_next_check)
        checking.batch_progressed.connect(self._on_batch)
        self.properties_changed.emit(properties)
        self._book.fill(statuses)
        self.statuses_reset.emit(statuses)
        checking.apply(properties)
        checking.show(statuses)
        checking.set_paused(self._paused)
        self.ready.emit()

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
                self._schedule(self._book.put(statuses))
            case said.StatusRemoved(ids):
                self._on_removed(ids)
            case said.OutboxChanged():
                self._on_outbox()
            case said.PropertiesChanged(properties):
                self._on_properties(properties)
            case said.VaultChanged(state):
                self.vault_changed.emit(state)
            case _:
                self._heard_of_filing(value)

    def _heard_of_filing(self, value: said.Announcement) -> None:
        match value:
            case said.RulesChanged():
                self.rules_changed.emit()
            case said.MessagesChanged(integration_ids):
                self.messages_changed.emit(integration_ids)
            case said.RecordsChanged(numbers):
                self.records_changed.emit(numbers)
            case said.LoopsChanged(stopped):
                self.loops_changed.emit(stopped)
            case said.TellingChanged(telling):
                self._on_telling(telling)
            case said.EventsHappened(events):
                for event in events:
                    self.event_happened.emit(event)

    def _on_check(self, outcome: CheckOutcome) -> None:
        health = outcome.health.incoming
        if status := self._book.put_health(outcome.integration_id, Direction.INCOMING, health):
            self._schedule([status])
        self._judge_surroundings(outcome)
        self.check_finished.emit(outcome)
        if outcome.tally.quarantined or outcome.tally.waiting:
            self._engine.read_status(outcome.integration_id)
        for event in outcome.events:
            self.event_happened.emit(event)

    def _on_send(self, outcome: SendOutcome) -> None:
        health = outcome.health.outgoing
        if status := self._book.put_health(outcome.integration_id, Direction.OUTGOING, health):
            self._schedule([status])
            self._engine.read_status(outcome.integration_id)
        self.send_finished.emit(outcome)
        for event in outcome.events:
            self.event_happened.emit(event)

    def _on_outbox(self) -> None:
        if self._engine.sending:
            self._engine.sending.look()
        self._engine.read_unsent(self._book.unsent)
        self.outbox_changed.emit()

    def _schedule(self, statuses: Iterable[IntegrationStatus]) -> None:
        if checking := self._engine.checking:
            checking.show(statuses)

    def _on_removed(self, ids: Iterable[int]) -> None:
        if checking := self._engine.checking:
            checking.forget(ids)
        self._book.remove(ids)

    def _on_properties(self, properties: AccountProperties) -> None:
        if checking := self._engine.checking:
            checking.apply(properties)
        self.properties_changed.emit(properties)
        self._on_telling(replace(self._telling, quiet_hours=properties.quiet_hours))

    def _on_telling(self, telling: Telling) -> None:
        if telling != self._telling:
            self._telling = telling
            self.telling_changed.emit(telling)

    def _on_batch(self, done: int, total: int) -> None:
        self.batch_progressed.emit(BatchProgress(done, total))

    def _judge_surroundings(self, outcome: CheckOutcome) -> None:
        """A server that answers, if only with a refusal, says that we are online; a silent one says nothing, and
        nor does a check that was cancelled.
        """
        problem = outcome.problem
        offline = problem is not None and problem.kind is ProblemKind.OFFLINE
        says_nothing = outcome.result is CheckResult.CANCELLED or (
            problem is not None and problem.fault in {Fault.NETWORK, Fault.OURS}
        )
        if offline != self._offline and (offline or not says_nothing):
            self._offline = offline
            self.offline_changed.emit(offline)
        if problem and problem.kind in OUR_OWN:
            self._set_trouble(problem)

    def _set_trouble(self, problem: Problem | None) -> None:
        """Told once: how little is free on a full disk changes every second."""
        kind = problem.kind if problem else None
        if kind != self._trouble:
            self._trouble = kind
            self.trouble.emit(problem)

    # Requests

    def call(self, name: str, run: Run) -> Call:
        call = Call(self)

        def done(ended: JobEnded) -> None:
            if ended.error is None:
                call.succeeded.emit(ended.value)
            elif isinstance(ended.error, Cancelled):
                call.cancelled.emit()
            elif isinstance(ended.error, (ValidationError, RefusedError)):
                call.failed.emit(ended.error)
            else:
                call.failed.emit(ended.problem)
            call.finished.emit()
            call.deleteLater()

        job = self._engine.submit(name, lambda services, scope: run(services, scope, call.advance), done)
        call.cancel_requested.connect(lambda: job.scope.cancel(CancelReason.ADMIN))
        return call

    def save(self, draft: Integration, passwords: TypedPasswords) -> Call:
        return self.call("save", lambda services, _scope, _step: services.integrations.save(draft, passwords))

    def duplicate(self, integration_id: int) -> Call:
        return self.call(
            "duplicate", lambda services, _scope, _step: services.integrations.duplicate(integration_id)
        )

    def deletion_effects(self, ids: Iterable[int]) -> Call:
        wanted = frozenset(ids)
        return self.call(
            "look before deleting",
            lambda services, _scope, _step: services.integrations.deletion_effects(wanted),
        )

    def delete(self, ids: Iterable[int], successor: int | None = None) -> Call:
        wanted = frozenset(ids)
        return self.call(
            "delete", lambda services, _scope, _step: services.integrations.delete(wanted, successor)
        )

    def restore(self, ids: Iterable[int], heir: int | None = None) -> Call:
        wanted = frozenset(ids)
        return self.call(
            "restore", lambda services, _scope, _step: services.integrations.restore(wanted, heir)
        )

    def enable(self, integration_id: int, *, test: bool = True) -> Call:
        def run(services: "Services", scope: CancelScope, step: Progress) -> Integration:
            return services.enabling.enable(integration_id, scope, step, test=test)

        return self.call("enable", run)

    def disable(self, ids: Iterable[int], successor: int | None = None) -> Call:
        wanted = frozenset(ids)
        return self.call(
            "disable", lambda services, _scope, _step: services.integrations.disable(wanted, successor)
        )

    def check_now(self, ids: Iterable[int] | None = None) -> None:
        if checking := self._engine.checking:
            checking.ask(self._book.ids() if ids is None else ids)

    def cancel_checks(self, ids: Iterable[int] | None = None) -> None:
        if checking := self._engine.checking:
            checking.cancel(ids)

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        if checking := self._engine.checking:
            checking.set_paused(paused)
        self.paused_changed.emit(paused)

    def test_connection(self, draft: Integration, direction: Direction, passwords: TypedPasswords) -> Call:
        def run(services: "Services", scope: CancelScope, step: Progress) -> tuple[TestStep, ...]:
            return services.connection_test.test(draft, direction, scope, step, passwords)

        return self.call("test connection", run)

    def list_folders(self, draft: Integration, passwords: TypedPasswords) -> Call:
        return self.call(
            "list folders",
            lambda services, scope, _step: services.connection_test.folders(draft, scope, passwords),
        )

    def send_test(self, draft: Integration, recipient: str, passwords: TypedPasswords) -> Call:
        return self.call(
            "send test email",
            lambda services, scope, _step: services.test_email.send(draft, recipient, passwords, scope),
        )

    def save_properties(self, values: Mapping[str, str]) -> Call:
        wanted = dict(values)
        return self.call("save properties", lambda services, _scope, _step: services.properties.set(wanted))

    def open_vault(self) -> Call:
        return self.call(
            "open the vault", lambda services, _scope, _step: services.credentials.open_vault(again=True)
        )

    def open_vault_if_used(self) -> Call:
        """-> VaultState, or None where nothing is kept in it."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> object:
            return services.credentials.open_vault() if services.credentials.vault_is_used() else None

        return self.call("open the vault", run)

    def use_vault_for_this_run(self) -> Call:
        return self.call(
            "use a vault for this run",
            lambda services, _scope, _step: services.credentials.use_for_this_run(),
        )
