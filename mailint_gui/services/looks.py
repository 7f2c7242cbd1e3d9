"""When to look again for a message whose end is not known."""

import threading
from datetime import datetime, timedelta

SHORTEST = timedelta(seconds=10)
LONGEST = timedelta(days=1)  # a copy that is not there by then will not come


class Looks:
    """At once, then after waits that double, for a day of this run. In memory alone. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first_and_last: dict[int, tuple[datetime, datetime]] = {}

    def is_due(self, outbox_id: int, now: datetime) -> bool:
        with self._lock:
            looked = self._first_and_last.get(outbox_id)
        if looked is None:
            return True
        first, last = looked
        return last - first < LONGEST and now - last >= max(SHORTEST, last - first)

    def note(self, outbox_id: int, now: datetime) -> None:
        """It is being looked for."""
        with self._lock:
            first, _last = self._first_and_last.get(outbox_id, (now, now))
            self._first_and_last[outbox_id] = first, now
