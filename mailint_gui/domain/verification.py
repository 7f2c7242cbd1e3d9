"""Whether what is stored of messages belongs together: what each row must have beside it, and what not."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageState, QuarantineReason
from mailint_gui.domain.trail import FilingReason


class Flaw(StrEnum):
    """The values are part of the command line's contract."""

    BYTES_MISSING = "bytes_missing"
    BYTES_DAMAGED = "bytes_damaged"  # they cannot be read
    BYTES_DIFFER = "bytes_differ"  # they are not those that were taken in: digest or size
    BYTES_LEFT_OVER = (
        "bytes_left_over"  # of a message that has none: left on the server, forgotten, or not there
    )
    SEARCH_MISSING = "search_missing"
    SEARCH_LEFT_OVER = "search_left_over"
    RECORD_MISSING = "record_missing"


@dataclass(frozen=True, slots=True)
class FlawedMessage:
    """``message_id``: its id in the log, though it may not be there."""

    message_id: int
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, ``size`` in bytes, and what is wrong with it."""

    messages: int = 0
    size: int = 0
    flaws: tuple[FlawedMessage, ...] = ()

    def __add__(self, other: "Verified") -> "Verified":
        return Verified(self.messages + other.messages, self.size + other.size, self.flaws + other.flaws)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """What a row of the log says that concerns what lies beside it."""

    id: int
    direction: Direction
    state: MessageState | None
    reason: str
    size: int
    sha256: str
    forgotten_at: datetime | None
    record: int | None


# Left on the server, or told by intake to be known: whether there are bytes depends on how it came to that.
_NEVER_FETCHED = frozenset({QuarantineReason.NOT_HANDED_OUT})
_EITHER = frozenset({MessageState.ALREADY_KNOWN})


def has_bytes(message: StoredMessage) -> bool | None:
    """Whether its bytes must be here; None: they may."""
    if message.forgotten_at is not None:
        return False
    if message.direction is Direction.OUTGOING:
        return True
    if message.state is MessageState.TOO_LARGE or message.reason in _NEVER_FETCHED:
        return False
    if message.state in _EITHER or message.reason == FilingReason.DISCARDED:
        return None
    return True


def is_searched(message: StoredMessage) -> bool | None:
    """Whether searches must find it; None: they may. What waits to be filed (again) is not found for certain."""
    if message.forgotten_at is not None:
        return False
    return None if message.state is MessageState.RECEIVED else True


def flaws_beside(
    message: StoredMessage, searched: Container[int], records: Container[int]
) -> tuple[FlawedMessage, ...]:
    """Flaws of what is beside the bytes; ``searched`` and ``records``: the ids that there are."""
    flaws = []
    wanted = is_searched(message)
    if wanted is not None and wanted != (message.id in searched):
        flaws.append(Flaw.SEARCH_MISSING if wanted else Flaw.SEARCH_LEFT_OVER)
    if message.record is not None and message.record not in records:
        flaws.append(Flaw.RECORD_MISSING)
    return tuple(FlawedMessage(message.id, flaw) for flaw in flaws)
