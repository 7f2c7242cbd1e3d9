"""Filing: every message in state *received* is parsed in the parser process and gets its verdict.

It follows from what is stored, not from a connection: the rows are the queue, and after a crash filing goes on
where it was. ``settlement`` says what the verdict is.
"""

import logging
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.message import ParseRefused
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.mail.scope import Cancelled, CancelScope
from mailint_gui.services.parsing import ParserClosedError, ParserNotStartedError, ParserProcess
from mailint_gui.services.settlement import Answer, Settlement
from mailint_gui.services.waiting_mail import waiting_mail
from mailint_gui.store.database import Database

_log = logging.getLogger(__name__)

BATCH = 25  # messages of one transaction
_AT_A_STRETCH = 10 * BATCH  # before others may have the parser
_PATIENCE = 1.0  # seconds between looks at the scope while others have the parser


@dataclass(frozen=True, slots=True)
class Filed:
    """``tally`` has a place for every message; what could not be filed waits, for ``problem`` if there is one."""

    tally: CheckTally = CheckTally()
    problem: Problem | None = None


class Filing:
    def __init__(self, database: Database, parser: ParserProcess, settlement: Settlement) -> None:
        self._database = database
        self._parser = parser
        self.settlement = settlement
        self._one_at_a_time = threading.Lock()
        self._left_waiting = False

    def with_parser(self, parser: ParserProcess) -> "Filing":
        """The same with another parser, which whoever asks closes."""
        return Filing(self._database, parser, self.settlement)

    def file(self, message_ids: Sequence[int], scope: CancelScope) -> Filed:
        """Files these. Whatever stops it (cancelled, store or parser in trouble), the rest stays *received*."""
        tally, problem = CheckTally(), None
        done = 0
        try:
            for start in range(0, len(message_ids), _AT_A_STRETCH):
                for filed in self._file_stretch(message_ids[start : start + _AT_A_STRETCH], scope):
                    tally += filed.tally
                    done += filed.messages
        except ProblemError as error:
            problem = error.problem
        except ParserNotStartedError as error:
            _log.error("the parser does not start, mail waits to be filed: %s", error)
        except (Cancelled, ParserClosedError):
            pass
        if waiting := len(message_ids) - done:
            self._left_waiting = True
        return Filed(tally + CheckTally(waiting=waiting), problem)

    def file_pending(self, scope: CancelScope) -> dict[int, CheckTally]:
        """Files what an earlier run left, or an admin gave back. -> the tally of each integration.

        Raises ProblemError when the store cannot be read.
        """
        self._left_waiting = False
        tallies: dict[int, CheckTally] = {}
        while not self._left_waiting:
            with self._database.read() as unit:
                pending = unit.messages.unfiled(_AT_A_STRETCH)
            if not pending:
                break
            for owner in {owner for _message, owner in pending}:
                ids = [message for message, its_owner in pending if its_owner == owner]
                tallies[owner] = tallies.get(owner, CheckTally()) + self.file(ids, scope).tally
        return tallies

    def file_left_waiting(self, scope: CancelScope) -> None:
        """Files what was left in this run, if anything was; else it costs nothing."""
        if self._left_waiting:
            try:
                self.file_pending(scope)
            except ProblemError as error:
                self._left_waiting = True
                _log.warning("mail waits to be filed: %s", error)

    def _file_stretch(self, message_ids: Sequence[int], scope: CancelScope) -> Iterator["_Batch"]:
        """Batch by batch. While one is written, the parser reads on in the next."""
        with self._turn(scope), closing(self._read(message_ids)) as answers:
            while True:
                scope.raise_if_cancelled()
                with scope.waiting():
                    batch = [_kept_going(answer, scope) for answer in islice(answers, BATCH)]
                if not batch:
                    return
                yield _Batch(len(batch), self.settlement.settle(batch))

    @contextmanager
    def _turn(self, scope: CancelScope) -> Iterator[None]:
        """The parser for us alone. Waiting for others is no standstill of this job."""
        with scope.waiting():
            while not self._one_at_a_time.acquire(timeout=_PATIENCE):
                scope.raise_if_cancelled()
                scope.keep_going()
        try:
            yield
        finally:
            self._one_at_a_time.release()

    def _read(self, message_ids: Sequence[int]) -> Generator[tuple[int, Answer], None, None]:
        """Judged by the rules as they are now."""
        unreadable: list[tuple[int, ParseRefused]] = []

        def readable() -> Iterator[tuple[int, int, bytes]]:
            for each in waiting_mail(self._database, message_ids):
                if isinstance(each.raw, ParseRefused):
                    unreadable.append((each.id, each.raw))
                else:
                    yield each.id, each.integration_id, each.raw

        yield from self._parser.read_many(readable(), self.settlement.rule_book.stored())
        yield from unreadable


@dataclass(frozen=True, slots=True)
class _Batch:
    messages: int
    tally: CheckTally


def _kept_going(answer: tuple[int, Answer], scope: CancelScope) -> tuple[int, Answer]:
    scope.keep_going()
    return answer
