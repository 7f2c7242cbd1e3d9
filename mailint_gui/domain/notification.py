"""Monitoring notifications: which events are told, through which channels, to whom, and in what words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from mailint_gui.domain.address import is_address
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
from mailint_gui.domain.template import faults_of
from mailint_gui.domain.validation import FieldError, FieldFault

MAX_SUBJECT = 500
MAX_BODY = 20_000


class EventKind(StrEnum):
    """What can be told; the values are stored, and are part of what a webhook gets."""

    ERRORS_REACHED = "errors_reached"
    DISABLED = "disabled"
    SIGN_IN_NEEDED = "sign_in_needed"
    RECOVERED = "recovered"
    OUTBOX_STUCK = "outbox_stuck"
    MESSAGE_NOT_SENT = "message_not_sent"
    MESSAGE_QUARANTINED = "message_quarantined"
    LOOP_STOPPED = "loop_stopped"
    NO_SUCCESSFUL_CHECK = "no_successful_check"
    NO_MAIL = "no_mail"
    CREDENTIAL_EXPIRING = "credential_expiring"


class Channel(StrEnum):
    TRAY = "tray"
    EMAIL = "email"
    SOUND = "sound"
    WEBHOOK = "webhook"


KIND_OF: Mapping[type, EventKind] = MappingProxyType(
    {
        ErrorsReached: EventKind.ERRORS_REACHED,
        DisabledByErrors: EventKind.DISABLED,
        SignInNeeded: EventKind.SIGN_IN_NEEDED,
        Recovered: EventKind.RECOVERED,
        OutboxStuck: EventKind.OUTBOX_STUCK,
        MessagesNotSent: EventKind.MESSAGE_NOT_SENT,
        MessagesQuarantined: EventKind.MESSAGE_QUARANTINED,
        LoopWasStopped: EventKind.LOOP_STOPPED,
        NoSuccessSince: EventKind.NO_SUCCESSFUL_CHECK,
        NoMailSince: EventKind.NO_MAIL,
        CredentialExpiring: EventKind.CREDENTIAL_EXPIRING,
    }
)
FIELDS = ("name", "what", "why", "direction", "to", "subject", "count", "since", "time", "details")
"""Fields of the templates: the integration, one line, the cause and what to do, …"""


def kind_of(event: IntegrationEvent) -> EventKind:
    return KIND_OF[type(event.event)]


def speaks_of_direction(kind: EventKind) -> bool:
    """Else of some messages alone: who sent those may well send the mail about them."""
    return kind is not EventKind.MESSAGE_NOT_SENT


@dataclass(frozen=True, slots=True)
class NotificationSetting:
    """How one kind of event is told. ``recipients`` empty: the responsible admin, else the account's recipients.

    ``subject`` and ``body`` empty: the words of the catalogue. ``breaks_quiet``: told in quiet hours, too.
    """

    enabled: bool = True
    channels: frozenset[Channel] = frozenset({Channel.TRAY, Channel.EMAIL, Channel.WEBHOOK})
    recipients: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    breaks_quiet: bool = False

    def by(self, channel: Channel) -> bool:
        return self.enabled and channel in self.channels


_NOT_PRESSING = NotificationSetting(channels=frozenset({Channel.TRAY, Channel.WEBHOOK}))
DEFAULTS: Mapping[EventKind, NotificationSetting] = MappingProxyType(
    {
        EventKind.ERRORS_REACHED: NotificationSetting(),
        EventKind.DISABLED: NotificationSetting(breaks_quiet=True),
        EventKind.SIGN_IN_NEEDED: NotificationSetting(breaks_quiet=True),
        EventKind.RECOVERED: NotificationSetting(),
        EventKind.OUTBOX_STUCK: NotificationSetting(),
        EventKind.MESSAGE_NOT_SENT: NotificationSetting(),
        EventKind.MESSAGE_QUARANTINED: _NOT_PRESSING,
        EventKind.LOOP_STOPPED: NotificationSetting(),
        EventKind.NO_SUCCESSFUL_CHECK: NotificationSetting(),
        EventKind.NO_MAIL: _NOT_PRESSING,
        EventKind.CREDENTIAL_EXPIRING: NotificationSetting(),
    }
)

Settings = Mapping[EventKind, NotificationSetting]
"""One for each kind."""


def complete(stored: Settings) -> dict[EventKind, NotificationSetting]:
    """``stored``, and the default of each kind that nothing is stored for."""
    return {kind: stored.get(kind, DEFAULTS[kind]) for kind in EventKind}


def setting_faults(kind: EventKind, setting: NotificationSetting) -> tuple[FieldError, ...]:
    """Paths as ``errors_reached.subject``."""
    found = [
        FieldError(f"{kind}.recipients", FieldFault.BAD_ADDRESS, {"value": each})
        for each in setting.recipients
        if not is_address(each)
    ]
    for name, text, limit in (("subject", setting.subject, MAX_SUBJECT), ("body", setting.body, MAX_BODY)):
        if len(text) > limit:
            found.append(FieldError(f"{kind}.{name}", FieldFault.TOO_LONG, {"limit": str(limit)}))
        found += [
            FieldError(
                f"{kind}.{name}", FieldFault.UNKNOWN_VALUE, {"value": fault.text, "allowed": allowed_fields()}
            )
            for fault in faults_of(text, FIELDS)
        ]
    if "\n" in setting.subject or "\r" in setting.subject:
        found.append(FieldError(f"{kind}.subject", FieldFault.CONTROL_CHARACTERS))
    return tuple(found)


def allowed_fields() -> str:
    return ", ".join(f"{{{name}}}" for name in FIELDS)
