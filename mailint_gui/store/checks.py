"""The history of checks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from mailint_gui.domain.check import CheckOutcome, CheckTally
from mailint_gui.domain.history import HistoryFilter, HistoryRow
from mailint_gui.domain.integration import Direction
from mailint_gui.store.history import history_page
from mailint_gui.store.rows import (
    Repository,
    picked,
    portions,
    problem_columns,
    problem_in,
    table_of,
    values_of,
)
from mailint_gui.store.schema import CheckTable, IntegrationTable, ProtocolTraceTable


class Checks(Repository):
    __slots__ = ()

    def add_many(self, outcomes: Sequence[CheckOutcome]) -> None:
        if outcomes:
            self._connection.execute(insert(table_of(CheckTable)), [_columns(one) for one in outcomes])

    def add(self, outcome: CheckOutcome) -> int:
        """Its id in the history."""
        statement = insert(CheckTable).values(_columns(outcome)).returning(CheckTable.id)
        return self._connection.execute(statement).scalar_one()

    def list(self, integration_id: int, limit: int) -> tuple[CheckOutcome, ...]:
        """The newest first; without health, events and the next check, which are not history."""
        statement = (
            select(table_of(CheckTable), IntegrationTable.name)
            .join(IntegrationTable, IntegrationTable.id == CheckTable.integration_id)
            .where(CheckTable.integration_id == integration_id)
            .order_by(CheckTable.id.desc())
            .limit(limit)
        )
        return tuple(_outcome(row) for row in self._rows(statement))

    def page(self, wanted: HistoryFilter, before_id: int | None, limit: int) -> tuple[HistoryRow, ...]:
        """The newest first, those below ``before_id``."""
        statement = (
            select(table_of(CheckTable), IntegrationTable.name, ProtocolTraceTable.check_id)
            .join(IntegrationTable, IntegrationTable.id == CheckTable.integration_id)
            .outerjoin(ProtocolTraceTable, ProtocolTraceTable.check_id == CheckTable.id)
        )
        page = history_page(statement, CheckTable, wanted, before_id, limit)
        return tuple(_history_row(row) for row in self._rows(page))

    def prune(self, before: datetime, limit: int) -> int:
        """Forgets what finished before, ``limit`` of them at most, with their traces; returns how many."""
        old = select(CheckTable.id).where(CheckTable.finished_at < before).limit(limit)
        ids = list(self._connection.execute(old).scalars())
        for some in portions(ids):
            self._connection.execute(delete(ProtocolTraceTable).where(ProtocolTraceTable.check_id.in_(some)))
            self._connection.execute(delete(CheckTable).where(CheckTable.id.in_(some)))
        return len(ids)


def _columns(outcome: CheckOutcome) -> dict[str, Any]:
    return {
        "integration_id": outcome.integration_id,
        "result": outcome.result,
        "started_at": outcome.started_at,
        "finished_at": outcome.finished_at,
        **values_of(outcome.tally),
        **problem_columns("problem", outcome.problem),
    }


def _outcome(row: Mapping[Any, Any]) -> CheckOutcome:
    return CheckOutcome(
        integration_id=row["integration_id"],
        integration_name=row["name"],
        result=row["result"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        tally=CheckTally(**picked(CheckTally, row)),
        problem=problem_in("problem", row),
    )


def _history_row(row: Mapping[Any, Any]) -> HistoryRow:
    return HistoryRow(
        direction=Direction.INCOMING,
        id=row["id"],
        integration_id=row["integration_id"],
        integration=row["name"],
        result=row["result"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        tally=CheckTally(**picked(CheckTally, row)),
        problem=problem_in("problem", row),
        is_traced=row["check_id"] is not None,
    )
