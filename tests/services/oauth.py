"""Integrations that sign in at the tests' own provider."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from mailint_gui.domain.integration import (
    Direction,
    IncomingAuthentication,
    IncomingSettings,
    Integration,
    Protocol,
    Security,
)
from mailint_gui.domain.oauth import DeviceCode, OAuthSettings, SignedIn, SignIn
from mailint_gui.domain.secret import Secret, SecretPurpose, TypedPasswords
from mailint_gui.services.credentials import NOTHING_TYPED
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.services import Services
from tests.servers.oidc_provider import OidcProvider, User

MAIL = "https://outlook.office.com"
PERMISSIONS = (
    f"{MAIL}/IMAP.AccessAsUser.All",
    f"{MAIL}/POP.AccessAsUser.All",
    f"{MAIL}/SMTP.Send",
)


def app_only(provider: OidcProvider, client_id: str, **changes: Any) -> OAuthSettings:
    settings = OAuthSettings(sign_in=SignIn.APP_ONLY, client_id=client_id, authority=provider.authority)
    return replace(settings, **changes)


def by_a_person(provider: OidcProvider, client_id: str, sign_in: SignIn) -> OAuthSettings:
    return OAuthSettings(
        sign_in=sign_in, client_id=client_id, authority=provider.authority, scopes=PERMISSIONS[:1]
    )


def google(provider: OidcProvider, sign_in: SignIn, client_id: str = "") -> OAuthSettings:
    return OAuthSettings(
        sign_in=sign_in,
        client_id=client_id,
        authorization_endpoint=provider.authorization_endpoint,
        token_endpoint=provider.token_endpoint,
    )


def integration(
    oauth: OAuthSettings,
    address: str = "help@example.org",
    name: str = "Help",
    authentication: IncomingAuthentication = IncomingAuthentication.MICROSOFT365,
    port: int = 143,
    protocol: Protocol = Protocol.IMAP,
) -> Integration:
    incoming = IncomingSettings(
        enabled=True,
        address=address,
        authentication=authentication,
        protocol=protocol,
        oauth=oauth,
        server="localhost",
        port=port,
        security=Security.NONE,
        allow_insecure=True,
    )
    return Integration(name=name, incoming=incoming)


def application_certificate(not_after: datetime) -> tuple[str, str]:
    """Private key and certificate in one text, as an admin has it; and the certificate alone."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mailint")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(not_after - timedelta(days=365))
        .not_valid_after(not_after)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode() + pem, pem


def client_secret(value: str) -> TypedPasswords:
    return TypedPasswords(others={SecretPurpose.INCOMING_CLIENT_SECRET: Secret(value)})


def signed_in_on_device(
    services: Services,
    one: Integration,
    provider: OidcProvider,
    user: User,
    typed: TypedPasswords = NOTHING_TYPED,
    *,
    allow: bool = True,
) -> SignedIn:
    """The device flow, walked through by ``user`` as soon as the code is shown."""

    def show(code: DeviceCode) -> None:
        provider.enter_code(code.user_code, user, allow=allow)

    return services.sign_ins.on_device(one, Direction.INCOMING, CancelScope(), show, typed)


def visiting(provider: OidcProvider, user: User, *, allow: bool = True) -> Callable[[str], None]:
    """A browser that signs in as ``user`` and follows where it is sent."""

    def visit(url: str) -> None:
        provider.sign_in_and_return(url, user, allow=allow)

    return lambda url: threading.Thread(target=visit, args=(url,), daemon=True).start()
