"""Which messages are forgotten: what is past its time, and is no part of anything that still goes on."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.message import MessageState
from mailint_gui.domain.outbox import OutboxState

_OVER = frozenset({MessageState.FILED, MessageState.IGNORED, MessageState.ALREADY_KNOWN})
_OVER_OUTGOING = frozenset({OutboxState.SENT, OutboxState.CANCELLED})


@dataclass(frozen=True, slots=True)
class AgedMessage:
    """``is_owed``: the server is still to be told of it. ``record_status`` None: it is in no record."""

    id: int
    received_at: datetime
    size: int
    state: MessageState | OutboxState | None
    is_owed: bool
    record_status: str | None
    record_changed_at: datetime | None


def is_over(message: AgedMessage, before: datetime, closed: Container[str]) -> bool:
    """Whether it may be forgotten when all of before is; ``closed`` are statuses, case-folded.

    A record keeps its whole correspondence while it is open, and for as long again after it last changed.
    """
    if message.is_owed or message.received_at >= before:
        return False
    if message.state not in _OVER and message.state not in _OVER_OUTGOING:
        return False
    if message.record_status is None or message.record_changed_at is None:
        return True
    return message.record_status.casefold() in closed and message.record_changed_at < before
