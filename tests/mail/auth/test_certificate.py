"""The certificate of an application, from whatever file an admin has."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.field_error import FieldFault
from mailint_gui.domain.field_error import FieldFault as F
from mailint_gui.mail.auth.certificate import read_certificate
from mailint_gui.mail.auth.unusable import UnusableFileError

PASSWORD = "päss word"
ENDS = datetime(2031, 2, 28, 12, tzinfo=UTC)
RSA, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, name: str = "Mailint"
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    return (
        builder.not_valid_before(ENDS - timedelta(days=900)).not_valid_after(ENDS).sign(key, hashes.SHA256())
    )


def pem(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.PEM)


def key_pem(form: PrivateFormat = PrivateFormat.PKCS8, password: str = "") -> bytes:
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return RSA.private_bytes(Encoding.PEM, form, encryption)


def pfx(password: str = "") -> bytes:
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"mailint", RSA, OURS, [CA], encryption)


def elliptic() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem(certificate(key))


OURS, CA = certificate(RSA), certificate(OTHER, "Authority")


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (key_pem() + pem(OURS), ""),
        (pem(OURS) + key_pem(), ""),
        (pem(CA) + pem(OURS) + b"Bag Attributes\n    friendlyName: x\n" + key_pem(), ""),
        (key_pem(PrivateFormat.TraditionalOpenSSL) + pem(OURS), ""),
        (key_pem(password=PASSWORD) + pem(OURS), PASSWORD),
        ((key_pem() + pem(OURS)).replace(b"\n", b"\r\n"), ""),
        (pfx(), ""),
        (pfx(PASSWORD), PASSWORD),
        (base64.b64encode(pfx(PASSWORD)), PASSWORD),
        (base64.encodebytes(pfx()), ""),
    ],
)
def test_read(content: bytes, password: str) -> None:
    read = read_certificate(content, password)
    assert read.not_after == ENDS
    assert read.pem.reveal().encode() == key_pem() + pem(OURS)
    again = read_certificate(read.pem.reveal().encode())
    assert again.pem == read.pem
    assert "PRIVATE KEY" not in repr(read)


@pytest.mark.parametrize(
    ("content", "password", "fault"),
    [
        (b"", "", F.NO_CERTIFICATE),
        (b"nothing of the kind", "", F.NO_CERTIFICATE),
        (b"\x30\x82", "", F.NO_CERTIFICATE),
        (b"MIIB", "", F.NO_CERTIFICATE),
        (key_pem(), "", F.NO_CERTIFICATE),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "", F.NO_CERTIFICATE),
        (pem(OURS), "", F.NO_PRIVATE_KEY),
        (OURS.public_bytes(Encoding.DER), "", F.NO_PRIVATE_KEY),
        (key_pem() + pem(CA), "", F.PRIVATE_KEY_OF_ANOTHER),
        (key_pem(password=PASSWORD) + pem(OURS), "", F.PRIVATE_KEY_LOCKED),
        (key_pem(password=PASSWORD) + pem(OURS), "another", F.PRIVATE_KEY_LOCKED),
        (key_pem(PrivateFormat.TraditionalOpenSSL, PASSWORD) + pem(OURS), "", F.PRIVATE_KEY_LOCKED),
        (pfx(PASSWORD), "", F.PRIVATE_KEY_LOCKED),
        (pfx(PASSWORD), "another", F.PRIVATE_KEY_LOCKED),
        (base64.encodebytes(pfx(PASSWORD)), "", F.PRIVATE_KEY_LOCKED),
        (pkcs12.serialize_key_and_certificates(None, None, OURS, None, NoEncryption()), "", F.NO_PRIVATE_KEY),
        (
            pkcs12.serialize_key_and_certificates(None, RSA, None, [CA], NoEncryption()),
            "",
            F.PRIVATE_KEY_OF_ANOTHER,
        ),
        (
            pem(OURS) + b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "",
            F.PRIVATE_KEY_UNREADABLE,
        ),
        (pem(OURS) + b"-----BEGIN PRIVATE KEY-----", "", F.PRIVATE_KEY_UNREADABLE),
        (elliptic(), "", F.PRIVATE_KEY_NOT_RSA),
    ],
)
def test_what_is_wrong_is_said(content: bytes, password: str, fault: FieldFault) -> None:
    with pytest.raises(UnusableFileError) as refused:
        read_certificate(content, password)
    assert refused.value.fault is fault


@given(
    st.one_of(st.binary(), st.binary().map(lambda tail: pem(OURS) + b"-----BEGIN PRIVATE KEY-----" + tail))
)
def test_whatever_it_is_the_answer_is_that_it_is_of_no_use(content: bytes) -> None:
    with pytest.raises(UnusableFileError):
        read_certificate(content)
