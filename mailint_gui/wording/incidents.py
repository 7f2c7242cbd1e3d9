"""What is said of an open incident, and of what an admin said of it."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.incident import Incident
from mailint_gui.domain.integration import Direction
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import ago, minute

translate = QCoreApplication.translate


def incident_words(incident: Incident, now: datetime) -> str:
    """One line: what, and since when."""
    if incident.direction is Direction.INCOMING:
        told = translate("incidents", "{name}: incoming email has failed since {time}")
        if incident.disabled:
            told = translate("incidents", "{name}: incoming email is disabled; errors since {time}")
    else:
        told = translate("incidents", "{name}: outgoing email has failed since {time}")
        if incident.disabled:
            told = translate("incidents", "{name}: outgoing email is disabled; errors since {time}")
    return filled(
        told, {"name": incident.name, "time": f"{minute(incident.since)} ({ago(incident.since, now)})"}
    )


def mark_words(incident: Incident, now: datetime) -> str:
    """Empty while nobody said anything of it."""
    mark = incident.mark
    if mark is None:
        return ""
    if mark.acknowledged_at is not None:
        facts = {"admin": mark.acknowledged_by, "time": minute(mark.acknowledged_at)}
        return filled(translate("incidents", "Acknowledged by {admin}, {time}"), facts)
    if mark.snoozed_until is not None and now < mark.snoozed_until:
        return filled(translate("incidents", "Snoozed until {time}"), {"time": minute(mark.snoozed_until)})
    return ""
