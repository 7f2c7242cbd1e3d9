"""The outbox. Each row has one in the message log: one list shows all mail, one table holds all bytes."""

import hashlib
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, text, true, update

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import Acknowledgement
from mailint_gui.domain.outbox import (
    TRANSITIONS,
    OutboxAction,
    OutboxItem,
    OutboxPurpose,
    OutboxRecipient,
    OutboxState,
    RecipientState,
    next_state,
)
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.store import schema
from mailint_gui.store.errors import MissingRowError
from mailint_gui.store.messages import PLAIN
from mailint_gui.store.rows import Repository, picked, table_of, upsert, values_of
from mailint_gui.store.schema import (
    IntegrationTable,
    MessageTable,
    OutboxTable,
    RawMessageTable,
    RecipientTable,
)
from mailint_gui.store.searches import Searches

_CLAIMABLE = [state for state, action in TRANSITIONS if action is OutboxAction.CLAIM]
_SENDING = select(OutboxTable.id).where(text(schema.UNSETTLED), OutboxTable.state == OutboxState.SENDING)
_UNSENT = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.WAITING, OutboxState.UNCERTAIN)


class Outbox(Repository):
    __slots__ = ()

    def add(
        self,
        integration_id: int,
        *,
        purpose: OutboxPurpose,
        sender: str,
        subject: str,
        message_id: str,
        recipients: Sequence[str],
        raw: bytes,
        at: datetime,
        text: str = "",
    ) -> OutboxItem:
        """Queues a message, durable with the commit. ``message_id`` is its header's; searches find ``text``."""
        log_id = self._add_to_log(
            integration_id=integration_id,
            message_id=message_id,
            subject=subject,
            sender=sender,
            recipients=tuple(recipients),
            date=at,
            received_at=at,
            size=len(raw),
            sha256=hashlib.sha256(raw).hexdigest(),
        )
        stored = {"message_id": log_id, "codec": PLAIN, "content": raw}
        self._connection.execute(insert(RawMessageTable).values(stored))
        Searches(self._connection).put(log_id, subject, sender, recipients, text)
        statement = insert(OutboxTable).values(
            log_id=log_id,
            integration_id=integration_id,
            purpose=purpose,
            state=OutboxState.QUEUED,
            attempts=0,
            answer_awaited=False,
            reason="",
            answer="",
            created_at=at,
            changed_at=at,
        )
        outbox_id = self._connection.execute(statement.returning(OutboxTable.id)).scalar_one()
        self._put_recipients(outbox_id, [OutboxRecipient(address) for address in recipients])
        return self._existing(outbox_id)

    def _add_to_log(self, **values: Any) -> int:
        statement = insert(MessageTable).values(
            direction=Direction.OUTGOING,
            folder="",
            generation=0,
            uidl="",
            reason="",
            detail="",
            acknowledgement=Acknowledgement.NONE,
            acknowledge_to="",
            attachments=(),
            defects=(),
            content_digest="",
            automatic=False,
            file_anyway=False,
            **values,
        )
        return self._connection.execute(statement.returning(MessageTable.id)).scalar_one()

    def get(self, outbox_id: int) -> OutboxItem | None:
        return next(iter(self._where(OutboxTable.id == outbox_id)), None)

    def all(self) -> tuple[OutboxItem, ...]:
        """Oldest first."""
        return self._where(true())

    def due(self, now: datetime) -> tuple[OutboxItem, ...]:
        """What is to be sent now, oldest first; nothing of a deleted integration.

        Never a test: it is of settings that may only be typed, and whoever queued it sends it.
        """
        waited = OutboxTable.next_try_at.is_(None) | (OutboxTable.next_try_at <= now)
        ready = (OutboxTable.state == OutboxState.QUEUED) | (
            (OutboxTable.state == OutboxState.WAITING) & waited
        )
        owned = select(IntegrationTable.id).where(IntegrationTable.deleted_at.is_(None))
        no_test = OutboxTable.purpose != OutboxPurpose.TEST
        return self._where(text(schema.UNSETTLED), ready, no_test, OutboxTable.integration_id.in_(owned))

    def sending(self) -> tuple[int, ...]:
        """The ids of what is being sent, or was when its sender ended."""
        return tuple(self._connection.execute(_SENDING).scalars())

    def claim(self, outbox_id: int, at: datetime) -> bool:
        """Whether this caller is now the one who sends it."""
        free = update(OutboxTable).where(OutboxTable.id == outbox_id, OutboxTable.state.in_(_CLAIMABLE))
        claimed = free.values(
            state=OutboxState.SENDING,
            attempts=OutboxTable.attempts + 1,
            next_try_at=None,
            answer_awaited=False,
            changed_at=at,
        )
        return self._connection.execute(claimed).rowcount == 1

    def mark_answer_awaited(self, outbox_id: int, attempts: int) -> bool:
        """From now on the server may have taken it: a crash leaves it uncertain.

        False, and nothing may go out, when the attempt of this number is over already.
        """
        this = update(OutboxTable).where(
            OutboxTable.id == outbox_id,
            OutboxTable.state == OutboxState.SENDING,
            OutboxTable.attempts == attempts,
        )
        return self._connection.execute(this.values(answer_awaited=True)).rowcount == 1

    def is_answer_awaited(self, outbox_id: int) -> bool:
        """Stays so until the end of the transaction."""
        found = select(OutboxTable.answer_awaited).where(OutboxTable.id == outbox_id).with_for_update()
        return bool(self._connection.execute(found).scalar())

    def settle(
        self,
        outbox_id: int,
        action: OutboxAction,
        at: datetime,
        reason: str = "",
        answer: str = "",
        recipients: Sequence[OutboxRecipient] | None = None,
        next_try_at: datetime | None = None,
    ) -> OutboxItem:
        """How an attempt ended. ``recipients`` None: as they were, and all sent if it was accepted.

        Raises NotPossibleError, and MissingRowError.
        """
        item = self._moved(outbox_id, action, at, reason=reason, answer=answer, next_try_at=next_try_at)
        if recipients is None and action is OutboxAction.ACCEPTED:
            recipients = [_sent_unless_refused(one) for one in item.recipients]
        if recipients is not None:
            self._put_recipients(outbox_id, recipients)
        return self._existing(outbox_id)

    def retry(self, outbox_id: int, at: datetime | None = None) -> OutboxItem:
        """Queues it again, from the start, for those who did not get it.

        Raises NotPossibleError, MissingRowError.
        """
        item = self._moved(
            outbox_id, OutboxAction.RETRY, at, reason="", answer="", next_try_at=None, attempts=0
        )
        again = [
            one if one.state is RecipientState.SENT else OutboxRecipient(one.address)
            for one in item.recipients
        ]
        self._put_recipients(outbox_id, again)
        return self._existing(outbox_id)

    def cancel(self, outbox_id: int, at: datetime | None = None) -> OutboxItem:
        """Raises NotPossibleError, MissingRowError."""
        self._moved(outbox_id, OutboxAction.CANCEL, at, next_try_at=None)
        return self._existing(outbox_id)

    def recover(self, at: datetime, under_way: Container[int] = ()) -> tuple[OutboxItem, ...]:
        """What is *sending* and whose sender is gone: uncertain if an answer was awaited, else queued again.

        ``under_way`` are those that somebody still sends; it is asked after the rows are locked. -> those changed.
        """
        locked = self._connection.execute(_SENDING.with_for_update()).scalars().all()
        left = OutboxTable.id.in_([outbox_id for outbox_id in locked if outbox_id not in under_way])
        sending = update(OutboxTable).where(left, OutboxTable.state == OutboxState.SENDING)
        lost = {"state": next_state(OutboxState.SENDING, OutboxAction.ANSWER_LOST), "changed_at": at}
        self._connection.execute(
            sending.where(OutboxTable.answer_awaited).values(reason=ProblemKind.DELIVERY_UNCERTAIN, **lost)
        )
        test = OutboxTable.purpose == OutboxPurpose.TEST
        self._connection.execute(sending.where(test).values(state=OutboxState.FAILED, changed_at=at))
        self._connection.execute(sending.values(state=OutboxState.QUEUED, changed_at=at))
        return self._where(left)

    def end_tests(self, at: datetime) -> None:
        """At start, when nobody waits for them any more: a test that was not sent has failed."""
        unsent = OutboxTable.state.in_((OutboxState.QUEUED, OutboxState.WAITING))
        tests = update(OutboxTable).where(
            text(schema.UNSETTLED), unsent, OutboxTable.purpose == OutboxPurpose.TEST
        )
        self._connection.execute(tests.values(state=OutboxState.FAILED, next_try_at=None, changed_at=at))

    def unsent_counts(self) -> dict[int, int]:
        """By integration: what is queued, being sent, waiting or uncertain."""
        owner = OutboxTable.integration_id
        counted = select(owner, func.count()).where(OutboxTable.state.in_(_UNSENT)).group_by(owner)
        return dict(self._connection.execute(counted).all())

    def raw(self, outbox_id: int) -> bytes:
        """Raises MissingRowError."""
        found = select(RawMessageTable.content).join(
            OutboxTable, OutboxTable.log_id == RawMessageTable.message_id
        )
        content = self._connection.execute(found.where(OutboxTable.id == outbox_id)).scalar()
        if content is None:
            raise MissingRowError(outbox_id)
        return content

    def _moved(self, outbox_id: int, action: OutboxAction, at: datetime | None, **values: Any) -> OutboxItem:
        """The item as it was; its row has moved on."""
        lock = select(OutboxTable.id).where(OutboxTable.id == outbox_id).with_for_update()
        self._connection.execute(lock)
        item = self._existing(outbox_id)
        changed = {"changed_at": at} if at else {}
        state = next_state(item.state, action)
        self._set(outbox_id, state=state, answer_awaited=False, **changed, **values)
        return item

    def _existing(self, outbox_id: int) -> OutboxItem:
        item = self.get(outbox_id)
        if item is None:
            raise MissingRowError(outbox_id)
        return item

    def _set(self, outbox_id: int, **values: Any) -> None:
        self._connection.execute(update(OutboxTable).where(OutboxTable.id == outbox_id).values(values))

    def _put_recipients(self, outbox_id: int, recipients: Iterable[OutboxRecipient]) -> None:
        numbered = [
            {"outbox_id": outbox_id, "position": position, **values_of(one)}
            for position, one in enumerate(recipients)
        ]
        upsert(self._connection, RecipientTable, numbered)

    def _where(self, *conditions: ColumnElement[bool] | Any) -> tuple[OutboxItem, ...]:
        found = select(OutboxTable.id).where(*conditions)
        recipients: dict[int, list[OutboxRecipient]] = defaultdict(list)
        in_order = select(table_of(RecipientTable)).where(RecipientTable.outbox_id.in_(found))
        for row in self._rows(in_order.order_by(RecipientTable.outbox_id, RecipientTable.position)):
            recipients[row["outbox_id"]].append(OutboxRecipient(**picked(OutboxRecipient, row)))
        items = (
            select(
                table_of(OutboxTable),
                MessageTable.message_id,
                MessageTable.sender,
                MessageTable.subject,
                IntegrationTable.name.label("integration"),
            )
            .join(MessageTable, MessageTable.id == OutboxTable.log_id)
            .join(IntegrationTable, IntegrationTable.id == OutboxTable.integration_id)
            .where(OutboxTable.id.in_(found))
            .order_by(OutboxTable.id)
        )
        return tuple(_item(row, recipients[row["id"]]) for row in self._rows(items))


def _item(row: Mapping[Any, Any], recipients: Iterable[OutboxRecipient]) -> OutboxItem:
    return OutboxItem(**picked(OutboxItem, {**row, "recipients": tuple(recipients)}))


def _sent_unless_refused(recipient: OutboxRecipient) -> OutboxRecipient:
    if recipient.state is RecipientState.REFUSED:
        return recipient
    return OutboxRecipient(recipient.address, RecipientState.SENT, recipient.answer)
