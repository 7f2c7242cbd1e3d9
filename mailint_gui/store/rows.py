"""What the repositories share: rows as mappings, values of a dataclass, and the upsert of both databases."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import sqlite

from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.store.schema import Base

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from sqlalchemy.dialects import postgresql

_Value = TypeVar("_Value")
_AT_ONCE = 1000  # values in one IN list; the oldest SQLite in use takes 32,766


class Repository:
    """Reads and writes within the transaction of its connection."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _rows(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> Iterator[Mapping[Any, Any]]:
        yield from self._connection.execute(statement, values).mappings()


def table_of(mapped: type[Base]) -> Table:
    return cast(Table, mapped.__table__)  # typed as any FROM clause


def insert(connection: Connection, mapped: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that can say ON CONFLICT."""
    return _insert(connection.dialect.name, mapped)


def _insert(dialect: str, mapped: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # late: a fifth of what importing the store costs

        return postgresql.insert(table_of(mapped))
    return sqlite.insert(table_of(mapped))


def upsert(connection: Connection, mapped: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts, or overwrites the row with the same primary key."""
    if not rows:
        return
    connection.execute(_upsert(connection.dialect.name, mapped), rows)


@cache
def _upsert(dialect: str, mapped: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    table = table_of(mapped)
    statement = _insert(dialect, mapped)
    new = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=table.primary_key, set_=new)


def values_of(value: "DataclassInstance") -> dict[str, Any]:
    """The fields of a dataclass by name, not copied."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def picked(kind: type["DataclassInstance"], row: Mapping[Any, Any]) -> dict[str, Any]:
    """What ``row`` has for the fields of ``kind``."""
    return {field.name: row[field.name] for field in fields(kind)}


def portions(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    everything = list(values)
    for start in range(0, len(everything), _AT_ONCE):
        yield everything[start : start + _AT_ONCE]


def problem_columns(prefix: str, problem: Problem | None) -> dict[str, Any]:
    return {
        f"{prefix}_kind": problem.kind if problem else None,
        f"{prefix}_facts": dict(problem.facts) if problem else {},
        f"{prefix}_detail": problem.detail if problem else "",
    }


def problem_in(prefix: str, row: Mapping[Any, Any]) -> Problem | None:
    kind: ProblemKind | None = row[f"{prefix}_kind"]
    return Problem(kind, row[f"{prefix}_facts"], row[f"{prefix}_detail"]) if kind else None
