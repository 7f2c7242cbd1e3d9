"""What verification reads, in ranges of ids: above ``after``, up to and with ``up_to``."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from sqlalchemy import func, select

from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.verification import StoredMessage
from mailint_gui.store.full_text import MESSAGE_SEARCH, FullText
from mailint_gui.store.raw_messages import RawMessages
from mailint_gui.store.rows import Repository, portions
from mailint_gui.store.schema import MessageTable, RawMessageTable, RecordTable

_COLUMNS = [getattr(MessageTable, item.name) for item in fields(StoredMessage)]


class Verifying(Repository):
    __slots__ = ()

    def last_id(self) -> int:
        """None is above it, of a message or of what lies beside one; 0 where there is nothing."""
        index = FullText(self._connection, MESSAGE_SEARCH)
        lasts = [
            select(func.max(column)) for column in (MessageTable.id, RawMessageTable.message_id, index.id)
        ]
        return max(self._connection.execute(last).scalar() or 0 for last in lasts)

    def messages(self, after: int, up_to: int) -> tuple[StoredMessage, ...]:
        these = select(*_COLUMNS).where(MessageTable.id > after, MessageTable.id <= up_to)
        return tuple(StoredMessage(*row) for row in self._connection.execute(these.order_by(MessageTable.id)))

    def with_bytes(self, after: int, up_to: int) -> tuple[int, ...]:
        """By id."""
        number = RawMessageTable.message_id
        these = select(number).where(number > after, number <= up_to).order_by(number)
        return tuple(self._connection.execute(these).scalars())

    def contents(self, ids: Iterable[int]) -> Iterator[tuple[int, bytes | None]]:
        """One at a time, unpacked; None where that fails."""
        raw = RawMessages(self._connection)
        for message_id in ids:
            try:
                yield message_id, raw.get(message_id)
            except ProblemError:
                yield message_id, None

    def searched(self, after: int, up_to: int) -> frozenset[int]:
        index = FullText(self._connection, MESSAGE_SEARCH)
        these = select(index.id).where(index.id > after, index.id <= up_to)
        return frozenset(self._connection.execute(these).scalars())

    def records(self, numbers: Iterable[int]) -> frozenset[int]:
        """Those of them that there are."""
        found: set[int] = set()
        for some in portions(numbers):
            these = select(RecordTable.id).where(RecordTable.id.in_(some))
            found.update(self._connection.execute(these).scalars())
        return frozenset(found)
