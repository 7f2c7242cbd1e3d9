"""What retention takes of messages; what recognises them stays, so that nothing is taken in twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, tuple_, update

from mailint_gui.domain.message import Acknowledgement
from mailint_gui.domain.retention import AgedMessage
from mailint_gui.store.rows import Repository
from mailint_gui.store.schema import (
    MessageTable,
    OutboxTable,
    RawMessageTable,
    RecipientTable,
    RecordTable,
    SentCopyTable,
    TrailTable,
)
from mailint_gui.store.searches import Searches

_PRESENT = MessageTable.forgotten_at.is_(None)
_PLACE = (MessageTable.received_at, MessageTable.id)
_COLUMNS: list[Any] = [
    MessageTable.id,
    MessageTable.received_at,
    MessageTable.size,
    MessageTable.state,
    MessageTable.acknowledgement,
    OutboxTable.state.label("sent_state"),
    RecordTable.status.label("record_status"),
    RecordTable.changed_at,
]

Place = tuple[datetime, int]


class Forgetting(Repository):
    __slots__ = ()

    def aged(self, before: datetime, after: Place | None, limit: int) -> tuple[AgedMessage, ...]:
        """What was received before, the oldest first, from ``after`` (time and id) on."""
        aged = _aged().where(_PRESENT, MessageTable.received_at < before)
        if after is not None:
            aged = aged.where(tuple_(*_PLACE) > tuple_(*after))
        return self._found(aged.order_by(*_PLACE).limit(limit))

    def of(self, ids: Iterable[int]) -> tuple[AgedMessage, ...]:
        """These, as they are now and stay until the end of the transaction."""
        return self._found(_aged().where(_PRESENT, MessageTable.id.in_(ids)).with_for_update(of=MessageTable))

    def forget(self, ids: Sequence[int], at: datetime) -> None:
        """Their bytes, trails and words, subjects and addresses. Identity, digests, Message-ID and record stay."""
        if not ids:
            return
        items = select(OutboxTable.id).where(OutboxTable.log_id.in_(ids))
        self._connection.execute(delete(SentCopyTable).where(SentCopyTable.outbox_id.in_(items)))
        self._connection.execute(delete(RecipientTable).where(RecipientTable.outbox_id.in_(items)))
        self._connection.execute(delete(OutboxTable).where(OutboxTable.log_id.in_(ids)))
        self._connection.execute(delete(RawMessageTable).where(RawMessageTable.message_id.in_(ids)))
        self._connection.execute(delete(TrailTable).where(TrailTable.message_id.in_(ids)))
        Searches(self._connection).remove(ids)
        slim: dict[str, Any] = {
            "subject": "",
            "sender": "",
            "recipients": (),
            "date": None,
            "attachments": (),
            "defects": (),
            "detail": "",
            "forgotten_at": at,
        }
        self._connection.execute(update(MessageTable).where(MessageTable.id.in_(ids)).values(slim))

    def _found(self, statement: Select[Any]) -> tuple[AgedMessage, ...]:
        return tuple(
            AgedMessage(
                id=row["id"],
                received_at=row["received_at"],
                size=row["size"],
                state=row["sent_state"] or row["state"],
                is_owed=row["acknowledgement"] is not Acknowledgement.NONE,
                record_status=row["record_status"],
                record_changed_at=row["changed_at"],
            )
            for row in self._rows(statement)
        )


def _aged() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .outerjoin(OutboxTable, OutboxTable.log_id == MessageTable.id)
        .outerjoin(RecordTable, RecordTable.id == MessageTable.record)
    )
