"""A read that is given to SQLite's driver itself.

What SQLAlchemy adds to each run of a statement, and to the transaction around it, costs as much as a short query does.
"""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import BindParameter, Connection, Select
from sqlalchemy.dialects.sqlite import dialect

from mailint_gui.domain.problem import ProblemError
from mailint_gui.store import sqlite
from mailint_gui.store.errors import problem_of

_DIALECT = dialect()


class DriverRead:
    """A statement compiled once."""

    __slots__ = ("_parameters", "_sql", "_value_of")

    def __init__(self, statement: Select[Any]) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self._sql = str(compiled)
        self._parameters = [
            (name, compiled.params[name], _writer_of(compiled.binds[name]))
            for name in compiled.positiontup or ()
        ]
        self._value_of = _reader_of_first(statement)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """As SQLite has them: what is to be read otherwise, is by the caller.

        Within the transaction of ``connection``, which begins here if nothing was asked yet. Raises ProblemError.
        """
        in_order = [
            write(values.get(name, fixed)) if write else values.get(name, fixed)
            for name, fixed, write in self._parameters
        ]
        driver = sqlite.driver(connection)
        try:
            sqlite.begin_reading(driver)
            return run(driver, self._sql, in_order)
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


def _writer_of(parameter: BindParameter[Any]) -> Callable[[Any], Any] | None:
    """None where SQLite takes the value as it is."""
    return parameter.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _reader_of_first(statement: Select[Any]) -> Callable[[Any], Any] | None:
    """Of its first column; None where that is as SQLite has it."""
    for first in statement.selected_columns:
        return first.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return None


def run(driver: sqlite3.Connection, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    return driver.execute(sql, values).fetchall()
