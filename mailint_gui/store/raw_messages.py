"""The bytes of messages: as they came, and packed later. Who reads them sees no difference."""

import zlib
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, insert, or_, select, text, update

from mailint_gui.domain.message import MessageState
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.store import schema
from mailint_gui.store.rows import Repository, table_of
from mailint_gui.store.schema import MessageTable, OutboxTable, RawMessageTable

PLAIN = ""  # as they came, and not looked at yet: the queue of what is to be packed
KEPT = "kept"  # as they came: packing would save nothing
ZLIB = "zlib"  # RFC 1950

_SOME = (  # built once: each message that is filed asks
    select(RawMessageTable.message_id, RawMessageTable.codec, RawMessageTable.content, MessageTable.size)
    .join(MessageTable, MessageTable.id == RawMessageTable.message_id)
    .where(RawMessageTable.message_id.in_(bindparam("ids", expanding=True)))
)
_AT_REST = or_(
    MessageTable.state != MessageState.RECEIVED,
    OutboxTable.state.in_((OutboxState.SENT, OutboxState.FAILED, OutboxState.CANCELLED)),
)


class DamagedRawError(ProblemError):
    """The stored bytes of this one message are not what was stored; the database itself answers."""


class RawMessages(Repository):
    __slots__ = ()

    def add(self, bodies: Iterable[tuple[int, bytes]]) -> None:
        """By message id."""
        new = [{"message_id": each, "codec": PLAIN, "content": raw} for each, raw in bodies]
        if new:
            self._connection.execute(insert(table_of(RawMessageTable)), new)

    def get(self, message_id: int) -> bytes | None:
        """None where there are none. Raises DamagedRawError."""
        found = self.get_many([message_id]).get(message_id)
        if isinstance(found, DamagedRawError):
            raise found
        return found

    def get_many(self, message_ids: Sequence[int]) -> dict[int, bytes | DamagedRawError]:
        """Those that there are, all in memory at once."""
        rows = self._connection.execute(_SOME, {"ids": message_ids})
        return {row[0]: _unpacked(*row) for row in rows}

    def to_pack(self, after_id: int, limit: int) -> tuple[int, ...]:
        """Messages that nobody is about to parse or send, whose bytes are as they came; by id."""
        found = (
            select(RawMessageTable.message_id)
            .join(MessageTable, MessageTable.id == RawMessageTable.message_id)
            .outerjoin(OutboxTable, OutboxTable.log_id == MessageTable.id)
            .where(text(f"raw_message.{schema.UNPACKED}"), RawMessageTable.message_id > after_id, _AT_REST)
            .order_by(RawMessageTable.message_id)
            .limit(limit)
        )
        return tuple(self._connection.execute(found).scalars())

    def put_packed(self, packed: Iterable[tuple[int, bytes | None]]) -> None:
        """``(message id, packed bytes)``; None: they stay as they are."""
        for message_id, content in packed:
            values = {"codec": KEPT} if content is None else {"codec": ZLIB, "content": content}
            this = update(RawMessageTable).where(
                RawMessageTable.message_id == message_id, RawMessageTable.codec == PLAIN
            )
            self._connection.execute(this.values(values))


def _unpacked(message_id: int, codec: str, content: bytes, size: int) -> bytes | DamagedRawError:
    """Never more than ``size`` bytes, whatever was done to the file."""
    if codec != ZLIB:
        return content
    unpacking = zlib.decompressobj()
    try:
        raw = unpacking.decompress(content, size + 1)
    except zlib.error as error:
        return _damaged(message_id, str(error))
    if len(raw) != size:
        return _damaged(message_id, f"{size} bytes expected")
    return raw


def _damaged(message_id: int, detail: str) -> DamagedRawError:
    detail = f"the stored bytes of message {message_id} are damaged: {detail}"
    return DamagedRawError(Problem(ProblemKind.STORE_FAILED, detail=detail))
