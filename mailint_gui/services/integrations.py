"""Integrations as admins change them: save, duplicate, delete and undo, enable, disable."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Integration, name_key
from mailint_gui.domain.integration_secrets import (
    SECRET_FIELDS,
    TOKENS_OF,
    SecretField,
    needed_secrets,
    same_sign_in,
)
from mailint_gui.domain.secret import IN_VAULT, SecretPlace, SecretPurpose, TypedPasswords
from mailint_gui.domain.status import DeletionEffects
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError, trimmed, validate
from mailint_gui.services.announcements import Announce, StatusChanged, StatusRemoved
from mailint_gui.services.credentials import NOTHING_TYPED, Credentials
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.properties import Properties
from mailint_gui.services.rule_book import RuleBook
from mailint_gui.services.statuses import Statuses
from mailint_gui.services.tokens import Tokens
from mailint_gui.store.database import Database
from mailint_gui.store.errors import NameTakenError
from mailint_gui.store.unit_of_work import UnitOfWork

COPY_NAME_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Integrations:
    """The use cases with what they need; no state of their own."""

    database: Database
    credentials: Credentials
    properties: Properties
    monitor: Monitor
    statuses: Statuses
    clock: Clock
    announce: Announce
    rule_book: RuleBook
    tokens: Tokens

    def save(self, draft: Integration, passwords: TypedPasswords = NOTHING_TYPED) -> Integration:
        """Validates and stores, all or nothing. Raises ValidationError, ProblemError.

        A typed password goes into the vault; none typed keeps what is stored.
        """
        return self.save_all([(draft, passwords)], passwords_required=True)[0]

    def save_all(
        self, drafts: Collection[tuple[Integration, TypedPasswords]], *, passwords_required: bool
    ) -> tuple[Integration, ...]:
        """Several in one transaction. A missing password is refused, or (``passwords_required`` off) let through."""
        if not self.database.is_shared:
            self._require_vault(drafts)
        changed: set[int] = set()
        signed_in: set[int] = set()
        with _name_taken_is_a_fault(), self.database.write() as unit:
            saved = tuple(
                self._save(unit, draft, passwords, changed, signed_in, passwords_required)
                for draft, passwords in drafts
            )
        for each in saved:
            self.tokens.forget(each.id)
            self.monitor.secret_given(each.id)
        for integration_id in signed_in:
            self.monitor.signed_in(integration_id)
        self.announce_changed(changed)
        return saved

    def _require_vault(self, drafts: Iterable[tuple[Integration, TypedPasswords]]) -> None:
        """Raises ProblemError about the first secret that could not be kept."""
        typed = ((draft, each) for draft, passwords in drafts for each in SecretPurpose if passwords.of(each))
        for draft, purpose in typed:
            self.credentials.require_vault(purpose, draft.name)

    def _save(
        self,
        unit: UnitOfWork,
        draft: Integration,
        passwords: TypedPasswords,
        changed: set[int],
        signed_in: set[int],
        passwords_required: bool,
    ) -> Integration:
        before = unit.integrations.get(draft.id) if draft.id else None
        draft = _with_typed(trimmed(draft), passwords)
        errors = validate(draft, unit.integrations.all())
        if passwords_required:
            errors += tuple(missing_passwords(draft, passwords, is_new=before is None))
        if self.database.is_shared:
            errors += tuple(_without_a_vault(passwords))
        if errors:
            raise ValidationError(errors, draft.name)
        draft = self._stamped(draft)
        if draft.is_default:
            changed.update(unit.integrations.clear_default(draft.id))
        if before is None:
            draft = unit.integrations.add(replace(draft, id=0))
        else:
            unit.integrations.update(draft)
        self._keep_secrets(unit, draft, passwords)
        if self._keep_tokens(unit, before, draft, passwords):
            signed_in.add(draft.id)
        changed.add(draft.id)
        return draft

    def _keep_secrets(self, unit: UnitOfWork, draft: Integration, typed: TypedPasswords) -> None:
        """A typed secret is sealed; one that nothing refers to any more is not left lying about."""
        for each in SECRET_FIELDS:
            if secret := typed.of(each.purpose):
                self.credentials.keep(unit, draft.id, each.purpose, secret)
            elif each.reference(draft).place is not SecretPlace.VAULT:
                unit.secrets.delete(draft.id, each.purpose)

    def _keep_tokens(
        self, unit: UnitOfWork, before: Integration | None, draft: Integration, typed: TypedPasswords
    ) -> bool:
        """A sign-in is kept as long as it is one at the same provider for the same application.

        -> whether the next log-in is another than before: who waits for a sign-in is tried again.
        """
        another = False
        for direction, purpose in TOKENS_OF.items():
            if state := typed.of(purpose):
                self.credentials.keep(unit, draft.id, purpose, state)
                another = True
            elif before and not same_sign_in(before, draft, direction):
                unit.secrets.delete(draft.id, purpose)
                another = True
        return another

    def _stamped(self, draft: Integration) -> Integration:
        return replace(draft, last_modified_by=self.properties.admin_name(), last_modified_at=self.clock())

    def duplicate(self, integration_id: int) -> Integration:
        """A copy, disabled and not the default, with the same secrets. Raises LookupError, ProblemError."""
        self._open_vault_for(integration_id)
        with self.database.write() as unit:
            source = _existing(unit, integration_id)
            copy = replace(
                source,
                id=0,
                name=_copy_name(source.name, unit.integrations.all()),
                is_default=False,
                enabled=False,
            )
            copy = unit.integrations.add(self._stamped(copy))
            for purpose in set(SecretPurpose) - set(TOKENS_OF.values()):  # a sign-in is good for one
                if unit.secrets.get(source.id, purpose):
                    secret = self.credentials.unsealed(unit, source.id, purpose)
                    self.credentials.keep(unit, copy.id, purpose, secret)
        self.announce_changed({copy.id})
        return copy

    def _open_vault_for(self, integration_id: int) -> None:
        """Outside of the transaction that needs it: a keyring may take seconds.

        A vault without its key is not begun anew: what was sealed would be no nearer.
        """
        with self.database.read() as unit:
            sealed = any(unit.secrets.get(integration_id, purpose) for purpose in SecretPurpose)
        if sealed:
            self.credentials.open_vault()

    def deletion_effects(self, ids: Collection[int]) -> DeletionEffects:
        with self.database.read() as unit:
            integrations = unit.integrations.all()
            unsent = unit.outbox.unsent_counts()
            rules = self.rule_book.affected_by(unit, ids)
        gone = [each for each in integrations if each.id in ids]
        left = [each for each in integrations if each.id not in ids and each.can_send]
        return DeletionEffects(
            names=tuple(each.name for each in gone),
            includes_default=any(each.is_default for each in gone),
            unsent_messages=sum(unsent.get(each.id, 0) for each in gone),
            possible_successors=tuple((each.id, each.name) for each in left),
            rules=rules,
        )

    def delete(self, ids: Collection[int], successor: int | None = None) -> None:
        """Gone from the list, kept for an undo until the end of the run."""
        with self.database.write() as unit:
            unit.integrations.soft_delete(ids, self.clock())
            changed = self._hand_default(unit, successor)
        for integration_id in ids:
            self.tokens.forget(integration_id)
        self.announce(StatusRemoved(tuple(ids)))
        self.rule_book.integrations_changed(ids)
        self.announce_changed(changed)

    def restore(self, ids: Collection[int], heir: int | None = None) -> Integration | None:
        """Undoes a delete. Raises ValidationError when a name was taken meanwhile.

        *Default* comes back where nothing has it, or still the ``heir`` of that delete. -> who else has it now.
        """
        changed = set(ids)
        with _name_taken_is_a_fault(), self.database.write() as unit:
            holder = _default(unit)
            if holder and holder.id == heir:
                changed.update(unit.integrations.clear_default(0))
            comes_back = unit.integrations.restore(ids)
        self.announce_changed(changed)
        self.rule_book.integrations_changed(ids)
        return None if comes_back else holder

    def purge_deleted(self) -> None:
        """At start: what an earlier run deleted cannot be undone any more; settings, secrets and rules forget it."""
        with self.database.write() as unit:
            unit.integrations.purge_deleted(self.clock())
            self.rule_book.drop_gone(unit)

    def enable(self, integration_id: int) -> Integration:
        """Enabled, counters at zero, nothing disabled by errors. Test the connection before calling this."""
        with self.database.write() as unit:
            enabled = self._stamped(replace(_existing(unit, integration_id), enabled=True))
            unit.integrations.update(enabled)
        self.monitor.reenable(integration_id)
        self.announce_changed({integration_id})
        return enabled

    def disable(self, ids: Iterable[int], successor: int | None = None) -> None:
        wanted = set(ids)
        with self.database.write() as unit:
            for each in wanted:
                disabled = replace(_existing(unit, each), enabled=False)
                unit.integrations.update(self._stamped(disabled))
            changed = self._hand_default(unit, successor)
        self.announce_changed(wanted | changed)

    def _hand_default(self, unit: UnitOfWork, successor: int | None) -> set[int]:
        """Losing *default* to another is no change by an admin: only the heir is stamped."""
        if successor is None:
            return set()
        lost = set(unit.integrations.clear_default(successor))
        unit.integrations.update(self._stamped(replace(_existing(unit, successor), is_default=True)))
        return lost | {successor}

    def announce_changed(self, ids: set[int]) -> None:
        if ids:
            self.announce(StatusChanged(self.statuses.of(ids)))


def missing_passwords(
    draft: Integration, typed: TypedPasswords = NOTHING_TYPED, *, is_new: bool = False
) -> Iterable[FieldError]:
    """Where a log-in needs a password and none is typed, stored or referred to; a new one has nothing stored."""

    for fields in needed_secrets(draft):
        if not any(_is_there(each, draft, typed, is_new) for each in fields):
            yield FieldError(fields[0].path, _MISSING.get(len(fields), FieldFault.REQUIRED))


def _is_there(field: SecretField, draft: Integration, typed: TypedPasswords, is_new: bool) -> bool:
    match field.reference(draft).place:
        case SecretPlace.NONE:
            return bool(typed.of(field.purpose))
        case SecretPlace.VAULT:
            return not is_new or bool(typed.of(field.purpose))
    return True


_MISSING = {2: FieldFault.SECRET_OR_CERTIFICATE}


def _without_a_vault(typed: TypedPasswords) -> Iterable[FieldError]:
    """A database that is shared takes references only."""
    for each in SECRET_FIELDS:
        if typed.of(each.purpose):
            yield FieldError(each.path, FieldFault.NOT_SUPPORTED_YET)
    for direction, purpose in TOKENS_OF.items():
        if typed.of(purpose):
            yield FieldError(f"{direction}.sign_in", FieldFault.NOT_SUPPORTED_YET)


@contextmanager
def _name_taken_is_a_fault() -> Iterator[None]:
    """Two who save at once are told apart by the database alone."""
    try:
        yield
    except NameTakenError as error:
        fault = FieldError("name", FieldFault.NOT_UNIQUE, {"value": error.name})
        raise ValidationError([fault], error.name) from error


def _with_typed(draft: Integration, passwords: TypedPasswords) -> Integration:
    """A typed secret is kept in the vault, whatever the field referred to before."""
    for each in SECRET_FIELDS:
        if passwords.of(each.purpose):
            draft = each.referring_to(draft, IN_VAULT)
    return draft


def _existing(unit: UnitOfWork, integration_id: int) -> Integration:
    integration = unit.integrations.get(integration_id)
    if integration is None:
        raise LookupError(integration_id)
    return integration


def _default(unit: UnitOfWork) -> Integration | None:
    return next((each for each in unit.integrations.all() if each.is_default), None)


def _copy_name(name: str, others: Iterable[Integration]) -> str:
    taken = {name_key(other.name) for other in others}
    for number in range(1, COPY_NAME_LIMIT):
        candidate = f"{name} ({number + 1})"
        if name_key(candidate) not in taken:
            return candidate
    raise LookupError(name)
