"""Mail to the relevant admin about an integration's errors, through a durable outbox row."""

import logging
from collections.abc import Callable, Iterable

from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.health import DirectionState, direction_state
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.problem import ProblemError
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.outbox import build, put
from mailint_gui.services.properties import Properties
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

Render = Callable[[IntegrationEvent], tuple[str, str]]
"""event -> (subject, body), in the catalogue's words"""


class Alerts:
    def __init__(self, properties: Properties, monitor: Monitor, render: Render) -> None:
        self._properties = properties
        self._monitor = monitor
        self._render = render

    def tell(self, unit: UnitOfWork, event: IntegrationEvent) -> None:
        """Queues a message in the transaction of ``unit``, if there is anybody to hear and anything to send with."""
        integrations = unit.integrations.all()
        subject_of = next((each for each in integrations if each.id == event.integration_id), None)
        recipients = self._recipients(subject_of)
        sender = self._sender(integrations, event)
        if not recipients or not sender:
            return
        subject, body = self._render(event)
        try:
            composed = build(sender, OutboxPurpose.MONITORING, recipients, subject, body, event.at)
        except ProblemError as error:  # the tray and the panel have it all the same
            _log.warning("no mail about %r: %s", event.integration_name, error.problem.kind)
        else:
            put(unit, sender, OutboxPurpose.MONITORING, composed, subject, event.at)

    def _recipients(self, integration: Integration | None) -> tuple[str, ...]:
        if integration and integration.responsible_admin:
            return (integration.responsible_admin,)
        return self._properties.current().notification_recipients

    def _sender(self, integrations: Iterable[Integration], event: IntegrationEvent) -> Integration | None:
        """The default if it sends well, else another one that does; never the direction that the event speaks of."""
        able = [
            each
            for each in integrations
            if self._sends(each)
            and (each.id != event.integration_id or event.event.direction is not Direction.OUTGOING)
        ]
        able.sort(key=lambda each: (self._errors(each), not each.is_default, each.name))
        return able[0] if able else None

    def _sends(self, integration: Integration) -> bool:
        health = self._monitor.health(integration.id)
        return direction_state(integration, health, Direction.OUTGOING) is DirectionState.ACTIVE

    def _errors(self, integration: Integration) -> int:
        return self._monitor.health(integration.id).outgoing.consecutive_errors
