"""The keys of an import file: each declared once, with how it is read and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from mailint_gui.domain.duration import format_duration, parse_duration
from mailint_gui.domain.filing import AutomaticMail, ClosedRecords, RecordMatching
from mailint_gui.domain.integration import (
    AfterProcessing,
    FirstCheck,
    IncomingAuthentication,
    MessageFormat,
    OutgoingAuthentication,
    Protocol,
    SaslMechanism,
    Security,
)
from mailint_gui.domain.oauth import Cloud, SignIn
from mailint_gui.domain.validation import FieldFault

Written = str | int | bool | list[str]


class KeyRefused(Exception):
    """A value that cannot be read; ``facts`` as in FieldError."""

    def __init__(self, fault: FieldFault, **facts: str) -> None:
        self.fault = fault
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Key:
    """A key and the attribute of the same name. ``read`` takes what TOML gave and raises KeyRefused."""

    read: Callable[[object], Any]
    write: Callable[[Any], Written] = lambda value: value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise KeyRefused(FieldFault.WRONG_TYPE, expected='"…"')
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise KeyRefused(FieldFault.WRONG_TYPE, expected="true / false")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise KeyRefused(FieldFault.WRONG_TYPE, expected='["…", "…"]')
    return tuple(value)


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise KeyRefused(FieldFault.WRONG_TYPE, expected="0, 1, 2 …")
    if abs(value) >= 10**9:
        raise KeyRefused(FieldFault.WRONG_TYPE, expected="0, 1, 2 …")
    return value


def _duration(value: object) -> timedelta:
    try:
        return parse_duration(_text(value))
    except ValueError:
        raise KeyRefused(FieldFault.BAD_DURATION) from None


def _date_or_none(value: object) -> date | None:
    """A date of TOML's own serves as well; no text at all takes away what was there."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = _text(value)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise KeyRefused(FieldFault.BAD_DATE) from None


def _one_of(values: type[StrEnum]) -> Key:
    def read(value: object) -> StrEnum:
        text = _text(value)
        try:
            return values(text)
        except ValueError:
            raise KeyRefused(FieldFault.UNKNOWN_VALUE, value=text, allowed=", ".join(values)) from None

    return Key(read, str)


TEXT = Key(_text)
TEXTS = Key(_texts, list)
FLAG = Key(_flag)
NUMBER = Key(_number)
DURATION = Key(_duration, format_duration)
DATE = Key(_date_or_none, lambda value: value.isoformat() if value else "")

# Read apart, since they say where a secret is: the key, and the attribute that holds the reference.
PASSWORD_FROM = "password_from"
KEY_FILE = "key_file"
SECRETS: Mapping[str, str] = {
    PASSWORD_FROM: "password",
    "client_secret_from": "client_secret",
    "certificate_from": "certificate",
    KEY_FILE: "key_file",
}
KEY_OF_SECRET: Mapping[str, str] = {attribute: key for key, attribute in SECRETS.items()}
DOCUMENTS = frozenset({"certificate", "key_file"})
"""Of the secrets those that are a whole file."""

GENERAL: Mapping[str, Key] = {
    "name": TEXT,
    "description": TEXT,
    "is_default": FLAG,
    "enabled": FLAG,
    "responsible_admin": TEXT,
}

INCOMING: Mapping[str, Key] = {
    "enabled": FLAG,
    "address": TEXT,
    "protocol": _one_of(Protocol),
    "authentication": _one_of(IncomingAuthentication),
    "server": TEXT,
    "port": NUMBER,
    "security": _one_of(Security),
    "allow_insecure": FLAG,
    "user_name": TEXT,
    "password_expires_on": DATE,
    "folder": TEXT,
    "check_every": DURATION,
    "push": FLAG,
    "first_check": _one_of(FirstCheck),
    "after_processing": _one_of(AfterProcessing),
    "move_to": TEXT,
    "delete_after_days": NUMBER,
    "largest_message_mb": NUMBER,
}

OUTGOING: Mapping[str, Key] = {
    "enabled": FLAG,
    "address": TEXT,
    "display_name": TEXT,
    "reply_to": TEXT,
    "authentication": _one_of(OutgoingAuthentication),
    "sasl_mechanism": _one_of(SaslMechanism),
    "server": TEXT,
    "port": NUMBER,
    "security": _one_of(Security),
    "allow_insecure": FLAG,
    "user_name": TEXT,
    "password_expires_on": DATE,
    "message_format": _one_of(MessageFormat),
    "signature": TEXT,
    "messages_per_minute": NUMBER,
    "largest_message_mb": NUMBER,
    "sent_folder": TEXT,
}

OAUTH: Mapping[str, Key] = {  # in the table of the direction, not in one of their own
    "sign_in": _one_of(SignIn),
    "mailbox": TEXT,
    "tenant_id": TEXT,
    "client_id": TEXT,
    "secret_expires_on": DATE,
    "cloud": _one_of(Cloud),
    "authority": TEXT,
    "authorization_endpoint": TEXT,
    "token_endpoint": TEXT,
    "scopes": TEXTS,
}

FILING: Mapping[str, Key] = {
    "ignore_senders": TEXTS,
    "ignore_subjects": TEXTS,
    "automatic_mail": _one_of(AutomaticMail),
    "record_matching": _one_of(RecordMatching),
    "status_after_reply": TEXT,
    "closed_records": _one_of(ClosedRecords),
    "category": TEXT,
    "urgency": TEXT,
    "priority": TEXT,
    "assignee": TEXT,
    "group": TEXT,
}
