"""Filing: every message in state *received* is parsed in the parser process and gets its verdict.

It follows from what is stored, not from a connection: the rows are the queue, and after a crash filing goes on
where it was. Until there are rules, a message that parses is *filed* without a record.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.message import MessageState, ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.mail.scope import Cancelled, CancelScope
from mailint_gui.services.parsing import ParserClosedError, ParserNotStartedError, ParserProcess
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

BATCH = 25
_PATIENCE = 1.0  # seconds between looks at the scope while others have the parser

Verdict = ParsedMessage | ParseRefused
_PLACES = {
    MessageState.FILED: CheckTally(filed=1),
    MessageState.IGNORED: CheckTally(ignored=1),
    MessageState.QUARANTINED: CheckTally(quarantined=1),
}


@dataclass(frozen=True, slots=True)
class Filed:
    """``tally`` has a place for every message; what could not be filed waits, for ``problem`` if there is one."""

    tally: CheckTally = CheckTally()
    problem: Problem | None = None


class Filing:
    def __init__(self, database: Database, parser: ParserProcess, clock: Clock) -> None:
        self._database = database
        self._parser = parser
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._left_waiting = False

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
        verdicts: list[tuple[int, Verdict]] = []
        with self._turn(scope):
            for verdict in self._parsed(message_ids):
                scope.keep_going()
                verdicts.append(verdict)
        now = self._clock()
        with self._database.write() as unit:
            places = [_settled(unit, message_id, verdict, now) for message_id, verdict in verdicts]
        return sum(places, CheckTally())

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

    def _parsed(self, message_ids: Sequence[int]) -> Iterator[tuple[int, Verdict]]:
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


def _settled(unit: UnitOfWork, message_id: int, verdict: Verdict, now: datetime) -> CheckTally:
    """Where the message has its place: by this verdict, or by that of whoever filed it meanwhile."""
    match verdict:
        case ParsedMessage():
            done, state = unit.messages.set_filed(message_id, verdict, now), MessageState.FILED
        case ParseRefused(reason, detail):
            done = unit.messages.set_quarantined(message_id, reason, detail)
            state = MessageState.QUARANTINED
    row = None if done else unit.messages.get(message_id)
    return _PLACES[MessageState(row.state) if row else state]
