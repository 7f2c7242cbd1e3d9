"""The providers' own libraries, unmodified, as clients of the identity provider of the tests; a mailbox for tokens."""

import imaplib
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msal
from google.oauth2 import service_account
from google_auth_oauthlib.flow import Flow

from tests.servers.mailbox import Mailbox
from tests.servers.oidc_provider import GOOGLE_MAIL, Client, OidcProvider

DEFAULT_SCOPE = "https://outlook.office365.com/.default"
IMAP_SCOPE = "https://outlook.office.com/IMAP.AccessAsUser.All"
POP_SCOPE = "https://outlook.office.com/POP.AccessAsUser.All"
SMTP_SCOPE = "https://outlook.office.com/SMTP.Send"
REDIRECT = "http://localhost:8123"  # nobody fetches it


def confidential(provider: OidcProvider, client: Client, credential: Any = None) -> Any:
    return msal.ConfidentialClientApplication(
        client.id,
        client_credential=credential or client.secret,
        oidc_authority=provider.authority,
        http_client=provider.session(),
    )


def public(provider: OidcProvider) -> Any:
    client = provider.add_client()
    return msal.PublicClientApplication(
        client.id, oidc_authority=provider.authority, http_client=provider.session()
    )


def sign_in(
    provider: OidcProvider, app: Any, name: str = "a@example.org", scopes: Iterable[str] = (IMAP_SCOPE,)
) -> dict[str, Any]:
    """Walk the authorization code flow of `app`; return the answer to its token request."""
    user = provider.add_user(name)
    flow = app.initiate_auth_code_flow(list(scopes), redirect_uri=REDIRECT)
    return app.acquire_token_by_auth_code_flow(flow, query_of(provider.sign_in(flow["auth_uri"], user)))


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def google_client(provider: OidcProvider) -> Flow:
    client = provider.add_client("1-x.apps.googleusercontent.com", secret="not a secret")
    config = {
        "client_id": client.id,
        "client_secret": client.secret,
        "auth_uri": provider.authorization_endpoint,
        "token_uri": provider.token_endpoint,
        "redirect_uris": ["http://localhost"],
    }
    flow = Flow.from_client_config({"installed": config}, [GOOGLE_MAIL, "openid"], redirect_uri=REDIRECT)
    flow.oauth2session.trust_env = False
    flow.oauth2session.verify = str(provider.certificates.ca)
    return flow


def service_credentials(
    provider: OidcProvider, subject: str, key: dict[str, str] | None = None
) -> service_account.Credentials:
    key = key or provider.add_service_account()
    credentials = service_account.Credentials.from_service_account_info(key, scopes=[GOOGLE_MAIL])
    return credentials.with_subject(subject)


def introspect(provider: OidcProvider, token: str) -> dict[str, Any]:
    answer = provider.session().post(provider.introspection_endpoint, {"token": token}, timeout=20)
    return answer.json()


def xoauth2(user: str, token: str) -> bytes:
    """Google's and Microsoft's "SASL XOAUTH2"."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def oauthbearer(user: str, token: str) -> bytes:
    """RFC 7628, section 3.1."""
    return f"n,a={user},\x01auth=Bearer {token}\x01\x01".encode()


def opens_imap(mailbox: Mailbox, token: str, mechanism: str = "XOAUTH2") -> bool:
    """Whether the server takes the token for its user; an error when it does neither take nor refuse it."""
    answer = xoauth2 if mechanism == "XOAUTH2" else oauthbearer
    words = iter([answer(mailbox.address, token)])
    with imaplib.IMAP4(mailbox.server.host, mailbox.server.ports.imap, timeout=20) as imap:
        try:
            imap.authenticate(mechanism, lambda _: next(words, b""))
        except imaplib.IMAP4.error as error:
            assert "AUTHENTICATIONFAILED" in str(error), error  # noqa: PT017  # anything else is no refusal
            return False
        return imap.select()[0] == "OK"
