"""The message log as it is read: in order, by pages, by record, and by what is equal."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
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
from mailint_gui.store.driver_read import DriverRead
from mailint_gui.store.message_page import PageKind, page_ids, page_kind, page_values
from mailint_gui.store.rows import Repository, table_of
from mailint_gui.store.schema import IntegrationTable, MessageTable, OutboxTable, is_no_twin, is_partly_sent

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
        return (row for part in answer.partitions() for row in _rows(part))

    def last_id(self) -> int:
        """0 where there is no message."""
        return self._connection.execute(select(func.coalesce(func.max(MessageTable.id), 0))).scalar_one()

    def page(self, wanted: MessageFilter, before_id: int | None, limit: int) -> tuple[MessageRow, ...]:
        """Newest first, those below ``before_id``."""
        kind = page_kind(self._connection, wanted, before_id)
        values = page_values(self._connection, kind, wanted, before_id, limit)
        if values is None:
            return ()
        if kind.is_sqlite:
            found = _page_read(kind).rows(self._connection, values)
        else:
            found = [tuple(row) for row in self._connection.execute(_page_statement(kind), values)]
        found.sort(reverse=True)  # by the id, which comes first
        return _rows(found)

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

    def forgotten_at(self, message_id: int) -> datetime | None:
        """None: it is there, or there never was one."""
        at = select(MessageTable.forgotten_at).where(MessageTable.id == message_id)
        return self._connection.execute(at).scalar_one_or_none()

    def standing(self, message_id: int) -> MessageStanding | None:
        statement = (
            select(table_of(MessageTable), OutboxTable.purpose)
            .outerjoin(OutboxTable, OutboxTable.log_id == MessageTable.id)
            .where(_PRESENT, MessageTable.id == message_id)
        )
        for row in self._rows(statement):
            return MessageStanding(
                uidvalidity=row["uidvalidity"],
                acknowledgement=row["acknowledgement"],
                acknowledge_to=row["acknowledge_to"],
                detail=row["detail"],
                filed_at=row["filed_at"],
                purpose=row["purpose"],
            )
        return None

    def _read(self, statement: Select[Any]) -> tuple[MessageRow, ...]:
        return _rows(self._connection.execute(statement).all())


def _log() -> Select[Any]:
    """The columns of ``_rows``, in the order of ``MessageRow``; as they are stored, where that is quicker to read."""
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
            type_coerce(m.date, String),
            type_coerce(m.received_at, String),
            m.size,
            m.sha256,
            m.record,
            type_coerce(m.attachments, String),
            is_partly_sent,
        )
        .join(IntegrationTable, IntegrationTable.id == MessageTable.integration_id)
        .outerjoin(OutboxTable, OutboxTable.log_id == MessageTable.id)
    )


@lru_cache(maxsize=256)  # it is asked for at each scroll, and building it takes longer than running it
def _page_statement(kind: PageKind) -> Select[Any]:
    """In no order: the page has one, but sorting it once more would be SQL's only way to say so."""
    page = page_ids(kind).subquery("page")
    return _log().join(page, page.c.id == MessageTable.id)


@lru_cache(maxsize=256)  # likewise
def _page_read(kind: PageKind) -> DriverRead:
    return DriverRead(_page_statement(kind))


_made = partial(tuple.__new__, MessageRow)  # the columns are those of the row: nothing is to be counted


def _rows(found: Iterable[Sequence[Any]]) -> tuple[MessageRow, ...]:
    """In one loop over names: that reads a page in half the time of a function for each row."""
    made, few_addresses, moment = _made, _few_addresses, datetime.fromisoformat
    return tuple(
        [
            made(
                (
                    number,
                    integration,
                    direction,
                    state,
                    reason,
                    folder,
                    uid,
                    message_id,
                    subject,
                    sender,
                    few_addresses(to) if len(to) < _FEW else _addresses(to),
                    moment(f"{date}+00:00") if type(date) is str else _utc(date),
                    moment(f"{received_at}+00:00") if type(received_at) is str else _utc(received_at),
                    size,
                    sha256,
                    record,
                    () if attachments == "[]" else _attachments(attachments),
                    bool(partly_sent),  # None of what came in
                )
            )
            for (
                number,
                integration,
                direction,
                state,
                reason,
                folder,
                uid,
                message_id,
                subject,
                sender,
                to,
                date,
                received_at,
                size,
                sha256,
                record,
                attachments,
                partly_sent,
            ) in found
        ]
    )


def _utc(stored: datetime | None) -> datetime | None:
    """Of PostgreSQL. To read the text that SQLite has is quicker than to have it read, and to give it its zone then."""
    return stored and stored.replace(tzinfo=UTC)


def _addresses(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


_few_addresses = lru_cache(maxsize=1024)(_addresses)  # most messages are for the same few


def _attachments(stored: str) -> tuple[Attachment, ...]:
    return tuple(Attachment(**one) for one in json.loads(stored))
