"""Where a secret is kept. A secret itself is never part of a settings value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SecretPlace(StrEnum):
    NONE = "none"
    VAULT = "vault"
    ENVIRONMENT = "env"
    FILE = "file"


class SecretPurpose(StrEnum):
    """What a stored secret is for; with its owner it is the associated data of the encryption."""

    INCOMING_PASSWORD = "incoming_password"
    INCOMING_CLIENT_SECRET = "incoming_client_secret"
    INCOMING_CERTIFICATE = "incoming_certificate"
    INCOMING_KEY_FILE = "incoming_key_file"
    INCOMING_TOKENS = "incoming_tokens"
    OUTGOING_PASSWORD = "outgoing_password"
    OUTGOING_CLIENT_SECRET = "outgoing_client_secret"
    OUTGOING_CERTIFICATE = "outgoing_certificate"
    OUTGOING_KEY_FILE = "outgoing_key_file"
    OUTGOING_TOKENS = "outgoing_tokens"
    WEBHOOK = "webhook"  # of the profile: its owner is 0


@dataclass(frozen=True, slots=True)
class SecretReference:
    """``vault``, ``env:NAME``, ``file:PATH``, or nothing at all."""

    place: SecretPlace = SecretPlace.NONE
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> "SecretReference":
        """From its text form. Raises ValueError for any other text."""
        match text.partition(":"):
            case ("", "", ""):
                return NO_SECRET
            case ("vault", "", ""):
                return IN_VAULT
            case (("env" | "file") as place, ":", name) if name:
                return cls(SecretPlace(place), name)
        raise ValueError("not one of vault, env:NAME, file:PATH")

    def __str__(self) -> str:
        match self.place:
            case SecretPlace.NONE:
                return ""
            case SecretPlace.VAULT:
                return "vault"
        return f"{self.place}:{self.name}"


NO_SECRET = SecretReference()
IN_VAULT = SecretReference(SecretPlace.VAULT)


class VaultState(StrEnum):
    """Locked is not absent, absent is not failed; none of them ever deletes anything."""

    UNOPENED = "unopened"
    READY = "ready"
    LOCKED = "locked"
    ABSENT = "absent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret as the store keeps it: encrypted, under the key that ``key_id`` names."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class TypedPasswords:
    """Secrets as typed in the form; None, or none for a purpose, keeps what is stored.

    ``others``: client secrets, certificates, key files, and the tokens of a sign-in that is not stored yet.
    """

    incoming: "Secret | None" = None
    outgoing: "Secret | None" = None
    others: "Mapping[SecretPurpose, Secret]" = field(default_factory=dict)

    @classmethod
    def one(cls, purpose: SecretPurpose, secret: "Secret") -> "TypedPasswords":
        match purpose:
            case SecretPurpose.INCOMING_PASSWORD:
                return cls(incoming=secret)
            case SecretPurpose.OUTGOING_PASSWORD:
                return cls(outgoing=secret)
        return cls(others={purpose: secret})

    def of(self, purpose: SecretPurpose) -> "Secret | None":
        match purpose:
            case SecretPurpose.INCOMING_PASSWORD:
                return self.incoming
            case SecretPurpose.OUTGOING_PASSWORD:
                return self.outgoing
        return self.others.get(purpose)

    def __bool__(self) -> bool:
        return bool(self.incoming or self.outgoing or self.others)


class Secret:
    """A secret value in memory that cannot be shown by accident: ``reveal()`` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")
