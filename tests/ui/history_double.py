"""A history in memory, paged as that of the services is, and what tests and pictures fill it with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from mailint_gui.domain.check import CheckResult, CheckTally
from mailint_gui.domain.history import HistoryCursor, HistoryFilter, HistoryPage, HistoryRow
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem
from mailint_gui.services.scope import CancelScope
from tests.ui.desk_double import NOW
from tests.ui.samples import REFUSED


@dataclass
class HistoryDouble:
    """``rows``: the newest first, all of one integration."""

    rows: list[HistoryRow] = field(default_factory=list)
    traces: dict[int, str] = field(default_factory=dict)

    def page(self, wanted: HistoryFilter, after: HistoryCursor | None, limit: int) -> HistoryPage:
        cursor = after or HistoryCursor()
        last = {Direction.INCOMING: cursor.check_id, Direction.OUTGOING: cursor.send_id}
        left = [
            row
            for row in self.each(wanted)
            if (end := last[row.direction]) is None or row.id < end  # ids grow with time
        ]
        if len(left) <= limit:
            return HistoryPage(tuple(left))
        for row in left[:limit]:
            last[row.direction] = row.id
        older = HistoryCursor(last[Direction.INCOMING], last[Direction.OUTGOING])
        return HistoryPage(tuple(left[:limit]), older)

    def each(self, wanted: HistoryFilter, _scope: CancelScope | None = None) -> Iterator[HistoryRow]:
        return (row for row in self.rows if _is_wanted(row, wanted))

    def trace(self, check_id: int) -> str | None:
        return self.traces.get(check_id)


def _is_wanted(row: HistoryRow, wanted: HistoryFilter) -> bool:
    if wanted.failed_only and row.problem is None:
        return False
    return not wanted.with_mail or row.tally is None or row.tally.seen > 0


def check(
    number: int,
    tally: CheckTally = CheckTally(),  # noqa: B008  a frozen value
    problem: Problem | None = None,
    seconds: float = 0.4,
    *,
    is_traced: bool = False,
) -> HistoryRow:
    """Number 1 is the oldest; one every two minutes."""
    began = NOW - timedelta(days=2) + number * timedelta(minutes=2)
    result = CheckResult.FAILED if problem else CheckResult.OK
    return HistoryRow(
        Direction.INCOMING,
        number,
        1,
        "Support",
        result,
        began,
        began + timedelta(seconds=seconds),
        tally,
        problem=problem,
        is_traced=is_traced,
    )


def send(number: int, problem: Problem | None = None) -> HistoryRow:
    """As long ago as the check of the same number, and a moment later."""
    began = NOW - timedelta(days=2) + number * timedelta(minutes=2, seconds=1)
    state = OutboxState.WAITING if problem else OutboxState.SENT
    return HistoryRow(
        Direction.OUTGOING,
        number,
        1,
        "Support",
        state,
        began,
        began + timedelta(seconds=1.2),
        outbox_id=number,
        problem=problem,
    )


def a_day() -> list[HistoryRow]:
    """Some of everything."""
    rows = [check(number) for number in range(1, 31)]
    rows[4] = check(5, CheckTally(seen=14, filed=11, ignored=2, quarantined=1), seconds=2.3)
    rows[12] = check(13, problem=REFUSED, seconds=0.9)
    rows[13] = check(14, problem=REFUSED, seconds=0.8, is_traced=True)
    rows[20] = check(21, CheckTally(seen=3, filed=2, already_known=1, skipped_existing=7), seconds=0.7)
    rows[25] = check(26, CheckTally(seen=5, filed=4), seconds=1.1)
    return [*reversed([*rows[:8], send(8), *rows[8:20], send(20, REFUSED), *rows[20:]])]
