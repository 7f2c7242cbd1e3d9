"""Packing the bytes of messages once they are filed: in the child, a few at a time, the largest alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailint_gui.domain.message import ParseRefused
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.store.database import Database

LOOKED_AT = 25  # messages
BYTES_AT_ONCE = 500_000  # before they are packed
WORTH_IT = 0.9  # of the size; a message of pictures is not read twice as slowly for nothing

Packed = tuple[int, bytes | None]


@dataclass(frozen=True, slots=True)
class Packing:
    database: Database
    parser: ParserProcess

    def steps(self) -> Iterator[int]:
        """How many messages each step looked at; it is one transaction.

        Raises ProblemError, ParserClosedError, ParserNotStartedError.
        """
        after = 0
        while ids := self._waiting(after):
            after = ids[-1]
            for portion in self._portions(ids):
                packed = list(self._packed(portion))
                with self.database.write() as unit:
                    unit.raw_messages.put_packed(packed)
                yield len(packed)

    def _waiting(self, after: int) -> tuple[int, ...]:
        with self.database.read() as unit:
            return unit.raw_messages.to_pack(after, LOOKED_AT)

    def _portions(self, ids: tuple[int, ...]) -> Iterator[list[tuple[int, bytes]]]:
        portion: list[tuple[int, bytes]] = []
        for message_id in ids:
            with self.database.read() as unit:
                raw = unit.messages.raw(message_id)
            if raw is None:  # forgotten meanwhile
                continue
            portion.append((message_id, raw))
            if sum(len(each) for _message_id, each in portion) >= BYTES_AT_ONCE:
                yield portion
                portion = []
        if portion:
            yield portion

    def _packed(self, portion: list[tuple[int, bytes]]) -> Iterator[Packed]:
        sizes = {message_id: len(raw) for message_id, raw in portion}
        for message_id, answer in self.parser.pack_many(portion):
            saves = not isinstance(answer, ParseRefused) and len(answer) < WORTH_IT * sizes[message_id]
            yield message_id, answer if saves and isinstance(answer, bytes) else None
