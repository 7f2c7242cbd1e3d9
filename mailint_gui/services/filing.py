"""Filing: every message in state *received* is parsed in the parser process and gets its verdict.

It follows from what is stored, not from a connection: the rows are the queue, and after a crash filing goes on
where it was. ``settlement`` says what the verdict is.
"""

import logging
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.message import ParseRefused
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.rule import Rule
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.filing_line import Filed, FilingJob, FilingLine
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.settlement import Answer, Settlement
from mailint_gui.services.waiting_mail import waiting_mail
from mailint_gui.store.database import Database

_log = logging.getLogger(__name__)

BATCH = 50  # messages of one transaction
_PENDING_AT_ONCE = 250

_Key = tuple[FilingJob, int]
_Answered = tuple[_Key, Answer]


class Filing:
    def __init__(self, database: Database, parser: ParserProcess, settlement: Settlement) -> None:
        self._database = database
        self._parser = parser
        self.settlement = settlement
        self._line = FilingLine(self._file_what_waits)
        self._left_waiting = False

    def with_parser(self, parser: ParserProcess) -> "Filing":
        """The same with another parser, which whoever asks closes."""
        return Filing(self._database, parser, self.settlement)

    def begin(self, scope: CancelScope) -> FilingJob:
        """For mail of one integration that comes bit by bit. To be ended by ``end``."""
        return FilingJob(self._line, scope)

    def end(self, job: FilingJob) -> Filed:
        """Waits until all of its messages are filed, or something stops that."""
        filed = job.end()
        if filed.tally.waiting:
            self._left_waiting = True
        return filed

    def file(self, message_ids: Sequence[int], scope: CancelScope) -> Filed:
        """Files these, of one integration. Whatever stops it (cancelled, store or parser in trouble), the rest stays
        *received*.
        """
        job = self.begin(scope)
        job.add(message_ids)
        return self.end(job)

    def file_pending(self, scope: CancelScope) -> dict[int, CheckTally]:
        """Files what an earlier run left, or an admin gave back. -> the tally of each integration.

        Raises ProblemError when the store cannot be read.
        """
        self._left_waiting = False
        tallies: dict[int, CheckTally] = {}
        while not self._left_waiting:
            with self._database.read() as unit:
                pending = unit.messages.unfiled(_PENDING_AT_ONCE)
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

    # On the thread of the line

    def _file_what_waits(self) -> None:
        """Batch by batch. While one is written, the parser reads on in the next."""
        with closing(self._answers()) as answers:
            for job, batch in _batches(answers):
                self._settle(job, batch)

    def _settle(self, job: FilingJob, batch: Sequence[tuple[int, Answer]]) -> None:
        scope = CancelScope()
        scope.turnstile = job.scope.turnstile  # the window never queues behind those who work in threads
        began = time.monotonic()
        with self._line.settling(job) as wanted, scope.computing():
            if wanted:
                self._line.settled(job, len(batch), self.settlement.settle(batch))
        self._line.make_way(time.monotonic() - began)

    def _answers(self) -> Generator[_Answered, None, None]:
        """Judged by the rules of now; ends when nothing waits, or the rules are others."""
        rules = self.settlement.rule_book.stored()
        unreadable: deque[_Answered] = deque()
        for answered in self._parser.read_many(self._readable(rules, unreadable), rules):
            yield answered
            self._line.moved()
        yield from unreadable

    def _readable(
        self, rules: tuple[Rule, ...], unreadable: deque[_Answered]
    ) -> Iterator[tuple[_Key, int, bytes]]:
        """``unreadable`` grows by those whose bytes are not to be had."""
        while rules is self.settlement.rule_book.stored() and (drawn := self._line.draw()):
            job, ids = drawn
            for each in waiting_mail(self._database, ids):
                key = job, each.id
                if isinstance(each.raw, ParseRefused):
                    unreadable.append((key, each.raw))
                else:
                    yield key, each.integration_id, each.raw


def _batches(answers: Iterator[_Answered]) -> Iterator[tuple[FilingJob, list[tuple[int, Answer]]]]:
    """Of one job each."""
    batch: list[tuple[int, Answer]] = []
    owner: FilingJob | None = None
    for (job, message_id), answer in answers:
        if owner and batch and (job is not owner or len(batch) == BATCH):
            yield owner, batch
            batch = []
        owner = job
        batch.append((message_id, answer))
    if owner and batch:
        yield owner, batch
