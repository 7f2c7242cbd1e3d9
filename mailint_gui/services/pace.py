"""How many messages a minute an integration may send: what is over the limit waits in its row."""

import threading
from collections import deque
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


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

    def note(self, integration_id: int, now: datetime) -> None:
        """One is being sent."""
        with self._lock:
            self._last_minute(integration_id, now).append(now)

    def _last_minute(self, integration_id: int, now: datetime) -> deque[datetime]:
        """A moment that is still to come was noted before the clock was set back, and is forgotten."""
        sent_at = self._sent_at.setdefault(integration_id, deque())
        while sent_at and not now - _MINUTE < sent_at[0] <= now:
            sent_at.popleft()
        return sent_at
