"""Which messages one page of the log shows: found by an index, however many there are.

Pages go by id, from the newest to the oldest. SQLite does not know how many rows a condition leaves, so of several
that have an index the narrowest keeps it, and the others are written so that none fits them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, exists, func, select, type_coerce

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.search import search_phrases
from mailint_gui.store.full_text import MESSAGE_SEARCH, FullText
from mailint_gui.store.schema import MessageTable, OutboxTable

_CLOCK_SET_BACK = timedelta(days=1)  # within so much time, ids need not be in the order of time
_OUTGOING = frozenset(state.value for state in OutboxState)
_PRESENT = MessageTable.forgotten_at.is_(None)
_unindexed_id = (
    MessageTable.id + 0
)  # for whose greatest PostgreSQL would go through all ids from the newest on


def ids_of_page(
    connection: Connection, wanted: MessageFilter, before_id: int | None, limit: int
) -> list[int]:
    """The newest first, those below ``before_id``."""
    key: ColumnElement[int]
    found: Select[Any] | None
    if wanted.text.strip():
        index = FullText(connection, MESSAGE_SEARCH)
        key, found = index.id, _searched(index, wanted)
    elif _is_outgoing(wanted):
        key = OutboxTable.log_id.expression
        found = select(key).where(*_of_item(wanted), _has_message(key, _PRESENT, *_of_message(wanted)))
    else:
        key = MessageTable.id.expression
        found = select(key).where(_PRESENT, *_of_message(wanted))
    if found is None:
        return []
    found = found.where(*_bounds(connection, wanted, before_id, key))
    return list(connection.execute(found.order_by(key.desc()).limit(limit)).scalars().all())


def _searched(index: FullText, wanted: MessageFilter) -> Select[Any] | None:
    """None: no word is looked for. What is forgotten is in no index."""
    phrases = search_phrases(wanted.text)
    if not phrases:
        return None
    found = select(index.id).where(index.matches(phrases))
    of_message = list(_of_message(wanted))
    if of_message:
        found = found.where(_has_message(index.id, *of_message))
    if _is_outgoing(wanted):
        found = found.where(exists().where(OutboxTable.log_id == index.id, *_of_item(wanted)))
    return found


def _has_message(key: ColumnElement[int], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(MessageTable.id == key, *conditions)


def _is_outgoing(wanted: MessageFilter) -> bool:
    return wanted.direction is Direction.OUTGOING or wanted.state in _OUTGOING


def _of_item(wanted: MessageFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.state:
        yield type_coerce(OutboxTable.state, String) == wanted.state


def _of_message(wanted: MessageFilter) -> Iterator[ColumnElement[bool]]:
    state, integration, record = wanted.state, wanted.integration_id, wanted.record
    if record is not None:
        yield MessageTable.record == record
    if state and not _is_outgoing(wanted):
        is_rare = record is None and (integration is None or state != MessageState.FILED)
        column: ColumnElement[Any] = type_coerce(MessageTable.state, String)
        yield (column if is_rare else func.coalesce(column, "")) == state
    if integration is not None:
        is_narrowest = record is None and state in ("", MessageState.FILED, *_OUTGOING)
        yield (
            MessageTable.integration_id if is_narrowest else MessageTable.integration_id + 0
        ) == integration
    if wanted.direction is not None:
        yield MessageTable.direction == wanted.direction
    if wanted.since is not None:
        yield func.coalesce(MessageTable.received_at, None) >= wanted.since
    if wanted.until is not None:
        yield func.coalesce(MessageTable.received_at, None) < wanted.until


def _bounds(
    connection: Connection, wanted: MessageFilter, before_id: int | None, key: ColumnElement[int]
) -> Iterator[ColumnElement[bool]]:
    """What time says of the ids, so that a page of long ago is not looked for from today on."""
    if before_id is not None:
        yield key < before_id
    if wanted.until is not None:
        yield key <= _last_before(connection, wanted.until)
    if wanted.since is not None:
        yield key >= _first_since(connection, wanted.since)


def _last_before(connection: Connection, until: datetime) -> int:
    """No id above it is of a message before this time."""
    time, number = MessageTable.received_at, _unindexed_id
    present = select(time).where(_PRESENT, time < until)
    newest = connection.execute(present.order_by(time.desc()).limit(1)).scalar()
    if newest is None:
        return 0
    near = select(func.max(number)).where(_PRESENT, time <= newest, time > newest - _CLOCK_SET_BACK)
    return connection.execute(near).scalar_one()


def _first_since(connection: Connection, since: datetime) -> int:
    """No id below it is of a message since this time."""
    time, number = MessageTable.received_at, _unindexed_id
    present = select(time).where(_PRESENT, time >= since)
    oldest = connection.execute(present.order_by(time).limit(1)).scalar()
    if oldest is None:
        return 0
    near = select(func.min(number)).where(_PRESENT, time >= oldest, time < oldest + _CLOCK_SET_BACK)
    return connection.execute(near).scalar_one()
