"""What an admin said about an incident: one for each integration and direction, from its first error to its end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.status import IntegrationStatus


@dataclass(frozen=True, slots=True)
class IncidentMark:
    """``since``: when the incident began that this is about; a later one is another. Acknowledged: till its end."""

    integration_id: int
    direction: Direction
    since: datetime
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None

    def silences(self, since: datetime | None, now: datetime) -> bool:
        """Whether nothing of the incident that began at ``since`` is to interrupt anybody."""
        if since != self.since:
            return False
        return self.acknowledged_at is not None or (
            self.snoozed_until is not None and now < self.snoozed_until
        )


@dataclass(frozen=True, slots=True)
class Incident:
    """One that was notified and is not over. ``mark``: what was said of it, if anything."""

    integration_id: int
    name: str
    direction: Direction
    since: datetime
    state: DirectionState
    mark: IncidentMark | None = None


def open_incidents(
    statuses: Iterable[IntegrationStatus], marks: Mapping[tuple[int, Direction], IncidentMark]
) -> tuple[Incident, ...]:
    """The oldest first. What an admin switched off is nobody's incident any more."""
    found = []
    for status in statuses:
        for direction in Direction:
            health = status.health.of(direction)
            if health.incident_since is None or status.state_of(direction) in _SWITCHED_OFF:
                continue
            mark = marks.get((status.id, direction))
            if mark is not None and mark.since != health.incident_since:
                mark = None
            state = status.state_of(direction)
            found.append(Incident(status.id, status.name, direction, health.incident_since, state, mark))
    return tuple(sorted(found, key=lambda one: (one.since, one.integration_id, one.direction)))


_SWITCHED_OFF = frozenset({DirectionState.OFF, DirectionState.DISABLED})
