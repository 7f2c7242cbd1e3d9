"""Checks on the workers: the schedule says who is due, a job does it, the outcome says when the next is."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.check import CheckOutcome, CheckProgress, Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.services.announcements import Announce
from mailint_gui.services.schedule import Entry, Limits, Schedule
from mailint_gui.services.scope import CancelReason, CancelScope
from mailint_gui.workers.pool import Job, JobEnded, WorkerPool

if TYPE_CHECKING:  # its imports are heavy
    from mailint_gui.services.check_mail import CheckMail

THROTTLED_AS = 4  # errors: eight intervals, where the provider does not say how long to wait


class Checking(QObject):
    """Everything here runs on the GUI thread and is quick; the work is in the jobs."""

    batch_progressed = Signal(int, int)  # done, total of what an admin asked for; 0, 0 when that is over
    _taken_in = Signal(int)  # integration id, from the thread of its job
    next_check_set = Signal(int, object)  # integration id, datetime

    def __init__(
        self,
        pool: WorkerPool,
        check_mail: "CheckMail",
        clock: Clock,
        announce: Announce,
        *,
        interval: timedelta | None = None,
        back_off: bool = True,
        parent: QObject | None = None,
    ) -> None:
        """``interval`` in place of every integration's own, and ``back_off``: for the demo."""
        super().__init__(parent)
        self._taken_in.connect(self._on_taken_in)
        self._pool = pool
        self._check_mail = check_mail
        self._clock = clock
        self._announce = announce
        self._interval = interval
        self._schedule = Schedule(Limits(back_off=back_off))
        self._back_off = back_off
        self._jobs: dict[int, Job] = {}
        self._asked: set[int] = set()
        self._asked_done = 0
        self._modified: dict[int, datetime | None] = {}
        self._told: dict[int, float] = {}  # when the next check is due, as it was last told

    def apply(self, properties: AccountProperties) -> None:
        self._schedule.limits = Limits(
            properties.check_concurrency, properties.connections_per_host, self._back_off
        )

    def show(self, statuses: Iterable[IntegrationStatus]) -> None:
        """What is there to be checked, new or changed."""
        now = time.monotonic()
        for status in statuses:
            if status.state_of(Direction.INCOMING) is DirectionState.ACTIVE:
                self._schedule.set_entry(self._entry(status), now, self._rest(status))
                if self._is_edited(status):
                    self._schedule.hasten(status.id, now)
                self._tell_next(status.id)
            else:
                self._schedule.remove(status.id)
                self._end_asked(status.id)

    def _entry(self, status: IntegrationStatus) -> Entry:
        incoming = status.integration.incoming
        every = self._interval or incoming.check_every
        return Entry(status.id, incoming.server.casefold(), every.total_seconds())

    def _rest(self, status: IntegrationStatus) -> float:
        """Seconds of back-off left from an earlier run: starting again is no reason to knock again."""
        health = status.health.incoming
        rests = health.consecutive_errors or health.wait_asked_for
        if not rests or health.next_attempt_at is None or not self._back_off:
            return 0.0
        return max(0.0, (health.next_attempt_at - self._clock()).total_seconds())

    def _is_edited(self, status: IntegrationStatus) -> bool:
        """Whether an admin changed it since it was last shown here."""
        at = status.integration.last_modified_at
        before = self._modified.setdefault(status.id, at)
        self._modified[status.id] = at
        return at != before

    def forget(self, ids: Iterable[int]) -> None:
        for each in ids:
            self._schedule.remove(each)
            self._told.pop(each, None)
            self._end_asked(each)
            if job := self._jobs.get(each):
                job.scope.cancel(CancelReason.ADMIN)

    def tick(self, now: float) -> None:
        for each in self._schedule.take_due(now):
            self._begin(each)

    def woke(self, now: float) -> None:
        """Connections did not live through the sleep: begin afresh, spread out, and count nothing against them."""
        for job in self._jobs.values():
            job.scope.cancel(CancelReason.ADMIN)
        self._schedule.woke(now)

    def set_paused(self, paused: bool) -> None:
        self._schedule.paused = paused

    def ask(self, ids: Iterable[int]) -> None:
        asked = self._schedule.ask(ids, time.monotonic())
        self._asked.update(asked)
        self._tell_batch()
        self.tick(time.monotonic())

    def cancel(self, ids: Iterable[int] | None = None) -> None:
        """Ends what an admin asked for, begun or not; ``None``: every running check."""
        wanted = set(ids) if ids is not None else None
        for each in self._schedule.forget_asked(wanted):
            self._end_asked(each)
        for each, job in self._jobs.items():
            if wanted is None or each in wanted:
                job.scope.cancel(CancelReason.ADMIN)

    def _begin(self, integration_id: int) -> None:
        def stage_entered(stage: Stage) -> None:
            self._announce(CheckProgress(integration_id, stage))
            if stage is Stage.FILE:
                self._taken_in.emit(integration_id)

        job = Job(
            name=f"check of integration {integration_id}",
            run=lambda scope: self._check_mail.check(integration_id, scope),
            done=lambda ended: self._ended(integration_id, ended),
            scope=CancelScope(on_stage=stage_entered),
        )
        self._jobs[integration_id] = job
        self._pool.submit(job)

    def _on_taken_in(self, integration_id: int) -> None:
        if integration_id in self._jobs:
            self._schedule.gave_place(integration_id)
            self.tick(time.monotonic())

    def _ended(self, integration_id: int, ended: JobEnded) -> None:
        self._jobs.pop(integration_id, None)
        if ended.given_up:
            self._give_up(integration_id, ended)
        now = time.monotonic()
        self._schedule.finished(integration_id, now, _errors(ended), _wait_asked_for(ended))
        self._end_asked(integration_id)
        self._tell_next(integration_id)
        self.tick(now)  # who waits for this place begins now, not with the next tick of the clock

    def _give_up(self, integration_id: int, ended: JobEnded) -> None:
        problem = ended.problem
        assert problem is not None  # a job that was given up has timed out
        job = Job(
            name=f"count the check of integration {integration_id} that hangs",
            run=lambda _scope: self._check_mail.give_up(integration_id, problem),
            done=lambda _ended: None,
        )
        self._pool.submit(job)

    def _tell_next(self, integration_id: int) -> None:
        at = self._schedule.next_at(integration_id)
        if at is not None and at != self._told.get(integration_id):
            self._told[integration_id] = at
            self.next_check_set.emit(integration_id, self._wall_time(at))

    def _wall_time(self, at: float) -> datetime:
        return self._clock() + timedelta(seconds=at - time.monotonic())

    def _end_asked(self, integration_id: int) -> None:
        if integration_id in self._asked:
            self._asked.discard(integration_id)
            self._asked_done += 1
            self._tell_batch()

    def _tell_batch(self) -> None:
        total = self._asked_done + len(self._asked)
        self.batch_progressed.emit(*((self._asked_done, total) if self._asked else (0, 0)))
        if not self._asked:
            self._asked_done = 0


def _errors(ended: JobEnded) -> int:
    """What to back off by. Where a provider asked for a wait and named it, that is the wait, and not a guess."""
    if not isinstance(ended.value, CheckOutcome):
        return 1 if ended.error else 0
    outcome = ended.value
    errors = outcome.health.incoming.consecutive_errors
    if outcome.problem is None or outcome.problem.kind is not ProblemKind.THROTTLED:
        return errors
    return 0 if outcome.problem.wait_asked_for else max(errors, THROTTLED_AS)


def _wait_asked_for(ended: JobEnded) -> int:
    problem = ended.value.problem if isinstance(ended.value, CheckOutcome) else None
    return problem.wait_asked_for if problem else 0
