"""Search words for what was filed before there were searches, or lost them: looked for once in a run."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailint_gui.domain.message import ParsedMessage
from mailint_gui.domain.read_message import message_words
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.store.database import Database

IDS_AT_ONCE = 2_000
PARSED_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class SearchUpkeep:
    database: Database
    parser: ParserProcess

    def steps(self) -> Iterator[int]:
        """How many messages each step gave their words; one transaction at most.

        Raises ProblemError, ParserClosedError, ParserNotStartedError.
        """
        with self.database.read() as unit:
            last = unit.messages.last_id()
        for first in range(0, last, IDS_AT_ONCE):
            with self.database.read() as unit:
                missing = unit.searches.missing(first, first + IDS_AT_ONCE)
            yield 0
            for start in range(0, len(missing), PARSED_AT_ONCE):
                yield self._put(missing[start : start + PARSED_AT_ONCE])

    def _put(self, ids: tuple[int, ...]) -> int:
        """What cannot be parsed is found by its headers."""
        answers = self.parser.parse_many(self._raw(ids))
        parsed = {each: answer for each, answer in answers if isinstance(answer, ParsedMessage)}
        with self.database.write() as unit:
            there = set(unit.searches.missing(ids[0] - 1, ids[-1])).intersection(ids)
            unit.searches.put_headers(there - parsed.keys())
            unit.searches.put_words({each: message_words(parsed[each]) for each in there & parsed.keys()})
        return len(there)

    def _raw(self, ids: tuple[int, ...]) -> Iterator[tuple[int, bytes]]:
        for message_id in ids:
            with self.database.read() as unit:
                raw = unit.messages.whole_raw(message_id)
            if raw is not None:
                yield message_id, raw
