"""The loop breaker: too much automatic mail of one sender to one integration in a short time is stopped.

Only what answers us counts: automatic replies, our own mail come back, and automatic mail that joins a record. The
alerts of a monitoring program open records, and however many they are, they are no loop.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.loop import LoopStop
from mailint_gui.domain.loop_limits import exceeded, limits
from mailint_gui.domain.message import LoggedMessage
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.services.announcements import Announce, LoopsChanged
from mailint_gui.services.properties import Properties
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class LoopBreaker:
    database: Database
    properties: Properties
    clock: Clock
    announce: Announce

    def active(self) -> tuple[LoopStop, ...]:
        """What is stopped now."""
        with self.database.read() as unit:
            return unit.loop_stops.active()

    def all(self, limit: int = 100) -> tuple[LoopStop, ...]:
        """The newest first, released ones too."""
        with self.database.read() as unit:
            return unit.loop_stops.all(limit)

    def release(self, stop_id: int) -> LoopStop:
        """From now on the pair's mail is treated as any other and counted anew; what was ignored stays so.

        Raises RefusedError.
        """
        with self.database.write() as unit:
            stop = unit.loop_stops.get(stop_id)
            if stop is None or stop.released_at:
                raise RefusedError(Refusal.NO_SUCH_LOOP_STOP, id=str(stop_id))
            unit.loop_stops.release(stop_id, self.properties.admin_name(), self.clock())
            released = unit.loop_stops.get(stop_id)
            assert released is not None
        self.announce(LoopsChanged())
        return released


@dataclass(frozen=True, slots=True)
class Stopped:
    """``is_new``: this message was one too many."""

    stop: LoopStop
    is_new: bool = False


def stopped(
    unit: UnitOfWork,
    message: LoggedMessage,
    sent_at: datetime | None,
    sender: str,
    properties: AccountProperties,
    now: datetime,
) -> Stopped | None:
    """Whether automatic mail of this (case-folded) sender that answers us is stopped; it may be by this message.

    What comes at once after an outage is no loop: it is one where mail came in a short time and was sent (``sent_at``,
    its Date) in as short a time.
    """
    active = unit.loop_stops.of_pair(message.integration_id, sender)
    if active:
        return Stopped(active)
    released = unit.filing_facts.released_at(message.integration_id, sender)
    earlier: dict[int, tuple[int, ...]] = {}
    for minutes in limits(properties):
        time = timedelta(minutes=minutes)
        since = message.received_at - time
        since = max(since, released) if released else since
        _count, earlier[minutes] = unit.messages.automatic_count(
            message.integration_id, sender, since, (sent_at, time)
        )
    minutes_of_loop = exceeded({minutes: len(ids) + 1 for minutes, ids in earlier.items()}, properties)
    if minutes_of_loop is None:
        return None
    chain = (message.id, *(each for each in earlier[minutes_of_loop] if each != message.id))
    stop = unit.loop_stops.stop(
        message.integration_id, sender, count=len(chain), minutes=minutes_of_loop, messages=chain, at=now
    )
    return Stopped(stop, is_new=True)
