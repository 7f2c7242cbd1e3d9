"""Monitoring notifications as an admin sets them up, tries them, and answers them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.incident import IncidentMark
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import (
    Channel,
    EventKind,
    NotificationSetting,
    kind_of,
    setting_faults,
)
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.secret import Secret
from mailint_gui.domain.telling import Telling
from mailint_gui.domain.validation import ValidationError
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.alerts import Alerts, AlertWords
from mailint_gui.services.announcements import Announce, OutboxChanged, TellingChanged
from mailint_gui.services.outbox import build, put
from mailint_gui.services.properties import Properties
from mailint_gui.services.webhook import Webhook
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Tried:
    """What a test did: through which integration to whom a mail is on its way, and whether the webhook took it."""

    recipients: tuple[str, ...] = ()
    sender: str = ""
    webhook: bool = False


@dataclass(frozen=True, slots=True)
class Notifications:
    database: Database
    properties: Properties
    alerts: Alerts
    words: AlertWords
    webhook: Webhook
    clock: Clock
    announce: Announce

    def telling(self) -> Telling:
        with self.database.read() as unit:
            return self.alerts.telling(unit)

    def save(self, settings: Mapping[EventKind, NotificationSetting]) -> Telling:
        """All together or none. Raises ValidationError with paths as ``disabled.subject``, ProblemError."""
        errors = tuple(error for kind, each in settings.items() for error in setting_faults(kind, each))
        if errors:
            raise ValidationError(errors)
        with self.database.write() as unit:
            for kind, setting in settings.items():
                unit.notifications.put_setting(kind, setting)
        return self._changed()

    def save_all(
        self,
        settings: Mapping[EventKind, NotificationSetting],
        properties: Mapping[str, str],
        secret: Secret | None,
    ) -> None:
        """The same with account properties, judged together; ``secret`` None keeps what is stored.

        Raises ValidationError, ProblemError.
        """
        errors = [error for kind, each in settings.items() for error in setting_faults(kind, each)]
        errors += self.properties.faults(properties)
        if errors:
            raise ValidationError(tuple(errors))
        if secret is not None:
            self.set_secret(secret)
        if properties:
            self.properties.set(properties)
        self.save(settings)

    def set_secret(self, secret: Secret) -> None:
        """Of the webhook. Raises ProblemError."""
        self.webhook.set_secret(secret)

    def acknowledge(self, integration_id: int, direction: Direction) -> Telling:
        """Nothing more of this incident interrupts, until it is over. Raises RefusedError where there is none."""
        mark = self._mark(integration_id, direction)
        return self._put(
            IncidentMark(
                mark.integration_id, direction, mark.since, self.properties.admin_name(), self.clock()
            )
        )

    def snooze(self, integration_id: int, direction: Direction, until: datetime) -> Telling:
        """The same until then; what is told then is told. Raises RefusedError where there is none."""
        mark = self._mark(integration_id, direction)
        return self._put(IncidentMark(integration_id, direction, mark.since, snoozed_until=until))

    def _put(self, mark: IncidentMark) -> Telling:
        with self.database.write() as unit:
            unit.notifications.put_incident_mark(mark)
        return self._changed()

    def _mark(self, integration_id: int, direction: Direction) -> IncidentMark:
        since = self.alerts.health(integration_id).of(direction).incident_since
        if since is None:
            raise RefusedError(Refusal.NO_INCIDENT)
        return IncidentMark(integration_id, direction, since)

    def _changed(self) -> Telling:
        telling = self.telling()
        self.announce(TellingChanged(telling))
        return telling

    def send_test(self, event: IntegrationEvent, setting: NotificationSetting, scope: CancelScope) -> Tried:
        """By mail and webhook as ``setting`` says, typed as it may be; quiet hours do not hold it back.

        ``event``: what the preview shows, of the kind that is tried.
        Raises ValidationError, RefusedError (NOBODY_TO_TELL, NOTHING_SENDS), ProblemError, and Cancelled.
        """
        if errors := setting_faults(kind_of(event), setting):
            raise ValidationError(errors)
        tried = Tried()
        if Channel.EMAIL in setting.channels:
            tried = self._send_mail(event, setting)
        if Channel.WEBHOOK in setting.channels and self.properties.current().webhook_url:
            self.webhook.post([{"test": True, **self.alerts.webhook_event(event)}], scope)
            tried = Tried(tried.recipients, tried.sender, webhook=True)
        return tried

    def _send_mail(self, event: IntegrationEvent, setting: NotificationSetting) -> Tried:
        now = self.clock()
        with self.database.write() as unit:
            tried = self._queue(unit, event, setting, now)
        self.announce(OutboxChanged())
        return tried

    def _queue(
        self, unit: UnitOfWork, event: IntegrationEvent, setting: NotificationSetting, now: datetime
    ) -> Tried:
        integrations = unit.integrations.all()
        sender = self.alerts.sender(integrations, ())
        default = next((each for each in integrations if each.is_default), sender)
        owner = next((each for each in integrations if each.id == event.integration_id), default)
        recipients = self.alerts.recipients(owner, setting)
        if not recipients:
            raise RefusedError(Refusal.NOBODY_TO_TELL)
        if sender is None:
            raise RefusedError(Refusal.NOTHING_SENDS)
        subject, body = self.words.mail(event, kind_of(event), setting.subject, setting.body)
        subject = self.words.test_subject(subject)
        composed = build(sender, OutboxPurpose.MONITORING, recipients, subject, body, now)
        put(unit, sender, OutboxPurpose.MONITORING, composed, subject, now)
        return Tried(recipients, sender.name)
