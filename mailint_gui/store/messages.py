"""Messages and their raw bytes: intake and debts to the server, found again after a crash."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    func,
    not_,
    select,
    text,
    true,
    update,
)

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import (
    Acknowledgement,
    Debt,
    FolderCursor,
    Identity,
    MessageState,
    Pop3Identity,
    ReceivedMessage,
    ReceivedPop3,
)
from mailint_gui.store import rows, schema
from mailint_gui.store.message_filing import MessageFiling
from mailint_gui.store.message_log import MessageLog
from mailint_gui.store.raw_messages import DamagedRawError, RawMessages
from mailint_gui.store.rows import portions
from mailint_gui.store.schema import CursorTable, MessageTable
from mailint_gui.store.searches import Searches
from mailint_gui.store.types import storable_date

_IDENTITY = [getattr(MessageTable, field.name) for field in fields(Identity)]
_POP3_IDENTITY = [getattr(MessageTable, field.name) for field in fields(Pop3Identity)]
_PAID = {"acknowledgement": Acknowledgement.NONE, "acknowledge_to": ""}
# What one of the two identities leaves out
_NOWHERE = {"folder": "", "uidvalidity": None, "uid": None, "uidl": ""}


class Messages(MessageLog, MessageFiling):
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
        values_of = attrgetter(*(column.key for column in identity))  # not astuple, which copies each value
        result = tuple(ids.pop(values_of(one.identity), None) for one in batch)
        added = [(each, one) for each, one in zip(result, batch, strict=True) if each is not None]
        self._raw_messages.add((each, one.raw) for each, one in added if one.raw is not None)
        ended = (each for each, one in added if one.state is not MessageState.RECEIVED)
        Searches(self._connection).put_headers(ended)
        return result

    @property
    def _raw_messages(self) -> RawMessages:
        return RawMessages(self._connection)

    def debts(self, integration_id: int, folder: str, uidvalidity: int) -> tuple[Debt, ...]:
        """What the server is still owed, by UID."""
        in_order = self._rows(_DEBTS, _folder(integration_id, folder, uidvalidity))
        return tuple(
            Debt(row["id"], row["uid"], row["acknowledgement"], row["acknowledge_to"]) for row in in_order
        )

    def drop_debts(self, integration_id: int, folder: str) -> None:
        """Forgives all debts of a folder: the server numbered it anew, and nothing can be told by the old numbers."""
        these = update(MessageTable).where(
            text(schema.IN_DEBT), MessageTable.integration_id == integration_id, MessageTable.folder == folder
        )
        self._connection.execute(these.values(_PAID))

    def clear_debts(self, message_ids: Iterable[int], folder: str = "") -> None:
        """Those that were paid: by a move to ``folder`` where a rule made them. A debt changed meanwhile stays."""
        for some in portions(message_ids):
            these = update(MessageTable).where(
                MessageTable.id.in_(some), MessageTable.acknowledge_to == folder
            )
            self._connection.execute(these.values(_PAID))

    def too_large(
        self, integration_id: int, folder: str, uidvalidity: int
    ) -> tuple[tuple[int, int, int], ...]:
        """``(message id, UID, size in bytes)`` of what was left on the server, by UID."""
        in_order = self._rows(_TOO_LARGE, _folder(integration_id, folder, uidvalidity))
        return tuple((row["id"], row["uid"], row["size"]) for row in in_order)

    def replace_too_large(self, message_id: int, received: ReceivedMessage | ReceivedPop3) -> None:
        """Takes in what had been left on the server, under its old id. Does nothing for any other message."""
        this = update(MessageTable).where(MessageTable.id == message_id, text(schema.TOO_LARGE))
        if self._connection.execute(this.values(_received(received))).rowcount and received.raw is not None:
            self._raw_messages.add([(message_id, received.raw)])

    def take_over_too_large(self, received: ReceivedMessage) -> int | None:
        """What was left on the server under an earlier numbering of the folder is ``received`` now.

        -> its id; None where no message of that Message-ID, date and size is listed so, or ``received`` is there.
        """
        identity = received.identity
        this = [column == value for column, value in zip(_IDENTITY, astuple(identity), strict=True)]
        if self._connection.execute(select(MessageTable.id).where(*this)).first():
            return None
        earlier = select(MessageTable.id).where(
            text(schema.TOO_LARGE),
            MessageTable.integration_id == identity.integration_id,
            MessageTable.folder == identity.folder,
            (MessageTable.uidvalidity != identity.uidvalidity)
            | (MessageTable.generation != identity.generation),
            MessageTable.message_id == received.headers.message_id,
            MessageTable.date == storable_date(received.headers.date),
            MessageTable.size == received.size,
        )
        message_id = self._connection.execute(earlier.order_by(MessageTable.id).limit(1)).scalar()
        if message_id is not None:
            self.replace_too_large(message_id, received)
        return message_id

    def raw(self, message_id: int) -> bytes | None:
        """The bytes as the server gave them, or as they were or will be sent; None where there are none.

        Raises DamagedRawError where what is stored is damaged.
        """
        return self._raw_messages.get(message_id)

    def whole_raw(self, message_id: int) -> bytes | None:
        """As ``raw``, and None as well where what is stored is damaged: for those who go through many."""
        try:
            return self.raw(message_id)
        except DamagedRawError:
            return None

    def known_digests(
        self, integration_id: int, digests: Iterable[str], except_in: FolderCursor | None = None
    ) -> frozenset[str]:
        """Which of these SHA-256 digests (hexadecimal) are of messages that this integration took in.

        But those under the numbering of ``except_in``: equal messages under one numbering are as many messages.
        """
        known: set[str] = set()
        others = true() if except_in is None else not_(_under(except_in))
        for some in portions(digests):
            found = select(MessageTable.sha256).where(
                MessageTable.integration_id == integration_id,
                MessageTable.sha256.in_(some),
                MessageTable.direction == Direction.INCOMING,
                others,
            )
            known.update(self._connection.execute(found).scalars())
        return frozenset(known)


def _under(cursor: FolderCursor) -> ColumnElement[bool]:
    return and_(
        MessageTable.folder == cursor.folder,
        MessageTable.uidvalidity == cursor.uidvalidity,
        MessageTable.generation == cursor.generation,
    )


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
    select(MessageTable.id, MessageTable.uid, MessageTable.acknowledgement, MessageTable.acknowledge_to)
    .where(text(schema.IN_DEBT), _in_folder())
    .order_by(MessageTable.uid)
)
_TOO_LARGE = (
    select(MessageTable.id, MessageTable.uid, MessageTable.size)
    .where(text(schema.TOO_LARGE), _in_folder())
    .order_by(MessageTable.uid)
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
        "date": storable_date(headers.date),
        "received_at": received.received_at,
        "size": received.size,
        "sha256": received.sha256,
        "attachments": (),
        "defects": (),
        "content_digest": "",
        "automatic": False,
        "file_anyway": False,
    }
