"""How attempts to send ended: written into the row and the history, counted, and told."""

import logging
from dataclasses import dataclass

from mailint_gui.domain.check import SendOutcome
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.health import Attempt
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import OutboxAction, OutboxItem, OutboxPurpose
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.sent_copy import wants_copy
from mailint_gui.services.alerts import Alerts
from mailint_gui.services.announcements import Announce, OutboxChanged
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.properties import Properties
from mailint_gui.services.sent_copies import FIRST_WAIT
from mailint_gui.services.under_way import Claim, UnderWay
from mailint_gui.services.verdict import CANCELLED, INTERRUPTED, Verdict, failed, gives_up, retry_at
from mailint_gui.store.database import Database

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endings:
    database: Database
    properties: Properties
    monitor: Monitor
    alerts: Alerts
    under_way: UnderWay
    clock: Clock
    announce: Announce

    def settle_what_is_left(self) -> None:
        """Ends that the store did not take, then rows whose sender ended by a fault of the program."""
        while left := self.under_way.take_unsettled():
            self.settled(*left)
        with self.database.read() as unit:
            lost = [outbox_id for outbox_id in unit.outbox.sending() if outbox_id not in self.under_way]
        if lost:
            with self.database.write() as unit:
                unit.outbox.recover(self.clock(), self.under_way)
            self.announce(OutboxChanged())

    def settled(self, claim: Claim, verdict: Verdict) -> SendOutcome:
        """Raises ProblemError when the store fails; then it is settled by the next look at what is due."""
        try:
            item, verdict = self.settle(claim, verdict)
        except ProblemError:
            self.under_way.keep(claim, verdict)
            raise
        finally:
            self.under_way.let_go(claim)
        return self._outcome(item, verdict.problem, self._recordable(verdict, claim.recorded))

    def settle(self, claim: Claim, verdict: Verdict) -> tuple[OutboxItem, Verdict]:
        """The row as the attempt left it, and the attempt itself in the history."""
        item, now = claim.item, self.clock()
        with self.database.write() as unit:
            if verdict.unheard and unit.outbox.is_answer_awaited(item.id):
                verdict = failed(Problem(ProblemKind.DELIVERY_UNCERTAIN).about(name=item.integration))
            action, problem = verdict.action, verdict.problem
            if action is OutboxAction.TRY_LATER and gives_up(item, now, self.properties.current().send_for):
                action = OutboxAction.REFUSED
            later = now if verdict.at_once else retry_at(item.attempts, now)
            settled = unit.outbox.settle(
                item.id,
                action,
                now,
                reason=str(problem.kind) if problem else "",
                answer=problem.detail if problem else "",
                recipients=verdict.recipients,
                next_try_at=later if action is OutboxAction.TRY_LATER else None,
            )
            attempt = SendOutcome(
                item.id, item.integration_id, item.integration, settled.state, now, verdict.problem
            )
            unit.sends.add(attempt, claim.began_at)
            if verdict.sent and claim.recorded and wants_copy(claim.recorded, item.purpose):
                unit.sent_copies.owe(item.id, item.integration_id, now, now + FIRST_WAIT)
        return settled, verdict

    def _recordable(
        self, verdict: Verdict, integration: Integration | None
    ) -> tuple[Integration, Attempt] | None:
        """Sent to some is sent; that others were refused is no error of the integration."""
        if integration is None or verdict in (CANCELLED, INTERRUPTED):
            return None
        if verdict.sent:
            return integration, Attempt(mail=1)
        return integration, Attempt(verdict.problem)

    def _outcome(
        self, item: OutboxItem, problem: Problem | None, record: tuple[Integration, Attempt] | None = None
    ) -> SendOutcome:
        health = self.monitor.health(item.integration_id)
        events: tuple[IntegrationEvent, ...] = ()
        if record:
            integration, attempt = record
            is_own = item.purpose is OutboxPurpose.MONITORING
            tell = self.alerts.tell_of_own_mail if is_own else self.alerts.tell
            health, events = self.monitor.record(integration, Direction.OUTGOING, attempt, tell)
        outcome = SendOutcome(
            outbox_id=item.id,
            integration_id=item.integration_id,
            integration_name=item.integration,
            state=item.state,
            finished_at=self.clock(),
            problem=problem,
            health=health,
            events=events,
        )
        self.announce(outcome)
        if events:
            self.announce(OutboxChanged())
        _log.info(
            "send %d through %r: %s", item.id, item.integration, problem.kind if problem else item.state
        )
        return outcome
