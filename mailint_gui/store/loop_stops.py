"""What the loop breaker stopped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from mailint_gui.domain.loop import LoopStop
from mailint_gui.store.rows import Repository, insert, picked, table_of
from mailint_gui.store.schema import IntegrationTable, LoopStopTable

_ACTIVE = LoopStopTable.released_at.is_(None)
_PAIR = [LoopStopTable.integration_id, LoopStopTable.sender]


class LoopStops(Repository):
    """The newest first."""

    __slots__ = ()

    def active(self) -> tuple[LoopStop, ...]:
        return self._found(_stops().where(_ACTIVE))

    def all(self, limit: int) -> tuple[LoopStop, ...]:
        """Released ones too."""
        return self._found(_stops().limit(limit))

    def get(self, stop_id: int) -> LoopStop | None:
        return next(iter(self._found(_stops().where(LoopStopTable.id == stop_id))), None)

    def of_pair(self, integration_id: int, sender: str) -> LoopStop | None:
        """The one that is active; ``sender`` case-folded."""
        return next(iter(self._active_of(integration_id, sender)), None)

    def stop(
        self,
        integration_id: int,
        sender: str,
        *,
        count: int,
        minutes: int,
        messages: Sequence[int],
        at: datetime,
    ) -> LoopStop:
        """``sender`` case-folded. Where this pair is stopped already, that is what is returned."""
        new = {
            "integration_id": integration_id,
            "sender": sender,
            "count": count,
            "minutes": minutes,
            "messages": tuple(messages),
            "stopped_at": at,
            "released_by": "",
        }
        statement = insert(self._connection, LoopStopTable).values(new)
        self._connection.execute(statement.on_conflict_do_nothing(index_elements=_PAIR, index_where=_ACTIVE))
        (stopped,) = self._active_of(integration_id, sender)
        return stopped

    def release(self, stop_id: int, by: str, at: datetime) -> bool:
        """False, and nothing is changed, where it is released already or never was."""
        this = update(LoopStopTable).where(LoopStopTable.id == stop_id, _ACTIVE)
        return self._connection.execute(this.values(released_at=at, released_by=by)).rowcount == 1

    def _active_of(self, integration_id: int, sender: str) -> tuple[LoopStop, ...]:
        pair = (LoopStopTable.integration_id == integration_id, LoopStopTable.sender == sender)
        return self._found(_stops().where(_ACTIVE, *pair))

    def _found(self, statement: Select[Any]) -> tuple[LoopStop, ...]:
        return tuple(_stop(row) for row in self._rows(statement))


def _stops() -> Select[Any]:
    return (
        select(table_of(LoopStopTable), IntegrationTable.name.label("integration"))
        .join(IntegrationTable, IntegrationTable.id == LoopStopTable.integration_id)
        .order_by(LoopStopTable.id.desc())
    )


def _stop(row: Mapping[Any, Any]) -> LoopStop:
    return LoopStop(**picked(LoopStop, {**row, "messages": tuple(row["messages"])}))
