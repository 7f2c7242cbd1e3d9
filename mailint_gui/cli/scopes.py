"""The scopes of the jobs of one verb: watched for stages that hang, and all ended together."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailint_gui.domain.check import Stage

if TYPE_CHECKING:
    from mailint_gui.services.scope import CancelReason, CancelScope

WATCH_EVERY = 0.25  # seconds


class Scopes:
    """Thread-safe. A watching thread lives as long as there is a scope to watch."""

    def __init__(self, deadlines: Mapping[Stage, float] | None = None) -> None:
        """``deadlines`` in seconds, where they are not the usual ones."""
        self._deadlines = deadlines
        self._lock = threading.Lock()
        self._open: set[CancelScope] = set()
        self._none_left = threading.Event()
        self._cancelled: CancelReason | None = None

    @contextmanager
    def new(self, on_stage: Callable[[Stage], None] | None = None) -> Iterator["CancelScope"]:
        """A scope for one job. After ``cancel_all`` it is cancelled from the start."""
        from mailint_gui.services.scope import CancelScope

        scope = (
            CancelScope(on_stage=on_stage)
            if self._deadlines is None
            else CancelScope(self._deadlines, on_stage)
        )
        self._add(scope)
        try:
            yield scope
        finally:
            with self._lock:
                self._open.discard(scope)
                if not self._open:
                    self._none_left.set()

    def _add(self, scope: "CancelScope") -> None:
        with self._lock:
            self._open.add(scope)
            if len(self._open) == 1:
                self._none_left = threading.Event()
                watch = threading.Thread(
                    target=self._watch, args=(self._none_left,), name="watchdog", daemon=True
                )
                watch.start()
            reason = self._cancelled
        if reason is not None:
            scope.cancel(reason)

    def _watch(self, done: threading.Event) -> None:
        from mailint_gui.services.scope import CancelReason

        while not done.wait(WATCH_EVERY):
            now = time.monotonic()
            with self._lock:
                overdue = [scope for scope in self._open if scope.overdue(now)]
            for scope in overdue:
                scope.cancel(CancelReason.OVERDUE)

    def cancel_all(self, reason: "CancelReason") -> None:
        """Ends what runs, and whatever is begun from now on."""
        with self._lock:
            self._cancelled = reason
            scopes = list(self._open)
        for scope in scopes:
            scope.cancel(reason)
