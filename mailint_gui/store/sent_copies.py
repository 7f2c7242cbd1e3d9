"""Copies of sent messages that are owed to a folder of the sender's mailbox, or are there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update

from mailint_gui.domain.sent_copy import SentCopy, SentCopyState
from mailint_gui.store import schema
from mailint_gui.store.rows import Repository, insert, picked, table_of
from mailint_gui.store.schema import IntegrationTable, SentCopyTable


class SentCopies(Repository):
    __slots__ = ()

    def owe(self, outbox_id: int, integration_id: int, at: datetime, first_try_at: datetime) -> None:
        """Once for a message, however often it is sent on to those who did not get it at first."""
        row = {
            "outbox_id": outbox_id,
            "integration_id": integration_id,
            "state": SentCopyState.OWED,
            "folder": "",
            "uidvalidity": None,
            "uid": None,
            "attempts": 0,
            "next_try_at": first_try_at,
            "reason": "",
            "detail": "",
            "owed_at": at,
            "changed_at": at,
        }
        self._connection.execute(insert(self._connection, SentCopyTable).on_conflict_do_nothing(), row)

    def get(self, outbox_id: int) -> SentCopy | None:
        found = select(table_of(SentCopyTable)).where(SentCopyTable.outbox_id == outbox_id)
        return next((_copy(row) for row in self._rows(found)), None)

    def due(self, now: datetime) -> tuple[SentCopy, ...]:
        """Those to be tried now, oldest first; none of a deleted integration."""
        owned = select(IntegrationTable.id).where(IntegrationTable.deleted_at.is_(None))
        found = select(table_of(SentCopyTable)).where(
            text(schema.OWED), SentCopyTable.next_try_at <= now, SentCopyTable.integration_id.in_(owned)
        )
        return tuple(_copy(row) for row in self._rows(found.order_by(SentCopyTable.outbox_id)))

    def is_there(
        self, outbox_id: int, folder: str, uidvalidity: int | None, uid: int | None, at: datetime
    ) -> None:
        self._set(
            outbox_id,
            state=SentCopyState.THERE,
            folder=folder,
            uidvalidity=uidvalidity,
            uid=uid,
            next_try_at=None,
            reason="",
            detail="",
            changed_at=at,
        )

    def put_off(
        self, outbox_id: int, reason: str, detail: str, next_try_at: datetime | None, at: datetime
    ) -> None:
        """After a try that failed; the last one where ``next_try_at`` is None."""
        self._set(
            outbox_id,
            state=SentCopyState.GIVEN_UP if next_try_at is None else SentCopyState.OWED,
            attempts=SentCopyTable.attempts + 1,
            next_try_at=next_try_at,
            reason=reason,
            detail=detail,
            changed_at=at,
        )

    def _set(self, outbox_id: int, **values: Any) -> None:
        this = update(SentCopyTable).where(SentCopyTable.outbox_id == outbox_id)
        self._connection.execute(this.values(values))


def _copy(row: Mapping[Any, Any]) -> SentCopy:
    return SentCopy(**picked(SentCopy, row))
