"""Service records."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import nlargest
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, insert, select, text, update

from mailint_gui.domain.record import Record, RecordDraft, RecordFilter, RecordRow
from mailint_gui.domain.search import search_phrases
from mailint_gui.store import schema
from mailint_gui.store.errors import MissingRowError
from mailint_gui.store.full_text import RECORD_SEARCH, FullText
from mailint_gui.store.rows import Repository, picked, table_of, values_of
from mailint_gui.store.schema import IntegrationTable, MessageTable, RecordTable, is_no_twin

# Built once, and by the table: each message that is filed asks.
_TABLE = table_of(RecordTable)
_ADD = insert(_TABLE)
_LAST_NUMBER = text("SELECT seq FROM sqlite_sequence WHERE name = 'service_record'")
_NEXT_NUMBER = text("SELECT nextval(pg_get_serial_sequence('service_record', 'id'))")
_GET = select(_TABLE).where(_TABLE.c.id == bindparam("number"))


class Records(Repository):
    __slots__ = ()

    def add(self, draft: RecordDraft, at: datetime) -> Record:
        """Opens one; its number was never given out before."""
        number = next(self.new_numbers())
        self.add_many({number: draft}, at)
        return Record(number, draft, at, at)

    def new_numbers(self) -> Iterator[int]:
        """Never given out before, for ``add_many`` in this transaction, in which nobody else opens any."""
        if self._connection.dialect.name == "sqlite":
            last = self._connection.execute(_LAST_NUMBER).scalar()
            yield from count((last or 0) + 1)
        while True:
            yield self._connection.execute(_NEXT_NUMBER).scalar_one()

    def add_many(self, drafts: Mapping[int, RecordDraft], at: datetime) -> None:
        """By their numbers."""
        if drafts:
            times = {"created_at": at, "changed_at": at}
            new = [{"id": number, **values_of(draft), **times} for number, draft in drafts.items()]
            self._connection.execute(_ADD, new)
            self._put_searches(drafts)

    def get(self, number: int) -> Record | None:
        row = next(self._rows(_GET, {"number": number}), None)
        if row is None:
            return None
        draft = RecordDraft(**picked(RecordDraft, {**row, "tags": tuple(row["tags"])}))
        return Record(number, draft, row["created_at"], row["changed_at"])

    def update(self, number: int, draft: RecordDraft, at: datetime) -> None:
        """Raises MissingRowError."""
        self._change(number, changed_at=at, **values_of(draft))
        self._put_searches({number: draft})

    def _put_searches(self, drafts: Mapping[int, RecordDraft]) -> None:
        """By number, in place of what was there."""
        FullText(self._connection, RECORD_SEARCH).put(
            {number: (str(number), one.subject, one.requester, *one.tags) for number, one in drafts.items()}
        )

    def touch(self, number: int, at: datetime) -> None:
        """Something became of it that is not in its own row. Raises MissingRowError."""
        self._change(number, changed_at=at)

    def page(self, wanted: RecordFilter, before: int | None, limit: int) -> tuple[RecordRow, ...]:
        """The newest numbers first, those below ``before``."""
        numbers = self._numbers(wanted, before, limit)
        if not numbers:
            return ()
        rows = self._rows(_lines().where(RecordTable.id.in_(numbers)).order_by(RecordTable.id.desc()))
        return tuple(_line(row) for row in rows)

    def row(self, number: int) -> RecordRow | None:
        row = next(self._rows(_lines().where(RecordTable.id == number)), None)
        return _line(row) if row else None

    def correspondents(self, number: int) -> frozenset[str]:
        """Who wrote in it or was written to: bare addresses, case-folded."""
        requester = select(RecordTable.requester).where(RecordTable.id == number)
        addresses = set(self._connection.execute(requester).scalars())
        messages = select(MessageTable.sender, MessageTable.recipients).where(MessageTable.record == number)
        for sender, recipients in self._connection.execute(messages):
            addresses.update((sender, *recipients))
        return frozenset(one.casefold() for one in addresses if one)

    def _change(self, number: int, **values: Any) -> None:
        this = update(RecordTable).where(RecordTable.id == number)
        if not self._connection.execute(this.values(values)).rowcount:
            raise MissingRowError(number)

    def _numbers(self, wanted: RecordFilter, before: int | None, limit: int) -> list[int]:
        conditions = _conditions(wanted, before)
        if wanted.text.strip():
            return self._searched(wanted, [*conditions, *self._of_statuses(wanted)], before, limit)
        if not (wanted.statuses or wanted.open_only):
            return self._newest(conditions, limit)
        # Status by status: each has its newest in order in the index, several at once would have to be sorted.
        found = (
            self._newest([*conditions, RecordTable.status == one], limit) for one in self._statuses(wanted)
        )
        return nlargest(limit, (number for some in found for number in some))

    def _newest(self, conditions: Sequence[ColumnElement[bool]], limit: int) -> list[int]:
        found = select(RecordTable.id).where(*conditions).order_by(RecordTable.id.desc()).limit(limit)
        return list(self._connection.execute(found).scalars())

    def _searched(
        self, wanted: RecordFilter, conditions: Sequence[ColumnElement[bool]], before: int | None, limit: int
    ) -> list[int]:
        phrases = search_phrases(wanted.text)
        if not phrases:
            return []
        index = FullText(self._connection, RECORD_SEARCH)
        found = select(index.id).where(index.matches(phrases))
        if before is not None:
            found = found.where(index.id < before)
        if conditions:
            found = found.where(exists().where(RecordTable.id == index.id, *conditions))
        return list(self._connection.execute(found.order_by(index.id.desc()).limit(limit)).scalars())

    def _of_statuses(self, wanted: RecordFilter) -> Iterator[ColumnElement[bool]]:
        if wanted.statuses or wanted.open_only:
            yield RecordTable.status.in_(self._statuses(wanted))

    def _statuses(self, wanted: RecordFilter) -> list[str]:
        """Those of the records that there are, as far as they are wanted: by as many steps in the index."""
        some = {one.casefold() for one in wanted.statuses}
        closed = {one.casefold() for one in wanted.closed_statuses} if wanted.open_only else set()
        present: list[str] = []
        following = select(func.min(RecordTable.status))
        while (status := self._connection.execute(following).scalar()) is not None:
            present.append(status)
            following = select(func.min(RecordTable.status)).where(RecordTable.status > status)
        return [
            one for one in present if one.casefold() not in closed and (not some or one.casefold() in some)
        ]


def _conditions(wanted: RecordFilter, before: int | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if before is not None:
        conditions.append(RecordTable.id < before)
    if wanted.integration_id is not None:
        conditions.append(RecordTable.integration_id == wanted.integration_id)
    return conditions


def _lines() -> Select[Any]:
    messages = select(func.count()).where(
        text(f"message.{schema.IN_RECORD}"),
        MessageTable.record == RecordTable.id,
        MessageTable.forgotten_at.is_(None),
        is_no_twin,
    )
    return select(
        table_of(RecordTable),
        RecordTable.id.label("number"),
        IntegrationTable.name.label("integration"),
        messages.scalar_subquery().label("messages"),
    ).join(IntegrationTable, IntegrationTable.id == RecordTable.integration_id)


def _line(row: Mapping[Any, Any]) -> RecordRow:
    return RecordRow(**picked(RecordRow, {**row, "tags": tuple(row["tags"])}))
