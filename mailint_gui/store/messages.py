"""The message log and the raw bytes: intake, debts to the server and filing, found again after a crash."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    bindparam,
    func,
    insert,
    select,
    text,
    type_coerce,
    update,
)

from mailint_gui.domain.integration import Direction, name_key
from mailint_gui.domain.message import (
    Acknowledgement,
    Attachment,
    Debt,
    Identity,
    MessageRow,
    MessageState,
    ParsedMessage,
    Pop3Identity,
    QuarantineReason,
    ReceivedMessage,
    ReceivedPop3,
)
from mailint_gui.store import rows, schema
from mailint_gui.store.rows import Repository, portions, table_of
from mailint_gui.store.schema import CursorTable, IntegrationTable, MessageTable, OutboxTable, RawMessageTable

PLAIN = ""  # the codec of bytes stored as they came
_IDENTITY = [getattr(MessageTable, field.name) for field in fields(Identity)]
_POP3_IDENTITY = [getattr(MessageTable, field.name) for field in fields(Pop3Identity)]
_ROWS_AT_ONCE = 500
# What one of the two identities leaves out
_NOWHERE = {"folder": "", "uidvalidity": None, "uid": None, "uidl": ""}
# Of an outgoing message the outbox knows.
_shown_state: ColumnElement[str] = func.coalesce(
    type_coerce(OutboxTable.state, String), type_coerce(MessageTable.state, String)
)
_shown_reason = func.coalesce(OutboxTable.reason, MessageTable.reason)


class Messages(Repository):
    __slots__ = ()

    def add_received(self, batch: Sequence[ReceivedMessage]) -> tuple[int | None, ...]:
        """Takes in a batch; returns an id for each, None where its identity was there already."""
        statement = rows.insert(self._connection, MessageTable)
        return self._add(batch, statement.on_conflict_do_nothing(index_elements=_IDENTITY), _IDENTITY)

    def add_received_pop3(self, batch: Sequence[ReceivedPop3]) -> tuple[int | None, ...]:
        """As ``add_received``."""
        statement = rows.insert(self._connection, MessageTable)
        statement = statement.on_conflict_do_nothing(
            index_elements=_POP3_IDENTITY, index_where=text(schema.BY_POP3)
        )
        return self._add(batch, statement, _POP3_IDENTITY)

    def _add(
        self, batch: Sequence[ReceivedMessage | ReceivedPop3], statement: Any, identity: list[Any]
    ) -> tuple[int | None, ...]:
        if not batch:
            return ()
        new = self._connection.execute(
            statement.returning(MessageTable.id, *identity), [_received(one) for one in batch]
        )
        ids = {tuple(row[1:]): row[0] for row in new}
        result = tuple(ids.pop(astuple(one.identity), None) for one in batch)
        self._add_raw((message_id, one.raw) for message_id, one in zip(result, batch, strict=True))
        return result

    def _add_raw(self, bodies: Iterable[tuple[int | None, bytes | None]]) -> None:
        new = [
            {"message_id": message_id, "codec": PLAIN, "content": raw}
            for message_id, raw in bodies
            if message_id is not None and raw is not None
        ]
        if new:
            self._connection.execute(insert(table_of(RawMessageTable)), new)

    def debts(self, integration_id: int, folder: str, uidvalidity: int) -> tuple[Debt, ...]:
        """What the server is still owed, by UID."""
        in_order = self._rows(_DEBTS, _folder(integration_id, folder, uidvalidity))
        return tuple(Debt(row["id"], row["uid"], row["acknowledgement"]) for row in in_order)

    def drop_debts(self, integration_id: int, folder: str) -> None:
        """Forgives all debts of a folder: the server numbered it anew, and nothing can be told by the old numbers."""
        these = update(MessageTable).where(
            text(schema.IN_DEBT), MessageTable.integration_id == integration_id, MessageTable.folder == folder
        )
        self._connection.execute(these.values(acknowledgement=Acknowledgement.NONE))

    def clear_debts(self, message_ids: Iterable[int]) -> None:
        for some in portions(message_ids):
            these = update(MessageTable).where(MessageTable.id.in_(some))
            self._connection.execute(these.values(acknowledgement=Acknowledgement.NONE))

    def too_large(
        self, integration_id: int, folder: str, uidvalidity: int
    ) -> tuple[tuple[int, int, int], ...]:
        """``(message id, UID, size in bytes)`` of what was left on the server, by UID."""
        in_order = self._rows(_TOO_LARGE, _folder(integration_id, folder, uidvalidity))
        return tuple((row["id"], row["uid"], row["size"]) for row in in_order)

    def replace_too_large(self, message_id: int, received: ReceivedMessage | ReceivedPop3) -> None:
        """Takes in what had been left on the server, under its old id. Does nothing for any other message."""
        this = update(MessageTable).where(MessageTable.id == message_id, text(schema.TOO_LARGE))
        if self._connection.execute(this.values(_received(received))).rowcount:
            self._add_raw([(message_id, received.raw)])

    def raw(self, message_id: int) -> bytes | None:
        """The bytes as the server gave them, or as they were or will be sent; None where there are none."""
        found = select(RawMessageTable.content).where(RawMessageTable.message_id == message_id)
        return self._connection.execute(found).scalar()

    def unfiled(self, limit: int) -> tuple[tuple[int, int], ...]:
        """``(message id, integration id)`` of what waits to be filed, oldest first."""
        found = select(MessageTable.id, MessageTable.integration_id).where(text(schema.UNFILED))
        return tuple(self._connection.execute(found.order_by(MessageTable.id).limit(limit)))

    def unfiled_counts(self) -> dict[int, int]:
        """By integration."""
        return self._counts(schema.UNFILED)

    def quarantined_counts(self) -> dict[int, int]:
        return self._counts(schema.QUARANTINED)

    def _counts(self, condition: str) -> dict[int, int]:
        owner = MessageTable.integration_id
        counted = select(owner, func.count()).where(text(condition)).group_by(owner)
        return dict(self._connection.execute(counted).all())

    def set_filed(self, message_id: int, parsed: ParsedMessage, at: datetime) -> bool:
        """False, and nothing is changed, when it does not wait to be filed: somebody else was quicker."""
        return self._file(
            message_id,
            state=MessageState.FILED,
            filed_at=at,
            reason="",
            detail="",
            message_id=parsed.message_id,
            subject=parsed.subject,
            sender=parsed.sender,
            recipients=parsed.recipients,
            date=_storable(parsed.date),
            attachments=[rows.values_of(one) for one in parsed.attachments],
            defects=parsed.defects,
        )

    def set_quarantined(self, message_id: int, reason: QuarantineReason, detail: str) -> bool:
        """As ``set_filed``."""
        return self._file(message_id, state=MessageState.QUARANTINED, reason=reason, detail=detail)

    def _file(self, row_id: int, /, **values: Any) -> bool:
        waits = (MessageTable.id == row_id) & (MessageTable.state == MessageState.RECEIVED)
        return self._connection.execute(update(MessageTable).where(waits).values(values)).rowcount == 1

    def set_received(self, message_id: int) -> None:
        """Puts it before the parser again."""
        this = update(MessageTable).where(MessageTable.id == message_id)
        self._connection.execute(this.values(state=MessageState.RECEIVED, reason="", detail=""))

    def known_digests(self, integration_id: int, digests: Iterable[str]) -> frozenset[str]:
        """Which of these SHA-256 digests (hexadecimal) are of messages that this integration took in."""
        known: set[str] = set()
        for some in portions(digests):
            found = select(MessageTable.sha256).where(
                MessageTable.integration_id == integration_id,
                MessageTable.sha256.in_(some),
                MessageTable.direction == Direction.INCOMING,
            )
            known.update(self._connection.execute(found).scalars())
        return frozenset(known)

    def list(
        self,
        integration: str | None = None,
        state: str | None = None,
        after_id: int = 0,
        limit: int | None = None,
    ) -> Iterator[MessageRow]:
        """Oldest first, both ways, deleted integrations too; to be read within the unit of work."""
        statement = _log().where(MessageTable.id > after_id).limit(limit)
        if integration is not None:
            statement = statement.where(IntegrationTable.name_key == name_key(integration))
        if state is not None:
            statement = statement.where(_shown_state == state)
        answer = self._connection.execute(statement.execution_options(yield_per=_ROWS_AT_ONCE))
        return (_row(row) for row in answer.mappings())

    def get(self, message_id: int) -> MessageRow | None:
        row = next(self._rows(_log().where(MessageTable.id == message_id)), None)
        return _row(row) if row else None


def _folder(integration_id: int, folder: str, uidvalidity: int) -> dict[str, Any]:
    """Values for ``_in_folder``."""
    return {"owner": integration_id, "in_folder": folder, "under": uidvalidity}


def _in_folder() -> ColumnElement[bool]:
    """Those of the account that the cursor is at: another one may use the same numbers for other mail."""
    owner: BindParameter[int] = bindparam("owner")
    folder: BindParameter[str] = bindparam("in_folder")
    generation = select(CursorTable.generation).where(
        CursorTable.integration_id == owner, CursorTable.folder == folder
    )
    return (
        (MessageTable.integration_id == owner)
        & (MessageTable.folder == folder)
        & (MessageTable.uidvalidity == bindparam("under"))
        & (MessageTable.generation == func.coalesce(generation.scalar_subquery(), 0))
    )


# Built once: each check asks, and building them anew took it longer than running them.
_DEBTS = (
    select(MessageTable.id, MessageTable.uid, MessageTable.acknowledgement)
    .where(text(schema.IN_DEBT), _in_folder())
    .order_by(MessageTable.uid)
)
_TOO_LARGE = (
    select(MessageTable.id, MessageTable.uid, MessageTable.size)
    .where(text(schema.TOO_LARGE), _in_folder())
    .order_by(MessageTable.uid)
)


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
        .order_by(MessageTable.id)
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


def _received(received: ReceivedMessage | ReceivedPop3) -> dict[str, Any]:
    headers = received.headers
    return {
        **_NOWHERE,
        **rows.values_of(received.identity),
        "direction": Direction.INCOMING,
        "state": received.state,
        "reason": received.reason,
        "detail": received.detail,
        "acknowledgement": received.acknowledgement,
        "acknowledge_to": "",
        "message_id": headers.message_id,
        "subject": headers.subject,
        "sender": headers.sender,
        "recipients": headers.recipients,
        "date": _storable(headers.date),
        "received_at": received.received_at,
        "size": received.size,
        "sha256": received.sha256,
        "attachments": (),
        "defects": (),
        "content_digest": "",
        "automatic": False,
        "file_anyway": False,
    }


def _storable(date: datetime | None) -> datetime | None:
    """A Date header may say what UTC cannot: the last hours of the year 9999 west of Greenwich."""
    if date is None or date.tzinfo is None:
        return date and date.replace(tzinfo=UTC)
    try:
        return date.astimezone(UTC)
    except OverflowError:
        return None
