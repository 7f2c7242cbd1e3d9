"""Sending one message of the outbox: it is claimed, sent, and what became of it is written down and told."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailint_gui.domain.check import SendOutcome
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.health import DirectionState, direction_state
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import (
    OutboxAction,
    OutboxItem,
    OutboxPurpose,
    OutboxRecipient,
    OutboxState,
    next_state,
)
from mailint_gui.domain.problem import Fault, Problem
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.credentials import NOTHING_TYPED
from mailint_gui.services.endings import Endings
from mailint_gui.services.in_flight import InFlight
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.outbox import build
from mailint_gui.services.outgoing_line import OutgoingLine
from mailint_gui.services.pace import Pace, rests
from mailint_gui.services.transmitting import Transmitting
from mailint_gui.services.under_way import Claim, UnderWay
from mailint_gui.services.verdict import UNHEARD, Verdict
from mailint_gui.store.database import Database


@dataclass(frozen=True, slots=True)
class Lot:
    """What one integration has to send now, through ``host``: outbox ids, in order."""

    integration_id: int
    host: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SendMail:
    """The use case with what it needs."""

    database: Database
    monitor: Monitor
    in_flight: InFlight
    clock: Clock
    transmitting: Transmitting
    endings: Endings
    under_way: UnderWay
    pace: Pace = field(default_factory=Pace)

    def due(self) -> tuple[OutboxItem, ...]:
        """What may be sent now: queued, or its time has come, through an integration that may send at this pace.

        Nothing while the disk is full: what became of a message could not be written down.
        """
        return tuple(sorted((item for _, items in self._due() for item in items), key=lambda item: item.id))

    def lots(self) -> tuple[Lot, ...]:
        """The same by integration, the one with the oldest message first."""
        lots = [
            Lot(each.id, each.outgoing.server.casefold(), tuple(item.id for item in items))
            for each, items in self._due()
        ]
        return tuple(sorted(lots, key=lambda lot: lot.ids))

    def with_limits(self, items: Iterable[OutboxItem]) -> tuple[OutboxItem, ...]:
        """The same; of what only the limit of a minute keeps queued, ``next_try_at`` says when sending goes on."""
        items, now = tuple(items), self.clock()
        queued_through = {item.integration_id for item in items if item.state is OutboxState.QUEUED}
        with self.database.read() as unit:
            senders = [each for each in map(unit.integrations.get, queued_through) if each]
        goes_on = {
            each.id: self.pace.goes_on_at(each.id, each.outgoing.messages_per_minute, now)
            for each in senders
            if self._may_send(each, now)
        }
        return tuple(
            replace(item, next_try_at=goes_on.get(item.integration_id))
            if item.state is OutboxState.QUEUED
            else item
            for item in items
        )

    def _due(self) -> list[tuple[Integration, list[OutboxItem]]]:
        if self.database.free_space_problem():
            return []
        self.endings.settle_what_is_left()
        now = self.clock()
        with self.database.read() as unit:
            items = unit.outbox.due(now)
            able = [each for each in unit.integrations.all() if self._may_send(each, now)] if items else []
        due = []
        for each in able:
            left = self.pace.left(each.id, each.outgoing.messages_per_minute, now)
            if own := [item for item in items if item.integration_id == each.id][:left]:
                due.append((each, own))
        return due

    def _may_send(self, integration: Integration, now: datetime) -> bool:
        health = self.monitor.health(integration.id)
        active = direction_state(integration, health, Direction.OUTGOING) is DirectionState.ACTIVE
        return active and not rests(integration, health.outgoing, now)

    def send(
        self,
        outbox_id: int,
        scope: CancelScope,
        *,
        typed: Integration | None = None,
        passwords: TypedPasswords = NOTHING_TYPED,
        line: OutgoingLine | None = None,
    ) -> SendOutcome:
        """Sends one item; one that is over the limit of its minute, or that somebody else sends, stays as it is.

        With ``typed`` settings (the form's) they are used, and health is left alone. ``line`` is that of a burst in the
        same scope; by default it goes over a connection of its own. Raises LookupError, ProblemError when the store
        fails, and Cancelled while it waits for another message of the same integration.
        """
        with self.database.read() as unit:
            item = unit.outbox.get(outbox_id)
            stored = unit.integrations.get(item.integration_id) if item else None
        if item is None or (integration := typed or stored) is None:
            raise LookupError(outbox_id)
        with self.in_flight.claim((integration.id, Direction.OUTGOING), scope):
            if self._over_the_limit(item, integration):
                return self._untouched(outbox_id)
            claim = self.under_way.begin(item, stored if typed is None else None, self.clock())
            try:
                raw = self._claimed(claim, integration)
                if raw is None:
                    return self._untouched(outbox_id)
                with contextlib.ExitStack() as own:
                    over = line or own.enter_context(OutgoingLine())
                    verdict = self._attempt_or_wait(claim, integration, raw, passwords, scope, over)
                return self.endings.settled(claim, verdict) if claim.end() else self._untouched(outbox_id)
            finally:
                self.under_way.let_go(claim)

    def send_lot(self, lot: Lot, scope: CancelScope) -> None:
        """Over one connection while that lasts, until one fails that speaks for the next. Raises as ``send``."""
        with OutgoingLine() as line:
            for outbox_id in lot.ids:
                scope.raise_if_cancelled()
                problem = self.send(outbox_id, scope, line=line).problem
                if problem and problem.fault is not Fault.MESSAGE:
                    break  # the next one would most likely meet the same; it is looked at again soon

    def give_up(self, integration_id: int, problem: Problem) -> None:
        """A send that hangs beyond waking loses its claim, and counts as the error that it is. Raises ProblemError.

        Should it wake after all, nothing more goes out, and what it says of its end is not heard.
        """
        hung = self.under_way.sending_through(integration_id)
        self.in_flight.take_away((integration_id, Direction.OUTGOING))
        for claim in hung:
            if claim.end():
                about = problem.about(name=claim.item.integration)
                self.endings.settled(claim, Verdict(OutboxAction.TRY_LATER, about, unheard=True))

    def _over_the_limit(self, item: OutboxItem, integration: Integration) -> bool:
        """A test is never held back."""
        left = self.pace.left(integration.id, integration.outgoing.messages_per_minute, self.clock())
        return left == 0 and item.purpose is not OutboxPurpose.TEST

    def _claimed(self, claim: Claim, integration: Integration) -> bytes | None:
        """The bytes, now that the row is ours to send; ``claim`` has it as the last attempt left it."""
        now, outbox_id = self.clock(), claim.item.id
        with self.database.write() as unit:
            if not unit.outbox.claim(outbox_id, now):
                return None
            claim.item = unit.outbox.get(outbox_id) or claim.item
            raw = unit.outbox.raw(outbox_id)
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
        with OutgoingLine() as line:
            verdict = self.transmitting.attempt(item, draft, composed.raw, passwords, scope, line)
        action = OutboxAction.REFUSED if verdict.action is OutboxAction.TRY_LATER else verdict.action
        return SendOutcome(
            outbox_id=0,
            integration_id=0,
            integration_name=draft.name,
            state=next_state(item.state, action),
            finished_at=self.clock(),
            problem=verdict.problem,
        )

    def _attempt_or_wait(
        self,
        claim: Claim,
        integration: Integration,
        raw: bytes,
        passwords: TypedPasswords,
        scope: CancelScope,
        line: OutgoingLine,
    ) -> Verdict:
        """After a bug the row waits like any other: it must neither be stranded nor tried at every look."""
        try:
            return self.transmitting.attempt(claim.item, integration, raw, passwords, scope, line)
        except BaseException:
            if claim.end():
                self.endings.settle(claim, UNHEARD)
            raise
