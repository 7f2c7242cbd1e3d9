"""Filing: every message in state *received* is parsed in the parser process and gets its verdict.

It follows from what is stored, not from a connection: the rows are the queue, and after a crash filing goes on
where it was. Until there are rules, a message that parses is *filed* without a record.
"""

import threading
from collections.abc import Iterator, Sequence

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.message import ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.mail.scope import Cancelled, CancelScope
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.store.database import Database

BATCH = 25


class Filing:
    def __init__(self, database: Database, parser: ParserProcess, clock: Clock) -> None:
        self._database = database
        self._parser = parser
        self._clock = clock
        self._one_at_a_time = threading.Lock()

    def file(self, message_ids: Sequence[int], scope: CancelScope) -> CheckTally:
        """Files these. Cancelled in between, the rest stays *received* and counts as waiting."""
        tally = CheckTally()
        for start in range(0, len(message_ids), BATCH):
            batch = message_ids[start : start + BATCH]
            try:
                scope.raise_if_cancelled()
            except Cancelled:
                return tally + CheckTally(waiting=len(message_ids) - start)
            tally += self._file_batch(batch, scope)
        return tally

    def file_pending(self, scope: CancelScope) -> dict[int, CheckTally]:
        """Files what an earlier run left, or an admin gave back. -> the tally of each integration."""
        tallies: dict[int, CheckTally] = {}
        while True:
            with self._database.read() as unit:
                pending = unit.messages.unfiled(BATCH)
            if not pending:
                return tallies
            scope.raise_if_cancelled()
            for owner in {owner for _message, owner in pending}:
                ids = [message for message, its_owner in pending if its_owner == owner]
                tallies[owner] = tallies.get(owner, CheckTally()) + self._file_batch(ids, scope)

    def _file_batch(self, message_ids: Sequence[int], scope: CancelScope) -> CheckTally:
        answers = []
        with self._one_at_a_time:
            for answer in self._parsed(message_ids):
                scope.keep_going()
                answers.append(answer)
        tally = CheckTally()
        with self._database.write() as unit:
            for message_id, verdict in answers:
                match verdict:
                    case ParsedMessage():
                        unit.messages.set_filed(message_id, verdict, self._clock())
                        tally += CheckTally(filed=1)
                    case ParseRefused(reason, detail):
                        unit.messages.set_quarantined(message_id, reason, detail)
                        tally += CheckTally(quarantined=1)
        return tally

    def _parsed(self, message_ids: Sequence[int]) -> Iterator[tuple[int, ParsedMessage | ParseRefused]]:
        raws: list[tuple[int, bytes]] = []
        with self._database.read() as unit:
            for message_id in message_ids:
                raw = unit.messages.raw(message_id)
                if raw is None:
                    yield message_id, ParseRefused(QuarantineReason.RAW_MISSING)
                else:
                    raws.append((message_id, raw))
        yield from self._parser.parse_many(raws)
