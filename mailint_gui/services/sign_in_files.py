"""The files that an admin chooses for a sign-in: read and checked once, and kept as secrets from then on."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from mailint_gui.domain.field_error import FieldError, FieldFault, ValidationError
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import FIELD_OF
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.auth.certificate import (
    NoCertificateError,
    NoPrivateKeyError,
    may_need_password,
    read_certificate,
)
from mailint_gui.services.credentials import Credentials

_LARGEST = 1_000_000  # bytes; a certificate or a key has a few thousand
_FAULTS = {
    NoCertificateError: FieldFault.NO_CERTIFICATE,
    NoPrivateKeyError: FieldFault.NO_PRIVATE_KEY,
}


@dataclass(frozen=True, slots=True)
class SignInFile:
    """``name``: whose it is, the subject of a certificate or the address of a service account."""

    content: Secret
    name: str
    not_after: datetime | None = None


def certificate_file(path: Path, password: str) -> SignInFile | None:
    """None: it needs a password, and none was given. Raises ValidationError for ``certificate``."""
    return _certificate(_content(path, "certificate"), password)


def key_file(path: Path) -> SignInFile:
    """The JSON key of a Google service account. Raises ValidationError for ``key_file``."""
    return _key(_content(path, "key_file"))


def kept_file(
    credentials: Credentials, integration: Integration, direction: Direction, name: str
) -> SignInFile | None:
    """What is kept as ``name``, certificate or key_file, without its content; None where that is of no use.

    Raises ProblemError when it cannot be read.
    """
    field = FIELD_OF[direction, name]
    secret = credentials.stored(integration.id, field.reference(integration), field.purpose, whole=True)
    content = secret.reveal().encode()
    try:
        found = _certificate(content, "") if name == "certificate" else _key(content)
    except ValidationError:
        return None
    return replace(found, content=Secret("")) if found else None


def _certificate(content: bytes, password: str) -> SignInFile | None:
    try:
        certificate = read_certificate(content, password)
    except (NoCertificateError, NoPrivateKeyError) as error:
        if not password and may_need_password(content):
            return None
        raise ValidationError([FieldError("certificate", _FAULTS[type(error)])]) from None
    return SignInFile(certificate.pem, certificate.subject, certificate.not_after)


def _key(content: bytes) -> SignInFile:
    try:
        text = content.decode("utf-8-sig")
        key = json.loads(text)
        if key["type"] != "service_account" or not key["private_key"]:
            raise ValueError("the key of something else")
        return SignInFile(Secret(text), str(key["client_email"]))
    except (KeyError, TypeError, ValueError):
        raise ValidationError([FieldError("key_file", FieldFault.NO_KEY_FILE)]) from None


def _content(path: Path, field: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        facts = {"value": str(path), "detail": error.strerror or ""}
        raise ValidationError([FieldError(field, FieldFault.UNREADABLE, facts)]) from None
