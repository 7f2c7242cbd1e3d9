"""The mail about an event, by a template of the admin's or by ours; the names of kinds, channels and fields."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.events import (
    CredentialExpiring,
    DisabledByErrors,
    ErrorsReached,
    IntegrationEvent,
    LoopWasStopped,
    MessagesNotSent,
    MessagesQuarantined,
    NoMailSince,
    NoSuccessSince,
    OutboxStuck,
    Recovered,
    SignInNeeded,
)
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import Channel, EventKind
from mailint_gui.domain.template import rendered
from mailint_gui.wording.events import event_words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, one_line
from mailint_gui.wording.times import full

translate = QCoreApplication.translate

_OF_ERRORS = frozenset({EventKind.ERRORS_REACHED, EventKind.DISABLED, EventKind.RECOVERED})
_SINCE: dict[type, str] = {
    ErrorsReached: "since",
    DisabledByErrors: "since",
    SignInNeeded: "since",
    Recovered: "since",
    OutboxStuck: "since",
    NoSuccessSince: "since",
    NoMailSince: "since",
}
_COUNT: dict[type, str] = {
    ErrorsReached: "errors",
    DisabledByErrors: "errors",
    Recovered: "mail",
    OutboxStuck: "count",
    MessagesNotSent: "count",
    MessagesQuarantined: "count",
    LoopWasStopped: "count",
    CredentialExpiring: "days",
}
_KINDS = {
    EventKind.ERRORS_REACHED: QT_TRANSLATE_NOOP("events", "Errors in a row"),
    EventKind.DISABLED: QT_TRANSLATE_NOOP("events", "Disabled after errors"),
    EventKind.SIGN_IN_NEEDED: QT_TRANSLATE_NOOP("events", "Sign-in needed"),
    EventKind.RECOVERED: QT_TRANSLATE_NOOP("events", "Works again"),
    EventKind.OUTBOX_STUCK: QT_TRANSLATE_NOOP("events", "Outbox stuck"),
    EventKind.MESSAGE_NOT_SENT: QT_TRANSLATE_NOOP("events", "Message not sent"),
    EventKind.MESSAGE_QUARANTINED: QT_TRANSLATE_NOOP("events", "Message in quarantine"),
    EventKind.LOOP_STOPPED: QT_TRANSLATE_NOOP("events", "Mail loop stopped"),
    EventKind.NO_SUCCESSFUL_CHECK: QT_TRANSLATE_NOOP("events", "No successful check for long"),
    EventKind.NO_MAIL: QT_TRANSLATE_NOOP("events", "No mail for unusually long"),
    EventKind.CREDENTIAL_EXPIRING: QT_TRANSLATE_NOOP("events", "Credential expiring"),
}
_CHANNELS = {
    Channel.TRAY: QT_TRANSLATE_NOOP("events", "Desktop notification"),
    Channel.EMAIL: QT_TRANSLATE_NOOP("events", "Email"),
    Channel.SOUND: QT_TRANSLATE_NOOP("events", "Sound"),
    Channel.WEBHOOK: QT_TRANSLATE_NOOP("events", "Webhook"),
}
_FIELDS = {
    "name": QT_TRANSLATE_NOOP("events", "the integration"),
    "what": QT_TRANSLATE_NOOP("events", "what happened, in one line"),
    "why": QT_TRANSLATE_NOOP("events", "the cause, and what to do"),
    "direction": QT_TRANSLATE_NOOP("events", "incoming or outgoing"),
    "to": QT_TRANSLATE_NOOP("events", "whom a message did not reach"),
    "subject": QT_TRANSLATE_NOOP("events", "the subject of that message"),
    "count": QT_TRANSLATE_NOOP("events", "errors, messages, or days left"),
    "since": QT_TRANSLATE_NOOP("events", "when it began"),
    "time": QT_TRANSLATE_NOOP("events", "when it was noticed"),
    "details": QT_TRANSLATE_NOOP("events", "what the server said"),
}


def kind_words(kind: EventKind) -> str:
    return translate("events", _KINDS[kind])


def channel_words(channel: Channel) -> str:
    return translate("events", _CHANNELS[channel])


def template_field_words(name: str) -> str:
    return translate("events", _FIELDS[name])


def direction_word(direction: Direction) -> str:
    if direction is Direction.INCOMING:
        return translate("events", "incoming")
    return translate("events", "outgoing")


def event_facts(event: IntegrationEvent) -> Mapping[str, str]:
    """Every field of ``domain.notification.FIELDS``, each one line; empty where the event has nothing to say."""
    told, happened = event_words(event), event.event
    since = getattr(happened, _SINCE.get(type(happened), ""), None)
    count = getattr(happened, _COUNT.get(type(happened), ""), None)
    problem = getattr(happened, "problem", None)
    return {
        "name": one_line(event.integration_name),
        "what": told.title,
        "why": told.body,
        "direction": direction_word(happened.direction),
        "to": one_line(", ".join(getattr(happened, "to", ()))),
        "subject": one_line(getattr(happened, "subject", "")),
        "count": "" if count is None else str(max(count, 0)),
        "since": full(since) if since else "",
        "time": full(event.at),
        "details": one_line(problem.detail) if problem else "",
    }


def default_subject() -> str:
    return "[Mailint] {what}"


def default_body(kind: EventKind) -> str:
    """Lines end in LF."""
    since = translate("events", "Since: {time}")
    if kind in _OF_ERRORS:
        since = translate("events", "Errors since: {time}")
    details = translate("events", "Details: {detail}").replace("{detail}", "{details}")
    about = _message_lines() if kind is EventKind.MESSAGE_NOT_SENT else [since.replace("{time}", "{since}")]
    lines = ["{what}.", "", "{why}", "", *about, details, translate("events", "Noticed at: {time}")]
    return "\n".join(lines) + "\n"


def _message_lines() -> list[str]:
    to, subject = translate("events", "To: {to}"), translate("events", "Subject: {subject}")
    return [to, subject]


def event_mail(
    event: IntegrationEvent, kind: EventKind, subject: str = "", body: str = ""
) -> tuple[str, str]:
    """Subject and plain-text body of the mail about ``event``, by templates; empty ones are ours."""
    facts = event_facts(event)
    title = " ".join(rendered(subject or default_subject(), facts).split())
    text = rendered(body or default_body(kind), facts)
    return title, text if text.endswith("\n") else f"{text}\n"


def digest_mail(titles: Sequence[str]) -> tuple[str, str]:
    """Of events that were held back, or that are too many for a mail each: their titles, oldest first."""
    subject = translate("events", "%n monitoring notifications", None, len(titles))
    if len(titles) == 1:
        subject = titles[0]
    return f"[Mailint] {subject}", "\n".join(f"- {one_line(title)}" for title in titles) + "\n"


def trial_subject(subject: str) -> str:
    """Of a mail that an admin asked for to try it."""
    return translate("events", "Test: {subject}").replace("{subject}", subject)
