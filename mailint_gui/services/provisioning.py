"""Integrations from and to a file: what is given is merged over what is stored, all of it or nothing."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.health import ErrorRecord, Health
from mailint_gui.domain.integration import Direction, Integration, name_key
from mailint_gui.domain.integration_secrets import FIELD_OF, SecretField, missing_name, needed_secrets
from mailint_gui.domain.missing_secret import password_missing, waits_for_secret
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.secret import (
    IN_VAULT,
    Secret,
    SecretPlace,
    SecretPurpose,
    TypedPasswords,
)
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError, trimmed, validate
from mailint_gui.services.credentials import document_secret
from mailint_gui.services.integrations import Integrations
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.provisioning_checks import fault_of, misfits, unread_authentication, unusable_files
from mailint_gui.services.provisioning_file import (
    Entry,
    ProvisioningError,
    read_entries,
    write_entries,
)
from mailint_gui.services.provisioning_keys import DOCUMENTS, KEY_OF_SECRET
from mailint_gui.services.provisioning_merge import merged
from mailint_gui.store.database import Database


class ImportResult(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class MissingSecret:
    """``problem`` says what it is and which line of the file would give it."""

    direction: Direction
    problem: Problem


@dataclass(frozen=True, slots=True)
class Imported:
    """``missing``: the secrets without which it was saved, and is disabled. ``mute_default``: the default, and
    cannot send."""

    name: str
    result: ImportResult
    enabled: bool = True
    missing: tuple[MissingSecret, ...] = ()
    mute_default: bool = False


@dataclass(frozen=True, slots=True)
class _Draft:
    entry: Entry
    before: Integration | None
    after: Integration
    passwords: TypedPasswords
    missing: tuple[MissingSecret, ...]

    @property
    def result(self) -> ImportResult:
        if self.before is None:
            return ImportResult.CREATED
        same = self.before == self.after and not self.passwords
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
        """``stdin`` is called only where a secret is said to come from there. What was done, in the order of the file.

        Raises ProvisioningError with every fault, and ProblemError; then nothing was changed.
        """
        entries = read_entries(text, directory)
        drafts = self._drafts(entries)
        _refuse(drafts, self._stored())
        typed = self._with_typed(drafts, stdin)
        wanted = [draft for draft in typed if draft.result is not ImportResult.UNCHANGED]
        saved = self._save(wanted)
        self._show_missing(typed, saved)
        return tuple(map(_imported, typed))

    def export(self, names: Collection[str] = ()) -> str:
        """These, or all, as an import file. Raises LookupError with the first name that is not known.

        One that waits for a secret alone is written as it is to be.
        """
        stored = {name_key(each.name): each for each in self._stored()}
        for name in names:
            if name_key(name) not in stored:
                raise LookupError(name)
        wanted = [stored[name_key(name)] for name in dict.fromkeys(names)] if names else stored.values()
        return write_entries(
            replace(each, enabled=each.enabled or waits_for_secret(each, self._health(each)))
            for each in wanted
        )

    def _stored(self) -> tuple[Integration, ...]:
        with self.database.read() as unit:
            return unit.integrations.all()

    def _drafts(self, entries: Iterable[Entry]) -> list[_Draft]:
        stored = {name_key(each.name): each for each in self._stored()}
        return [self._draft(entry, stored.get(name_key(entry.name))) for entry in entries]

    def _draft(self, entry: Entry, before: Integration | None) -> _Draft:
        after = trimmed(merged(entry, before))
        if before and "enabled" not in entry.values and waits_for_secret(before, self._health(before)):
            after = replace(after, enabled=True)
        missing = tuple(
            _missing(each, after)
            for each in needed_secrets(after)
            if not any(self._is_there(field, after, entry) for field in each)
        )
        if missing:
            after = replace(after, enabled=False)
        return _Draft(entry, before, after, TypedPasswords(), missing)

    def _health(self, integration: Integration) -> Health:
        return self.monitor.health(integration.id)

    def _is_there(self, field: SecretField, integration: Integration, entry: Entry) -> bool:
        table = entry.tables.get(field.direction)
        if table is not None and field.name in table.from_stdin:
            return True
        match field.reference(integration).place:
            case SecretPlace.NONE:
                return False
            case SecretPlace.VAULT:
                return self._is_stored(integration.id, field.purpose)
        return True

    def _is_stored(self, owner: int, purpose: SecretPurpose) -> bool:
        if not owner:
            return False
        with self.database.read() as unit:
            return unit.secrets.get(owner, purpose) is not None

    def _with_typed(self, drafts: Iterable[_Draft], stdin: Callable[[], bytes]) -> list[_Draft]:
        """The one secret that comes by standard input."""
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
        shown = set()
        for draft in drafts:
            integration = saved.get(name_key(draft.after.name), draft.after)
            for each in draft.missing:
                last = self._health(integration).of(each.direction).last_error
                if last is None or last.problem != each.problem:
                    error = ErrorRecord(self.clock(), each.problem)
                    self.monitor.set_error(integration.id, each.direction, error)
                    shown.add(integration.id)
        self.integrations.announce_changed(shown)


def _imported(draft: _Draft) -> Imported:
    after = draft.after
    mute_default = after.is_default and not after.can_send
    return Imported(after.name, draft.result, after.enabled, draft.missing, mute_default)


def _missing(fields: Sequence[SecretField], after: Integration) -> MissingSecret:
    """``after``: still enabled where it is to be, but for this."""
    direction = fields[0].direction
    in_vault = [field for field in fields if field.reference(after) == IN_VAULT]
    named = in_vault or fields
    problem = password_missing(
        name=after.name,
        secret=missing_name(field.name for field in named),
        key=KEY_OF_SECRET[named[0].name],
        reference=str(IN_VAULT) if in_vault else "",
        log_in=direction,
        disabled=after.enabled,
    )
    return MissingSecret(direction, problem)


def _typed(entry: Entry, stdin: Callable[[], bytes]) -> TypedPasswords:
    """Raises ProvisioningError where standard input gives no secret, or a file that is of no use."""
    direction, name = next(
        (direction, name) for direction, table in entry.tables.items() for name in table.from_stdin
    )
    content = stdin()
    secret = _read_secret(content, whole=name in DOCUMENTS)
    fault = fault_of(name, content) if secret and name in DOCUMENTS else None
    if not secret or fault:
        error = FieldError(f"{direction}.{KEY_OF_SECRET[name]}", fault or FieldFault.REQUIRED)
        raise ProvisioningError([ValidationError([error], entry.name)])
    return TypedPasswords.one(FIELD_OF[direction, name].purpose, secret)


def _read_secret(content: bytes, *, whole: bool) -> Secret:
    """The line end of a password is none of it."""
    if whole:
        return document_secret(content)
    try:
        return Secret(content.decode().removesuffix("\n").removesuffix("\r"))
    except UnicodeDecodeError:
        return Secret("")


def _refuse(drafts: Iterable[_Draft], stored: Collection[Integration]) -> None:
    """Every fault of every entry at once. Raises ProvisioningError."""
    seen: set[str] = set()
    defaults = 0
    refused = []
    for draft in drafts:
        errors = [*draft.entry.errors, *misfits(draft.entry, draft.after)]
        known = {error.path for error in errors} | unread_authentication(draft.entry)
        further = (*validate(draft.after, stored), *unusable_files(draft.entry))
        errors += [each for each in further if each.path not in known]
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
