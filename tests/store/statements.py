"""What the store asks of SQLite, whichever way it takes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.engine import Engine

from mailint_gui.store import driver_read


@contextmanager
def selects() -> Iterator[list[tuple[str, Any]]]:
    """Each with its values, in the order in which they are asked."""
    seen: list[tuple[str, Any]] = []
    run = driver_read.run

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, values))

    def note_run(driver: sqlite3.Connection, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        seen.append((sql, tuple(values)))
        return run(driver, sql, values)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with patch.object(driver_read, "run", note_run):
            yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
