"""What is wrong with an integration as typed or imported: every fault, each at its field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mailint_gui.domain import integration as model
from mailint_gui.domain.address import is_address, is_host
from mailint_gui.domain.expiry import FIRST_DAY, LAST_DAY
from mailint_gui.domain.field_error import FieldError as FieldError
from mailint_gui.domain.field_error import FieldFault as FieldFault
from mailint_gui.domain.field_error import ValidationError as ValidationError
from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.filtering import is_address_entry
from mailint_gui.domain.integration import (
    AFTER_PROCESSING,
    AfterProcessing,
    Direction,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    Protocol,
    SaslMechanism,
    Security,
    name_key,
)
from mailint_gui.domain.integration_secrets import log_in_direction, settings_of
from mailint_gui.domain.oauth import MailProtocol, provider_place
from mailint_gui.domain.oauth_validation import oauth_faults, trimmed_oauth
from mailint_gui.domain.rule_text import shortened

MAX_NAME = 200
MAX_TEXT = 10_000
MAX_USER_NAME = 320
MAX_FOLDER = 600  # four octets each are still within what PostgreSQL indexes
MAX_WORD = 100  # a status, a category, a person: what stands in lists to choose from
MAX_ENTRIES = 1000  # of one ignore list
MAX_ENTRY = 1000  # characters of one of its entries


def trimmed(draft: Integration) -> Integration:
    """The same without blanks around what is never meant to have them, and with one spelling of INBOX."""
    incoming, outgoing = draft.incoming, draft.outgoing
    return _at_the_provider(
        replace(
            draft,
            name=" ".join(draft.name.split()),
            description=draft.description.strip(),
            responsible_admin=draft.responsible_admin.strip(),
            incoming=replace(
                incoming,
                address=incoming.address.strip(),
                server=incoming.server.strip(),
                user_name=incoming.user_name.strip(),
                folder=_folder(incoming.folder.strip()),
                move_to=_folder(incoming.move_to.strip()),
                oauth=trimmed_oauth(incoming.oauth),
            ),
            outgoing=replace(
                outgoing,
                address=outgoing.address.strip(),
                display_name=outgoing.display_name.strip(),
                reply_to=outgoing.reply_to.strip(),
                server=outgoing.server.strip(),
                user_name=outgoing.user_name.strip(),
                sent_folder=_folder(outgoing.sent_folder.strip()),
                oauth=trimmed_oauth(outgoing.oauth),
            ),
            filing=_trimmed_filing(draft.filing),
        )
    )


@dataclass(frozen=True, slots=True)
class OwnServer:
    """Where a provider takes a protocol."""

    server: str
    port: int
    security: Security


def own_server(draft: Integration, direction: Direction) -> OwnServer | None:
    """What holds where no server is named; None where none does."""
    settings = settings_of(draft, log_in_direction(draft, direction))
    if settings.provider is None:
        return None
    incoming = direction is Direction.INCOMING
    protocol = MailProtocol(draft.incoming.protocol) if incoming else MailProtocol.SMTP
    place = provider_place(settings.provider, settings.oauth, protocol)
    return OwnServer(place.server, place.port, Security.SSL if incoming else Security.STARTTLS)


def _at_the_provider(draft: Integration) -> Integration:
    """Where no server is named, the provider's own, with its port and security."""
    incoming, outgoing = draft.incoming, draft.outgoing
    if not incoming.server and (own := own_server(draft, Direction.INCOMING)):
        incoming = replace(incoming, server=own.server, port=own.port, security=own.security)
    if not outgoing.server and (own := own_server(draft, Direction.OUTGOING)):
        outgoing = replace(outgoing, server=own.server, port=own.port, security=own.security)
    return replace(draft, incoming=incoming, outgoing=outgoing)


def without_own_servers(stored: Integration) -> Integration:
    """The other way round: no server where ``trimmed`` would fill in the very same, so that it goes on following."""
    without = replace(
        stored, incoming=replace(stored.incoming, server=""), outgoing=replace(stored.outgoing, server="")
    )
    filled = _at_the_provider(without)
    return replace(
        stored,
        incoming=without.incoming if filled.incoming == stored.incoming else stored.incoming,
        outgoing=without.outgoing if filled.outgoing == stored.outgoing else stored.outgoing,
    )


def _trimmed_filing(filing: FilingSettings) -> FilingSettings:
    """Entries each once, and none that is empty."""
    changed: dict[str, Any] = {name: _entries_of(getattr(filing, name)) for name in _ENTRIES}
    changed |= {name: getattr(filing, name).strip() for name in _WORDS}
    return replace(filing, **changed)


def _entries_of(entries: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, entries))))


def validate(draft: Integration, others: Iterable[Integration]) -> tuple[FieldError, ...]:
    """Every fault of a trimmed draft. ``others``: all stored integrations; the draft's own row is left out by id.

    A direction that is off is not judged, but for its days: what is typed there may be half done.
    """
    return (
        *_general(draft, [other for other in others if other.id != draft.id]),
        *_days(draft),
        *(_incoming(draft.incoming) if draft.incoming.enabled else ()),
        *(_filing(draft.filing) if draft.incoming.enabled else ()),
        *(_outgoing(draft) if draft.outgoing.enabled else ()),
    )


def _general(draft: Integration, others: list[Integration]) -> Iterator[FieldError]:
    yield from _text("name", draft.name, MAX_NAME, required=True)
    if draft.name and name_key(draft.name) in {name_key(other.name) for other in others}:
        yield FieldError("name", FieldFault.NOT_UNIQUE, {"value": draft.name})
    yield from _text("description", draft.description, MAX_TEXT, multi_line=True)
    if draft.responsible_admin:
        yield from _address("responsible_admin", draft.responsible_admin)


def _days(draft: Integration) -> Iterator[FieldError]:
    for direction in Direction:
        settings = settings_of(draft, direction)
        yield from _day(f"{direction}.password_expires_on", settings.password_expires_on)
        yield from _day(f"{direction}.secret_expires_on", settings.oauth.secret_expires_on)


def _day(path: str, day: date | None) -> Iterator[FieldError]:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        facts = {"low": FIRST_DAY.isoformat(), "high": LAST_DAY.isoformat()}
        yield FieldError(path, FieldFault.OUT_OF_RANGE, facts)


def _incoming(incoming: IncomingSettings) -> Iterator[FieldError]:
    yield from _address("incoming.address", incoming.address)
    yield from _server("incoming", incoming)
    if incoming.provider is None:
        yield from _text("incoming.user_name", incoming.user_name, MAX_USER_NAME, required=True)
    else:
        yield from oauth_faults("incoming", incoming.provider, incoming.oauth)
    if incoming.protocol is Protocol.IMAP:
        yield from _text("incoming.folder", incoming.folder, MAX_FOLDER, required=True)
    yield from _range(
        "incoming.check_every",
        incoming.check_every.total_seconds(),
        model.MIN_CHECK_EVERY.total_seconds(),
        model.MAX_CHECK_EVERY.total_seconds(),
        shown=("10s", "24h"),
    )
    yield from _after_processing(incoming)
    yield from _range("incoming.delete_after_days", incoming.delete_after_days, 0, 3650)
    yield from _range("incoming.largest_message_mb", incoming.largest_message_mb, 1, model.LARGEST_MESSAGE_MB)


def _after_processing(incoming: IncomingSettings) -> Iterator[FieldError]:
    after, possible = incoming.after_processing, AFTER_PROCESSING[incoming.protocol]
    if after not in possible:
        facts = {"value": after, "allowed": ", ".join(possible)}
        yield FieldError("incoming.after_processing", FieldFault.UNKNOWN_VALUE, facts)
    elif after is AfterProcessing.MOVE:
        yield from _text("incoming.move_to", incoming.move_to, MAX_FOLDER, required=True)
        if incoming.move_to and _folder(incoming.move_to) == _folder(incoming.folder):
            yield FieldError("incoming.move_to", FieldFault.SAME_AS_FOLDER, {"value": incoming.move_to})


_ENTRIES = ("ignore_senders", "ignore_subjects")
_WORDS = ("status_after_reply", "category", "urgency", "priority", "assignee", "group")


def _filing(filing: FilingSettings) -> Iterator[FieldError]:
    """Part of incoming: where no mail comes in, there is nothing to file."""
    for name in _ENTRIES:
        path, entries = f"filing.{name}", getattr(filing, name)
        if len(entries) > MAX_ENTRIES:
            yield FieldError(path, FieldFault.TOO_MANY, {"limit": str(MAX_ENTRIES)})
            continue
        for entry in entries:
            faults = tuple(_text(path, entry, MAX_ENTRY))
            yield from faults
            if name == "ignore_senders" and not faults and not is_address_entry(entry):
                yield FieldError(path, FieldFault.BAD_ADDRESS, {"value": shortened(entry)})
    for name in _WORDS:
        yield from _text(f"filing.{name}", getattr(filing, name), MAX_WORD)


def _folder(name: str) -> str:
    """INBOX alone is without regard to case (RFC 9051 section 5.1), and to us one folder has one name."""
    return "INBOX" if name.upper() == "INBOX" else name


def _outgoing(draft: Integration) -> Iterator[FieldError]:
    outgoing = draft.outgoing
    if outgoing.address or not draft.incoming.enabled:  # else it is the incoming one, which is judged there
        yield from _address("outgoing.address", draft.sender_address)
    yield from _text("outgoing.display_name", outgoing.display_name, MAX_NAME)
    if outgoing.reply_to:
        yield from _address("outgoing.reply_to", outgoing.reply_to)
    yield from _server("outgoing", outgoing)
    yield from _text("outgoing.signature", outgoing.signature, MAX_TEXT, multi_line=True)
    yield from _outgoing_log_in(draft)
    yield from _text("outgoing.sent_folder", outgoing.sent_folder, MAX_FOLDER)
    yield from _range("outgoing.messages_per_minute", outgoing.messages_per_minute, 0, 10_000)
    yield from _range("outgoing.largest_message_mb", outgoing.largest_message_mb, 1, model.LARGEST_MESSAGE_MB)


def _outgoing_log_in(draft: Integration) -> Iterator[FieldError]:
    incoming, outgoing = draft.incoming, draft.outgoing
    if outgoing.provider:
        yield from oauth_faults("outgoing", outgoing.provider, outgoing.oauth)
    match outgoing.authentication:
        case OutgoingAuthentication.PASSWORD:
            yield from _text("outgoing.user_name", outgoing.user_name, MAX_USER_NAME, required=True)
        case OutgoingAuthentication.SAME_AS_INCOMING if not incoming.log_in_as:
            yield FieldError("outgoing.authentication", FieldFault.NOTHING_INCOMING)
        case OutgoingAuthentication.SAME_AS_INCOMING if not incoming.enabled:
            if incoming.provider:
                yield from oauth_faults("incoming", incoming.provider, incoming.oauth)
            else:
                yield from _text("incoming.user_name", incoming.user_name, MAX_USER_NAME)
        case OutgoingAuthentication.NONE if outgoing.sasl_mechanism is not SaslMechanism.AUTOMATIC:
            yield FieldError("outgoing.sasl_mechanism", FieldFault.MECHANISM_WITHOUT_PASSWORD)


def _server(prefix: str, settings: IncomingSettings | OutgoingSettings) -> Iterator[FieldError]:
    if not settings.server:
        yield FieldError(f"{prefix}.server", FieldFault.REQUIRED)
    elif not is_host(settings.server):
        yield FieldError(f"{prefix}.server", FieldFault.BAD_HOST, {"value": settings.server})
    yield from _range(f"{prefix}.port", settings.port, 1, 65535)
    if settings.security is Security.NONE and not settings.allow_insecure:
        yield FieldError(f"{prefix}.security", FieldFault.INSECURE_NEEDS_CONSENT)


def _address(path: str, value: str) -> Iterator[FieldError]:
    if not value:
        yield FieldError(path, FieldFault.REQUIRED)
    elif not is_address(value):
        yield FieldError(path, FieldFault.BAD_ADDRESS, {"value": value})


def _text(
    path: str, value: str, limit: int, *, required: bool = False, multi_line: bool = False
) -> Iterator[FieldError]:
    if required and not value:
        yield FieldError(path, FieldFault.REQUIRED)
    if len(value) > limit:
        yield FieldError(path, FieldFault.TOO_LONG, {"limit": str(limit)})
    if any(_is_control(char) for char in value if not (multi_line and char in "\n\t\r")):
        yield FieldError(path, FieldFault.CONTROL_CHARACTERS)


def _is_control(char: str) -> bool:
    """Also half of a surrogate pair, which no encoding can carry."""
    return char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff"


def _range(
    path: str, value: float, low: float, high: float, shown: tuple[str, str] | None = None
) -> Iterator[FieldError]:
    if not low <= value <= high:
        low_text, high_text = shown or (f"{low:g}", f"{high:g}")
        yield FieldError(path, FieldFault.OUT_OF_RANGE, {"low": low_text, "high": high_text})
