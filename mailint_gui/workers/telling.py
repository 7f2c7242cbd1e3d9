"""Notifications on the workers: what the clock says, what was held back, the status file, and the webhook."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mailint_gui.workers.pool import Job, JobEnded, WorkerPool

if TYPE_CHECKING:  # its imports are heavy
    from mailint_gui.services.services import Services

LOOK_EVERY = 10.0  # seconds
WATCH_EVERY = 60.0  # it reads every integration: 40 ms with 1,000 of them


class Telling(QObject):
    def __init__(
        self, pool: WorkerPool, looks: WorkerPool, services: "Services", parent: QObject | None = None
    ) -> None:
        """``looks``: for what is quick, and must not wait until a webhook answers."""
        super().__init__(parent)
        self._pool = pool
        self._looks = looks
        self._services = services
        self._looking = False
        self._delivering = False
        self._looked_at = 0.0
        self._watched_at = 0.0

    def tick(self, now: float) -> None:
        if not self._looking and now - self._looked_at >= LOOK_EVERY:
            self._looked_at, self._looking = now, True
            watches = now - self._watched_at >= WATCH_EVERY
            if watches:
                self._watched_at = now
            self._looks.submit(
                Job("look for what is to be told", lambda _scope: self._look(watches), self._looked)
            )

    def woke(self, _now: float) -> None:
        self._services.watching.woke()

    def _look(self, watches: bool) -> bool:
        """-> whether something is due for the webhook."""
        if watches:
            self._services.watching.look()
        self._services.watching.tell_held()
        self._services.status_file.write_if_due()
        return self._services.webhook.has_due()

    def _looked(self, ended: JobEnded) -> None:
        self._looking = False
        if ended.value and not self._delivering:
            self._delivering = True
            self._pool.submit(Job("tell the webhook", self._services.webhook.deliver, self._delivered))

    def _delivered(self, _ended: JobEnded) -> None:
        """Whatever came of it is in the rows; one that hangs is tried again as one that failed."""
        self._delivering = False
