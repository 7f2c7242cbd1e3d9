"""A certificate authority and the certificates, good and bad, that the servers show."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# One name and several loopback addresses, so that one server can show another certificate on each address.
IDENTITIES = ("localhost", *(f"127.0.0.{n}" for n in range(1, 10)))
WRONG_HOST = "elsewhere.example.org"


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: the chain, and its private key."""

    chain: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


class Certificates:
    """`ca` is the PEM file to trust; it issued `good`, `expired` and `wrong_host`, but not `self_signed`.

    All but `wrong_host` hold for localhost and 127.0.0.1 to 127.0.0.9.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA()
        self.ca = directory / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        now = datetime.now(UTC)
        self.good = self._issue(authority, "good")
        self.expired = self._issue(
            authority, "expired", not_before=now - timedelta(days=30), not_after=now - timedelta(days=1)
        )
        self.wrong_host = self._issue(authority, "wrong_host", identities=(WRONG_HOST,))
        self.self_signed = self._sign_itself("self_signed", now)

    def client_context(self) -> ssl.SSLContext:
        """A verifying client context that trusts `ca` alone."""
        return ssl.create_default_context(cafile=str(self.ca))

    def _issue(
        self,
        authority: trustme.CA,
        name: str,
        identities: tuple[str, ...] = IDENTITIES,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> Certificate:
        issued = authority.issue_cert(
            *identities, common_name=identities[0], not_before=not_before, not_after=not_after
        )
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        return self._write(name, chain, issued.private_key_pem.bytes())

    def _sign_itself(self, name: str, now: datetime) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, IDENTITIES[0])])
        addresses = [x509.IPAddress(ip_address(identity)) for identity in IDENTITIES[1:]]
        names = x509.SubjectAlternativeName([x509.DNSName(IDENTITIES[0]), *addresses])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(names, critical=False)
            .sign(key, hashes.SHA256())
        )
        key_pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self._write(name, certificate.public_bytes(serialization.Encoding.PEM), key_pem)

    def _write(self, name: str, chain: bytes, key: bytes) -> Certificate:
        certificate = Certificate(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        certificate.chain.write_bytes(chain)
        certificate.key.write_bytes(key)
        return certificate
