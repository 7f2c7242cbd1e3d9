"""The line of mail that waits to be filed: one thread of its own, in which those who hand mail over take turns.

Whoever takes mail in hands over what is stored and takes in the next meanwhile; at its end it waits until all of its
own is filed. The thread is there as long as anything waits.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakSet

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.mail.scope import Cancelled, CancelScope
from mailint_gui.services.parsing import ParserClosedError, ParserNotStartedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)

PORTION = 100  # messages of one before the next has its turn
_WAY = 20.0  # times what a batch took: the pause after it, as long as mail is taken in
_LONGEST_WAY = 2.0  # seconds
_FEW = 10  # messages
_STANDSTILL = 2.0  # seconds without anything taken in
_PATIENCE = 1.0  # seconds between looks at whether the line moves


@dataclass(frozen=True, slots=True)
class Filed:
    """``tally`` has a place for every message; what could not be filed waits, for ``problem`` if there is one."""

    tally: CheckTally = CheckTally()
    problem: Problem | None = None


class FilingJob:
    """The mail of one integration that one caller wants filed. What it counts is the line's to guard."""

    def __init__(self, line: "FilingLine", scope: CancelScope) -> None:
        self.scope = scope
        self._line = line
        self.waiting: deque[int] = deque()  # not with the parser yet
        self.left = 0  # of all that were added, those without a place
        self.tally = CheckTally()
        self.error: BaseException | None = None
        self.over = False
        self.settling = False

    def takes_in(self) -> None:
        """More is about to be asked for."""
        self._line.takes_in(self)

    def add(self, message_ids: Sequence[int]) -> None:
        """These are stored, and wait to be filed."""
        if message_ids:
            self._line.add(self, message_ids)

    def end(self) -> Filed:
        """Waits until all are filed. Whatever stops that (cancelled, store or parser in trouble), the rest stays
        *received*.
        """
        self._line.wait_for(self)
        problem = self._problem() if self.left else None
        return Filed(self.tally + CheckTally(waiting=self.left), problem)

    def _problem(self) -> Problem | None:
        try:
            self.scope.raise_if_cancelled()
            if self.error:
                raise self.error
        except ProblemError as error:
            return error.problem
        except (Cancelled, ParserClosedError, ParserNotStartedError):
            return None
        return None


class FilingLine:
    """Thread-safe. ``work`` files what ``draw`` gives, until that is nothing; on the thread of the line."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._changed = threading.Condition()  # guards all of this, and the jobs
        self._waiting: deque[FilingJob] = deque()  # with something to draw
        self._drawn: set[FilingJob] = set()
        self._taking_in: WeakSet[FilingJob] = (
            WeakSet()
        )  # a job that a fault of ours ends is not ended otherwise
        self._ending: set[FilingJob] = set()  # nothing more comes, and somebody waits
        self._taken_in_at = -math.inf
        self._runs = False
        self._moved = 0

    def takes_in(self, job: FilingJob) -> None:
        with self._changed:
            self._taking_in.add(job)
            self._taken_in_at = time.monotonic()

    def add(self, job: FilingJob, message_ids: Sequence[int]) -> None:
        with self._changed:
            job.left += len(message_ids)
            if job.over:
                return
            self._taking_in.add(job)
            self._taken_in_at = time.monotonic()
            if not job.waiting:
                self._waiting.append(job)
            job.waiting.extend(message_ids)
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, name="filing", daemon=True).start()

    def wait_for(self, job: FilingJob) -> None:
        """Until all of it has a place, or it is over. Waiting for others is no standstill as long as the line moves."""
        with job.scope.waking(self._look_again), job.scope.waiting(), self._changed:
            self._taking_in.discard(job)
            self._ending.add(job)
            self._changed.notify_all()
            while job.left and not job.over and not job.scope.cancelled:
                moved = self._moved
                self._changed.wait(_PATIENCE)
                if self._moved != moved:
                    job.scope.keep_going()
            job.over = True
            self._ending.discard(job)
            while job.settling:
                self._changed.wait()

    # For the work

    def draw(self) -> tuple[FilingJob, list[int]] | None:
        """The next portion."""
        with self._changed:
            while self._waiting:
                job = self._waiting.popleft()
                some = [job.waiting.popleft() for _ in range(min(PORTION, len(job.waiting)))]
                if job.over or job.scope.cancelled:
                    job.waiting.clear()
                    continue
                if job.waiting:
                    self._waiting.append(job)
                self._drawn.add(job)
                return job, some
        return None

    def moved(self) -> None:
        self._moved += 1

    @contextmanager
    def settling(self, job: FilingJob) -> "Iterator[bool]":
        """Around the verdict on some of its messages; False: it is not to be given any more."""
        with self._changed:
            job.settling = not job.over and not job.scope.cancelled
        try:
            yield job.settling
        finally:
            with self._changed:
                job.settling = False
                self._moved += 1
                self._changed.notify_all()

    def settled(self, job: FilingJob, count: int, tally: CheckTally) -> None:
        with self._changed:
            job.left -= count
            job.tally += tally

    def make_way(self, seconds: float) -> None:
        """After work of so many: whoever takes mail in goes first, since a server waits for it, and filing does not."""
        with self._changed:
            pause = min(_WAY * seconds, _LONGEST_WAY)
            self._changed.wait_for(lambda: not self._is_way_needed(), timeout=pause)

    def _is_way_needed(self) -> bool:
        """A server that stands still holds up nobody, and who has few messages does not wait for who has many."""
        if not self._taking_in or time.monotonic() - self._taken_in_at >= _STANDSTILL:
            return False
        return not any(job.left <= _FEW for job in self._ending)

    # The thread

    def _run(self) -> None:
        while self._goes_on():
            try:
                self._work()
            except BaseException as error:  # noqa: BLE001  carried to the threads of those whose mail it was
                if isinstance(error, ParserNotStartedError):
                    _log.error("the parser does not start, mail waits to be filed: %s", error)
                self._fail(error)

    def _goes_on(self) -> bool:
        with self._changed:
            for job in self._drawn:
                job.over |= job.left > len(job.waiting)  # nobody has what it still waits for
            self._drawn.clear()
            self._runs = bool(self._waiting)
            self._changed.notify_all()
            return self._runs

    def _fail(self, error: BaseException) -> None:
        """What hinders one hinders all."""
        with self._changed:
            for job in self._drawn.union(self._waiting):
                if job.left:
                    job.error = job.error or error
                    job.over = True
                    job.waiting.clear()
            self._waiting.clear()
            self._changed.notify_all()

    def _look_again(self) -> None:
        with self._changed:
            self._changed.notify_all()
