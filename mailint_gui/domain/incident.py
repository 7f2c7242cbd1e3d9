"""What an admin said about an incident: one for each integration and direction, from its first error to its end."""

from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.integration import Direction


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
