"""What one log-in is made with: from what is typed, from the vault, or from a reference. Never kept here."""

import base64
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import FIELD_OF, SECRET_NAMES
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import (
    Secret,
    SecretPlace,
    SecretPurpose,
    SecretReference,
    TypedPasswords,
    VaultState,
)
from mailint_gui.secrets.references import resolve, resolve_document
from mailint_gui.secrets.vault import Vault
from mailint_gui.services.announcements import Announce, VaultChanged
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

NOTHING_TYPED = TypedPasswords()


class Credentials:
    def __init__(self, database: Database, vault: Vault, announce: Announce) -> None:
        self._database = database
        self._vault = vault
        self._announce = announce
        self._joining = threading.Lock()
        self._opening: Future[VaultState] | None = None

    def password(
        self, integration: Integration, direction: Direction, typed: TypedPasswords = NOTHING_TYPED
    ) -> Secret:
        """The password of ``direction``, the one whose settings are used. Raises ProblemError."""
        field = FIELD_OF[direction, "password"]
        reference = field.reference(integration)
        return typed.of(field.purpose) or self.stored(integration.id, reference, field.purpose)

    def stored(
        self, owner: int, reference: SecretReference, purpose: SecretPurpose, *, whole: bool = False
    ) -> Secret:
        """``whole``: all of a file, not its first line; what is no text comes as base64. Raises ProblemError."""
        with _naming(purpose):
            match reference.place:
                case SecretPlace.ENVIRONMENT | SecretPlace.FILE:
                    return document_secret(resolve_document(reference)) if whole else resolve(reference)
                case SecretPlace.VAULT:
                    return self._from_vault(owner, purpose)
            raise ProblemError(Problem(ProblemKind.PASSWORD_MISSING))

    def _from_vault(self, owner: int, purpose: SecretPurpose) -> Secret:
        self.open_vault()
        with self._database.read() as unit:
            return self.unsealed(unit, owner, purpose)

    def unsealed(self, unit: UnitOfWork, owner: int, purpose: SecretPurpose) -> Secret:
        """From the transaction of ``unit``. Raises ProblemError."""
        with _naming(purpose):
            sealed = unit.secrets.get(owner, purpose)
            if sealed is None:
                raise ProblemError(Problem(ProblemKind.PASSWORD_MISSING))
            return self._vault.unseal(owner, purpose, sealed)

    def keep(self, unit: UnitOfWork, owner: int, purpose: SecretPurpose, secret: Secret) -> None:
        """Seals into the transaction of ``unit``. Call ``open_vault`` before it: the keyring may take seconds."""
        unit.secrets.put(owner, purpose, self._vault.seal(owner, purpose, secret))

    @property
    def vault_is_open(self) -> bool:
        return self._vault.state is VaultState.READY

    def vault_is_used(self) -> bool:
        """Whether something here is sealed with its key; else nobody need be asked to unlock a keyring."""
        with self._database.read() as unit:
            return any(map(self._vault.is_lasting, unit.secrets.all().values()))

    def open_vault(self, *, again: bool = False) -> VaultState:
        """Opens it once for this run; a failed try is repeated only when ``again`` (an admin asked for it).

        What needs no opening waits for none; whoever needs one joins the one under way.
        """
        with self._joining:
            state = self._vault.state
            if state is VaultState.READY or (state is not VaultState.UNOPENED and not again):
                return state
            under_way = self._opening
            opening = self._opening = under_way or Future()
        if under_way is None:
            self._open_for_all(opening)
        return opening.result()

    def _open_for_all(self, opening: Future[VaultState]) -> None:
        """``opening`` gets the state, or what the store raised."""
        try:
            state = self._vault.open(sealed_exist=self.vault_is_used())
        except BaseException as error:  # noqa: BLE001  carried to all who wait
            self._opening = None
            opening.set_exception(error)
        else:
            self._opening = None
            opening.set_result(state)
            self._announce(VaultChanged(state))

    def require_vault(self, purpose: SecretPurpose | None = None, name: str = "") -> None:
        """Raises ProblemError in the words of the vault's state unless secrets can be kept.

        ``purpose``: which one is to be; ``name``: of which integration.
        """
        state = self.open_vault()
        if state is VaultState.FAILED:  # without our key it gets a new one: the admin enters secrets again
            state = self._vault.start_anew()
            self._announce(VaultChanged(state))
        if state is not VaultState.READY:
            problem = Problem(_VAULT_PROBLEMS.get(state, ProblemKind.VAULT_FAILED))
            facts = {"secret": SECRET_NAMES[purpose], "task": "store"} if purpose else {}
            raise ProblemError(problem.about(**facts, **({"name": name} if name else {})))

    def use_for_this_run(self) -> VaultState:
        self._vault.open_for_this_run()
        self._announce(VaultChanged(self._vault.state))
        return self._vault.state


@contextmanager
def _naming(purpose: SecretPurpose) -> Iterator[None]:
    """What is raised inside says which secret it is about."""
    try:
        yield
    except ProblemError as error:
        raise ProblemError(error.problem.about(secret=SECRET_NAMES.get(purpose, ""))) from error


def document_secret(content: bytes) -> Secret:
    """All of a file. One that is no text, as PFX is none, comes as base64."""
    try:
        return Secret(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Secret(base64.b64encode(content).decode("ascii"))


_VAULT_PROBLEMS = {
    VaultState.LOCKED: ProblemKind.VAULT_LOCKED,
    VaultState.ABSENT: ProblemKind.VAULT_ABSENT,
    VaultState.FAILED: ProblemKind.VAULT_FAILED,
}
