"""The look, now and then, at what no check tells: a dead man's switch, a stuck outbox, quarantine, loops, expiry."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import CredentialExpiring, IntegrationEvent
from mailint_gui.domain.integration import Integration
from mailint_gui.domain.notification import Channel, EventKind
from mailint_gui.domain.outbox import OutboxItem
from mailint_gui.domain.watch import Look, Patience, Watched, looked
from mailint_gui.services.alerts import Alerts
from mailint_gui.services.announcements import Announce, EventsHappened, OutboxChanged, StatusChanged
from mailint_gui.services.expiries import Expiries, first_to_end
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.properties import Properties
from mailint_gui.services.statuses import Statuses
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork


class Watching:
    def __init__(
        self,
        database: Database,
        monitor: Monitor,
        properties: Properties,
        statuses: Statuses,
        expiries: Expiries,
        alerts: Alerts,
        clock: Clock,
        announce: Announce,
    ) -> None:
        self._database = database
        self._monitor = monitor
        self._properties = properties
        self._statuses = statuses
        self._expiries = expiries
        self._alerts = alerts
        self._clock = clock
        self._announce = announce
        self._lock = threading.Lock()
        self._began = clock()
        self._expiring: Mapping[int, CredentialExpiring | None] = {}

    def woke(self) -> None:
        """The computer slept: what was not checked meanwhile is nobody's fault."""
        self._began = self._clock()

    def look(self) -> tuple[IntegrationEvent, ...]:
        """-> what is new, after it is written that it was told. Raises ProblemError; then the next look finds it."""
        with self._lock:
            now = self._clock()
            watched = self._watched()
            self._tell_list(watched, now)
            looks = [(each, self._looked(each, now)) for each in watched]
            changed = {
                each.integration.id: look for each, look in looks if look.marks != each.marks or look.ended
            }
            events = tuple(
                IntegrationEvent(each.integration.id, each.integration.name, now, event)
                for each, look in looks
                for event in look.events
            )
            if changed or events:
                self._write(changed, events, now)
        if events:
            self._announce(EventsHappened(events))
        return events

    def tell_held(self) -> None:
        """What quiet hours or a storm held back, now that it is due. Raises ProblemError."""
        now = self._clock()
        with self._database.read() as unit:
            held = unit.deliveries.any_due(Channel.EMAIL, now)
        if held:
            with self._database.write() as unit:
                queued = self._alerts.tell_digests(unit, now)
            if queued:
                self._announce(OutboxChanged())

    def _tell_list(self, watched: Iterable[Watched], now: datetime) -> None:
        """A day went by, or what could not be read can be: it shows what expires otherwise."""
        expiring = {each.integration.id: first_to_end(each.expiries, now) for each in watched}
        before, self._expiring = self._expiring, expiring
        changed = {each for each, found in expiring.items() if before.get(each) != found}
        if changed:
            self._announce(StatusChanged(self._statuses.of(changed)))

    def _write(
        self, changed: Mapping[int, Look], events: tuple[IntegrationEvent, ...], now: datetime
    ) -> None:
        with self._database.write() as unit:
            for integration_id, look in changed.items():
                unit.notifications.set_marks(integration_id, look.marks)
                unit.outbox.set_told(look.ended)
            self._alerts.tell(unit, events)
        if events:
            self._announce(OutboxChanged())

    def _looked(self, watched: Watched, now: datetime) -> Look:
        properties = self._properties.current()
        patience = Patience(
            properties.outbox_stuck_after, properties.no_check_after, properties.no_mail_after
        )
        return looked(watched, patience, self._began, now)

    def _watched(self) -> list[Watched]:
        with self._database.read() as unit:
            integrations = unit.integrations.all()
        self._expiries.look_outside(integrations)
        with self._database.read() as unit:
            return self._as_they_stand(unit, integrations)

    def _as_they_stand(self, unit: UnitOfWork, integrations: Iterable[Integration]) -> list[Watched]:
        quarantined, unsent = unit.notifications.quarantined(), unit.notifications.unsent()
        marks: Mapping[int, Mapping[EventKind, int]] = unit.notifications.marks()
        loops, untold = unit.loop_stops.active(), _by_integration(unit.outbox.untold())
        expiries = self._expiries.of(unit, integrations)
        nothing: tuple[int, datetime | None] = (0, None)
        return [
            Watched(
                each,
                self._monitor.health(each.id),
                quarantined.get(each.id, ()),
                tuple(stop for stop in loops if stop.integration_id == each.id),
                unsent=unsent.get(each.id, nothing)[0],
                oldest_unsent_at=unsent.get(each.id, nothing)[1],
                untold=tuple(untold.get(each.id, ())),
                expiries=expiries[each.id],
                marks=marks.get(each.id, {}),
            )
            for each in integrations
        ]


def _by_integration(items: Iterable[OutboxItem]) -> Mapping[int, Sequence[OutboxItem]]:
    found: dict[int, list[OutboxItem]] = defaultdict(list)
    for each in items:
        found[each.integration_id].append(each)
    return found
