"""The outbox on the workers: looked at when something was queued and every few seconds; one job an
integration.
"""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mailint_gui.domain.outbox import OutboxItem
from mailint_gui.domain.problem import Problem
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.pool import Job, JobEnded, WorkerPool

if TYPE_CHECKING:  # its imports are heavy
    from mailint_gui.services.send_mail import SendMail

LOOK_EVERY = 5.0  # seconds


class Sending(QObject):
    def __init__(self, pool: WorkerPool, send_mail: "SendMail", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._send_mail = send_mail
        self._busy: set[int] = set()
        self._looking = False
        self._look_again = False
        self._looked_at = 0.0

    def tick(self, now: float) -> None:
        if now - self._looked_at >= LOOK_EVERY:
            self.look()

    def look(self) -> None:
        """Something may be due."""
        self._looked_at = time.monotonic()
        if self._looking:
            self._look_again = True
            return
        self._looking = True
        self._pool.submit(Job("look into the outbox", lambda _scope: self._send_mail.due(), self._looked))

    def _looked(self, ended: JobEnded) -> None:
        self._looking = False
        due: dict[int, list[OutboxItem]] = {}
        for item in ended.value or ():
            due.setdefault(item.integration_id, []).append(item)
        for integration_id, items in due.items():
            if integration_id not in self._busy:
                self._begin(integration_id, items)
        if self._look_again:
            self._look_again = False
            self.look()

    def _begin(self, integration_id: int, items: list[OutboxItem]) -> None:
        self._busy.add(integration_id)

        def send(scope: CancelScope) -> None:
            for item in items:
                scope.raise_if_cancelled()
                if self._send_mail.send(item.id, scope).problem:
                    break  # the next one would most likely meet the same; it is looked at again soon

        def done(ended: JobEnded) -> None:
            if ended.given_up and ended.problem:
                self._give_up(integration_id, ended.problem)
            else:
                self._busy.discard(integration_id)

        self._pool.submit(Job(f"send through integration {integration_id}", send, done))

    def _give_up(self, integration_id: int, problem: Problem) -> None:
        """Its thread still hangs; the integration goes on without it."""

        def done(_ended: JobEnded) -> None:
            self._busy.discard(integration_id)

        name = f"count the send through integration {integration_id} that hangs"
        self._pool.submit(Job(name, lambda _scope: self._send_mail.give_up(integration_id, problem), done))
