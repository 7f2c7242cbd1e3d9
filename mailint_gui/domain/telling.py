"""Whether and when an event is told through a channel: settings, quiet hours, and what an admin said of an incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailint_gui.domain.events import DisabledByErrors, ErrorsReached, IntegrationEvent, SignInNeeded
from mailint_gui.domain.incident import IncidentMark
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import Channel, Settings, complete, kind_of
from mailint_gui.domain.quiet_hours import QuietHours, quiet_until

IncidentMarks = Mapping[tuple[int, Direction], IncidentMark]


@dataclass(frozen=True, slots=True)
class Telling:
    """All that decides; ``settings`` has each kind."""

    settings: Settings = field(default_factory=lambda: complete({}))
    marks: IncidentMarks = field(default_factory=dict)
    quiet_hours: QuietHours | None = None

    def due(self, event: IntegrationEvent, channel: Channel, now: datetime) -> datetime | None:
        """When: now, or at the end of the quiet hours. None: not at all."""
        setting = self.settings[kind_of(event)]
        if not setting.by(channel) or self._is_silenced(event, now):
            return None
        quiet = None if setting.breaks_quiet else quiet_until(self.quiet_hours, now)
        return quiet or now

    def _is_silenced(self, event: IntegrationEvent, now: datetime) -> bool:
        """Somebody is at it, or will be. Its end is told all the same."""
        if not isinstance(event.event, ErrorsReached | DisabledByErrors | SignInNeeded):
            return False
        mark = self.marks.get((event.integration_id, event.event.direction))
        return mark is not None and mark.silences(event.event.since, now)
