"""Whose next check is recorded. Asked for by an admin, forgotten with the run; one request is one check."""

import threading

from mailint_gui.mail.trace import Trace


class TraceRequests:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: set[int] = set()

    def ask(self, integration_id: int) -> None:
        with self._lock:
            self._wanted.add(integration_id)

    def withdraw(self, integration_id: int) -> None:
        with self._lock:
            self._wanted.discard(integration_id)

    def is_asked(self, integration_id: int) -> bool:
        with self._lock:
            return integration_id in self._wanted

    def begin(self, integration_id: int) -> Trace | None:
        """For a check that begins now: what to record it in, if that was asked for."""
        with self._lock:
            if integration_id not in self._wanted:
                return None
            self._wanted.discard(integration_id)
            return Trace()
