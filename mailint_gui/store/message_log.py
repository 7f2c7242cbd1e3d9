"""The message log as it is read: in order, by pages, by record, and by what is equal."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    select,
    text,
    type_coerce,
)

from mailint_gui.domain.integration import Direction, name_key
from mailint_gui.domain.message import Attachment, MessageRow
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.message_standing import MessageStanding
from mailint_gui.store import schema
from mailint_gui.store.message_page import ids_of_page
from mailint_gui.store.rows import Repository, table_of
from mailint_gui.store.schema import IntegrationTable, MessageTable, OutboxTable, is_no_twin

_ROWS_AT_ONCE = 500
_FEW = 500  # characters of addresses
_PRESENT = MessageTable.forgotten_at.is_(None)
# Of an outgoing message the outbox knows.
_shown_state: ColumnElement[str] = func.coalesce(
    type_coerce(OutboxTable.state, String), type_coerce(MessageTable.state, String)
)
_shown_reason = func.coalesce(OutboxTable.reason, MessageTable.reason)


class MessageLog(Repository):
    """Both ways, deleted integrations too. What retention has forgotten is not there any more."""

    __slots__ = ()

    def list(
        self,
        integration: str | None = None,
        state: str | None = None,
        after_id: int = 0,
        limit: int | None = None,
    ) -> Iterator[MessageRow]:
        """Oldest first; to be read within the unit of work."""
        statement = _log().where(_PRESENT, MessageTable.id > after_id).order_by(MessageTable.id).limit(limit)
        if integration is not None:
            statement = statement.where(IntegrationTable.name_key == name_key(integration))
        if state is not None:
            statement = statement.where(_shown_state == state)
        answer = self._connection.execute(statement.execution_options(yield_per=_ROWS_AT_ONCE))
        return (_row(row) for row in answer)

    def last_id(self) -> int:
        """0 where there is no message."""
        return self._connection.execute(select(func.coalesce(func.max(MessageTable.id), 0))).scalar_one()

    def page(self, wanted: MessageFilter, before_id: int | None, limit: int) -> tuple[MessageRow, ...]:
        """Newest first, those below ``before_id``."""
        ids = ids_of_page(self._connection, wanted, before_id, limit)
        if not ids:
            return ()
        return tuple(map(_row, self._connection.execute(_PAGE, {"ids": ids}).all()))

    def of_record(self, number: int) -> tuple[MessageRow, ...]:
        """Oldest first; what came to several of our mailboxes once."""
        of_it = (_PRESENT, MessageTable.record == number, is_no_twin)
        return self._read(_log().where(*of_it).order_by(MessageTable.id))

    def by_content_digest(self, digest: str, except_integration: int) -> tuple[MessageRow, ...]:
        """What other integrations took in of the same mail, oldest first; forgotten ones too."""
        same = (
            text(schema.WITH_CONTENT_DIGEST),
            MessageTable.content_digest == digest,
            MessageTable.integration_id != except_integration,
            MessageTable.direction == Direction.INCOMING,
        )
        return self._read(_log().where(*same).order_by(MessageTable.id))

    def get(self, message_id: int) -> MessageRow | None:
        return next(iter(self._read(_log().where(_PRESENT, MessageTable.id == message_id))), None)

    def standing(self, message_id: int) -> MessageStanding | None:
        statement = select(table_of(MessageTable)).where(_PRESENT, MessageTable.id == message_id)
        for row in self._rows(statement):
            return MessageStanding(
                uidvalidity=row["uidvalidity"],
                acknowledgement=row["acknowledgement"],
                acknowledge_to=row["acknowledge_to"],
                detail=row["detail"],
                filed_at=row["filed_at"],
            )
        return None

    def _read(self, statement: Select[Any]) -> tuple[MessageRow, ...]:
        return tuple(map(_row, self._connection.execute(statement).all()))


def _log() -> Select[Any]:
    """The columns of ``_row``, in the order of ``MessageRow``; as they are stored, where that is quicker to read."""
    m = table_of(MessageTable).columns
    uid = case((m.uid.is_(None), m.uidl), else_=cast(m.uid, String))
    return (
        select(
            m.id,
            IntegrationTable.name,
            type_coerce(m.direction, String),
            _shown_state,
            _shown_reason,
            m.folder,
            uid,
            m.message_id,
            m.subject,
            m.sender,
            type_coerce(m.recipients, String),
            type_coerce(m.date, DateTime),
            type_coerce(m.received_at, DateTime),
            m.size,
            m.sha256,
            m.record,
            type_coerce(m.attachments, String),
        )
        .join(IntegrationTable, IntegrationTable.id == MessageTable.integration_id)
        .outerjoin(OutboxTable, OutboxTable.log_id == MessageTable.id)
    )


_made = MessageRow._make
# Built once: it is asked for at each scroll.
_PAGE = _log().where(MessageTable.id.in_(bindparam("ids", expanding=True))).order_by(MessageTable.id.desc())


def _row(row: Sequence[Any]) -> MessageRow:
    head, (to, date, received_at, size, sha256, record, attachments) = row[:10], row[10:]
    date = date and date.replace(tzinfo=UTC)
    received_at = received_at.replace(tzinfo=UTC)
    return _made((*head, _addresses(to), date, received_at, size, sha256, record, _attachments(attachments)))


def _addresses(stored: str) -> tuple[str, ...]:
    return _few_addresses(stored) if len(stored) < _FEW else tuple(json.loads(stored))


@lru_cache(maxsize=1024)  # most messages are for the same few
def _few_addresses(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


def _attachments(stored: str) -> tuple[Attachment, ...]:
    return () if stored == "[]" else tuple(Attachment(**one) for one in json.loads(stored))
