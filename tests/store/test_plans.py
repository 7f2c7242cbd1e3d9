"""What runs often must not read the whole log: each such query finds its rows by an index."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import NOW

OFTEN: dict[str, Callable[[UnitOfWork], object]] = {
    "unfiled": lambda work: work.messages.unfiled(50),
    "unfiled counts": lambda work: work.messages.unfiled_counts(),
    "quarantined counts": lambda work: work.messages.quarantined_counts(),
    "debts": lambda work: work.messages.debts(1, "INBOX", 1),
    "too large": lambda work: work.messages.too_large(1, "INBOX", 1),
    "digests": lambda work: work.messages.known_digests(1, ["a", "b"]),
    "raw": lambda work: work.messages.raw(1),
    "one message": lambda work: work.messages.get(1),
    "due": lambda work: work.outbox.due(NOW),
    "history": lambda work: work.checks.list(1, 50),
}


@pytest.mark.parametrize("query", OFTEN.values(), ids=OFTEN.keys())
def test_finds_its_rows_by_an_index(sqlite: Database, query: Callable[[UnitOfWork], object]) -> None:
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    with sqlite.read() as work:
        event.listen(Engine, "before_cursor_execute", note)
        try:
            query(work)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        assert seen
        for statement, parameters in seen:
            plan = work.messages._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in plan]
            scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
            assert scans == [], "\n".join([statement, *steps])
