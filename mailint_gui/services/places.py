"""How many checks connect at a time, in all and to one server, whoever asks: the schedule or the command line."""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.mail.scope import CancelScope

_Place = tuple[object, str]  # the host, and what tells its places apart


class Places:
    """At most ``check_concurrency``, and ``connections_per_host`` to one host; first come, first served."""

    def __init__(self, properties: Callable[[], AccountProperties]) -> None:
        self._properties = properties
        self._taken: dict[Hashable, _Place] = {}
        self._waiting: list[_Place] = []
        self._changed = threading.Condition()

    @contextmanager
    def take(self, owner: Hashable, host: str, scope: CancelScope) -> Iterator[None]:
        """Waits for a place, which ``owner`` has then. Raises what a cancelled ``scope`` raises."""
        place = (object(), host)
        with scope.waking(self._look_again), self._changed:
            self._waiting.append(place)
            self._changed.notify_all()  # the limits may be higher than when the others looked
            try:
                while self._next() is not place:
                    scope.raise_if_cancelled()
                    with scope.waiting():
                        self._changed.wait()
                self._taken[owner] = place
            finally:
                self._waiting.remove(place)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                if self._taken.get(owner) is place:
                    self.take_away(owner)

    def take_away(self, owner: Hashable) -> None:
        """Frees the place of one that hangs beyond waking; should it wake, it has none to give back."""
        with self._changed:
            self._taken.pop(owner, None)
        self._look_again()

    def _next(self) -> _Place | None:
        """Who is served next: the first that is waiting for a host with room."""
        limits = self._properties()
        hosts = Counter(host for _, host in self._taken.values())
        if hosts.total() >= limits.check_concurrency:
            return None
        return next((each for each in self._waiting if hosts[each[1]] < limits.connections_per_host), None)

    def _look_again(self) -> None:
        with self._changed:
            self._changed.notify_all()
