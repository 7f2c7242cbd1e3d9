"""Account properties: settings that hold for all integrations, each declared once with its text form."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from mailint_gui.domain.address import is_address, split_addresses
from mailint_gui.domain.duration import format_duration, parse_duration
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.proxy import proxy_place
from mailint_gui.domain.quiet_hours import QuietHours
from mailint_gui.domain.validation import MAX_WORD, FieldError, FieldFault
from mailint_gui.domain.webhook import is_webhook_url

NEVER = "never"
FOREVER = "forever"
LONGEST = timedelta(days=36_500)  # added to any moment of ours, the sum is still a date


class ResetIncomingErrorsOn(StrEnum):
    ANY_SUCCESSFUL_CHECK = "any_successful_check"
    RECEIVED_EMAIL = "received_email"


class OneMessageInManyMailboxes(StrEnum):
    ONE_RECORD = "one_record"
    ONE_PER_MAILBOX = "one_per_mailbox"
    LINKED = "linked"


class ForgedTokens(StrEnum):
    """Whose mail may join a record by its subject token alone."""

    ACCEPT = "accept"
    CORRESPONDENTS_ONLY = "correspondents_only"


class _Refused(Exception):
    def __init__(self, fault: FieldFault, **facts: str) -> None:
        self.error = fault, facts


@dataclass(frozen=True, slots=True)
class _Form:
    """The text form of a property: both ways. ``parse`` raises _Refused."""

    parse: Callable[[str], Any]
    format: Callable[[Any], str] = str


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
            raise _Refused(FieldFault.OUT_OF_RANGE, low=str(low), high=str(high), value=text)
        return int(text)

    return parse


def _count_or_never(text: str) -> int | None:
    return None if text == NEVER else _whole(1, 1000)(text)


def _duration(text: str) -> timedelta:
    try:
        duration = parse_duration(text)
    except ValueError:
        raise _Refused(FieldFault.BAD_DURATION, value=text) from None
    if duration > LONGEST:
        raise _Refused(FieldFault.OUT_OF_RANGE, low="0s", high=format_duration(LONGEST), value=text)
    return duration


def _addresses(text: str) -> tuple[str, ...]:
    addresses = split_addresses(text)
    for address in addresses:
        if not is_address(address):
            raise _Refused(FieldFault.BAD_ADDRESS, value=address)
    return addresses


def _one_of(enum: type[StrEnum]) -> Callable[[str], StrEnum]:
    def parse(text: str) -> StrEnum:
        try:
            return enum(text)
        except ValueError:
            raise _Refused(FieldFault.UNKNOWN_VALUE, value=text, allowed=", ".join(enum)) from None

    return parse


def _list(text: str) -> tuple[str, ...]:
    """Each entry once, without regard to case, where and as it came first."""
    entries: dict[str, str] = {}
    for entry in filter(None, map(str.strip, text.split(","))):
        entries.setdefault(entry.casefold(), entry)
    for entry in entries.values():
        if len(entry) > MAX_WORD:
            raise _Refused(FieldFault.TOO_LONG, limit=str(MAX_WORD))
        if not entry.isprintable():
            raise _Refused(FieldFault.CONTROL_CHARACTERS)
    return tuple(entries.values())


def _filled_list(text: str) -> tuple[str, ...]:
    entries = _list(text)
    if not entries:
        raise _Refused(FieldFault.REQUIRED)
    return entries


def _token(text: str) -> str:
    if text.count("{id}") != 1 or len(text) > 100 or any(char < " " for char in text):
        raise _Refused(FieldFault.UNKNOWN_VALUE, value=text, allowed="{id}")
    return text


def _quiet_hours(text: str) -> QuietHours | None:
    try:
        return QuietHours.parse(text)
    except ValueError:
        raise _Refused(FieldFault.UNKNOWN_VALUE, value=text, allowed="22:00-07:00") from None


def _webhook(text: str) -> str:
    """https alone, or http to this computer: what is told of a help desk is no business of others."""
    if not text or is_webhook_url(text):
        return text
    raise _Refused(FieldFault.UNKNOWN_VALUE, value=text, allowed="https://…")


def _proxy(text: str) -> str:
    """Without a password: it would belong in the vault, and not here. One that was typed is not repeated."""
    if "@" in text:
        raise _Refused(FieldFault.NOT_SUPPORTED_YET, value=text.rpartition("@")[2])
    try:
        return proxy_place(text).url if text else ""
    except ValueError:
        raise _Refused(
            FieldFault.UNKNOWN_VALUE, value=text, allowed="http://proxy.example.org:3128"
        ) from None


_count = _Form(_count_or_never, lambda value: NEVER if value is None else str(value))
_text = _Form(str.strip)
_period = _Form(_duration, format_duration)
_period_or_forever = _Form(
    lambda text: None if text == FOREVER else _duration(text),
    lambda value: FOREVER if value is None else format_duration(value),
)


_quiet = _Form(_quiet_hours, lambda value: str(value or ""))
_names = _Form(_list, ", ".join)
_at_least_one_name = _Form(_filled_list, ", ".join)
_limit = _Form(_whole(1, 10_000))


def _property(form: _Form, default: Any) -> Any:
    return field(default=default, metadata={"form": form})


@dataclass(frozen=True, slots=True)
class ErrorThresholds:
    """When one direction notifies and when it is disabled. ``None``: never."""

    notify_after: int | None
    disable_after: int | None
    grace: timedelta


@dataclass(frozen=True, slots=True)
class AccountProperties:
    """The names and defaults are the command line's contract (``properties list``, ``properties set``)."""

    notify_after_incoming_errors: int | None = _property(_count, 3)
    notify_after_outgoing_errors: int | None = _property(_count, 3)
    disable_after_incoming_errors: int | None = _property(_count, 10)
    disable_after_outgoing_errors: int | None = _property(_count, 10)
    disable_grace: timedelta = _property(_period, timedelta(hours=1))
    reset_incoming_errors_on: ResetIncomingErrorsOn = _property(
        _Form(_one_of(ResetIncomingErrorsOn)), ResetIncomingErrorsOn.ANY_SUCCESSFUL_CHECK
    )
    notification_recipients: tuple[str, ...] = _property(_Form(_addresses, ", ".join), ())
    check_concurrency: int = _property(_Form(_whole(1, 64)), 8)
    connections_per_host: int = _property(_Form(_whole(1, 64)), 4)
    one_message_in_many_mailboxes: OneMessageInManyMailboxes = _property(
        _Form(_one_of(OneMessageInManyMailboxes)), OneMessageInManyMailboxes.ONE_RECORD
    )
    subject_token: str = _property(_Form(_token), "[#{id}]")
    forged_tokens: ForgedTokens = _property(_Form(_one_of(ForgedTokens)), ForgedTokens.CORRESPONDENTS_ONLY)
    record_statuses: tuple[str, ...] = _property(_at_least_one_name, ("New", "Open", "Waiting", "Closed"))
    closed_statuses: tuple[str, ...] = _property(_names, ("Closed",))
    reopened_status: str = _property(_text, "Open")
    record_categories: tuple[str, ...] = _property(_names, ())
    record_urgencies: tuple[str, ...] = _property(_names, ("Low", "Normal", "High", "Urgent"))
    record_impacts: tuple[str, ...] = _property(_names, ("Low", "Normal", "High"))
    record_priorities: tuple[str, ...] = _property(_names, ("Low", "Normal", "High", "Highest"))
    admins: tuple[str, ...] = _property(_names, ())
    groups: tuple[str, ...] = _property(_names, ())
    loop_limit_10m: int = _property(_limit, 5)
    loop_limit_30m: int = _property(_limit, 10)
    loop_limit_60m: int = _property(_limit, 15)
    extra_ca_file: str = _property(_text, "")
    proxy: str = _property(_Form(_proxy), "")
    send_for: timedelta = _property(_period, timedelta(days=2))
    keep_messages: timedelta | None = _property(_period_or_forever, None)
    keep_history: timedelta | None = _property(_period_or_forever, timedelta(days=90))
    quiet_hours: QuietHours | None = _property(_quiet, None)
    notifications_a_minute: int = _property(_limit, 5)
    outbox_stuck_after: timedelta = _property(_period, timedelta(hours=1))
    no_check_after: timedelta = _property(_period, timedelta(hours=6))
    no_mail_after: timedelta = _property(_period, timedelta(days=7))
    webhook_url: str = _property(_Form(_webhook), "")
    status_file: str = _property(_text, "")
    admin_name: str = _property(_text, "")

    def thresholds(self, direction: Direction) -> ErrorThresholds:
        if direction is Direction.INCOMING:
            notify, disable = self.notify_after_incoming_errors, self.disable_after_incoming_errors
        else:
            notify, disable = self.notify_after_outgoing_errors, self.disable_after_outgoing_errors
        return ErrorThresholds(notify, disable, self.disable_grace)

    def as_text(self) -> dict[str, str]:
        """Every property by name, in its text form, in the order declared."""
        return {item.name: _form(item.name).format(getattr(self, item.name)) for item in fields(self)}

    def changed(self, values: Mapping[str, str]) -> tuple["AccountProperties", tuple[FieldError, ...]]:
        """These with ``values`` (name: text) set, judged together; with any error nothing is changed."""
        parsed: dict[str, Any] = {}
        errors: list[FieldError] = []
        for name, text in values.items():
            if name not in _FORMS:
                errors.append(FieldError(name, FieldFault.UNKNOWN_KEY, {"value": name}))
                continue
            try:
                parsed[name] = _form(name).parse(text.strip())
            except _Refused as refused:
                fault, facts = refused.error
                errors.append(FieldError(name, fault, facts))
        result = replace(self, **parsed)
        errors += result._disable_below_notify()
        errors += result._unknown_statuses()
        return (self, tuple(errors)) if errors else (result, ())

    def _disable_below_notify(self) -> list[FieldError]:
        found = []
        for direction in Direction:
            limits = self.thresholds(direction)
            if limits.disable_after is None or limits.notify_after is None:
                continue
            if limits.disable_after < limits.notify_after:
                facts = {"low": str(limits.notify_after)}
                found.append(FieldError(f"disable_after_{direction}_errors", FieldFault.BELOW_NOTIFY, facts))
        return found

    def _unknown_statuses(self) -> list[FieldError]:
        """A record is closed by, and reopened to, a status that there is."""
        known, closed = self.record_statuses, self.closed_statuses
        wanted = [("closed_statuses", status, known) for status in closed]
        wanted.append(
            ("reopened_status", self.reopened_status, tuple(each for each in known if each not in closed))
        )
        return [
            FieldError(name, FieldFault.UNKNOWN_VALUE, {"value": status, "allowed": ", ".join(allowed)})
            for name, status, allowed in wanted
            if status not in allowed
        ]


_FORMS: dict[str, _Form] = {item.name: item.metadata["form"] for item in fields(AccountProperties)}


def _form(name: str) -> _Form:
    return _FORMS[name]


def properties_from_text(stored: Mapping[str, str]) -> AccountProperties:
    """From what is stored. A name or value that this version does not know keeps its default.

    What was judged together when it was set is not judged again: one lost threshold must not lose all the rest.
    """
    known: dict[str, Any] = {}
    for name, text in stored.items():
        with contextlib.suppress(KeyError, _Refused):
            known[name] = _form(name).parse(text)
    return replace(AccountProperties(), **known)
