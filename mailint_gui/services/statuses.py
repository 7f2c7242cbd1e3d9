"""Integrations together with how they fare: what the list shows."""

from collections.abc import Collection

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.services.expiries import Expiries
from mailint_gui.services.monitor import Monitor
from mailint_gui.store.database import Database


class Statuses:
    def __init__(self, database: Database, monitor: Monitor, expiries: Expiries) -> None:
        self._database = database
        self._monitor = monitor
        self._expiries = expiries

    def all(self) -> tuple[IntegrationStatus, ...]:
        with self._database.read() as unit:
            integrations = unit.integrations.all()
            waiting = unit.messages.unfiled_counts()
            quarantined = unit.messages.quarantined_counts()
            unsent = unit.outbox.unsent_counts()
            expiring = self._expiries.expiring(unit, integrations)
        return tuple(
            IntegrationStatus(
                integration,
                self._monitor.health(integration.id),
                waiting.get(integration.id, 0),
                quarantined.get(integration.id, 0),
                unsent.get(integration.id, 0),
                expiring[integration.id],
            )
            for integration in integrations
        )

    def of(self, ids: Collection[int]) -> tuple[IntegrationStatus, ...]:
        return tuple(status for status in self.all() if status.id in ids)

    def integration(self, integration_id: int) -> Integration | None:
        with self._database.read() as unit:
            return unit.integrations.get(integration_id)
