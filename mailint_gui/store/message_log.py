"""The message log as it is read: in order, by pages, by record, and by what is equal."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, select, text, type_coerce

from mailint_gui.domain.integration import Direction, name_key
from mailint_gui.domain.message import Attachment, MessageRow
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.store import schema
from mailint_gui.store.message_page import ids_of_page
from mailint_gui.store.rows import Repository, table_of
from mailint_gui.store.schema import IntegrationTable, MessageTable, OutboxTable, is_no_twin

_ROWS_AT_ONCE = 500
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
        return (_row(row) for row in answer.mappings())

    def last_id(self) -> int:
        """0 where there is no message."""
        return self._connection.execute(select(func.coalesce(func.max(MessageTable.id), 0))).scalar_one()

    def page(self, wanted: MessageFilter, before_id: int | None, limit: int) -> tuple[MessageRow, ...]:
        """Newest first, those below ``before_id``."""
        ids = ids_of_page(self._connection, wanted, before_id, limit)
        if not ids:
            return ()
        return self._read(_log().where(MessageTable.id.in_(ids)).order_by(MessageTable.id.desc()))

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

    def _read(self, statement: Select[Any]) -> tuple[MessageRow, ...]:
        return tuple(_row(row) for row in self._rows(statement))


def _log() -> Select[Any]:
    return (
        select(
            table_of(MessageTable),
            IntegrationTable.name.label("integration"),
            _shown_state.label("shown_state"),
            _shown_reason.label("shown_reason"),
        )
        .join(IntegrationTable, IntegrationTable.id == MessageTable.integration_id)
        .outerjoin(OutboxTable, OutboxTable.log_id == MessageTable.id)
    )


def _row(row: Mapping[Any, Any]) -> MessageRow:
    return MessageRow(
        id=row["id"],
        integration=row["integration"],
        direction=row["direction"],
        state=row["shown_state"],
        reason=row["shown_reason"],
        folder=row["folder"],
        uid=row["uidl"] if row["uid"] is None else str(row["uid"]),
        message_id=row["message_id"],
        subject=row["subject"],
        sender=row["sender"],
        recipients=tuple(row["recipients"]),
        date=row["date"],
        received_at=row["received_at"],
        size=row["size"],
        sha256=row["sha256"],
        record=row["record"],
        attachments=tuple(Attachment(**one) for one in row["attachments"]),
    )
