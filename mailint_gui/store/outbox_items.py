"""The outbox as it is read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select, text, true

from mailint_gui.domain.outbox import OutboxFilter, OutboxItem, OutboxPurpose, OutboxRecipient, OutboxState
from mailint_gui.store import schema
from mailint_gui.store.errors import MissingRowError
from mailint_gui.store.raw_messages import RawMessages
from mailint_gui.store.rows import Repository, picked, table_of
from mailint_gui.store.schema import (
    IntegrationTable,
    MessageTable,
    OutboxTable,
    RecipientTable,
    is_partly_sent,
)

_ITEMS = (
    select(
        table_of(OutboxTable),
        MessageTable.message_id,
        MessageTable.sender,
        MessageTable.subject,
        IntegrationTable.name.label("integration"),
    )
    .join(MessageTable, MessageTable.id == OutboxTable.log_id)
    .join(IntegrationTable, IntegrationTable.id == OutboxTable.integration_id)
    .order_by(OutboxTable.id)
)
_RECIPIENTS = select(table_of(RecipientTable)).order_by(RecipientTable.outbox_id, RecipientTable.position)
# Built once: of one message, which is asked for at each step of sending it
WANTED: BindParameter[int] = bindparam("wanted")
_ITEM = _ITEMS.where(OutboxTable.id == WANTED)
_ITEM_LOCKED = _ITEM.with_for_update(of=OutboxTable)
_ITS_RECIPIENTS = _RECIPIENTS.where(RecipientTable.outbox_id == WANTED)
_ITS_LOG_ID = select(OutboxTable.log_id).where(OutboxTable.id == WANTED)

SENDING = select(OutboxTable.id).where(text(schema.UNSETTLED), OutboxTable.state == OutboxState.SENDING)
_UNSENT = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.WAITING, OutboxState.UNCERTAIN)


class OutboxItems(Repository):
    __slots__ = ()

    def get(self, outbox_id: int) -> OutboxItem | None:
        return self._one(_ITEM, outbox_id)

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

    def page(self, wanted: OutboxFilter, before: int | None, limit: int) -> tuple[OutboxItem, ...]:
        """The newest first, those below ``before``."""
        found = select(OutboxTable.id).order_by(OutboxTable.id.desc()).limit(limit)
        if wanted.states:
            in_state = OutboxTable.state.in_(wanted.states)
            found = found.where(in_state | is_partly_sent if wanted.or_partly_sent else in_state)
        if before is not None:
            found = found.where(OutboxTable.id < before)
        ids = self._connection.execute(found).scalars().all()
        return tuple(reversed(self._where(OutboxTable.id.in_(ids))))

    def sending(self) -> tuple[int, ...]:
        """The ids of what is being sent, or was when its sender ended."""
        return tuple(self._connection.execute(SENDING).scalars())

    def uncertain(self) -> tuple[OutboxItem, ...]:
        """Those whose end only the far end knows, oldest first; nothing of a deleted integration."""
        owned = select(IntegrationTable.id).where(IntegrationTable.deleted_at.is_(None))
        return self._where(OutboxTable.state == OutboxState.UNCERTAIN, OutboxTable.integration_id.in_(owned))

    def untold(self) -> tuple[OutboxItem, ...]:
        """Those that somebody does not get, or nobody knows of, as no admin was told yet; oldest first.

        Some may be on their way again meanwhile. Nothing of a deleted integration.
        """
        owned = select(IntegrationTable.id).where(IntegrationTable.deleted_at.is_(None))
        return self._where(text(schema.END_UNTOLD), OutboxTable.integration_id.in_(owned))

    def unsent_counts(self) -> dict[int, int]:
        """By integration: what is queued, being sent, waiting or uncertain."""
        owner = OutboxTable.integration_id
        counted = select(owner, func.count()).where(OutboxTable.state.in_(_UNSENT)).group_by(owner)
        return dict(self._connection.execute(counted).all())

    def raw(self, outbox_id: int) -> bytes:
        """Raises MissingRowError."""
        log_id = self._connection.execute(_ITS_LOG_ID, {"wanted": outbox_id}).scalar()
        content = None if log_id is None else RawMessages(self._connection).get(log_id)
        if content is None:
            raise MissingRowError(outbox_id)
        return content

    def _one(self, statement: Select[Any], outbox_id: int) -> OutboxItem | None:
        wanted = {"wanted": outbox_id}
        row = next(self._rows(statement, wanted), None)
        if row is None:
            return None
        return _item(row, map(_recipient, self._rows(_ITS_RECIPIENTS, wanted)))

    def _existing(self, outbox_id: int, *, locked: bool = False) -> OutboxItem:
        """Raises MissingRowError. ``locked``: it stays as it is until the end of the transaction."""
        item = self._one(_ITEM_LOCKED if locked else _ITEM, outbox_id)
        if item is None:
            raise MissingRowError(outbox_id)
        return item

    def _where(self, *conditions: ColumnElement[bool] | Any) -> tuple[OutboxItem, ...]:
        found = select(OutboxTable.id).where(*conditions)
        recipients: dict[int, list[OutboxRecipient]] = defaultdict(list)
        for row in self._rows(_RECIPIENTS.where(RecipientTable.outbox_id.in_(found))):
            recipients[row["outbox_id"]].append(_recipient(row))
        items = self._rows(_ITEMS.where(OutboxTable.id.in_(found)))
        return tuple(_item(row, recipients[row["id"]]) for row in items)


def _recipient(row: Mapping[Any, Any]) -> OutboxRecipient:
    return OutboxRecipient(**picked(OutboxRecipient, row))


def _item(row: Mapping[Any, Any], recipients: Iterable[OutboxRecipient]) -> OutboxItem:
    return OutboxItem(**picked(OutboxItem, {**row, "recipients": tuple(recipients)}))
