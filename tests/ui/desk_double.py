"""A desk in memory: keeps the contract of ``workers.desk.Desk`` with plain values, and answers one turn later.

``requests`` lists what was asked for as ``(name, arguments)``. A test decides what a server or a disk would
answer: ``test_steps``, ``folders``, ``refusals``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QTimer

from mailint_gui.domain.check import CheckOutcome, CheckProgress, CheckResult, SendOutcome, Stage, TestStep
from mailint_gui.domain.health import Health, reenabled
from mailint_gui.domain.history import HistoryPage
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.domain.secret import Secret, TypedPasswords, VaultState
from mailint_gui.domain.status import DeletionEffects, IntegrationStatus
from mailint_gui.domain.validation import ValidationError, trimmed, validate
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.trace_requests import TraceRequests
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import BatchProgress, Desk, Run

NOW = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)


class DeskDouble(Desk):
    def __init__(self, statuses: Iterable[IntegrationStatus] = (), now: datetime = NOW) -> None:
        super().__init__()
        self.now = now
        self.statuses = {status.id: status for status in statuses}
        self.removed: dict[int, IntegrationStatus] = {}
        self.properties = AccountProperties()
        self.vault = VaultState.READY
        self.requests: list[tuple[str, tuple[Any, ...]]] = []
        self.test_steps: tuple[TestStep, ...] = ()
        self.rules_of_deleted: tuple[str, ...] = ()
        self.folders: tuple[str, ...] = ("INBOX", "Done")
        self.refusals: dict[str, Problem | ValidationError | RefusedError] = {}
        self.services: Any = _nothing_yet()  # what ``call`` hands to those who ask by it
        self._calls: set[Call] = set()

    @property
    def is_busy(self) -> bool:
        """Whether something that was asked for has not ended."""
        return bool(self._calls)

    def start(self) -> None:
        """Tell the window what there is, as at the start of the program."""
        self.properties_changed.emit(self.properties)
        self.statuses_reset.emit(tuple(self.statuses.values()))

    def put(self, status: IntegrationStatus) -> None:
        self.statuses[status.id] = status
        self.status_changed.emit(status)

    def finish_check(self, integration_id: int, health: Health, problem: Problem | None = None) -> None:
        """A check of it ended: the new status, then its outcome."""
        status = self.statuses[integration_id]
        self.put(replace(status, health=health))
        result = CheckResult.FAILED if problem else CheckResult.OK
        outcome = CheckOutcome(
            integration_id, status.name, result, self.now, self.now, problem=problem, health=health
        )
        self.check_finished.emit(outcome)

    def call(self, name: str, run: Run) -> Call:
        """Runs here, one turn later, on ``services``."""
        call: Call = self._answer(
            name, (), lambda: run(self.services, CancelScope(), lambda step: call.progressed.emit(step))
        )
        return call

    def save(self, draft: Integration, passwords: TypedPasswords) -> Call:
        return self._answer("save", (draft, passwords), lambda: self._saved(trimmed(draft)))

    def _saved(self, draft: Integration) -> Integration:
        others = [status.integration for one, status in self.statuses.items() if one != draft.id]
        errors = validate(draft, others)
        if errors:
            raise ValidationError(errors)
        stored = replace(draft, id=draft.id or self._free_id(), last_modified_at=self.now)
        if stored.is_default:
            self._clear_default(stored.id)
        old = self.statuses.get(stored.id, IntegrationStatus(stored))
        self.put(replace(old, integration=stored))
        return stored

    def duplicate(self, integration_id: int) -> Call:
        def work() -> Integration:
            old = self.statuses[integration_id].integration
            copy = replace(
                old, id=self._free_id(), name=f"{old.name} (copy)", enabled=False, is_default=False
            )
            self.put(IntegrationStatus(copy))
            return copy

        return self._answer("duplicate", (integration_id,), work)

    def deletion_effects(self, ids: Iterable[int]) -> Call:
        chosen = tuple(ids)

        def work() -> DeletionEffects:
            going = [self.statuses[one] for one in chosen]
            staying = [status for one, status in self.statuses.items() if one not in chosen]
            return DeletionEffects(
                names=tuple(status.name for status in going),
                includes_default=any(status.integration.is_default for status in going),
                unsent_messages=sum(status.unsent_messages for status in going),
                possible_successors=tuple(
                    (each.id, each.name) for each in staying if each.integration.can_send
                ),
                rules=self.rules_of_deleted,
            )

        return self._answer("deletion_effects", (chosen,), work)

    def delete(self, ids: Iterable[int], successor: int | None = None) -> Call:
        chosen = tuple(ids)

        def work() -> None:
            for one in chosen:
                self.removed[one] = self.statuses.pop(one)
                self.status_removed.emit(one)
            self._make_default(successor)

        return self._answer("delete", (chosen, successor), work)

    def restore(self, ids: Iterable[int], heir: int | None = None) -> Call:
        chosen = tuple(ids)

        def work() -> Integration | None:
            defaults = [each.integration for each in self.statuses.values() if each.integration.is_default]
            taken = next((each for each in defaults if each.id != heir), None)
            restored = [self.removed.pop(one) for one in chosen]
            claims = any(status.integration.is_default for status in restored)
            for status in restored:
                is_default = status.integration.is_default and taken is None
                if is_default:
                    self._clear_default(status.id)
                self.put(replace(status, integration=replace(status.integration, is_default=is_default)))
            return taken if claims else None

        return self._answer("restore", (chosen, heir), work)

    def enable(self, integration_id: int, *, test: bool = True) -> Call:
        def work() -> Integration:
            status = self.statuses[integration_id]
            health = Health(reenabled(status.health.incoming), reenabled(status.health.outgoing))
            enabled = replace(status.integration, enabled=True)
            self.put(replace(status, integration=enabled, health=health))
            return enabled

        steps = self.test_steps if test else ()
        return self._answer("enable", (integration_id, test), work, steps)

    def disable(self, ids: Iterable[int], successor: int | None = None) -> Call:
        chosen = tuple(ids)

        def work() -> None:
            for one in chosen:
                status = self.statuses[one]
                self.put(replace(status, integration=replace(status.integration, enabled=False)))
            self._make_default(successor)

        return self._answer("disable", (chosen, successor), work)

    def check_now(self, ids: Iterable[int] | None = None) -> None:
        chosen = None if ids is None else tuple(ids)
        self.requests.append(("check_now", (chosen,)))
        running = tuple(self.statuses) if chosen is None else chosen
        for one in running:
            self.check_started.emit(one)
            self.check_progressed.emit(CheckProgress(one, Stage.CONNECT))
        self.batch_progressed.emit(BatchProgress(0, len(running)))

    def cancel_checks(self, ids: Iterable[int] | None = None) -> None:
        chosen = tuple(self.statuses) if ids is None else tuple(ids)
        self.requests.append(("cancel_checks", (chosen,)))
        for one in chosen:
            name = self.statuses[one].name
            self.check_finished.emit(CheckOutcome(one, name, CheckResult.CANCELLED, self.now, self.now))
        self.batch_progressed.emit(BatchProgress())

    def set_paused(self, paused: bool) -> None:
        self.requests.append(("set_paused", (paused,)))
        self.paused_changed.emit(paused)

    def test_connection(self, draft: Integration, direction: Direction, passwords: TypedPasswords) -> Call:
        steps = tuple(step for step in self.test_steps if step.direction is direction)
        return self._answer("test_connection", (draft, direction, passwords), lambda: steps, steps)

    def list_folders(self, draft: Integration, passwords: TypedPasswords) -> Call:
        return self._answer("list_folders", (draft, passwords), lambda: self.folders)

    def send_test(self, draft: Integration, recipient: str, passwords: TypedPasswords) -> Call:
        outcome = SendOutcome(1 if draft.id else 0, draft.id, draft.name, OutboxState.SENT, self.now)
        return self._answer("send_test", (draft, recipient, passwords), lambda: outcome)

    def save_properties(self, values: Mapping[str, str]) -> Call:
        def work() -> AccountProperties:
            properties, errors = self.properties.changed(values)
            if errors:
                raise ValidationError(errors)
            self.properties = properties
            self.properties_changed.emit(properties)
            return properties

        return self._answer("save_properties", (dict(values),), work)

    def open_vault(self) -> Call:
        return self._answer("open_vault", (), lambda: self.vault)

    def use_vault_for_this_run(self) -> Call:
        def work() -> VaultState:
            self.vault = VaultState.READY
            self.vault_changed.emit(self.vault)
            return self.vault

        return self._answer("use_vault_for_this_run", (), work)

    def _answer(
        self, name: str, arguments: tuple[Any, ...], work: Callable[[], Any], steps: tuple[TestStep, ...] = ()
    ) -> Call:
        """One turn of the event loop later: each step, then the end; or cancelled, if asked before."""
        self.requests.append((name, arguments))
        call = Call(self)
        self._calls.add(call)
        timer = QTimer(call, singleShot=True, interval=0)
        timer.timeout.connect(lambda: self._finish(call, name, work, steps))
        call.cancel_requested.connect(lambda: self._cancel(call, timer))
        timer.start()
        return call

    def _finish(self, call: Call, name: str, work: Callable[[], Any], steps: tuple[TestStep, ...]) -> None:
        for step in steps:
            call.progressed.emit(step)
        refusal = self.refusals.get(name)
        try:
            result = None if refusal else work()
        except (ValidationError, RefusedError) as error:
            refusal = error
        except ProblemError as error:
            refusal = error.problem
        if refusal is not None:
            call.failed.emit(refusal)
        else:
            call.succeeded.emit(result)
        self._end(call)

    def _cancel(self, call: Call, timer: QTimer) -> None:
        if timer.isActive():
            timer.stop()
            call.cancelled.emit()
            self._end(call)

    def _end(self, call: Call) -> None:
        self._calls.discard(call)
        call.finished.emit()

    def _free_id(self) -> int:
        return max((*self.statuses, *self.removed, 0)) + 1

    def _make_default(self, successor: int | None) -> None:
        if successor is not None:
            self._clear_default(successor)
            status = self.statuses[successor]
            self.put(replace(status, integration=replace(status.integration, is_default=True)))

    def _clear_default(self, but: int) -> None:
        for status in list(self.statuses.values()):
            if status.integration.is_default and status.id != but:
                self.put(replace(status, integration=replace(status.integration, is_default=False)))


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def _nothing_yet() -> SimpleNamespace:
    """The services of a profile with neither history nor rules, mail, drafts nor loops."""
    history = SimpleNamespace(page=lambda *_: HistoryPage(), each=lambda *_: (), trace=lambda _: None)
    rule_book = SimpleNamespace(all=lambda: ())
    return SimpleNamespace(
        history=history,
        trace_requests=TraceRequests(),
        rule_book=rule_book,
        loop_breaker=SimpleNamespace(active=lambda: (), all=lambda _limit: ()),
        message_log=SimpleNamespace(page=lambda *_: ()),
        records=SimpleNamespace(page=lambda *_: ()),
        sign_ins=SimpleNamespace(status=lambda *_: None),
        credentials=SimpleNamespace(stored=lambda *_, **__: Secret("")),
        drafts=SimpleNamespace(left_open=lambda: ()),
    )
