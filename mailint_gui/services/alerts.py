"""Telling an admin of an event by what lasts: a durable outbox row, and rows for the webhook and for digests.

What is held back, by quiet hours or because too much happens at once, is one mail later.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailint_gui.domain.delivery import STORM_WINDOW, Delivery, digests, gives_up
from mailint_gui.domain.events import IntegrationEvent, Recovered
from mailint_gui.domain.health import DirectionState, Health, direction_state
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.notification import (
    Channel,
    EventKind,
    NotificationSetting,
    complete,
    kind_of,
    speaks_of_direction,
)
from mailint_gui.domain.outbox import OutboxPurpose
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.telling import Telling
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.outbox import build, put
from mailint_gui.services.properties import Properties
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

_NO_SENDER_WAIT = timedelta(minutes=10)
_KEPT = timedelta(hours=1)  # of what was told: more than any window that is looked at


@dataclass(frozen=True, slots=True)
class AlertWords:
    """The catalogue's side of it, as ``application`` gives it."""

    mail: Callable[
        [IntegrationEvent, EventKind, str, str], tuple[str, str]
    ]  # with templates -> subject, body
    facts: Callable[[IntegrationEvent], Mapping[str, str]]
    digest: Callable[[Sequence[str]], tuple[str, str]]  # titles -> subject, body
    test_subject: Callable[[str], str]


class Alerts:
    def __init__(self, properties: Properties, monitor: Monitor, words: AlertWords) -> None:
        self._properties = properties
        self._monitor = monitor
        self._words = words

    def tell(self, unit: UnitOfWork, events: Sequence[IntegrationEvent]) -> None:
        """Writes in the transaction of ``unit`` what is to be sent or delivered, if anything is."""
        self._tell(unit, events, by_mail=events)

    def tell_of_own_mail(self, unit: UnitOfWork, events: Sequence[IntegrationEvent]) -> None:
        """The same where monitoring mail was what failed, or went through again: no mail about a failure of mail."""
        self._tell(unit, events, by_mail=[each for each in events if isinstance(each.event, Recovered)])

    def _tell(
        self, unit: UnitOfWork, events: Sequence[IntegrationEvent], by_mail: Sequence[IntegrationEvent]
    ) -> None:
        if not events:
            return
        telling = self.telling(unit)
        unit.deliveries.forget_told(events[0].at - _KEPT)
        self._tell_by_mail(unit, by_mail, telling)
        for event in events if self._properties.current().webhook_url else ():
            if due := telling.due(event, Channel.WEBHOOK, event.at):
                self._note(unit, event, Channel.WEBHOOK, due, body=json.dumps(self.webhook_event(event)))

    def _tell_by_mail(self, unit: UnitOfWork, events: Sequence[IntegrationEvent], telling: Telling) -> None:
        """What all of them need is read once: nobody else can write meanwhile."""
        told = [(each, due) for each in events if (due := telling.due(each, Channel.EMAIL, each.at))]
        integrations = {each.id: each for each in unit.integrations.all()} if told else {}
        able = self._able(integrations.values())
        for event, due in told:
            owner, setting = integrations.get(event.integration_id), telling.settings[kind_of(event)]
            self._mail(unit, event, self.recipients(owner, setting), able, setting, due)

    def telling(self, unit: UnitOfWork) -> Telling:
        return Telling(
            complete(unit.notifications.settings()),
            unit.notifications.incident_marks(),
            self._properties.current().quiet_hours,
        )

    def webhook_event(self, event: IntegrationEvent) -> dict[str, str]:
        """One event as the webhook gets it: names and words, and nothing that is typed secretly."""
        facts = self._words.facts(event)
        return {
            "kind": kind_of(event),
            "integration": event.integration_name,
            "direction": event.event.direction,
            "at": _stamp(event.at),
            "title": facts["what"],
            "text": facts["why"],
            "details": facts["details"],
        }

    def tell_digests(self, unit: UnitOfWork, now: datetime) -> bool:
        """One mail for all that is due to the same recipients. -> whether anything was queued."""
        queued = False
        for recipients, due in digests(unit.deliveries.due(Channel.EMAIL, now)).items():
            ids = [each.id for each in due]
            about = {(each.integration_id, each.direction) for each in due if speaks_of_direction(each.kind)}
            sender = self.sender(unit.integrations.all(), about)
            if sender is None and not gives_up(due[0], now):
                unit.deliveries.hold_until(ids, now + _NO_SENDER_WAIT)
                continue
            unit.deliveries.set_told(ids, now)
            subject, body = self._words.digest([each.title for each in due])
            if sender is not None and self._put(unit, sender, recipients, (subject, body), due[0].title, now):
                queued = True
        return queued

    def _mail(
        self,
        unit: UnitOfWork,
        event: IntegrationEvent,
        recipients: tuple[str, ...],
        able: Sequence[Integration],
        setting: NotificationSetting,
        due: datetime,
    ) -> None:
        kind = kind_of(event)
        about = {(event.integration_id, event.event.direction)} if speaks_of_direction(kind) else ()
        sender = _best(able, about)
        if not recipients or not (sender or due > event.at):
            return
        if due > event.at or self._is_storm(unit, event.at):
            self._note(unit, event, Channel.EMAIL, max(due, event.at + STORM_WINDOW), recipients=recipients)
            return
        assert sender is not None
        mail = self._words.mail(event, kind, setting.subject, setting.body)
        if self._put(unit, sender, recipients, mail, event.integration_name, event.at):
            self._note(unit, event, Channel.EMAIL, due, recipients=recipients, told_at=event.at)

    def _is_storm(self, unit: UnitOfWork, now: datetime) -> bool:
        """Also while what was too much a moment ago waits for its digest: nothing overtakes it."""
        if unit.deliveries.any_due(Channel.EMAIL, now + STORM_WINDOW):
            return True
        told = unit.deliveries.told_since(Channel.EMAIL, now - STORM_WINDOW)
        return told >= self._properties.current().notifications_a_minute

    def _put(
        self,
        unit: UnitOfWork,
        sender: Integration,
        recipients: Sequence[str],
        mail: tuple[str, str],
        about: str,
        now: datetime,
    ) -> bool:
        subject, body = mail
        try:
            composed = build(sender, OutboxPurpose.MONITORING, recipients, subject, body, now)
        except ProblemError as error:  # the tray and the panel have it all the same
            _log.warning("no mail about %r: %s", about, error.problem.kind)
            return False
        put(unit, sender, OutboxPurpose.MONITORING, composed, subject, now)
        return True

    def _note(
        self,
        unit: UnitOfWork,
        event: IntegrationEvent,
        channel: Channel,
        due: datetime,
        *,
        body: str = "",
        recipients: tuple[str, ...] = (),
        told_at: datetime | None = None,
    ) -> None:
        unit.deliveries.add(
            Delivery(
                channel=channel,
                kind=kind_of(event),
                integration_id=event.integration_id,
                direction=event.event.direction,
                title=self._words.facts(event)["what"],
                body=body,
                recipients=recipients,
                at=event.at,
                due_at=due,
                told_at=told_at,
            )
        )

    def health(self, integration_id: int) -> Health:
        return self._monitor.health(integration_id)

    def recipients(self, integration: Integration | None, setting: NotificationSetting) -> tuple[str, ...]:
        if setting.recipients:
            return setting.recipients
        if integration and integration.responsible_admin:
            return (integration.responsible_admin,)
        return self._properties.current().notification_recipients

    def sender(
        self, integrations: Iterable[Integration], about: Collection[tuple[int, Direction]]
    ) -> Integration | None:
        """The default if it sends well, else another one that does; never the direction that the events speak of."""
        return _best(self._able(integrations), about)

    def _able(self, integrations: Iterable[Integration]) -> list[Integration]:
        """Those that may send, the best first."""
        able = filter(self._sends, integrations)
        return sorted(able, key=lambda each: (self._errors(each), not each.is_default, each.name))

    def _sends(self, integration: Integration) -> bool:
        health = self._monitor.health(integration.id)
        return direction_state(integration, health, Direction.OUTGOING) is DirectionState.ACTIVE

    def _errors(self, integration: Integration) -> int:
        return self._monitor.health(integration.id).outgoing.consecutive_errors


def _best(able: Iterable[Integration], about: Collection[tuple[int, Direction]]) -> Integration | None:
    return next((each for each in able if (each.id, Direction.OUTGOING) not in about), None)


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
