"""A notification on its way: a row until it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import Channel, EventKind

STORM_WINDOW = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(days=1)
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Delivery:
    """By email it is one line of a digest that is due then; to the webhook, ``body`` is the JSON that is posted."""

    channel: Channel
    kind: EventKind
    integration_id: int
    direction: Direction
    title: str
    body: str
    recipients: tuple[str, ...]
    at: datetime
    due_at: datetime
    attempts: int = 0
    told_at: datetime | None = None
    id: int = 0


def retry_at(attempts: int, now: datetime) -> datetime:
    """After so many failed attempts, the last of them now: twice as long each time."""
    return now + min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(attempts - 1, 20)))


def gives_up(delivery: Delivery, now: datetime) -> bool:
    return now - delivery.at >= GIVE_UP_AFTER


def digests(due: Sequence[Delivery]) -> dict[tuple[str, ...], list[Delivery]]:
    """By recipients, each in order of time."""
    found: dict[tuple[str, ...], list[Delivery]] = {}
    for each in sorted(due, key=lambda one: (one.at, one.id)):
        found.setdefault(each.recipients, []).append(each)
    return found
