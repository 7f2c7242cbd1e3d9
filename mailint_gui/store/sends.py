"""The history of attempts to send."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from mailint_gui.domain.check import SendOutcome
from mailint_gui.domain.history import HistoryFilter, HistoryRow
from mailint_gui.domain.integration import Direction
from mailint_gui.store.history import history_page
from mailint_gui.store.rows import Repository, problem_columns, problem_in, table_of
from mailint_gui.store.schema import IntegrationTable, SendTable

_ADD = insert(table_of(SendTable))


class Sends(Repository):
    __slots__ = ()

    def add(self, outcome: SendOutcome, started_at: datetime) -> None:
        """Without health and events, which are not history."""
        row = {
            "integration_id": outcome.integration_id,
            "outbox_id": outcome.outbox_id,
            "state": outcome.state,
            "started_at": started_at,
            "finished_at": outcome.finished_at,
            **problem_columns("problem", outcome.problem),
        }
        self._connection.execute(_ADD, row)

    def page(self, wanted: HistoryFilter, before_id: int | None, limit: int) -> tuple[HistoryRow, ...]:
        """The newest first, those below ``before_id``."""
        statement = select(table_of(SendTable), IntegrationTable.name).join(
            IntegrationTable, IntegrationTable.id == SendTable.integration_id
        )
        return tuple(
            _row(row) for row in self._rows(history_page(statement, SendTable, wanted, before_id, limit))
        )

    def prune(self, before: datetime, limit: int) -> int:
        """Forgets what finished before, ``limit`` of them at most; returns how many."""
        old = select(SendTable.id).where(SendTable.finished_at < before).limit(limit)
        return self._connection.execute(delete(SendTable).where(SendTable.id.in_(old))).rowcount


def _row(row: Mapping[Any, Any]) -> HistoryRow:
    return HistoryRow(
        direction=Direction.OUTGOING,
        id=row["id"],
        integration_id=row["integration_id"],
        integration=row["name"],
        result=row["state"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        outbox_id=row["outbox_id"],
        problem=problem_in("problem", row),
    )
