"""Integrations from and to a file: what is given is merged over what is stored, all of it or nothing."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.health import password_missing
from mailint_gui.domain.integration import (
    AFTER_PROCESSING,
    DEFAULT_PORTS,
    DEFAULT_SMTP_PORTS,
    Direction,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    name_key,
)
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.secret import Secret, SecretPlace, SecretPurpose, SecretReference, TypedPasswords
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError, trimmed, validate
from mailint_gui.services.integrations import Integrations
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.provisioning_file import (
    Entry,
    ProvisioningError,
    Table,
    read_entries,
    write_entries,
)
from mailint_gui.services.provisioning_keys import PASSWORD_FROM
from mailint_gui.store.database import Database


class ImportResult(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Imported:
    """``missing``: the directions that were saved without a password, for which the integration was disabled."""

    name: str
    result: ImportResult
    missing: tuple[Direction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Draft:
    entry: Entry
    before: Integration | None
    after: Integration
    passwords: TypedPasswords
    missing: tuple[Direction, ...]

    @property
    def result(self) -> ImportResult:
        if self.before is None:
            return ImportResult.CREATED
        same = self.before == self.after and not (self.passwords.incoming or self.passwords.outgoing)
        return ImportResult.UNCHANGED if same else ImportResult.CHANGED


@dataclass(frozen=True, slots=True)
class Provisioning:
    """The use case with what it needs; it holds no state of its own."""

    database: Database
    integrations: Integrations
    monitor: Monitor
    clock: Clock

    def import_file(
        self, text: bytes, directory: Path, stdin: Callable[[], bytes] = bytes
    ) -> tuple[Imported, ...]:
        """``stdin`` is called only for ``password_from = "stdin"``. What was done, in the order of the file.

        Raises ProvisioningError with every fault, and ProblemError; then nothing was changed.
        """
        entries = read_entries(text, directory)
        drafts = self._drafts(entries)
        _refuse(drafts, self._stored())
        typed = self._with_typed(drafts, stdin)
        wanted = [draft for draft in typed if draft.result is not ImportResult.UNCHANGED]
        saved = self._save(wanted)
        self._show_missing(typed, saved)
        return tuple(Imported(draft.after.name, draft.result, draft.missing) for draft in typed)

    def export(self, names: Collection[str] = ()) -> str:
        """These, or all, as an import file. Raises LookupError with the first name that is not known."""
        stored = {name_key(each.name): each for each in self._stored()}
        for name in names:
            if name_key(name) not in stored:
                raise LookupError(name)
        wanted = [stored[name_key(name)] for name in dict.fromkeys(names)] if names else stored.values()
        return write_entries(wanted)

    def _stored(self) -> tuple[Integration, ...]:
        with self.database.read() as unit:
            return unit.integrations.all()

    def _drafts(self, entries: Iterable[Entry]) -> list[_Draft]:
        stored = {name_key(each.name): each for each in self._stored()}
        return [self._draft(entry, stored.get(name_key(entry.name))) for entry in entries]

    def _draft(self, entry: Entry, before: Integration | None) -> _Draft:
        after = trimmed(merged(entry, before))
        missing = tuple(
            direction
            for direction in Direction
            if _needs_password(after, direction) and self._has_none(after, direction, entry)
        )
        if missing:
            after = replace(after, enabled=False)
        return _Draft(entry, before, after, TypedPasswords(), missing)

    def _has_none(self, integration: Integration, direction: Direction, entry: Entry) -> bool:
        table = entry.tables.get(direction)
        if table is not None and table.from_stdin:
            return False
        match _settings(integration, direction).password.place:
            case SecretPlace.NONE:
                return True
            case SecretPlace.VAULT:
                return not self._is_stored(integration.id, _PURPOSES[direction])
        return False

    def _is_stored(self, owner: int, purpose: SecretPurpose) -> bool:
        if not owner:
            return False
        with self.database.read() as unit:
            return unit.secrets.get(owner, purpose) is not None

    def _with_typed(self, drafts: Iterable[_Draft], stdin: Callable[[], bytes]) -> list[_Draft]:
        """The one password that comes by standard input, its line end left out."""
        return [
            replace(draft, passwords=_typed(draft.entry, stdin)) if draft.entry.from_stdin else draft
            for draft in drafts
        ]

    def _save(self, drafts: Collection[_Draft]) -> dict[str, Integration]:
        try:
            saved = self.integrations.save_all(
                [(draft.after, draft.passwords) for draft in drafts], passwords_required=False
            )
        except ValidationError as error:  # changed by somebody else since it was judged
            raise ProvisioningError([error]) from error
        return {name_key(each.name): each for each in saved}

    def _show_missing(self, drafts: Iterable[_Draft], saved: dict[str, Integration]) -> None:
        for draft in drafts:
            integration = saved.get(name_key(draft.after.name), draft.after)
            for direction in draft.missing:
                self._show_password_missing(integration, direction, self.clock())

    def _show_password_missing(self, integration: Integration, direction: Direction, at: datetime) -> None:
        shown = self.monitor.health(integration.id).of(direction).last_error
        if shown is None or shown.problem.kind is not ProblemKind.PASSWORD_MISSING:
            error = password_missing(at, name=integration.name)
            self.monitor.set_error(integration.id, direction, error)


_PURPOSES = {
    Direction.INCOMING: SecretPurpose.INCOMING_PASSWORD,
    Direction.OUTGOING: SecretPurpose.OUTGOING_PASSWORD,
}


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
    return replace(base, **given, incoming=incoming, outgoing=outgoing, filing=filing)


def _merged_incoming(base: IncomingSettings, table: Table) -> IncomingSettings:
    after = replace(base, **{**_started(base), **table.values}, password=_password(base, table))
    possible = AFTER_PROCESSING[after.protocol]
    if "after_processing" not in table.values and after.after_processing not in possible:
        after = replace(after, after_processing=possible[0])
    if "port" in table.values or base.port != DEFAULT_PORTS[base.protocol, base.security]:
        return after
    return replace(after, port=DEFAULT_PORTS[after.protocol, after.security])


def _merged_outgoing(base: OutgoingSettings, table: Table) -> OutgoingSettings:
    after = replace(base, **{**_started(base), **table.values}, password=_password(base, table))
    if "port" in table.values or base.port != DEFAULT_SMTP_PORTS[base.security]:
        return after
    return replace(after, port=DEFAULT_SMTP_PORTS[after.security])


def _started(base: IncomingSettings | OutgoingSettings) -> dict[str, bool]:
    """A direction that was never set up is switched on by being given."""
    return {} if base.server else {"enabled": True}


def _password(base: IncomingSettings | OutgoingSettings, table: Table) -> SecretReference:
    return base.password if table.password is None else table.password


def _settings(integration: Integration, direction: Direction) -> IncomingSettings | OutgoingSettings:
    return integration.incoming if direction is Direction.INCOMING else integration.outgoing


def _needs_password(integration: Integration, direction: Direction) -> bool:
    """Whether this direction logs in with a password of its own, or lends it to the other one."""
    incoming, outgoing = integration.incoming, integration.outgoing
    lent = outgoing.enabled and outgoing.authentication is OutgoingAuthentication.SAME_AS_INCOMING
    if direction is Direction.INCOMING:
        return incoming.enabled or lent
    return outgoing.enabled and outgoing.authentication is OutgoingAuthentication.PASSWORD


def _typed(entry: Entry, stdin: Callable[[], bytes]) -> TypedPasswords:
    """Raises ProvisioningError where standard input gives no password."""
    direction = next(each for each, table in entry.tables.items() if table.from_stdin)
    try:
        value = stdin().decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        value = ""
    if not value:
        error = FieldError(f"{direction}.{PASSWORD_FROM}", FieldFault.REQUIRED)
        raise ProvisioningError([ValidationError([error], entry.name)])
    secret = Secret(value)
    return TypedPasswords(secret, None) if direction is Direction.INCOMING else TypedPasswords(None, secret)


def _refuse(drafts: Iterable[_Draft], stored: Collection[Integration]) -> None:
    """Every fault of every entry at once. Raises ProvisioningError."""
    seen: set[str] = set()
    defaults = 0
    refused = []
    for draft in drafts:
        errors = list(draft.entry.errors)
        known = {error.path for error in errors}
        errors += [each for each in validate(draft.after, stored) if each.path not in known]
        key = name_key(draft.entry.name)
        if key and key in seen:
            errors.append(FieldError("name", FieldFault.NOT_UNIQUE, {"value": draft.entry.name}))
        seen.add(key)
        defaults += draft.after.is_default and draft.entry.values.get("is_default", False)
        if defaults > 1 and draft.entry.values.get("is_default", False):
            errors.append(FieldError("is_default", FieldFault.TWO_DEFAULTS))
        if errors:
            refused.append(ValidationError(errors, draft.entry.name))
    if refused:
        raise ProvisioningError(refused)
