"""When an integration may send: so many messages a minute, and after an error not before a rest."""

import threading
from collections import deque
from datetime import datetime, timedelta

from mailint_gui.domain.health import DirectionHealth
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.problem import Fault
from mailint_gui.services.schedule import back_off

_MINUTE = timedelta(minutes=1)
_THROTTLED_AS = 4  # errors: eight minutes, where the provider does not say how long to wait
_HELD_UP_AS = 1


def rests(integration: Integration, health: DirectionHealth, now: datetime) -> bool:
    """Whether it waits after an error, however much is queued: a minute, doubling, as checks do.

    One failure speaks for all that is queued; each try more costs a log-in, and in the end the account. What an
    admin changed is tried at once. A last attempt that is still to come was before the clock was set back.
    """
    rest = timedelta(seconds=_rest(health))
    if not rest or health.last_attempt_at is None:
        return False
    if integration.last_modified_at and integration.last_modified_at > health.last_attempt_at:
        return False
    return timedelta(0) <= now - health.last_attempt_at < rest


def _rest(health: DirectionHealth) -> float:
    """In seconds. A wait that was named is the wait, and not a guess."""
    if health.waits and health.wait_asked_for:
        return health.wait_asked_for
    errors = _errors(health)
    return max(back_off(_MINUTE.total_seconds(), errors), health.wait_asked_for) if errors else 0.0


def _errors(health: DirectionHealth) -> int:
    """Of one message alone the last of them tells that the server hears us."""
    if _was_of_one_message(health):
        return 0
    if health.last_error is None or not health.held_up:
        return health.consecutive_errors
    return max(health.consecutive_errors, _THROTTLED_AS if health.waits else _HELD_UP_AS)


def _was_of_one_message(health: DirectionHealth) -> bool:
    last = health.last_error
    return last is not None and last.at == health.last_attempt_at and last.problem.fault is Fault.MESSAGE


class Pace:
    """Counts in memory alone: a new run may send a minute's messages at once. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent_at: dict[int, deque[datetime]] = {}

    def left(self, integration_id: int, limit: int, now: datetime) -> int | None:
        """How many may be sent now; None where ``limit`` is 0, which means none is set."""
        if not limit:
            return None
        with self._lock:
            return max(0, limit - len(self._last_minute(integration_id, now)))

    def goes_on_at(self, integration_id: int, limit: int, now: datetime) -> datetime | None:
        """When one may be sent again; None: now."""
        with self._lock:
            sent_at = self._last_minute(integration_id, now)
            return sent_at[-limit] + _MINUTE if 0 < limit <= len(sent_at) else None

    def note(self, integration_id: int, now: datetime) -> None:
        """One is being sent."""
        with self._lock:
            self._last_minute(integration_id, now).append(now)

    def _last_minute(self, integration_id: int, now: datetime) -> deque[datetime]:
        """A moment far ahead was noted before the clock was set back, and is forgotten.

        One a little ahead counts: it was noted by another thread after this one had looked at the clock.
        """
        sent_at = self._sent_at.setdefault(integration_id, deque())
        while sent_at and abs(now - sent_at[0]) >= _MINUTE:
            sent_at.popleft()
        return sent_at
