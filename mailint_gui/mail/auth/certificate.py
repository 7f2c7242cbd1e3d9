"""The certificate that an application proves itself by: read from PEM or PFX, with its private key."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from mailint_gui.domain.secret import Secret


class NoCertificateError(ValueError):
    """What was given holds no certificate, or needs another password."""


class NoPrivateKeyError(ValueError):
    """There is a certificate, but not its private key: nothing could be proved with it."""


@dataclass(frozen=True, slots=True)
class AppCertificate:
    """``pem``: private key and certificate in one text, the key without a password: for the vault alone.

    ``subject`` as in RFC 4514.
    """

    pem: Secret
    not_after: datetime
    subject: str = ""


_SEQUENCE, _SEQUENCE_IN_BASE64 = b"\x30", b"MI"  # of ASN.1, with a length of two octets or more


def read_certificate(content: bytes, password: str = "") -> AppCertificate:
    """``content``: PEM, PFX (RFC 7292), or PFX in base64. Raises NoCertificateError and NoPrivateKeyError."""
    if b"-----BEGIN " in content:
        key, certificate = _from_pem(content, password)
    else:
        key, certificate = _from_pfx(_decoded(content), password)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem = text + certificate.public_bytes(Encoding.PEM)
    subject = certificate.subject.rfc4514_string()
    return AppCertificate(Secret(pem.decode("ascii")), certificate.not_valid_after_utc, subject)


def may_need_password(content: bytes) -> bool:
    """Whether a password could make a difference: to what looks like PFX always, to PEM with an encrypted key."""
    if b"-----BEGIN " in content:
        return b"ENCRYPTED" in content
    return content.startswith((_SEQUENCE, _SEQUENCE_IN_BASE64))


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
        raise NoCertificateError("neither PEM nor PFX") from None


def _from_pem(
    content: bytes, password: str, *, judged: bool = True
) -> tuple[RSAPrivateKey, x509.Certificate]:
    try:
        certificates = x509.load_pem_x509_certificates(content)
    except ValueError:
        raise NoCertificateError("no certificate in it") from None
    if b"PRIVATE KEY-----" not in content:
        raise NoPrivateKeyError("no private key in it")
    try:
        key = load_pem_private_key(
            _key_block(content), password.encode() or None, unsafe_skip_rsa_key_validation=not judged
        )
    except (TypeError, ValueError):
        raise NoPrivateKeyError("its private key cannot be read, or needs a password") from None
    return _matching(key, certificates)


def _key_block(content: bytes) -> bytes:
    begin = content.index(b"-----BEGIN", content.rfind(b"-----BEGIN", 0, content.index(b"PRIVATE KEY-----")))
    end = content.index(b"-----END", begin)
    return content[begin : content.index(b"-----", end + 8) + 5] + b"\n"


def _matching(
    key: object | None, certificates: list[x509.Certificate]
) -> tuple[RSAPrivateKey, x509.Certificate]:
    """The one of ``certificates`` that belongs to ``key``: a file often holds those of the authorities as well."""
    if key is None:
        raise NoPrivateKeyError("no private key in it")
    if not isinstance(key, RSAPrivateKey):  # all that Microsoft Entra takes
        raise NoPrivateKeyError("its private key is not one of RSA")
    for certificate in certificates:
        if certificate.public_key() == key.public_key():
            return key, certificate
    raise NoPrivateKeyError("its private key belongs to another certificate")


def _from_pfx(content: bytes, password: str) -> tuple[RSAPrivateKey, x509.Certificate]:
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except (TypeError, ValueError):
        raise NoCertificateError("neither PEM nor PFX, or the password is another") from None
    certificates = [each for each in (certificate, *others) if each is not None]
    if not certificates:
        raise NoCertificateError("no certificate in it")
    return _matching(key, certificates)
