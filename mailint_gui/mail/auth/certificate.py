"""The certificate that an application proves itself by: read from PEM or PFX, with its private key."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from mailint_gui.domain.field_error import FieldFault
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.auth.unusable import UnusableFileError


@dataclass(frozen=True, slots=True)
class AppCertificate:
    """``pem``: private key and certificate in one text, the key without a password: for the vault alone.

    ``subject`` as in RFC 4514.
    """

    pem: Secret
    not_after: datetime
    subject: str = ""


_SEQUENCE = b"\x30"  # of ASN.1
_PFX_VERSION, _PFX_HEAD = (
    b"\x02\x01\x03\x30",
    10,
)  # the INTEGER 3 and a SEQUENCE, after the length of the whole


def read_certificate(content: bytes, password: str = "") -> AppCertificate:
    """``content``: PEM, PFX (RFC 7292), or PFX in base64. Raises UnusableFileError."""
    if b"-----BEGIN " in content:
        key, certificate = _from_pem(content, password)
    else:
        key, certificate = _from_pfx(_decoded(content), password)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem = text + certificate.public_bytes(Encoding.PEM)
    subject = certificate.subject.rfc4514_string()
    return AppCertificate(Secret(pem.decode("ascii")), certificate.not_valid_after_utc, subject)


def end_of_certificate(content: bytes) -> datetime:
    """``not_after`` alone, without judging the private key, which takes a tenth of a second. Raises the same."""
    if b"-----BEGIN " in content:
        return _from_pem(content, "", judged=False)[1].not_valid_after_utc
    return read_certificate(content).not_after


def _decoded(content: bytes) -> bytes:
    """A PFX file begins with an ASN.1 sequence, which is no letter of base64."""
    if content.startswith(_SEQUENCE):
        return content
    try:
        return base64.b64decode(content, validate=False)
    except binascii.Error:
        raise UnusableFileError(FieldFault.NO_CERTIFICATE) from None


def _from_pem(
    content: bytes, password: str, *, judged: bool = True
) -> tuple[RSAPrivateKey, x509.Certificate]:
    try:
        certificates = x509.load_pem_x509_certificates(content)
    except ValueError:
        raise UnusableFileError(FieldFault.NO_CERTIFICATE) from None
    if b"PRIVATE KEY-----" not in content:
        raise UnusableFileError(FieldFault.NO_PRIVATE_KEY)
    key = read_private_key(_key_block(content), password, judged=judged)
    return _matching(key, certificates)


def read_private_key(pem: bytes, password: str = "", *, judged: bool = True) -> object:
    """``judged``: as to its arithmetic as well. Raises UnusableFileError."""
    try:
        return load_pem_private_key(pem, password.encode() or None, unsafe_skip_rsa_key_validation=not judged)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        locked = b"ENCRYPTED" in pem
        fault = FieldFault.PRIVATE_KEY_LOCKED if locked else FieldFault.PRIVATE_KEY_UNREADABLE
        raise UnusableFileError(fault) from None


def _key_block(content: bytes) -> bytes:
    try:
        begin = content.index(
            b"-----BEGIN", content.rfind(b"-----BEGIN", 0, content.index(b"PRIVATE KEY-----"))
        )
        end = content.index(b"-----END", begin)
        return content[begin : content.index(b"-----", end + 8) + 5] + b"\n"
    except ValueError:  # cut short
        raise UnusableFileError(FieldFault.PRIVATE_KEY_UNREADABLE) from None


def _matching(
    key: object | None, certificates: list[x509.Certificate]
) -> tuple[RSAPrivateKey, x509.Certificate]:
    """The one of ``certificates`` that belongs to ``key``: a file often holds those of the authorities as well."""
    if key is None:
        raise UnusableFileError(FieldFault.NO_PRIVATE_KEY)
    if not isinstance(key, RSAPrivateKey):  # all that Microsoft Entra takes
        raise UnusableFileError(FieldFault.PRIVATE_KEY_NOT_RSA)
    for certificate in certificates:
        if certificate.public_key() == key.public_key():
            return key, certificate
    raise UnusableFileError(FieldFault.PRIVATE_KEY_OF_ANOTHER)


def _from_pfx(content: bytes, password: str) -> tuple[RSAPrivateKey, x509.Certificate]:
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        raise UnusableFileError(_fault_of_der(content)) from None
    certificates = [each for each in (certificate, *others) if each is not None]
    if not certificates:
        raise UnusableFileError(FieldFault.NO_CERTIFICATE)
    return _matching(key, certificates)


def _fault_of_der(content: bytes) -> FieldFault:
    """Of what is no PFX that opens: a certificate alone (.cer), a PFX with another password, or anything else."""
    try:
        x509.load_der_x509_certificate(content)
    except ValueError:
        is_pfx = content.startswith(_SEQUENCE) and _PFX_VERSION in content[:_PFX_HEAD]
        return FieldFault.PRIVATE_KEY_LOCKED if is_pfx else FieldFault.NO_CERTIFICATE
    return FieldFault.NO_PRIVATE_KEY
