"""The files that an admin chooses for a sign-in: read and checked once, and kept as secrets from then on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from mailint_gui.domain.field_error import FieldError, FieldFault, ValidationError
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import FIELD_OF
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.auth.certificate import read_certificate
from mailint_gui.mail.auth.key_file import account_of_key_file
from mailint_gui.mail.auth.unusable import UnusableFileError
from mailint_gui.services.credentials import Credentials

_LARGEST = 1_000_000  # bytes; a certificate or a key has a few thousand


@dataclass(frozen=True, slots=True)
class SignInFile:
    """``name``: whose it is, the subject of a certificate or the address of a service account."""

    content: Secret
    name: str
    not_after: datetime | None = None


def certificate_file(path: Path, password: str) -> SignInFile | None:
    """None: it needs a password, and none was given. Raises ValidationError for ``certificate``."""
    try:
        return _certificate(_content(path, "certificate"), password)
    except UnusableFileError as error:
        if error.fault is FieldFault.PRIVATE_KEY_LOCKED and not password:
            return None
        raise ValidationError([FieldError("certificate", error.fault)]) from None


def key_file(path: Path) -> SignInFile:
    """The JSON key of a Google service account. Raises ValidationError for ``key_file``."""
    try:
        return _key(_content(path, "key_file"))
    except UnusableFileError as error:
        raise ValidationError([FieldError("key_file", error.fault)]) from None


def read_file(name: str, content: bytes) -> SignInFile:
    """``content`` as ``name``, certificate or key_file. Raises UnusableFileError."""
    return _READERS[name](content)


def kept_file(
    credentials: Credentials, integration: Integration, direction: Direction, name: str
) -> SignInFile | None:
    """What is kept as ``name``, certificate or key_file, without its content; None where that is of no use.

    Raises ProblemError when it cannot be read.
    """
    field = FIELD_OF[direction, name]
    secret = credentials.stored(integration.id, field.reference(integration), field.purpose, whole=True)
    try:
        found = read_file(name, secret.reveal().encode())
    except UnusableFileError:
        return None
    return replace(found, content=Secret(""))


def _certificate(content: bytes, password: str = "") -> SignInFile:
    certificate = read_certificate(content, password)
    return SignInFile(certificate.pem, certificate.subject, certificate.not_after)


def _key(content: bytes) -> SignInFile:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFileError(FieldFault.NO_KEY_FILE) from None
    return SignInFile(Secret(text), account_of_key_file(text))


_READERS: Mapping[str, Callable[[bytes], SignInFile]] = {"certificate": _certificate, "key_file": _key}


def _content(path: Path, field: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        facts = {"value": str(path), "detail": error.strerror or ""}
        raise ValidationError([FieldError(field, FieldFault.UNREADABLE, facts)]) from None
