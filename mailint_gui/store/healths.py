"""The health of each direction of each integration."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select, true

from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health
from mailint_gui.domain.integration import Direction
from mailint_gui.store.rows import Repository, problem_columns, problem_in, table_of, upsert
from mailint_gui.store.schema import HealthTable

_AS_THEY_ARE = (
    "consecutive_errors",
    "first_error_at",
    "last_attempt_at",
    "last_success_at",
    "last_mail_at",
    "next_attempt_at",
    "notified",
    "incident_since",
    "disabled_by_errors_at",
)


class Healths(Repository):
    __slots__ = ()

    def get(self, integration_id: int) -> Health:
        """A blank one where nothing was tried yet."""
        return self._where(HealthTable.integration_id == integration_id).get(integration_id, Health())

    def all(self) -> dict[int, Health]:
        """By integration; without those that nothing was tried with yet."""
        return self._where(true())

    def save(self, integration_id: int, direction: Direction, health: DirectionHealth) -> None:
        self.save_many([(integration_id, direction, health)])

    def save_many(self, healths: Iterable[tuple[int, Direction, DirectionHealth]]) -> None:
        upsert(self._connection, HealthTable, [_columns(*one) for one in healths])

    def _where(self, condition: ColumnElement[bool]) -> dict[int, Health]:
        found: dict[int, Health] = {}
        for row in self._rows(select(table_of(HealthTable)).where(condition)):
            owner = row["integration_id"]
            found[owner] = found.get(owner, Health()).with_direction(row["direction"], _health(row))
        return found


def _columns(integration_id: int, direction: Direction, health: DirectionHealth) -> dict[str, Any]:
    error = health.last_error
    return {
        "integration_id": integration_id,
        "direction": direction,
        "last_error_at": error.at if error else None,
        **problem_columns("last_error", error.problem if error else None),
        **{name: getattr(health, name) for name in _AS_THEY_ARE},
    }


def _health(row: Mapping[Any, Any]) -> DirectionHealth:
    problem = problem_in("last_error", row)
    error = ErrorRecord(row["last_error_at"], problem) if problem else None
    return DirectionHealth(last_error=error, **{name: row[name] for name in _AS_THEY_ARE})
