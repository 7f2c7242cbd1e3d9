"""An entry of the import file over what is stored under its name, else over the defaults."""

from dataclasses import replace
from typing import Any, TypeVar

from mailint_gui.domain.integration import (
    AFTER_PROCESSING,
    DEFAULT_PORTS,
    DEFAULT_SMTP_PORTS,
    Direction,
    IncomingSettings,
    Integration,
    OutgoingSettings,
)
from mailint_gui.domain.oauth import SIGN_INS
from mailint_gui.domain.secret import NO_SECRET, SecretReference
from mailint_gui.domain.validation import trimmed
from mailint_gui.services.provisioning_file import Entry, Table

_Settings = TypeVar("_Settings", IncomingSettings, OutgoingSettings)


def merged(entry: Entry, before: Integration | None) -> Integration:
    """What is given over what is stored, else over the defaults. ``enabled`` says what an admin wants; what errors
    disabled stays so in its health."""
    base = before or Integration()
    incoming, outgoing = base.incoming, base.outgoing
    if (table := entry.tables.get(Direction.INCOMING)) is not None:
        incoming = _merged_incoming(incoming, table)
    if (table := entry.tables.get(Direction.OUTGOING)) is not None:
        outgoing = _merged_outgoing(outgoing, table)
    filing = replace(base.filing, **entry.filing)
    given = {"name": entry.name, **entry.values}
    return _at_the_provider(replace(base, **given, incoming=incoming, outgoing=outgoing, filing=filing))


def _at_the_provider(draft: Integration) -> Integration:
    """The provider's server where none is named; a port or a security that is named stays."""
    known = trimmed(draft)
    incoming = replace(draft.incoming, server=known.incoming.server)
    return replace(draft, incoming=incoming, outgoing=replace(draft.outgoing, server=known.outgoing.server))


def _merged_incoming(base: IncomingSettings, table: Table) -> IncomingSettings:
    after = _with_sign_in(replace(base, **{**_started(base), **table.values}), table)
    possible = AFTER_PROCESSING[after.protocol]
    if "after_processing" not in table.values and after.after_processing not in possible:
        after = replace(after, after_processing=possible[0])
    if "port" in table.values or base.port != DEFAULT_PORTS[base.protocol, base.security]:
        return after
    return replace(after, port=DEFAULT_PORTS[after.protocol, after.security])


def _merged_outgoing(base: OutgoingSettings, table: Table) -> OutgoingSettings:
    after = _with_sign_in(replace(base, **{**_started(base), **table.values}), table)
    if "port" in table.values or base.port != DEFAULT_SMTP_PORTS[base.security]:
        return after
    return replace(after, port=DEFAULT_SMTP_PORTS[after.security])


def _started(base: IncomingSettings | OutgoingSettings) -> dict[str, bool]:
    """A direction that was never set up is switched on by being given."""
    return {} if base.server else {"enabled": True}


def _with_sign_in(settings: _Settings, table: Table) -> _Settings:
    """With the secrets and the sign-in that were given; a provider has a first kind of sign-in of its own."""
    given: dict[str, Any] = {**table.oauth, **_references(table)}
    oauth = replace(settings.oauth, **given)
    if settings.provider and "sign_in" not in table.oauth:
        possible = SIGN_INS[settings.provider]
        oauth = replace(oauth, sign_in=oauth.sign_in if oauth.sign_in in possible else possible[0])
    return replace(settings, password=table.references.get("password", settings.password), oauth=oauth)


def _references(table: Table) -> dict[str, SecretReference]:
    """Client secret or certificate: whichever alone is given takes the place of the other."""
    found = {name: reference for name, reference in table.references.items() if name != "password"}
    if "client_secret" in found:
        found.setdefault("certificate", NO_SECRET)
    elif "certificate" in found:
        found["client_secret"] = NO_SECRET
    return found
