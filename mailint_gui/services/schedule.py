"""Who is due: pure scheduling of checks. Time comes in as monotonic seconds, ids go out; nothing here waits."""

import random
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

BACK_OFF_CAP = 15 * 60.0
JITTER = 0.1
START_SPREAD = 5.0
WAKE_SPREAD = 10.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One integration to be checked: every ``every`` seconds, over connections to ``host``."""

    integration_id: int
    host: str
    every: float


@dataclass(frozen=True, slots=True)
class Limits:
    concurrency: int = 8
    per_host: int = 4
    back_off: bool = True


@dataclass(frozen=True, slots=True)
class _Slot:
    entry: Entry
    next_at: float
    asked: int | None = None  # the order in which the admin asked; asked ones overtake
    running: bool = False
    needs_place: bool = True  # while it runs: at the server
    asked_while_running: bool = False
    leaving: bool = False  # removed while it runs: it still counts against the limits until it has finished
    spread: bool = False  # has got its place in the order after a sleep, which a further one does not move
    woke: bool = False  # the computer slept while it ran


def back_off(every: float, errors: int) -> float:
    """The wait after ``errors`` consecutive errors: doubling from the interval, capped, never below the interval."""
    doubled: float = every * 2 ** min(errors - 1, 20) if errors else every
    return max(every, min(doubled, BACK_OFF_CAP))


class Schedule:
    """State in, due ids out. One entry is never due while it runs."""

    def __init__(self, limits: Limits = Limits(), jitter: Callable[[], float] = random.random) -> None:
        self.limits = limits
        self.paused = False
        self._jitter = jitter
        self._slots: dict[int, _Slot] = {}
        self._asked = 0

    def set_entries(self, entries: Iterable[Entry], now: float) -> None:
        """What there is to check now. New ones start soon, spread a little; known ones keep their time."""
        wanted = {entry.integration_id: entry for entry in entries}
        for gone in self._slots.keys() - wanted.keys():
            self.remove(gone)
        for entry in wanted.values():
            self.set_entry(entry, now)

    def set_entry(self, entry: Entry, now: float, rest: float = 0.0) -> None:
        """``rest``: seconds of a back-off that an earlier run left to wait; for an entry that is new here."""
        slot = self._slots.get(entry.integration_id)
        if slot is None:
            spread = min(entry.every, START_SPREAD) * self._jitter()
            wait = min(rest, max(entry.every, BACK_OFF_CAP))
            self._slots[entry.integration_id] = _Slot(entry, now + max(spread, wait))
        elif slot.entry != entry or slot.leaving:
            next_at = min(slot.next_at, now + self._wait(entry.every))
            self._slots[entry.integration_id] = replace(slot, entry=entry, next_at=next_at, leaving=False)

    def hasten(self, integration_id: int, now: float) -> None:
        """Something was mended: check it soon, whatever it backed off to."""
        slot = self._slots.get(integration_id)
        if slot is not None:
            self._slots[integration_id] = replace(slot, next_at=min(slot.next_at, now))

    def remove(self, integration_id: int) -> None:
        slot = self._slots.get(integration_id)
        if slot is not None and slot.running:
            self._slots[integration_id] = replace(slot, leaving=True, asked_while_running=False)
        else:
            self._slots.pop(integration_id, None)

    def ask(self, ids: Iterable[int], now: float) -> list[int]:
        """*Check now*: due at once, in the order asked, ahead of the schedule. -> the ids that are known."""
        known = [each for each in ids if each in self._slots and not self._slots[each].leaving]
        for each in known:
            slot = self._slots[each]
            self._asked += 1
            if slot.running:
                self._slots[each] = replace(slot, asked_while_running=True)
            elif slot.asked is None:  # asked again, it keeps its place
                self._slots[each] = replace(slot, asked=self._asked, next_at=min(slot.next_at, now))
        return known

    def forget_asked(self, ids: Collection[int] | None = None) -> list[int]:
        """Cancels what was asked for and has not begun. -> the ids that waited."""
        for each, slot in self._slots.items():
            if slot.asked_while_running and (ids is None or each in ids):
                self._slots[each] = replace(slot, asked_while_running=False)
        waiting = [
            each
            for each, slot in self._slots.items()
            if slot.asked is not None and not slot.running and (ids is None or each in ids)
        ]
        for each in waiting:
            slot = self._slots[each]
            wait = self._wait(slot.entry.every)
            self._slots[each] = replace(slot, asked=None, next_at=slot.next_at + wait)
        return waiting

    def take_due(self, now: float) -> list[int]:
        """The ids to begin now, within the limits; they count as running until ``finished``."""
        running = [slot for slot in self._slots.values() if slot.running and slot.needs_place]
        free = self.limits.concurrency - len(running)
        hosts: dict[str, int] = {}
        for slot in running:
            hosts[slot.entry.host] = hosts.get(slot.entry.host, 0) + 1
        taken: list[int] = []
        for slot in sorted(self._due(now), key=_order):
            host = slot.entry.host
            if len(taken) >= free:
                break
            if hosts.get(host, 0) >= self.limits.per_host:
                continue
            hosts[host] = hosts.get(host, 0) + 1
            taken.append(slot.entry.integration_id)
        for each in taken:
            self._slots[each] = replace(self._slots[each], running=True, needs_place=True, spread=False)
        return taken

    def _due(self, now: float) -> Iterable[_Slot]:
        for slot in self._slots.values():
            if slot.running or slot.next_at > now:
                continue
            if slot.asked is not None or not self.paused:
                yield slot

    def gave_place(self, integration_id: int) -> None:
        """It still runs, but does without its server: others may begin."""
        slot = self._slots.get(integration_id)
        if slot is not None and slot.running:
            self._slots[integration_id] = replace(slot, needs_place=False)

    def finished(
        self, integration_id: int, now: float, consecutive_errors: int = 0, at_least: float = 0.0
    ) -> float | None:
        """A check ended. ``at_least``: seconds that somebody asked us to wait, a little more and never less.

        -> when the next is due, or None if the entry is gone.
        """
        slot = self._slots.get(integration_id)
        if slot is None or slot.leaving:
            self._slots.pop(integration_id, None)
            return None
        errors = consecutive_errors if self.limits.back_off else 0
        wait = max(self._wait(back_off(slot.entry.every, errors)), at_least * (1 + JITTER * self._jitter()))
        if slot.woke:  # the sleep cut it short
            wait = max(at_least, min(wait, self._spread(slot.entry)))
        ended = replace(
            slot, next_at=now + wait, asked=None, running=False, asked_while_running=False, woke=False
        )
        self._slots[integration_id] = ended
        if slot.asked_while_running:
            self.ask([integration_id], now)
        return self._slots[integration_id].next_at

    def woke(self, now: float) -> None:
        """The computer slept, or the network is back: check everything soon, spread out, none twice.

        Where the clock ran on in the sleep everything is overdue; that is spread as well, but only once, so that
        a computer that wakes again and again comes to its checks.
        """
        for each, slot in self._slots.items():
            if slot.running:
                self._slots[each] = replace(slot, woke=True)
            if slot.running or slot.asked is not None:
                continue
            soon = now + self._spread(slot.entry)
            overdue = slot.next_at <= now and not slot.spread
            next_at = soon if overdue else min(slot.next_at, soon)
            self._slots[each] = replace(slot, next_at=next_at, spread=True)

    def next_at(self, integration_id: int) -> float | None:
        slot = self._slots.get(integration_id)
        return slot.next_at if slot and not slot.leaving else None

    def _spread(self, entry: Entry) -> float:
        return min(entry.every, WAKE_SPREAD) * self._jitter()

    def _wait(self, seconds: float) -> float:
        """A little less or more, so that many integrations do not march in step."""
        return seconds * (1 - JITTER + 2 * JITTER * self._jitter())


def _order(slot: _Slot) -> tuple[int, float]:
    """Asked ones first, in the order asked; then the longest overdue."""
    return (0, slot.asked) if slot.asked is not None else (1, slot.next_at)
