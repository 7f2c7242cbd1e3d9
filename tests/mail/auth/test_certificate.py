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

from mailint_gui.mail.auth.certificate import NoCertificateError, NoPrivateKeyError, read_certificate

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
    ("content", "password", "refused"),
    [
        (b"", "", NoCertificateError),
        (b"nothing of the kind", "", NoCertificateError),
        (b"\x30\x82", "", NoCertificateError),
        (key_pem(), "", NoCertificateError),
        (pem(OURS), "", NoPrivateKeyError),
        (key_pem() + pem(CA), "", NoPrivateKeyError),
        (key_pem(password=PASSWORD) + pem(OURS), "", NoPrivateKeyError),
        (key_pem(password=PASSWORD) + pem(OURS), "another", NoPrivateKeyError),
        (pfx(PASSWORD), "another", NoCertificateError),
        (
            pkcs12.serialize_key_and_certificates(None, None, OURS, None, NoEncryption()),
            "",
            NoPrivateKeyError,
        ),
        (
            pem(OURS) + b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "",
            NoPrivateKeyError,
        ),
        (pem(OURS) + b"-----BEGIN PRIVATE KEY-----", "", NoPrivateKeyError),
    ],
)
def test_refused(content: bytes, password: str, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        read_certificate(content, password)


def test_a_key_that_the_provider_would_not_take() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(NoPrivateKeyError, match="RSA"):
        read_certificate(text + pem(certificate(key)))


@given(
    st.one_of(st.binary(), st.binary().map(lambda tail: pem(OURS) + b"-----BEGIN PRIVATE KEY-----" + tail))
)
def test_whatever_it_is_the_answer_is_one_of_two(content: bytes) -> None:
    with pytest.raises((NoCertificateError, NoPrivateKeyError)):
        read_certificate(content)
