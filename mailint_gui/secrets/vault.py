"""The vault: seals and opens secrets with one key per profile, which the system keyring holds.

It keeps nothing: who seals a secret has the sealed form stored. Locked is not absent, absent is not failed, and
nothing is ever deleted or overwritten because a read failed.
"""

import base64
import binascii
import hashlib
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import SealedSecret, Secret, SecretPurpose, VaultState
from mailint_gui.secrets.keyring_thread import KeyringThread

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_Answer = TypeVar("_Answer")
SERVICE = "mailint"
DEADLINE = 15.0  # seconds for all that opening takes
_KEY_BYTES = 32  # AES-256
_THIS_RUN = "run:"
_NONCE_BYTES = 12  # NIST SP 800-38D section 5.2.1.1

# What a keyring raises, by the name of the class or of a base: the classes belong to back ends of other systems.
_STATES = {
    "NoKeyringError": VaultState.ABSENT,
    "SecretServiceNotAvailableException": VaultState.ABSENT,
    "KeyringLocked": VaultState.LOCKED,
    "LockedException": VaultState.LOCKED,
    "PromptDismissedException": VaultState.LOCKED,
    "InitError": VaultState.LOCKED,
    "TimeoutError": VaultState.LOCKED,  # most likely it asks for its password, and nobody answers
}
_PROBLEMS = {
    VaultState.UNOPENED: ProblemKind.VAULT_LOCKED,
    VaultState.LOCKED: ProblemKind.VAULT_LOCKED,
    VaultState.ABSENT: ProblemKind.VAULT_ABSENT,
    VaultState.FAILED: ProblemKind.VAULT_FAILED,
}
_OTHER_KEY = Problem(ProblemKind.SECRET_LOCKED_HERE)
_DAMAGED = Problem(ProblemKind.VAULT_FAILED, detail="the stored secret was changed")
_FORGOTTEN = Problem(ProblemKind.PASSWORD_MISSING, detail="it was kept for an earlier run only")


class Vault:
    """May be used from any thread; opening waits for the keyring, so never from the window's."""

    def __init__(self, profile_id: str, keyring: KeyringThread | None = None) -> None:
        self._profile_id = profile_id
        self._keyring = keyring or KeyringThread()
        self._lock = threading.Lock()
        self._key: bytes | None = None
        self._state = VaultState.UNOPENED
        self._detail = ""
        self._key_id = ""
        self._key_missing = False

    def __repr__(self) -> str:
        return f"Vault({self._profile_id!r}, {self._state})"

    @property
    def state(self) -> VaultState:
        return self._state

    @staticmethod
    def is_lasting(sealed: SealedSecret) -> bool:
        """False for what was sealed by a vault that was open for one run only: no key will ever open it again."""
        return not sealed.key_id.startswith(_THIS_RUN)

    def open(self, *, sealed_exist: bool, deadline: float = DEADLINE) -> VaultState:
        """Gets the key; makes one only when nothing is sealed yet, so that no key is ever replaced.

        A keyring without our key while secrets are sealed is FAILED: they were sealed on another computer, or the
        key was deleted. Never raises for what a keyring does; may be called again.
        """
        with self._lock:
            if self._state is not VaultState.READY:
                self._open(sealed_exist, time.monotonic() + deadline)
            return self._state

    def _open(self, sealed_exist: bool, until: float) -> None:
        try:
            stored = self._ask(lambda keyring: keyring.get_password(SERVICE, self._profile_id), until)
            if stored is not None:
                self._ready(_decoded(stored))
            elif sealed_exist:
                self._closed(VaultState.FAILED, "the keyring does not hold the key of this profile")
                self._key_missing = True
            else:
                self._ready(self._new_key(until))
        except _UnusableError as error:
            self._closed(VaultState.FAILED, str(error))
        except Exception as error:  # noqa: BLE001  back ends raise what their systems raise
            self._closed(state_of(error), f"{type(error).__name__}: {error}")

    def start_anew(self, deadline: float = DEADLINE) -> VaultState:
        """Makes a key although secrets are sealed with another one, because an admin will enter them again.

        Those stay where they are, and open again should the old key come back. Does nothing where the keyring has a
        key, or does not answer.
        """
        return self.open(sealed_exist=False, deadline=deadline)

    def open_for_this_run(self) -> None:
        """Goes on without a keyring: what is sealed from now on opens until the program ends."""
        with self._lock:
            if self._state is not VaultState.READY:
                self._ready(os.urandom(_KEY_BYTES), _THIS_RUN)

    def seal(self, owner_id: int, purpose: SecretPurpose, secret: Secret) -> SealedSecret:
        """Raises ProblemError with VAULT_LOCKED, VAULT_ABSENT or VAULT_FAILED."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._required_key()
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = AESGCM(key).encrypt(nonce, secret.reveal().encode(), _bound_to(owner_id, purpose))
        return SealedSecret(self._key_id, nonce, ciphertext)

    def unseal(self, owner_id: int, purpose: SecretPurpose, sealed: SealedSecret) -> Secret:
        """Raises ProblemError as ``seal`` does.

        Also SECRET_LOCKED_HERE for one sealed with a key that is not here, VAULT_FAILED for one that was changed
        since, and PASSWORD_MISSING for one that was sealed for an earlier run only.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if self._key_missing:
            raise ProblemError(Problem(ProblemKind.SECRET_LOCKED_HERE))
        key = self._required_key()
        if sealed.key_id != self._key_id:
            raise ProblemError(_OTHER_KEY if self.is_lasting(sealed) else _FORGOTTEN)
        try:
            clear = AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, _bound_to(owner_id, purpose))
        except (InvalidTag, ValueError):  # ValueError: a nonce of a wrong length
            raise ProblemError(_DAMAGED) from None
        return Secret(clear.decode())

    def _required_key(self) -> bytes:
        if self._key is None:
            raise ProblemError(Problem(_PROBLEMS[self._state], detail=self._detail))
        return self._key

    def _new_key(self, until: float) -> bytes:
        """A keyring is trusted only after it gave back what it was given, and forgot what it was told to."""
        probe = f"{self._profile_id} (probe)"
        if self._stored(probe, os.urandom(_KEY_BYTES), until) is None:
            raise _UnusableError("the keyring did not keep what it was given")
        self._ask(lambda keyring: keyring.delete_password(SERVICE, probe), until)
        if self._ask(lambda keyring: keyring.get_password(SERVICE, probe), until) is not None:
            raise _UnusableError("the keyring did not delete what it was told to")
        key = self._stored(self._profile_id, os.urandom(_KEY_BYTES), until)
        if key is None:
            raise _UnusableError("the keyring did not keep the key")
        return key

    def _stored(self, name: str, key: bytes, until: float) -> bytes | None:
        """The key once the keyring gives it back; None when it gives something else."""
        text = base64.b64encode(key).decode()
        try:
            self._ask(lambda keyring: keyring.set_password(SERVICE, name, text), until)
        except Exception as error:
            if text in str(error):
                raise _UnusableError(f"{type(error).__name__} while the key was stored") from None
            raise
        return key if self._ask(lambda keyring: keyring.get_password(SERVICE, name), until) == text else None

    def _ask(self, function: "Callable[[KeyringBackend], _Answer]", until: float) -> _Answer:
        return self._keyring.call(function, max(0.0, until - time.monotonic()))

    def _ready(self, key: bytes, prefix: str = "") -> None:
        """The id names the key and tells nothing about it: the key is 256 random bits."""
        self._key_id = prefix + hashlib.sha256(b"mailint key id\0" + key).hexdigest()[:16]
        self._key, self._detail, self._key_missing = key, "", False
        self._state = VaultState.READY

    def _closed(self, state: VaultState, detail: str) -> None:
        self._state, self._detail = state, detail


class _UnusableError(Exception):
    """The keyring answers, but not as a keyring should."""


def _decoded(stored: str) -> bytes:
    """Raises _UnusableError, without a word of what is there."""
    try:
        key = base64.b64decode(stored, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise _UnusableError("what the keyring holds for this profile is not a key of Mailint")
    return key


def state_of(error: BaseException) -> VaultState:
    """What a keyring's ``error`` says of it.

    The first cause tells most: a back end has one error for a missing service and for a dismissed prompt.
    """
    if error.__context__ is not None:
        earlier = state_of(error.__context__)
        if earlier is not VaultState.FAILED:
            return earlier
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((_STATES[name] for name in names if name in _STATES), VaultState.FAILED)


def _bound_to(owner_id: int, purpose: SecretPurpose) -> bytes:
    """The associated data: a sealed secret opens only for whom and what it was sealed for."""
    return f"{owner_id}:{purpose}".encode()
