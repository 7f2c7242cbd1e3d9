"""Sending one message of the outbox, over a connection of its own."""

import logging
from collections import deque
from dataclasses import dataclass, field

from mailint_gui.domain.check import SendOutcome, Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.health import Attempt, DirectionState, direction_state
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import (
    OutboxAction,
    OutboxItem,
    OutboxPurpose,
    OutboxRecipient,
    OutboxState,
    RecipientState,
    next_state,
)
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, TypedPasswords
from mailint_gui.mail.connect import Endpoint, Trust
from mailint_gui.mail.scope import Cancelled, CancelScope
from mailint_gui.mail.smtp import SendResult, SmtpSession
from mailint_gui.services.alerts import Alerts
from mailint_gui.services.announcements import Announce
from mailint_gui.services.credentials import NOTHING_TYPED, Credentials
from mailint_gui.services.in_flight import InFlight
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.outbox import build
from mailint_gui.services.pace import Pace
from mailint_gui.services.properties import Properties
from mailint_gui.services.verdict import CANCELLED, Verdict, failed, gives_up, judged, retry_at
from mailint_gui.store.database import Database

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendMail:
    """The use case with what it needs."""

    database: Database
    credentials: Credentials
    properties: Properties
    monitor: Monitor
    alerts: Alerts
    in_flight: InFlight
    clock: Clock
    announce: Announce
    pace: Pace = field(default_factory=Pace)
    unsettled: deque[tuple[OutboxItem, Verdict, Integration | None]] = field(default_factory=deque)
    """Attempts whose end a failing store did not take; without it the row would say *sending* until a restart."""

    def due(self) -> tuple[OutboxItem, ...]:
        """What may be sent now: queued, or its time has come, through an integration that may send at this pace.

        Nothing while the disk is full: what became of a message could not be written down.
        """
        if self.database.free_space_problem():
            return ()
        while self.unsettled:
            self._settled(*self.unsettled.popleft())
        now = self.clock()
        with self.database.read() as unit:
            items = unit.outbox.due(now)
            able = [each for each in unit.integrations.all() if self._may_send(each)] if items else []
        due: list[OutboxItem] = []
        for each in able:
            left = self.pace.left(each.id, each.outgoing.messages_per_minute, now)
            due += [item for item in items if item.integration_id == each.id][:left]
        return tuple(sorted(due, key=lambda item: item.id))

    def _may_send(self, integration: Integration) -> bool:
        health = self.monitor.health(integration.id)
        return direction_state(integration, health, Direction.OUTGOING) is DirectionState.ACTIVE

    def send(
        self,
        outbox_id: int,
        scope: CancelScope,
        *,
        typed: Integration | None = None,
        passwords: TypedPasswords = NOTHING_TYPED,
    ) -> SendOutcome:
        """Sends one item; one that is over the limit of its minute, or that somebody else sends, stays as it is.

        With ``typed`` settings (the form's) they are used, and health is left alone. Raises LookupError, ProblemError
        when the store fails, and Cancelled while it waits for another message of the same integration.
        """
        with self.database.read() as unit:
            item = unit.outbox.get(outbox_id)
            stored = unit.integrations.get(item.integration_id) if item else None
        if item is None or (integration := typed or stored) is None:
            raise LookupError(outbox_id)
        with self.in_flight.claim((integration.id, Direction.OUTGOING), scope):
            raw = self._claimed(item, integration)
            if raw is None:
                return self._untouched(outbox_id)
            verdict = self._attempt(item, integration, raw, passwords, scope)
            return self._settled(item, verdict, stored if typed is None else None)

    def _claimed(self, item: OutboxItem, integration: Integration) -> bytes | None:
        """The bytes, now that the item is ours to send; a test is never held back."""
        now = self.clock()
        left = self.pace.left(integration.id, integration.outgoing.messages_per_minute, now)
        if left == 0 and item.purpose is not OutboxPurpose.TEST:
            return None
        with self.database.write() as unit:
            if not unit.outbox.claim(item.id, now):
                return None
            raw = unit.outbox.raw(item.id)
        self.pace.note(integration.id, now)
        return raw

    def _untouched(self, outbox_id: int) -> SendOutcome:
        """How the row stands; nothing was tried, so nothing is told."""
        with self.database.read() as unit:
            item = unit.outbox.get(outbox_id)
        if item is None:
            raise LookupError(outbox_id)
        return SendOutcome(
            outbox_id=item.id,
            integration_id=item.integration_id,
            integration_name=item.integration,
            state=item.state,
            finished_at=self.clock(),
            health=self.monitor.health(item.integration_id),
        )

    def send_unstored(
        self,
        draft: Integration,
        recipient: str,
        subject: str,
        body: str,
        passwords: TypedPasswords,
        scope: CancelScope,
    ) -> SendOutcome:
        """Sends one test message of an integration that is only typed. ``outbox_id`` of the answer is 0."""
        composed = build(draft, OutboxPurpose.TEST, [recipient], subject, body, self.clock())
        item = OutboxItem(
            id=0,
            integration_id=0,
            integration=draft.name,
            purpose=OutboxPurpose.TEST,
            state=OutboxState.SENDING,
            message_id=composed.message_id,
            sender=composed.sender,
            subject=subject,
            recipients=tuple(OutboxRecipient(each) for each in composed.recipients),
            attempts=0,
            next_try_at=None,
            reason="",
            answer="",
            created_at=self.clock(),
        )
        verdict = self._attempt(item, draft, composed.raw, passwords, scope)
        action = OutboxAction.REFUSED if verdict.action is OutboxAction.TRY_LATER else verdict.action
        return SendOutcome(
            outbox_id=0,
            integration_id=0,
            integration_name=draft.name,
            state=next_state(item.state, action),
            finished_at=self.clock(),
            problem=verdict.problem,
        )

    def _attempt(
        self,
        item: OutboxItem,
        integration: Integration,
        raw: bytes,
        passwords: TypedPasswords,
        scope: CancelScope,
    ) -> Verdict:
        """Never raises but for a bug: every way it can end is a verdict."""
        try:
            result = self._transmit(item, integration, raw, passwords, scope)
        except ProblemError as error:
            return failed(error.problem.about(name=integration.name))
        except Cancelled:
            return CANCELLED
        return judged(item, result)

    def _transmit(
        self,
        item: OutboxItem,
        integration: Integration,
        raw: bytes,
        passwords: TypedPasswords,
        scope: CancelScope,
    ) -> SendResult:
        scope.enter(Stage.SECRET)
        password = self.credentials.password(integration, Direction.OUTGOING, passwords)
        trust = Trust(self.properties.current().extra_ca_file)
        if len(raw) > integration.outgoing.largest_message_bytes:
            raise ProblemError(_too_large(raw, integration))
        session = open_outgoing(integration, password, trust, scope)
        try:
            scope.enter(Stage.SEND)
            pending = [each.address for each in item.recipients if each.state is RecipientState.QUEUED]
            return session.send(item.sender, pending, raw, lambda: self._mark_answer_awaited(item.id))
        finally:
            session.close()

    def _mark_answer_awaited(self, outbox_id: int) -> None:
        if outbox_id:
            with self.database.write() as unit:
                unit.outbox.mark_answer_awaited(outbox_id)

    def _settled(self, item: OutboxItem, verdict: Verdict, recorded: Integration | None) -> SendOutcome:
        """Raises ProblemError when the store fails; then it is settled by the next look at what is due."""
        try:
            settled = self._settle(item, verdict)
        except ProblemError:
            self.unsettled.append((item, verdict, recorded))
            raise
        return self._outcome(settled, verdict.problem, self._recordable(verdict, recorded))

    def _settle(self, item: OutboxItem, verdict: Verdict) -> OutboxItem:
        now = self.clock()
        action = verdict.action
        if action is OutboxAction.TRY_LATER and gives_up(item, now):
            action = OutboxAction.REFUSED
        with self.database.write() as unit:
            return unit.outbox.settle(
                item.id,
                action,
                now,
                reason=str(verdict.problem.kind) if verdict.problem else "",
                answer=verdict.problem.detail if verdict.problem else "",
                recipients=verdict.recipients,
                next_try_at=retry_at(item.attempts + 1, now) if action is OutboxAction.TRY_LATER else None,
            )

    def _recordable(
        self, verdict: Verdict, integration: Integration | None
    ) -> tuple[Integration, Attempt] | None:
        """Sent to some is sent; that others were refused is no error of the integration."""
        if integration is None or verdict == CANCELLED:
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
            health, events = self.monitor.record(integration, Direction.OUTGOING, attempt)
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
        if item.purpose is not OutboxPurpose.MONITORING:
            self.alerts.tell(events)
        _log.info(
            "send %d through %r: %s", item.id, item.integration, problem.kind if problem else item.state
        )
        return outcome


def open_outgoing(
    integration: Integration, password: Secret | None, trust: Trust, scope: CancelScope
) -> SmtpSession:
    """Resolve, connect, TLS, log in if there is a password. Raises ProblemError and Cancelled."""
    outgoing = integration.outgoing
    session = SmtpSession.open(Endpoint(outgoing.server, outgoing.port, outgoing.security), scope, trust)
    if password is not None:
        try:
            session.log_in(integration.login[0], password, outgoing.sasl_mechanism, scope)
        except BaseException:
            session.close()
            raise
    return session


def _too_large(raw: bytes, integration: Integration) -> Problem:
    facts = {"size": str(len(raw)), "limit": str(integration.outgoing.largest_message_bytes)}
    return Problem(ProblemKind.MESSAGE_TOO_LARGE, facts)
