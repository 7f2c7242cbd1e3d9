"""Mail that waits to be filed, with its bytes: read when the parser can take them, as much as the memory may hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailint_gui.domain.message import ParseRefused, QuarantineReason
from mailint_gui.store.database import Database
from mailint_gui.store.raw_messages import DamagedRawError

_READ_AT_ONCE = 16  # raw messages, and their bytes
_READ_AT_ONCE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """``raw``: its bytes, or why they are not to be had."""

    id: int
    integration_id: int
    raw: bytes | ParseRefused


def waiting_mail(database: Database, message_ids: Sequence[int]) -> Iterator[WaitingMessage]:
    """In their order. Raises ProblemError."""
    with database.read() as unit:
        logged = unit.filing_facts.of(message_ids)
    sizes = {each: logged[each].size if each in logged else 0 for each in message_ids}
    for some in _portions(sizes):
        with database.read() as unit:
            stored = unit.raw_messages.get_many(some)
        for message_id in some:
            raw = _judged(stored.get(message_id))
            owner = logged[message_id].integration_id if message_id in logged else 0
            yield WaitingMessage(message_id, owner, raw)


def _judged(raw: bytes | DamagedRawError | None) -> bytes | ParseRefused:
    if isinstance(raw, DamagedRawError):
        return ParseRefused(QuarantineReason.RAW_DAMAGED, raw.problem.detail)
    return ParseRefused(QuarantineReason.RAW_MISSING) if raw is None else raw


def _portions(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    some: list[int] = []
    room = _READ_AT_ONCE_BYTES
    for message_id, size in sizes.items():
        if some and (len(some) == _READ_AT_ONCE or size > room):
            yield some
            some, room = [], _READ_AT_ONCE_BYTES
        some.append(message_id)
        room -= size
    if some:
        yield some
