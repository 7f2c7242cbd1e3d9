"""The providers' own libraries, unmodified, as clients of the identity provider of the tests."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msal
from google.oauth2 import service_account
from google_auth_oauthlib.flow import Flow

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
