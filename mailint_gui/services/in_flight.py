"""An integration is never checked twice at a time, whoever asks: the schedule, an admin, the command line."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mailint_gui.mail.scope import CancelScope

_POLL = 0.1  # seconds between looks at the scope while another check of the same integration runs


class InFlight:
    def __init__(self) -> None:
        self._busy: set[object] = set()
        self._changed = threading.Condition()

    @contextmanager
    def claim(self, key: object, scope: CancelScope) -> Iterator[None]:
        """Waits until nobody else holds ``key``. Raises what a cancelled ``scope`` raises."""
        with self._changed:
            while key in self._busy:
                scope.raise_if_cancelled()
                self._changed.wait(_POLL)
            self._busy.add(key)
        try:
            yield
        finally:
            with self._changed:
                self._busy.discard(key)
                self._changed.notify_all()
