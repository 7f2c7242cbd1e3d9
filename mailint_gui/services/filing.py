"""Filing: every message in state *received* is parsed in the parser process and gets its verdict.

It follows from what is stored, not from a connection: the rows are the queue, and after a crash filing goes on
where it was. ``settlement`` says what the verdict is.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.message import ParseRefused, QuarantineReason
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.mail.scope import Cancelled, CancelScope
from mailint_gui.services.parsing import ParserClosedError, ParserNotStartedError, ParserProcess
from mailint_gui.services.settlement import Answer, Settlement
from mailint_gui.store.database import Database

_log = logging.getLogger(__name__)

BATCH = 25
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
            while done < len(message_ids):
                scope.raise_if_cancelled()
                batch = message_ids[done : done + BATCH]
                tally += self._file_batch(batch, scope)
                done += len(batch)
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
                pending = unit.messages.unfiled(BATCH)
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

    def _file_batch(self, message_ids: Sequence[int], scope: CancelScope) -> CheckTally:
        answers: list[tuple[int, Answer]] = []
        with self._turn(scope):
            for answer in self._parsed(message_ids):
                scope.keep_going()
                answers.append(answer)
        return self.settlement.settle(answers)

    @contextmanager
    def _turn(self, scope: CancelScope) -> Iterator[None]:
        """The parser for us alone. Waiting for others is no standstill of this job."""
        while not self._one_at_a_time.acquire(timeout=_PATIENCE):
            scope.raise_if_cancelled()
            scope.keep_going()
        try:
            yield
        finally:
            self._one_at_a_time.release()

    def _parsed(self, message_ids: Sequence[int]) -> Iterator[tuple[int, Answer]]:
        """Raw bytes are read when the parser can take them: a batch of large ones must not fill the memory."""
        missing: list[int] = []

        def present() -> Iterator[tuple[int, bytes]]:
            for message_id in message_ids:
                with self._database.read() as unit:
                    raw = unit.messages.raw(message_id)
                if raw is None:
                    missing.append(message_id)
                else:
                    yield message_id, raw

        yield from self._parser.parse_many(present())
        for message_id in missing:
            yield message_id, ParseRefused(QuarantineReason.RAW_MISSING)
