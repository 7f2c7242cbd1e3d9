"""What is said of an open incident, and of what an admin said of it."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.incident import Incident
from mailint_gui.domain.integration import Direction
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import ago, minute

translate = QCoreApplication.translate


def incident_words(incident: Incident, now: datetime) -> str:
    """One line: what, and since when."""
    return filled(
        _told(incident),
        {"name": incident.name, "time": f"{minute(incident.since)} ({ago(incident.since, now)})"},
    )


def _told(incident: Incident) -> str:
    incoming = incident.direction is Direction.INCOMING
    match incident.state:
        case DirectionState.DISABLED_BY_ERRORS if incoming:
            return translate("incidents", "{name}: incoming email is disabled; errors since {time}")
        case DirectionState.DISABLED_BY_ERRORS:
            return translate("incidents", "{name}: outgoing email is disabled; errors since {time}")
        case DirectionState.NEEDS_SIGN_IN if incoming:
            return translate("incidents", "{name}: incoming email has waited for a sign-in since {time}")
        case DirectionState.NEEDS_SIGN_IN:
            return translate("incidents", "{name}: outgoing email has waited for a sign-in since {time}")
    if incoming:
        return translate("incidents", "{name}: incoming email has failed since {time}")
    return translate("incidents", "{name}: outgoing email has failed since {time}")


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
