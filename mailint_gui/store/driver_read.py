"""A read that is given to SQLite's driver itself.

What SQLAlchemy adds to each run of a statement, and to the transaction around it, costs as much as a short query does.
"""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.dialects.sqlite import dialect

from mailint_gui.domain.problem import ProblemError
from mailint_gui.store import sqlite
from mailint_gui.store.errors import problem_of

_DIALECT = dialect()


class DriverRead:
    """A statement compiled once."""

    __slots__ = ("_fixed", "_names", "_processors", "_sql", "_value_of")

    def __init__(self, statement: Select[Any]) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self._sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        types = {name: compiled.binds[name].type.dialect_impl(_DIALECT) for name in self._names}
        found = {name: kind.bind_processor(_DIALECT) for name, kind in types.items()}
        self._processors = {name: process for name, process in found.items() if process}
        self._fixed = self._processed({name: compiled.params[name] for name in self._names})
        self._value_of = _reader_of_first(statement)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """As SQLite has them: what is to be read otherwise, is by the caller.

        Within the transaction of ``connection``, which begins here if nothing was asked yet. Raises ProblemError.
        """
        given = self._fixed | self._processed(values)
        driver = sqlite.driver(connection)
        try:
            sqlite.begin_reading(driver)
            return run(driver, self._sql, [given[name] for name in self._names])
        except sqlite3.ProgrammingError:
            raise  # a bug, as in ``errors.translate``
        except sqlite3.Error as error:
            raise ProblemError(problem_of(error)) from error

    def scalar(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first column of the first row, as its type reads it; None without a row. Raises as ``rows``."""
        found = self.rows(connection, values)
        if not found:
            return None
        return self._value_of(found[0][0]) if self._value_of else found[0][0]

    def _processed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        changed = {
            name: process(values[name]) for name, process in self._processors.items() if name in values
        }
        return {**values, **changed}


def _reader_of_first(statement: Select[Any]) -> Callable[[Any], Any] | None:
    """Of its first column; None where that is as SQLite has it."""
    for first in statement.selected_columns:
        return first.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return None


def run(driver: sqlite3.Connection, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    return driver.execute(sql, values).fetchall()
