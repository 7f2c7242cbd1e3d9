"""The outbox as admins and other services use it: queue, list, retry, cancel."""

from collections.abc import Sequence
from datetime import datetime

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import Attachment
from mailint_gui.domain.outbox import (
    NotPossibleError,
    OutboxAction,
    OutboxFilter,
    OutboxItem,
    OutboxPurpose,
    OutboxState,
)
from mailint_gui.domain.sent_copy import wants_copy
from mailint_gui.mail.compose import Composed, Draft, compose
from mailint_gui.services.announcements import Announce, OutboxChanged
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork


def build(
    integration: Integration,
    purpose: OutboxPurpose,
    recipients: Sequence[str],
    subject: str,
    body: str,
    now: datetime,
) -> Composed:
    """The message as this integration sends it."""
    outgoing = integration.outgoing
    draft = Draft(
        sender=integration.sender_address,
        display_name=outgoing.display_name,
        reply_to=outgoing.reply_to,
        recipients=tuple(recipients),
        subject=subject,
        body=body,
        signature=outgoing.signature,
        message_format=outgoing.message_format,
        automatic=purpose is not OutboxPurpose.TYPED,
    )
    return compose(draft, now)


def put(
    unit: UnitOfWork,
    integration: Integration,
    purpose: OutboxPurpose,
    composed: Composed,
    subject: str,
    now: datetime,
    *,
    text: str = "",
    record: int | None = None,
    attachments: Sequence[Attachment] = (),
    report_delivery: bool = False,
) -> OutboxItem:
    """Queues it in the transaction of ``unit``; who commits that announces it.

    ``text`` is what searches find, ``record`` the number of the one that it is about.
    """
    return unit.outbox.add(
        integration_id=integration.id,
        purpose=purpose,
        sender=composed.sender,
        subject=subject,
        message_id=composed.message_id,
        recipients=composed.recipients,
        raw=composed.raw,
        at=now,
        text=text,
        record=record,
        attachments=attachments,
        report_delivery=report_delivery,
    )


class Outbox:
    def __init__(self, database: Database, clock: Clock, announce: Announce) -> None:
        self._database = database
        self._clock = clock
        self._announce = announce

    def queue(
        self,
        integration: Integration,
        purpose: OutboxPurpose,
        recipients: Sequence[str],
        subject: str,
        body: str,
    ) -> OutboxItem:
        """Builds the message and makes it durable; it is sent by whoever sends. Raises ProblemError."""
        now = self._clock()
        composed = build(integration, purpose, recipients, subject, body, now)
        with self._database.write() as unit:
            item = put(unit, integration, purpose, composed, subject, now, text=body)
        self._announce(OutboxChanged())
        return item

    def all(self) -> tuple[OutboxItem, ...]:
        with self._database.read() as unit:
            return tuple(unit.outbox.all())

    def page(
        self, wanted: OutboxFilter, before: int | None = None, limit: int = 100
    ) -> tuple[OutboxItem, ...]:
        """The newest first, those below ``before``."""
        with self._database.read() as unit:
            return unit.outbox.page(wanted, before, limit)

    def get(self, outbox_id: int) -> OutboxItem | None:
        with self._database.read() as unit:
            return unit.outbox.get(outbox_id)

    def retry(self, outbox_id: int, *, may_repeat: bool = True) -> OutboxItem:
        """Back to the queue. Raises NotPossibleError, also for a test: what it was to try may be stored nowhere.

        ``may_repeat`` False: also for one of unknown end, as nobody was asked whether it may arrive twice.
        """
        with self._database.write() as unit:
            item = unit.outbox.get(outbox_id)
            repeats = item and item.state is OutboxState.UNCERTAIN and not may_repeat
            if item and (repeats or item.purpose is OutboxPurpose.TEST):
                raise NotPossibleError(item.state, OutboxAction.RETRY)
            item = unit.outbox.retry(outbox_id, self._clock())
        self._announce(OutboxChanged())
        return item

    def arrived(self, outbox_id: int) -> OutboxItem:
        """An admin knows that a message of unknown end got there; who was put off waits on.

        Raises NotPossibleError, MissingRowError.
        """
        now = self._clock()
        with self._database.write() as unit:
            before = unit.outbox.get(outbox_id)
            action = OutboxAction.PARTLY if before and before.put_off else OutboxAction.ARRIVED
            item = unit.outbox.settle(outbox_id, action, now)
            integration = unit.integrations.get(item.integration_id)
            if integration and wants_copy(integration, item.purpose):
                unit.sent_copies.owe(item.id, item.integration_id, now, now)
        self._announce(OutboxChanged())
        return item

    def cancel(self, outbox_id: int) -> OutboxItem:
        """Raises NotPossibleError."""
        with self._database.write() as unit:
            item = unit.outbox.cancel(outbox_id)
        self._announce(OutboxChanged())
        return item

    def recover(self) -> tuple[OutboxItem, ...]:
        """At start: what a killed run left half sent becomes queued again, or uncertain; a test of it has failed.

        -> those that were half sent.
        """
        now = self._clock()
        with self._database.write() as unit:
            unit.outbox.end_tests(now)
            return tuple(unit.outbox.recover(now))
