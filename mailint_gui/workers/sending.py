"""The outbox on the workers: looked at when something was queued and every few seconds; one job an
integration, and no more to one host than an admin allows, so that a server that hangs holds up no other.
"""

import time
from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mailint_gui.domain.problem import Problem
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.pool import Job, JobEnded, WorkerPool

if TYPE_CHECKING:  # its imports are heavy
    from mailint_gui.services.properties import Properties
    from mailint_gui.services.send_mail import Lot, SendMail

LOOK_EVERY = 5.0  # seconds


class Sending(QObject):
    def __init__(
        self,
        pool: WorkerPool,
        looks: WorkerPool,
        send_mail: "SendMail",
        properties: "Properties",
        parent: QObject | None = None,
    ) -> None:
        """``looks``: for what is quick, and must not wait until a send has ended."""
        super().__init__(parent)
        self._pool = pool
        self._looks = looks
        self._send_mail = send_mail
        self._properties = properties
        self._busy: dict[int, str] = {}  # host by integration id
        self._held_back = False  # something is due, and waits for a place at its host
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
        self._looks.submit(Job("look into the outbox", self._look, self._looked))

    def _look(self, _scope: CancelScope) -> tuple[tuple["Lot", ...], int]:
        limit = self._properties.current().connections_per_host
        return self._send_mail.lots(), limit

    def _looked(self, ended: JobEnded) -> None:
        self._looking = False
        lots, limit = ended.value or ((), 0)
        hosts = Counter(self._busy.values())
        self._held_back = False
        for lot in lots:
            if lot.integration_id in self._busy:
                continue
            if hosts[lot.host] >= limit:
                self._held_back = True
                continue
            hosts[lot.host] += 1
            self._begin(lot)
        if self._look_again:
            self._look_again = False
            self.look()

    def _begin(self, lot: "Lot") -> None:
        self._busy[lot.integration_id] = lot.host

        def send(scope: CancelScope) -> None:
            self._send_mail.send_lot(lot, scope)

        def done(ended: JobEnded) -> None:
            if ended.given_up and ended.problem:
                self._give_up(lot.integration_id, ended.problem)
            else:
                self._ended(lot.integration_id)

        self._pool.submit(Job(f"send through integration {lot.integration_id}", send, done))

    def _give_up(self, integration_id: int, problem: Problem) -> None:
        """Its thread still hangs; the integration goes on without it."""

        def done(_ended: JobEnded) -> None:
            self._ended(integration_id)

        name = f"count the send through integration {integration_id} that hangs"
        self._looks.submit(Job(name, lambda _scope: self._send_mail.give_up(integration_id, problem), done))

    def _ended(self, integration_id: int) -> None:
        self._busy.pop(integration_id, None)
        if self._held_back:
            self.look()
