"""What the screens of monitoring notifications ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import EventKind, NotificationSetting
from mailint_gui.domain.secret import Secret
from mailint_gui.domain.telling import Telling
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

Settings = Mapping[EventKind, NotificationSetting]


@dataclass(frozen=True, slots=True)
class StoredNotifications:
    telling: Telling
    has_secret: bool  # of the webhook


@dataclass(frozen=True, slots=True)
class TestSent:
    """``recipients`` empty: no mail; ``sender`` names the integration that it goes through."""

    __test__ = False

    recipients: tuple[str, ...]
    sender: str
    webhook: bool


class NotificationDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self) -> Call:
        """-> StoredNotifications."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> StoredNotifications:
            return StoredNotifications(services.notifications.telling(), services.webhook.has_secret())

        return self._desk.call("read notifications", run)

    def save(self, settings: Settings, properties: Mapping[str, str], secret: Secret | None) -> Call:
        """-> StoredNotifications. ``secret`` None keeps what is stored."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> StoredNotifications:
            services.notifications.save_all(settings, properties, secret)
            return StoredNotifications(services.notifications.telling(), services.webhook.has_secret())

        return self._desk.call("save notifications", run)

    def send_test(self, event: IntegrationEvent, setting: NotificationSetting) -> Call:
        """-> TestSent."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> TestSent:
            tried = services.notifications.send_test(event, setting, scope)
            return TestSent(tried.recipients, tried.sender, tried.webhook)

        return self._desk.call("send a test notification", run)

    def acknowledge(self, integration_id: int, direction: Direction) -> Call:
        """-> Telling."""
        return self._desk.call(
            "acknowledge an incident",
            lambda services, _scope, _step: services.notifications.acknowledge(integration_id, direction),
        )

    def snooze(self, integration_id: int, direction: Direction, until: datetime) -> Call:
        """-> Telling."""
        return self._desk.call(
            "snooze an incident",
            lambda services, _scope, _step: services.notifications.snooze(integration_id, direction, until),
        )
