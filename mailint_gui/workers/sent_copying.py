"""Copies of sent mail on the workers: looked for every few seconds, one job an integration."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.pool import Job, JobEnded, WorkerPool

if TYPE_CHECKING:  # its imports are heavy
    from mailint_gui.services.sent_copies import SentCopies

LOOK_EVERY = 5.0  # seconds


class SentCopying(QObject):
    def __init__(
        self, pool: WorkerPool, looks: WorkerPool, sent_copies: "SentCopies", parent: QObject | None = None
    ) -> None:
        """``looks``: for what is quick, and must not wait until a mailbox answers."""
        super().__init__(parent)
        self._pool = pool
        self._looks = looks
        self._sent_copies = sent_copies
        self._busy: set[int] = set()
        self._looking = False
        self._looked_at = 0.0

    def tick(self, now: float) -> None:
        if not self._looking and now - self._looked_at >= LOOK_EVERY:
            self._looked_at, self._looking = now, True
            self._looks.submit(Job("look for copies to keep", self._look, self._looked))

    def _look(self, _scope: CancelScope) -> tuple[int, ...]:
        return self._sent_copies.due()

    def _looked(self, ended: JobEnded) -> None:
        self._looking = False
        for integration_id in ended.value or ():
            if integration_id not in self._busy:
                self._begin(integration_id)

    def _begin(self, integration_id: int) -> None:
        self._busy.add(integration_id)

        def settle(scope: CancelScope) -> None:
            self._sent_copies.settle(integration_id, scope)

        def done(ended: JobEnded) -> None:
            self._busy.discard(integration_id)
            if ended.given_up:  # its thread still hangs; the integration goes on without it
                self._sent_copies.give_up(integration_id)

        self._pool.submit(Job(f"keep copies of integration {integration_id}", settle, done))
