"""Pages of checks and of sends, and the traces of checks."""

from datetime import timedelta

import pytest

from mailint_gui.domain.check import CheckOutcome, CheckResult, CheckTally, SendOutcome
from mailint_gui.domain.history import HistoryFilter
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork
from tests.store.samples import NOW

MINUTE = timedelta(minutes=1)
REFUSED = Problem(ProblemKind.CONNECTION_REFUSED, {"server": "mail.example.org"}, "no")


def _check(integration: Integration, minute: int) -> CheckOutcome:
    """Each third one failed."""
    failed = minute % 3 == 0
    return CheckOutcome(
        integration.id,
        integration.name,
        CheckResult.FAILED if failed else CheckResult.OK,
        started_at=NOW + minute * MINUTE,
        finished_at=NOW + minute * MINUTE + timedelta(seconds=3),
        tally=CheckTally(seen=minute, filed=minute),
        problem=REFUSED if failed else None,
    )


def _send(integration: Integration, minute: int) -> SendOutcome:
    failed = minute % 3 == 0
    state = OutboxState.WAITING if failed else OutboxState.SENT
    at = NOW + minute * MINUTE + timedelta(seconds=3)
    return SendOutcome(minute + 1, integration.id, "", state, at, problem=REFUSED if failed else None)


@pytest.fixture
def both(database: Database, support: Integration) -> tuple[Integration, Integration]:
    """Twelve checks and twelve sends, in turn of two integrations."""
    with database.write() as work:
        owners = support, work.integrations.add(Integration(name="Sales"))
        for minute in range(12):
            work.checks.add(_check(owners[minute % 2], minute))
            work.sends.add(_send(owners[minute % 2], minute), NOW + minute * MINUTE)
        return owners


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("wanted", "minutes"),
    [
        (HistoryFilter(), range(11, -1, -1)),
        (HistoryFilter(integration_id=1), (10, 8, 6, 4, 2, 0)),
        (HistoryFilter(failed_only=True), (9, 6, 3, 0)),
        (HistoryFilter(integration_id=1, failed_only=True), (6, 0)),
        (HistoryFilter(since=NOW + 8 * MINUTE, until=NOW + 11 * MINUTE), (10, 9, 8)),
        (HistoryFilter(until=NOW), ()),
    ],
)
def test_pages(
    database: Database,
    both: tuple[Integration, Integration],
    direction: Direction,
    wanted: HistoryFilter,
    minutes: tuple[int, ...],
) -> None:
    with database.read() as work:
        page = work.checks.page if direction is Direction.INCOMING else work.sends.page
        rows = page(wanted, None, 100)
        assert [round((row.started_at - NOW) / MINUTE) for row in rows] == list(minutes)
        assert all(row.direction is direction for row in rows)
        assert all(row.duration == timedelta(seconds=3) for row in rows)
        if rows:
            assert page(wanted, rows[0].id, 100) == rows[1:]
            assert page(wanted, None, 1) == rows[:1]


def test_a_check(database: Database, both: tuple[Integration, Integration]) -> None:
    with database.read() as work:
        row = work.checks.page(HistoryFilter(failed_only=True), None, 1)[0]
        assert (row.integration, row.result, row.tally, row.problem) == (
            *("Sales", "failed"),
            CheckTally(seen=9, filed=9),
            REFUSED,
        )
        assert (row.outbox_id, row.is_traced) == (None, False)


def test_a_send(database: Database, both: tuple[Integration, Integration]) -> None:
    with database.read() as work:
        row = work.sends.page(HistoryFilter(failed_only=True), None, 1)[0]
        assert (row.integration, row.result, row.outbox_id, row.problem, row.tally) == (
            *("Sales", "waiting"),
            10,
            REFUSED,
            None,
        )


def _newest(work: UnitOfWork) -> int:
    return work.checks.page(HistoryFilter(), None, 1)[0].id


def test_a_trace_goes_with_its_check(database: Database, both: tuple[Integration, Integration]) -> None:
    with database.write() as work:
        newest = _newest(work)
        assert work.traces.get(newest) is None
        work.traces.put(newest, "C: NOOP")
        work.traces.put(newest, "C: NOOP\nS: OK")
        assert work.traces.get(newest) == "C: NOOP\nS: OK"
        assert work.checks.page(HistoryFilter(), None, 1)[0].is_traced
        assert work.checks.prune(NOW + timedelta(days=1), 100) == 12
        assert work.traces.get(newest) is None


def test_sends_are_forgotten_in_portions(database: Database, both: tuple[Integration, Integration]) -> None:
    with database.write() as work:
        assert work.sends.prune(NOW + 6 * MINUTE, 4) == 4
        assert work.sends.prune(NOW + 6 * MINUTE, 4) == 2
        assert len(work.sends.page(HistoryFilter(), None, 100)) == 6


def test_with_mail_leaves_out_checks_that_saw_none(
    database: Database, both: tuple[Integration, Integration]
) -> None:
    with database.write() as work:
        work.checks.add(_check(both[0], 0))
    with database.read() as work:
        seen = [
            row.tally.seen for row in work.checks.page(HistoryFilter(with_mail=True), None, 100) if row.tally
        ]
        assert seen == list(range(11, 0, -1))
        assert len(work.sends.page(HistoryFilter(with_mail=True), None, 100)) == 12
