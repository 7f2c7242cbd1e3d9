"""Live sessions kept between checks, so that a quiet check costs one round trip."""

import contextlib
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from mailint_gui.domain.problem import ProblemError
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.scope import CancelScope

MAX_IDLE = 300.0  # seconds; many routers forget a silent connection soon after
MAX_AGE = 1800.0  # seconds; a server whose view of a folder broke may call a session quiet for ever
MAX_SESSIONS = 100
PATIENCE = 5.0  # seconds for the first sign of life of a session that was idle

Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class _Idle:
    key: Key
    session: ImapSession
    since: float
    opened_at: float


class SessionCache:
    """At most one idle session for each owner. Thread-safe."""

    def __init__(
        self,
        max_idle: float = MAX_IDLE,
        max_sessions: int = MAX_SESSIONS,
        clock: Callable[[], float] = time.monotonic,
        max_age: float = MAX_AGE,
    ) -> None:
        self._max_idle = max_idle
        self._max_age = max_age
        self._max_sessions = max_sessions
        self._clock = clock
        self._lock = threading.Lock()
        self._idle: dict[Hashable, _Idle] = {}
        self._closed = False

    def __len__(self) -> int:
        with self._lock:
            return len(self._idle)

    @contextlib.contextmanager
    def borrow(
        self, key: Key, opener: Callable[[], ImapSession], scope: CancelScope
    ) -> Iterator[ImapSession]:
        """A logged-in session, bound to ``scope``: the kept one if it lives, else what ``opener()`` returns.

        ``key``: first the owner (an integration), then everything that the session depends on; never a secret, only
        a digest of it. With any error inside, the session is closed. Raises what ``opener`` and ``scope`` raise.
        """
        session, opened_at = self._revive(key, scope) or (opener(), self._clock())
        try:
            yield session
        except BaseException:
            session.close()
            raise
        self._give_back(key, session, opened_at)

    def close_idle(self) -> None:
        """Log out of every session that nobody used for a while."""
        now = self._clock()
        with self._lock:
            old = [owner for owner, idle in self._idle.items() if now - idle.since > self._max_idle]
            dropped = [self._idle.pop(owner) for owner in old]
        for idle in dropped:
            idle.session.log_out()

    def drop_all(self) -> None:
        """Close every idle session, as after a sleep that none lived through. Never waits for a server."""
        self._drop_all(for_good=False)

    def close_all(self) -> None:
        """Close every session and keep none from now on. Never waits for a server."""
        self._drop_all(for_good=True)

    def _drop_all(self, *, for_good: bool) -> None:
        with self._lock:
            self._closed = self._closed or for_good
            dropped = list(self._idle.values())
            self._idle.clear()
        for idle in dropped:
            idle.session.close()

    def _revive(self, key: Key, scope: CancelScope) -> tuple[ImapSession, float] | None:
        """With the moment at which it was opened."""
        self.close_idle()
        with self._lock:
            idle = self._idle.pop(key[0], None)
        if idle is None:
            return None
        if idle.key != key or self._clock() - idle.opened_at > self._max_age:
            idle.session.log_out()
            return None
        try:
            idle.session.bind(scope)
            idle.session.noop(PATIENCE)
        except ProblemError:  # it died while idle; that is no error of the integration
            idle.session.close()
            scope.raise_if_cancelled()
            return None
        except BaseException:
            idle.session.close()
            raise
        return idle.session, idle.opened_at

    def _give_back(self, key: Key, session: ImapSession, opened_at: float) -> None:
        session.release()
        dropped = []
        with self._lock:
            keep = session.usable and not self._closed
            if keep:
                before = self._idle.pop(key[0], None)
                self._idle[key[0]] = _Idle(key, session, self._clock(), opened_at)
                dropped = [before] if before else []
                while len(self._idle) > self._max_sessions:
                    dropped.append(self._idle.pop(next(iter(self._idle))))  # the longest idle
        if not keep:
            session.close()
        for idle in dropped:
            idle.session.log_out()
