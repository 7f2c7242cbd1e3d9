"""What only a secret itself tells of its end: the date in a certificate, the last use of a sign-in.

It is looked at when it is new, and in the vault only while that is open: a warning is no reason to ask for a keyring.
What cannot be read is no warning, and no error: whoever logs in with it has better words for that.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.credentials_in_use import credentials_in_use
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import FIELD_OF, TOKENS_OF
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.secret import Secret, SecretPlace, SecretPurpose, SecretReference
from mailint_gui.mail.auth.kept_sign_in import KeptSignIn
from mailint_gui.secrets.references import resolve_document
from mailint_gui.services.credentials import Credentials
from mailint_gui.store.unit_of_work import UnitOfWork

UNREADABLE_FOR = timedelta(hours=1)  # a file on a network share that is gone takes seconds each time

_Owner = tuple[int, SecretPurpose]
_CERTIFICATES = {direction: FIELD_OF[direction, "certificate"] for direction in Direction}
_PURPOSES: Mapping[tuple[ExpiryKind, Direction], SecretPurpose] = {
    **{(ExpiryKind.CERTIFICATE, each): field.purpose for each, field in _CERTIFICATES.items()},
    **{(ExpiryKind.SIGN_IN, each): purpose for each, purpose in TOKENS_OF.items()},
}


@dataclass(frozen=True, slots=True)
class KnownDates:
    sealed: Mapping[_Owner, datetime | None]
    files: Mapping[SecretReference, datetime | None]

    def of(self, integration: Integration, kind: ExpiryKind, direction: Direction) -> datetime | None:
        """The end of a certificate, or the last use of a sign-in."""
        if kind is ExpiryKind.CERTIFICATE:
            reference = _CERTIFICATES[direction].reference(integration)
            if reference.place is not SecretPlace.VAULT:
                return self.files.get(reference)
        return self.sealed.get((integration.id, _PURPOSES[kind, direction]))


class CredentialDates:
    """Thread-safe. Knows a secret again by the nonce that it was sealed with, a file by its digest."""

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        self._credentials = credentials
        self._clock = clock
        self._lock = threading.Lock()
        self._sealed: dict[_Owner, tuple[bytes, datetime | None]] = {}
        self._files: dict[SecretReference, tuple[bytes, datetime | None]] = {}
        self._unreadable_until: dict[SecretReference, datetime] = {}

    def known(self, unit: UnitOfWork) -> KnownDates:
        """As it stands; of files and the environment, what ``look_outside`` read."""
        nonces = unit.secrets.nonces(_PURPOSES.values())
        with self._lock:
            self._read_new(unit, nonces)
            sealed = {
                owner: moment for owner, (nonce, moment) in self._sealed.items() if nonces.get(owner) == nonce
            }
            return KnownDates(sealed, {reference: moment for reference, (_, moment) in self._files.items()})

    def look_outside(self, integrations: Iterable[Integration]) -> None:
        """Reads certificates in files and in the environment anew; one that does not answer may take seconds."""
        now = self._clock()
        for reference in _outside(integrations):
            if now >= self._unreadable_until.get(reference, now):
                self._look_at(reference, now)

    def _read_new(self, unit: UnitOfWork, nonces: Mapping[_Owner, bytes]) -> None:
        if not self._credentials.vault_is_open:
            return
        for owner, nonce in nonces.items():
            if self._sealed.get(owner, (b"", None))[0] == nonce:
                continue
            try:
                secret = self._credentials.unsealed(unit, *owner)
            except ProblemError:  # sealed with another key, which may come back
                continue
            self._sealed[owner] = nonce, _READ[owner[1]](secret)

    def _look_at(self, reference: SecretReference, now: datetime) -> None:
        try:
            content = resolve_document(reference)
        except ProblemError:
            self._unreadable_until[reference] = now + UNREADABLE_FOR
            return
        digest = hashlib.sha256(content).digest()
        with self._lock:
            if self._files.get(reference, (b"", None))[0] != digest:
                self._files[reference] = digest, _end_of_certificate(content)


def _outside(integrations: Iterable[Integration]) -> frozenset[SecretReference]:
    """Where certificates in use are kept, but for the vault."""
    references = (
        _CERTIFICATES[direction].reference(each)
        for each in integrations
        for kind, direction in credentials_in_use(each)
        if kind is ExpiryKind.CERTIFICATE
    )
    return frozenset(each for each in references if each.place is not SecretPlace.VAULT)


def _end_of_certificate(content: bytes) -> datetime | None:
    from mailint_gui.mail.auth.certificate import end_of_certificate  # late: few desks have one
    from mailint_gui.mail.auth.unusable import UnusableFileError

    try:
        return end_of_certificate(content)
    except UnusableFileError:
        return None


def _last_use(state: Secret) -> datetime | None:
    try:
        return KeptSignIn.read(state).last_used_at
    except ProblemError:
        return None


_READERS: Mapping[ExpiryKind, Callable[[Secret], datetime | None]] = {
    ExpiryKind.CERTIFICATE: lambda secret: _end_of_certificate(secret.reveal().encode()),
    ExpiryKind.SIGN_IN: _last_use,
}
_READ = {purpose: _READERS[kind] for (kind, _direction), purpose in _PURPOSES.items()}
