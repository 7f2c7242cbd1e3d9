"""The line of mail that waits to be filed: turns, ends, and what hinders it."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.services import filing_line
from mailint_gui.services.filing_line import Filed, FilingJob, FilingLine
from mailint_gui.services.scope import CancelReason, CancelScope
from tests.servers.wait import LIMIT

FAILED = Problem(ProblemKind.STORE_FAILED, detail="no")


class Clerk:
    """Files portion by portion, each when it ``may``; ``done`` are those that it had."""

    def __init__(self) -> None:
        self.line = FilingLine(self.work)
        self.done: list[tuple[FilingJob, list[int]]] = []
        self.may: SimpleQueue[Exception | None] = SimpleQueue()

    def work(self) -> None:
        while drawn := self.line.draw():
            job, ids = drawn
            if error := self.may.get(timeout=LIMIT):
                raise error
            with self.line.settling(job) as wanted:
                if wanted:
                    self.done.append(drawn)
                    self.line.settled(job, len(ids), CheckTally(filed=len(ids)))

    def begin(self, *ids: int) -> FilingJob:
        job = FilingJob(self.line, CancelScope())
        job.add(ids)
        return job


@pytest.fixture
def clerk(monkeypatch: pytest.MonkeyPatch) -> Clerk:
    monkeypatch.setattr(filing_line, "PORTION", 2)
    return Clerk()


def ended(job: FilingJob) -> tuple[threading.Thread, list[Filed]]:
    """Waits for the end of a job on a thread of its own."""
    found: list[Filed] = []
    thread = threading.Thread(target=lambda: found.append(job.end()))
    thread.start()
    return thread, found


def test_nothing_has_nothing_to_wait_for(clerk: Clerk) -> None:
    assert clerk.begin().end() == Filed()


def test_all_that_was_added_has_its_place_at_the_end(clerk: Clerk) -> None:
    job = clerk.begin(1, 2, 3)
    job.add([4, 5])
    for _ in range(3):
        clerk.may.put(None)
    assert job.end() == Filed(CheckTally(filed=5))
    assert [each for _job, ids in clerk.done for each in ids] == [1, 2, 3, 4, 5]


def test_who_has_much_lets_others_have_their_turn(clerk: Clerk) -> None:
    many, few = clerk.begin(*range(1, 8)), clerk.begin(8)
    for _ in range(5):
        clerk.may.put(None)
    assert (few.end(), many.end()) == (Filed(CheckTally(filed=1)), Filed(CheckTally(filed=7)))
    assert [8] in [ids for _job, ids in clerk.done[:3]]


def test_a_cancelled_job_leaves_the_rest_waiting_and_stops_no_other(clerk: Clerk) -> None:
    one, other = clerk.begin(1, 2, 3), clerk.begin(4)
    thread, found = ended(one)
    one.scope.cancel(CancelReason.ADMIN)
    thread.join(LIMIT)
    assert found == [Filed(CheckTally(waiting=3))]
    for _ in range(2):  # what was drawn for the first is let go
        clerk.may.put(None)
    assert other.end() == Filed(CheckTally(filed=1))
    assert [job for job, _ids in clerk.done] == [other]


def test_cancelled_for_standing_still_is_a_problem(clerk: Clerk) -> None:
    job = clerk.begin(1)
    job.scope.cancel(CancelReason.OVERDUE)
    filed = job.end()
    clerk.may.put(None)
    assert filed.tally == CheckTally(waiting=1)
    assert filed.problem is not None
    assert filed.problem.kind is ProblemKind.TIMED_OUT


def test_what_hinders_one_hinders_all_that_wait_and_the_next_is_tried_again(clerk: Clerk) -> None:
    one, other = clerk.begin(1), clerk.begin(2)
    clerk.may.put(ProblemError(FAILED))
    assert one.end() == other.end() == Filed(CheckTally(waiting=1), FAILED)
    clerk.may.put(None)
    assert clerk.begin(3).end() == Filed(CheckTally(filed=1))


def test_a_fault_of_ours_is_raised_where_it_is_waited_for(clerk: Clerk) -> None:
    job = clerk.begin(1)
    clerk.may.put(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        job.end()


def test_what_the_work_loses_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    draw: list[Callable[[], object]] = []
    line = FilingLine(lambda: draw[0]() and None)  # type: ignore[func-returns-value]
    draw.append(line.draw)
    job = FilingJob(line, CancelScope())
    job.add([1, 2])
    assert job.end() == Filed(CheckTally(waiting=2))


def test_a_line_that_stands_still_keeps_nobody_going(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watchdog wakes who waits for it."""
    monkeypatch.setattr(filing_line, "_PATIENCE", 0.01)
    job = clerk.begin(1)
    kept, looks = threading.Event(), threading.Semaphore(0)
    wait = clerk.line._changed.wait

    def look(timeout: float | None = None) -> bool:
        looks.release()
        return wait(timeout)

    monkeypatch.setattr(clerk.line._changed, "wait", look)
    monkeypatch.setattr(job.scope, "keep_going", kept.set)
    thread, found = ended(job)
    for _ in range(5):
        assert looks.acquire(timeout=LIMIT)
    assert not kept.is_set()
    clerk.line.moved()
    assert kept.wait(LIMIT)
    clerk.may.put(None)
    thread.join(LIMIT)
    assert found == [Filed(CheckTally(filed=1))]


def test_who_takes_mail_in_goes_first(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Filing pauses while a job may still grow, and goes on as soon as none does."""
    monkeypatch.setattr(filing_line, "_WAY", LIMIT)
    monkeypatch.setattr(filing_line, "_LONGEST_WAY", LIMIT)
    job = clerk.begin(1)
    made_way: list[bool] = []
    waits = threading.Thread(target=lambda: made_way.append(clerk.line.make_way(1) is None))
    waits.start()
    assert waits.is_alive()
    clerk.may.put(None)
    assert job.end() == Filed(CheckTally(filed=1))
    waits.join(LIMIT)
    assert made_way == [True]


def test_who_is_about_to_take_mail_in_goes_first(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing_line, "_WAY", LIMIT)
    monkeypatch.setattr(filing_line, "_LONGEST_WAY", LIMIT)
    job = clerk.begin()
    job.takes_in()
    waits = threading.Thread(target=lambda: clerk.line.make_way(1))
    waits.start()
    assert waits.is_alive()
    assert job.end() == Filed()
    waits.join(LIMIT)
    assert not waits.is_alive()


def test_nobody_makes_way_for_a_server_that_stands_still(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing_line, "_WAY", LIMIT)
    monkeypatch.setattr(filing_line, "_LONGEST_WAY", LIMIT)
    monkeypatch.setattr(filing_line, "_STANDSTILL", 0.0)
    job = clerk.begin()
    job.takes_in()
    waits = threading.Thread(target=lambda: clerk.line.make_way(1))
    waits.start()
    waits.join(LIMIT / 2)
    assert not waits.is_alive()
    assert job.end() == Filed()


def test_who_has_few_messages_does_not_wait_for_who_has_many(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing_line, "_WAY", LIMIT)
    monkeypatch.setattr(filing_line, "_LONGEST_WAY", LIMIT)
    drain = clerk.begin(1, 2)
    waits = threading.Thread(target=lambda: clerk.line.make_way(1))
    waits.start()
    thread, found = ended(clerk.begin(3))
    waits.join(LIMIT / 2)
    assert not waits.is_alive()
    for _ in range(2):
        clerk.may.put(None)
    thread.join(LIMIT)
    assert found == [Filed(CheckTally(filed=1))]
    assert drain.end() == Filed(CheckTally(filed=2))
