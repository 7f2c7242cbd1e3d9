"""An integration is never checked twice at a time, whoever asks: the schedule, an admin, the command line."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mailint_gui.mail.scope import CancelScope

_POLL = 0.1  # seconds between looks at the scope while another check of the same integration runs

Held = Callable[[], bool]
"""Whether the claim still stands."""


class InFlight:
    def __init__(self) -> None:
        self._holders: dict[object, object] = {}
        self._changed = threading.Condition()

    @contextmanager
    def claim(self, key: object, scope: CancelScope) -> Iterator[Held]:
        """Waits until nobody else holds ``key``. Raises what a cancelled ``scope`` raises."""
        holder = object()
        with self._changed:
            while key in self._holders:
                scope.raise_if_cancelled()
                with scope.waiting():
                    self._changed.wait(_POLL)
            self._holders[key] = holder
        try:
            yield lambda: self._holders.get(key) is holder
        finally:
            with self._changed:
                if self._holders.get(key) is holder:
                    del self._holders[key]
                    self._changed.notify_all()

    def take_away(self, key: object) -> None:
        """Ends a claim whose holder hangs beyond waking; should it wake, it no longer holds anything."""
        with self._changed:
            self._holders.pop(key, None)
            self._changed.notify_all()
