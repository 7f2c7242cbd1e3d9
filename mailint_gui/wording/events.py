"""What a notification, the panel and the mail to the responsible admin say about an event."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.events import (
    DisabledByErrors,
    ErrorsReached,
    IntegrationEvent,
    Recovered,
    SignInNeeded,
)
from mailint_gui.domain.integration import Direction
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import duration
from mailint_gui.wording.watch_events import watch_body, watch_title

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class EventWords:
    """``title`` one line, ``body`` one or two sentences; plain text."""

    title: str
    body: str


def event_words(event: IntegrationEvent) -> EventWords:
    match event.event:
        case ErrorsReached() as reached:
            return EventWords(_failing_title(event, reached), _cause(event, reached))
        case DisabledByErrors() as disabled:
            return EventWords(_disabled_title(event, disabled), _cause(event, disabled))
        case SignInNeeded() as needed:
            return EventWords(_sign_in_title(event, needed), _cause(event, needed))
        case Recovered() as recovered:
            return EventWords(_recovered_title(event, recovered), _recovered_body(recovered))
        case found:
            name = event.integration_name
            return EventWords(watch_title(name, found), watch_body(name, found))


def _line(template: str, **facts: str) -> str:
    return filled(template, facts)


def _failing_title(event: IntegrationEvent, reached: ErrorsReached) -> str:
    incoming = reached.direction is Direction.INCOMING
    if reached.errors == 1:
        template = (
            translate("events", "{name}: error on incoming email")
            if incoming
            else translate("events", "{name}: error on outgoing email")
        )
    else:
        template = (
            translate("events", "{name}: {errors} errors in a row on incoming email")
            if incoming
            else translate("events", "{name}: {errors} errors in a row on outgoing email")
        )
    return _line(template, name=event.integration_name, errors=str(reached.errors))


def _disabled_title(event: IntegrationEvent, disabled: DisabledByErrors) -> str:
    incoming = disabled.direction is Direction.INCOMING
    if disabled.errors == 1:
        template = (
            translate("events", "{name}: incoming email disabled after 1 error")
            if incoming
            else translate("events", "{name}: outgoing email disabled after 1 error")
        )
    else:
        template = (
            translate("events", "{name}: incoming email disabled after {errors} errors")
            if incoming
            else translate("events", "{name}: outgoing email disabled after {errors} errors")
        )
    return _line(template, name=event.integration_name, errors=str(disabled.errors))


def _sign_in_title(event: IntegrationEvent, needed: SignInNeeded) -> str:
    template = (
        translate("events", "{name}: sign in for incoming email")
        if needed.direction is Direction.INCOMING
        else translate("events", "{name}: sign in for outgoing email")
    )
    return _line(template, name=event.integration_name)


def _cause(event: IntegrationEvent, incident: ErrorsReached | DisabledByErrors | SignInNeeded) -> str:
    cause = str(words(incident.problem, event.integration_name, incident.direction))
    if not isinstance(incident, DisabledByErrors):
        return cause
    then = translate("events", "Then choose Test and re-enable; nothing that arrived meanwhile is lost.")
    return f"{cause} {then}"


def _recovered_title(event: IntegrationEvent, recovered: Recovered) -> str:
    template = (
        translate("events", "{name}: incoming email works again")
        if recovered.direction is Direction.INCOMING
        else translate("events", "{name}: outgoing email works again")
    )
    return _line(template, name=event.integration_name)


def _recovered_body(recovered: Recovered) -> str:
    lasted = _line(translate("events", "The errors lasted {time}."), time=duration(recovered.lasted))
    return f"{lasted} {_mail_moved(recovered)}".strip()


def _mail_moved(recovered: Recovered) -> str:
    if recovered.direction is Direction.OUTGOING:
        return ""
    if recovered.mail == 0:
        return translate("events", "No mail was waiting.")
    if recovered.mail == 1:
        return translate("events", "1 message was taken in.")
    return translate("events", "%n messages were taken in.", None, recovered.mail)
