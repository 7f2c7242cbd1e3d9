"""The history of checks and of attempts to send, and what was said in those that were recorded."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailint_gui.domain.history import HistoryCursor, HistoryFilter, HistoryPage, HistoryRow
from mailint_gui.domain.integration import Direction
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.scope import CancelScope
from mailint_gui.store.database import Database

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class History:
    database: Database
    monitor: Monitor

    def page(
        self, wanted: HistoryFilter, after: HistoryCursor | None = None, limit: int = 100
    ) -> HistoryPage:
        """The newest first, going on after ``after``. What is not written yet is written first. Raises ProblemError."""
        after = after or HistoryCursor()
        self.monitor.flush()
        with self.database.read() as unit:
            checks = unit.checks.page(wanted, after.check_id, limit + 1)
            sends = unit.sends.page(wanted, after.send_id, limit + 1)
        merged = sorted((*checks, *sends), key=_newest_last, reverse=True)
        rows = tuple(merged[:limit])
        return HistoryPage(rows, _end_of(rows, after) if len(merged) > limit else None)

    def each(self, wanted: HistoryFilter, scope: CancelScope) -> Iterator[HistoryRow]:
        """Every row, the newest first; page by page, so that no read lasts. Raises ProblemError and Cancelled."""
        page = self.page(wanted, limit=AT_ONCE)
        yield from page.rows
        while page.older is not None:
            scope.raise_if_cancelled()
            page = self.page(wanted, page.older, AT_ONCE)
            yield from page.rows

    def trace(self, check_id: int) -> str | None:
        """What was said in that check; None where it was not recorded, or is forgotten. Raises ProblemError."""
        with self.database.read() as unit:
            return unit.traces.get(check_id)


def _newest_last(row: HistoryRow) -> tuple[object, ...]:
    return row.started_at, row.direction, row.id


def _end_of(rows: tuple[HistoryRow, ...], before: HistoryCursor) -> HistoryCursor:
    last = {row.direction: row.id for row in rows}
    return HistoryCursor(
        last.get(Direction.INCOMING, before.check_id), last.get(Direction.OUTGOING, before.send_id)
    )
