"""How every integration stands, as the window is told: one value each, replaced as a whole."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.health import DirectionHealth
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.status import IntegrationStatus


class StatusBook(QObject):
    """When the next check comes is the schedule's word and is kept through every other change."""

    changed = Signal(object)  # IntegrationStatus, new or different
    removed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._statuses: dict[int, IntegrationStatus] = {}

    def fill(self, statuses: Iterable[IntegrationStatus]) -> None:
        """The whole list, at start; nothing is told."""
        self._statuses = {status.id: status for status in statuses}

    def ids(self) -> tuple[int, ...]:
        return tuple(self._statuses)

    def get(self, integration_id: int) -> IntegrationStatus | None:
        return self._statuses.get(integration_id)

    def unsent(self) -> dict[int, int]:
        """How many messages are not sent, as shown, by integration."""
        return {each.id: each.unsent_messages for each in self._statuses.values()}

    def put(self, statuses: Iterable[IntegrationStatus]) -> tuple[IntegrationStatus, ...]:
        """-> as they are shown now."""
        return tuple(self._shown(status) for status in statuses)

    def put_health(
        self, integration_id: int, direction: Direction, health: DirectionHealth
    ) -> IntegrationStatus | None:
        """The other direction is left alone: its own outcome may have come before. None for one that is gone."""
        status = self._statuses.get(integration_id)
        if status is None:
            return None
        return self._shown(replace(status, health=status.health.with_direction(direction, health)))

    def put_next_check(self, integration_id: int, at: datetime) -> None:
        if status := self._statuses.get(integration_id):
            self._keep(_with_next(status, at))

    def remove(self, ids: Iterable[int]) -> None:
        for each in ids:
            if self._statuses.pop(each, None):
                self.removed.emit(each)

    def _shown(self, status: IntegrationStatus) -> IntegrationStatus:
        known = self._statuses.get(status.id)
        return self._keep(_with_next(status, known.health.incoming.next_attempt_at if known else None))

    def _keep(self, status: IntegrationStatus) -> IntegrationStatus:
        if self._statuses.get(status.id) != status:
            self._statuses[status.id] = status
            self.changed.emit(status)
        return status


def _with_next(status: IntegrationStatus, at: datetime | None) -> IntegrationStatus:
    incoming = replace(status.health.incoming, next_attempt_at=at)
    return replace(status, health=replace(status.health, incoming=incoming))
