"""Certificates and key files as an admin has them: right, locked, and of the wrong kind."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
)

from mailint_gui.domain.field_error import FieldFault
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration
from mailint_gui.domain.oauth import OAuthSettings
from mailint_gui.domain.secret import Secret, SecretPlace, SecretReference
from mailint_gui.domain.validation import ValidationError
from mailint_gui.services.sign_in_files import SignInFile, certificate_file, kept_file, key_file
from tests.services.app_certificates import END, PASSWORD, certified, pem, pfx, private_pem
from tests.services.office import Office

ACCOUNT = "m@p.iam.gserviceaccount.com"
Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def file(content: bytes) -> Path:
        path = tmp_path / "chosen"
        path.write_bytes(content)
        return path

    return file


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    return certified(key)


def fault(path: Path, password: str = "") -> FieldFault:
    with pytest.raises(ValidationError) as refused:
        certificate_file(path, password)
    [error] = refused.value.errors
    assert error.path == "certificate"
    return error.fault


def test_pem_and_pfx_are_read_and_named(
    write: Write, key: rsa.RSAPrivateKey, certificate: x509.Certificate
) -> None:
    for content in (pem(key, certificate), pfx(key, certificate, ""), b"\n" + pem(key, certificate)):
        found = certificate_file(write(content), "")
        assert found is not None
        assert (found.name, found.not_after) == ("CN=Mailint", END)
        assert found.content.reveal().count("PRIVATE KEY-----") == 2
        assert "PRIVATE" not in repr(found)


def test_one_that_is_locked_asks_for_its_password_and_is_kept_without(
    write: Write, key: rsa.RSAPrivateKey, certificate: x509.Certificate
) -> None:
    locked = pem(key, certificate, BestAvailableEncryption(PASSWORD.encode()))
    in_base64 = base64.b64encode(pfx(key, certificate, PASSWORD))
    for content in (locked, pfx(key, certificate, PASSWORD), in_base64):
        path = write(content)
        assert certificate_file(path, "") is None
        assert fault(path, "another") is FieldFault.PRIVATE_KEY_LOCKED
        found = certificate_file(path, PASSWORD)
        assert found is not None
        assert "ENCRYPTED" not in found.content.reveal()


def test_what_is_no_certificate_asks_for_no_password(
    write: Write, key: rsa.RSAPrivateKey, certificate: x509.Certificate
) -> None:
    assert fault(write(b"%PDF-1.7 something else")) is FieldFault.NO_CERTIFICATE
    assert fault(write(b"")) is FieldFault.NO_CERTIFICATE
    for encoding in (Encoding.PEM, Encoding.DER):
        assert fault(write(certificate.public_bytes(encoding))) is FieldFault.NO_PRIVATE_KEY
    curve = ec.generate_private_key(ec.SECP256R1())
    assert fault(write(pem(curve, certified(curve)))) is FieldFault.PRIVATE_KEY_NOT_RSA
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert fault(write(pem(other, certificate))) is FieldFault.PRIVATE_KEY_OF_ANOTHER


def test_a_file_that_is_gone_is_a_fault_too(tmp_path: Path) -> None:
    assert fault(tmp_path / "nowhere") is FieldFault.UNREADABLE


def service_account(private_key: str) -> dict[str, str]:
    return {"type": "service_account", "client_email": ACCOUNT, "private_key": private_key}


def test_a_key_file_is_named_by_its_account(write: Write, key: rsa.RSAPrivateKey) -> None:
    content = service_account(private_pem(key))
    found = key_file(write(json.dumps(content).encode("utf-8-sig")))
    assert found.name == ACCOUNT
    assert json.loads(found.content.reveal()) == content


def test_a_key_file_with_a_key_of_no_use_is_refused(write: Write, key: rsa.RSAPrivateKey) -> None:
    half = private_pem(key)[:300]
    curve = private_pem(ec.generate_private_key(ec.SECP256R1()))
    wrong = {half: FieldFault.PRIVATE_KEY_UNREADABLE, curve: FieldFault.PRIVATE_KEY_NOT_RSA}
    for private_key, expected in wrong.items():
        with pytest.raises(ValidationError) as refused:
            key_file(write(json.dumps(service_account(private_key)).encode()))
        [error] = refused.value.errors
        assert (error.path, error.fault) == ("key_file", expected)


@pytest.mark.parametrize(
    "content",
    [
        b'{"installed": {"client_id": "1.apps.googleusercontent.com", "client_secret": "s"}}',
        b'{"type": "authorized_user", "client_email": "a@b.example", "private_key": "-"}',
        b'{"type": "service_account", "client_email": "a@b.example", "private_key": ""}',
        b'["service_account"]',
        b"not JSON",
        b"\xff\xfe\x00",
    ],
)
def test_a_key_file_of_another_kind_is_refused(write: Write, content: bytes) -> None:
    with pytest.raises(ValidationError) as refused:
        key_file(write(content))
    [error] = refused.value.errors
    assert (error.path, error.fault) == ("key_file", FieldFault.NO_KEY_FILE)


def test_what_is_kept_is_named_and_never_handed_out(
    office: Office, key: rsa.RSAPrivateKey, certificate: x509.Certificate, tmp_path: Path
) -> None:
    def kept(content: bytes) -> SignInFile | None:
        path = tmp_path / "kept"
        path.write_bytes(content)
        oauth = OAuthSettings(certificate=SecretReference(SecretPlace.FILE, str(path)))
        one = Integration(incoming=IncomingSettings(oauth=oauth))
        return kept_file(office.services.credentials, one, Direction.INCOMING, "certificate")

    for content in (pem(key, certificate), pfx(key, certificate, "")):
        assert kept(content) == SignInFile(Secret(""), "CN=Mailint", END)
    assert kept(pfx(key, certificate, PASSWORD)) is None
    assert kept(b"something else") is None
