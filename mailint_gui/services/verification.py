"""Looking at every message that is stored: its bytes, its digest, its search words and its record.

It only reads, a range of ids at a time, each as of one moment: so it goes beside a window that runs.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from mailint_gui.domain.verification import (
    Flaw,
    FlawedMessage,
    StoredMessage,
    Verified,
    flaws_beside,
    has_bytes,
)
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``last`` ids."""

    found: Verified
    done: int
    last: int


@dataclass(frozen=True, slots=True)
class Verification:
    database: Database

    def verify(self) -> Iterator[Progress]:
        """What was found so far, after each range; nothing where there are no messages. Raises ProblemError."""
        with self.database.read() as unit:
            last = unit.verifying.last_id()
        found = Verified()
        for after in range(0, last, IDS_AT_ONCE):
            up_to = min(after + IDS_AT_ONCE, last)
            with self.database.read() as unit:
                found += _range(unit, after, up_to)
            yield Progress(found, up_to, last)


def _range(unit: UnitOfWork, after: int, up_to: int) -> Verified:
    messages = {each.id: each for each in unit.verifying.messages(after, up_to)}
    searched = unit.verifying.searched(after, up_to)
    records = unit.verifying.records({each.record for each in messages.values() if each.record is not None})
    with_bytes = unit.verifying.with_bytes(after, up_to)
    flaws = [
        *_without_bytes(messages, set(with_bytes)),
        *(flaw for each in messages.values() for flaw in flaws_beside(each, searched, records)),
        *(FlawedMessage(each, Flaw.SEARCH_LEFT_OVER) for each in sorted(searched - messages.keys())),
    ]
    size = 0
    for message_id, raw in unit.verifying.contents(with_bytes):
        size += len(raw or b"")
        flaw = _flaw_of_bytes(messages.get(message_id), raw)
        if flaw is not None:
            flaws.append(FlawedMessage(message_id, flaw))
    flaws.sort(key=lambda each: each.message_id)
    return Verified(len(messages), size, tuple(flaws))


def _without_bytes(messages: dict[int, StoredMessage], present: set[int]) -> Iterator[FlawedMessage]:
    for message_id, message in messages.items():
        if has_bytes(message) and message_id not in present:
            yield FlawedMessage(message_id, Flaw.BYTES_MISSING)


def _flaw_of_bytes(message: StoredMessage | None, raw: bytes | None) -> Flaw | None:
    if message is None or has_bytes(message) is False:
        return Flaw.BYTES_LEFT_OVER
    if raw is None:
        return Flaw.BYTES_DAMAGED
    if len(raw) != message.size or hashlib.sha256(raw).hexdigest() != message.sha256:
        return Flaw.BYTES_DIFFER
    return None
