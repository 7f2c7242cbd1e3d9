"""Which messages one page of the log shows: found by an index, however many there are.

Pages go by id, from the newest to the oldest. SQLite does not know how many rows a condition leaves, so of several
that have an index the narrowest keeps it, and the others are written so that none fits them. Nor does it know how
many messages have a word: a search starts from those of the state where they are few, from the words elsewhere.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    exists,
    func,
    select,
    type_coerce,
)

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.search import search_phrases
from mailint_gui.store.driver_read import DriverRead
from mailint_gui.store.full_text import MESSAGE_SEARCH, SearchIndex, match_query, match_row
from mailint_gui.store.schema import MessageTable, OutboxTable
from mailint_gui.store.types import UtcDateTime

_CLOCK_SET_BACK = timedelta(days=1)  # within so much time, ids need not be in the order of time
_OUTGOING = frozenset(state.value for state in OutboxState)
_FEW = (
    1_000  # messages: to read the words of all takes some ms, to go through what all have in a large log 400
)
_PRESENT = MessageTable.forgotten_at.is_(None)
_state: ColumnElement[Any] = type_coerce(MessageTable.state, String)
_state_of_item: ColumnElement[Any] = type_coerce(OutboxTable.state, String)
_unindexed_id = (
    MessageTable.id + 0
)  # for whose greatest PostgreSQL would go through all ids from the newest on


class PageKind(NamedTuple):
    """What pages have in common that are asked for by one statement: of most values only that they are given."""

    of_integration: bool
    direction: Direction | None
    state: str
    has_start: bool
    has_end: bool
    is_search: bool
    of_record: bool
    is_later: bool  # below some id
    is_sqlite: bool
    is_few: bool = False  # that have the state: the words of each are read

    @property
    def is_outgoing(self) -> bool:
        return self.direction == Direction.OUTGOING or self.state in _OUTGOING


def page_kind(connection: Connection, wanted: MessageFilter, before_id: int | None) -> PageKind:
    kind = PageKind(  # in their order: to name each takes twice as long
        wanted.integration_id is not None,
        wanted.direction,
        wanted.state,
        wanted.since is not None,
        wanted.until is not None,
        wanted.text.strip() != "",
        wanted.record is not None,
        before_id is not None,
        connection.dialect.name == "sqlite",
    )
    return kind._replace(is_few=True) if _is_few(connection, kind) else kind


def _is_few(connection: Connection, kind: PageKind) -> bool:
    if not (kind.is_search and kind.state):
        return False
    one_more = _ITEM_PAST_FEW if kind.is_outgoing else _MESSAGE_PAST_FEW
    return _value(connection, one_more, {"state": kind.state, "few": _FEW}) is None


def page_values(
    connection: Connection, kind: PageKind, wanted: MessageFilter, before_id: int | None, limit: int
) -> dict[str, Any] | None:
    """For ``page_ids``. None: no word is looked for."""
    values: dict[str, Any] = {
        "owner": wanted.integration_id,
        "of_record": wanted.record,
        "oldest": wanted.since,
        "newest": wanted.until,
        "before_id": before_id,
        "at_most": limit,
    }
    if kind.is_search:
        phrases = search_phrases(wanted.text)
        if not phrases:
            return None
        values["words"] = (match_row if kind.is_few else match_query)(phrases, kind.is_sqlite)
    if wanted.until is not None:
        values["last_id"] = _last_before(connection, wanted.until)
    if wanted.since is not None:
        values["first_id"] = _first_since(connection, wanted.since)
    return values


def page_ids(kind: PageKind) -> Select[Any]:
    """Column ``id``: the newest first, at most so many."""
    key: ColumnElement[int]
    index = SearchIndex(MESSAGE_SEARCH, kind.is_sqlite)
    if kind.is_search and not kind.is_few:
        key, found = index.id, _searched(index, kind)
    elif kind.is_outgoing:
        key = OutboxTable.log_id.expression
        found = select(key).where(*_of_item(kind), _has_message(key, _PRESENT, *_of_message(kind)))
    else:
        key = MessageTable.id.expression
        found = select(key).where(_PRESENT, *_of_message(kind))
    found = found.with_only_columns(key.label("id")).where(*_bounds(kind, key))
    if kind.is_few:
        found = found.where(index.has_words(key))
    return found.order_by(key.desc()).limit(bindparam("at_most"))


def _searched(index: SearchIndex, kind: PageKind) -> Select[Any]:
    """What is forgotten is in no index."""
    found = select(index.id).where(index.matching)
    of_message = list(_of_message(kind))
    if of_message:
        found = found.where(_has_message(index.id, *of_message))
    if kind.is_outgoing:
        found = found.where(exists().where(OutboxTable.log_id == index.id, *_of_item(kind)))
    return found


def _has_message(key: ColumnElement[int], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(MessageTable.id == key, *conditions)


def _of_item(kind: PageKind) -> Iterator[ColumnElement[bool]]:
    if kind.state:
        yield _state_of_item == kind.state


def _of_message(kind: PageKind) -> Iterator[ColumnElement[bool]]:
    state = kind.state
    if kind.of_record:
        yield MessageTable.record == bindparam("of_record")
    if state and not kind.is_outgoing:
        is_rare = not kind.of_record and (
            kind.is_few or not kind.of_integration or state != MessageState.FILED
        )
        yield (_state if is_rare else func.coalesce(_state, "")) == state
    if kind.of_integration:
        is_narrowest = not kind.of_record and (
            state in ("", *_OUTGOING) or (state == MessageState.FILED and not kind.is_few)
        )
        yield (MessageTable.integration_id if is_narrowest else MessageTable.integration_id + 0) == bindparam(
            "owner"
        )
    if kind.direction is not None:
        yield MessageTable.direction == kind.direction
    if kind.has_start:
        yield func.coalesce(MessageTable.received_at, None) >= _moment("oldest")
    if kind.has_end:
        yield func.coalesce(MessageTable.received_at, None) < _moment("newest")


def _bounds(kind: PageKind, key: ColumnElement[int]) -> Iterator[ColumnElement[bool]]:
    """What time says of the ids, so that a page of long ago is not looked for from today on."""
    if kind.is_later:
        yield key < bindparam("before_id")
    if kind.has_end:
        yield key <= bindparam("last_id")
    if kind.has_start:
        yield key >= bindparam("first_id")


def _moment(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime())


_time = MessageTable.received_at
_NEWEST = select(_time).where(_PRESENT, _time < _moment("bound")).order_by(_time.desc()).limit(1)
_OLDEST = select(_time).where(_PRESENT, _time >= _moment("bound")).order_by(_time).limit(1)
_within = (_PRESENT, _time > _moment("after"), _time < _moment("before"))
_LAST, _FIRST = (select(edge(_unindexed_id)).where(*_within) for edge in (func.max, func.min))
_A_MOMENT = timedelta(microseconds=1)
_MESSAGE_PAST_FEW, _ITEM_PAST_FEW = (
    select(key).where(state == bindparam("state")).limit(1).offset(bindparam("few"))
    for key, state in ((MessageTable.id, _state), (OutboxTable.log_id, _state_of_item))
)


def _last_before(connection: Connection, until: datetime) -> int:
    """No id above it is of a message before this time."""
    newest = _value(connection, _NEWEST, {"bound": until})
    if newest is None:
        return 0
    near = {"after": newest - _CLOCK_SET_BACK, "before": newest + _A_MOMENT}
    last: int = _value(connection, _LAST, near)
    return last


def _first_since(connection: Connection, since: datetime) -> int:
    """No id below it is of a message since this time."""
    oldest = _value(connection, _OLDEST, {"bound": since})
    if oldest is None:
        return 0
    near = {"after": oldest - _A_MOMENT, "before": oldest + _CLOCK_SET_BACK}
    first: int = _value(connection, _FIRST, near)
    return first


def _value(connection: Connection, statement: Select[Any], values: Mapping[str, Any]) -> Any:
    """None where no row is found."""
    if connection.dialect.name == "sqlite":
        return _driver_read(statement).scalar(connection, values)
    return connection.execute(statement, values).scalar()


@cache  # compiled when first asked for: few starts of the program do
def _driver_read(statement: Select[Any]) -> DriverRead:
    return DriverRead(statement)
