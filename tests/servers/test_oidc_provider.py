"""The identity provider, as the providers' own libraries see it."""

import base64
import datetime
import json
from typing import Any

import google.auth.exceptions
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth.transport.requests import Request

from tests.servers.oidc_answer import Answer
from tests.servers.oidc_clients import (
    DEFAULT_SCOPE,
    IMAP_SCOPE,
    REDIRECT,
    confidential,
    google_client,
    introspect,
    public,
    query_of,
    service_credentials,
    sign_in,
)
from tests.servers.oidc_provider import GOOGLE_MAIL, OidcProvider

# MSAL's advice; a loopback address is sent a query
pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended")


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def key_and_certificate() -> tuple[str, str]:
    """A private key and its certificate, as PEM, as an admin uploads it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailint")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


# Microsoft's library


def test_client_secret(oidc_provider: OidcProvider) -> None:
    client = oidc_provider.add_client(secret="right")
    result = confidential(oidc_provider, client).acquire_token_for_client([DEFAULT_SCOPE])
    assert result["token_type"] == "Bearer"
    assert "." not in result["access_token"]
    assert 3500 < result["expires_in"] <= 3600
    (request,) = oidc_provider.requests_to()
    assert (request.grant_type, request.client_id, request.status) == ("client_credentials", client.id, 200)


def test_wrong_and_expired_secrets(oidc_provider: OidcProvider) -> None:
    client = oidc_provider.add_client(secret="right")
    wrong = confidential(oidc_provider, client, "wrong").acquire_token_for_client([DEFAULT_SCOPE])
    assert wrong["error"] == "invalid_client"
    oidc_provider.expire_secret(client)
    expired = confidential(oidc_provider, client).acquire_token_for_client([DEFAULT_SCOPE])
    assert expired["error"] == "invalid_client"
    assert expired["error_codes"] == [7000222]


@pytest.mark.parametrize("shown", [True, False], ids=["x5c and PS256", "thumbprint and RS256"])
def test_certificate(oidc_provider: OidcProvider, shown: bool) -> None:
    key, certificate = key_and_certificate()
    client = oidc_provider.add_client(certificate=certificate)
    credential = {"private_key": key}
    if shown:
        credential["public_certificate"] = certificate
    else:
        digest = x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA1())
        credential["thumbprint"] = digest.hex()
    app = confidential(oidc_provider, client, credential)
    assert "access_token" in app.acquire_token_for_client([DEFAULT_SCOPE])
    other, _ = key_and_certificate()
    app = confidential(oidc_provider, client, credential | {"private_key": other})
    assert app.acquire_token_for_client([DEFAULT_SCOPE])["error"] == "invalid_client"


def test_roles_in_a_jwt(oidc_provider: OidcProvider) -> None:
    oidc_provider.configure(jwt=True)
    client = oidc_provider.add_client(secret="right", roles=["IMAP.AccessAsApp"])
    token = confidential(oidc_provider, client).acquire_token_for_client([DEFAULT_SCOPE])["access_token"]
    claims = claims_of(token)
    assert claims["roles"] == ["IMAP.AccessAsApp"]
    assert claims["aud"] == "https://outlook.office365.com"
    assert introspect(oidc_provider, token)["active"]
    head, _, tail = token.rpartition(".")
    assert not introspect(oidc_provider, f"{head}.{tail[::-1]}")["active"]


def test_auth_code_flow(oidc_provider: OidcProvider) -> None:
    result = sign_in(oidc_provider, public(oidc_provider))
    assert result["id_token_claims"]["preferred_username"] == "a@example.org"
    assert result["id_token_claims"]["email"] == "a@example.org"
    assert result["id_token_claims"]["sub"] != "a@example.org"
    assert set(result["scope"].split()) == {"openid", "profile", "offline_access", IMAP_SCOPE}
    assert introspect(oidc_provider, result["access_token"])["username"] == "a@example.org"
    assert result["refresh_token"]


def test_scopes_in_a_jwt(oidc_provider: OidcProvider) -> None:
    oidc_provider.configure(jwt=True)
    claims = claims_of(sign_in(oidc_provider, public(oidc_provider))["access_token"])
    assert "IMAP.AccessAsUser.All" in claims["scp"].split()
    assert claims["upn"] == "a@example.org"


def test_refused_consent(oidc_provider: OidcProvider) -> None:
    app, user = public(oidc_provider), oidc_provider.add_user("a@example.org")
    flow = app.initiate_auth_code_flow([IMAP_SCOPE], redirect_uri=REDIRECT, prompt="select_account")
    answer = query_of(oidc_provider.sign_in(flow["auth_uri"], user, allow=False))
    assert app.acquire_token_by_auth_code_flow(flow, answer)["error"] == "access_denied"


def test_refuses_a_wrong_password(oidc_provider: OidcProvider) -> None:
    app, user = public(oidc_provider), oidc_provider.add_user("a@example.org", "one")
    oidc_provider.add_user("a@example.org", "two")
    flow = app.initiate_auth_code_flow([IMAP_SCOPE], redirect_uri=REDIRECT)
    with pytest.raises(AssertionError, match="Wrong user name or password"):
        oidc_provider.sign_in(flow["auth_uri"], user)


def test_refuses_a_code_without_its_verifier(oidc_provider: OidcProvider) -> None:
    app, user = public(oidc_provider), oidc_provider.add_user("a@example.org")
    flow = app.initiate_auth_code_flow([IMAP_SCOPE], redirect_uri=REDIRECT)
    answer = query_of(oidc_provider.sign_in(flow["auth_uri"], user))
    assert (
        app.acquire_token_by_auth_code_flow(flow | {"code_verifier": "x" * 43}, answer)["error"]
        == "invalid_grant"
    )


def test_refresh_tokens_rotate(oidc_provider: OidcProvider) -> None:
    app = public(oidc_provider)
    first = sign_in(oidc_provider, app)["refresh_token"]
    second = app.acquire_token_by_refresh_token(first, [IMAP_SCOPE])["refresh_token"]
    assert first != second
    oidc_provider.configure(rotation=False)
    third = app.acquire_token_by_refresh_token(second, [IMAP_SCOPE])
    assert third["refresh_token"] == second
    assert app.acquire_token_by_refresh_token(first, [IMAP_SCOPE])["error"] == "invalid_grant"
    assert oidc_provider.token_requests("refresh_token") == 3


def test_msal_refreshes_what_is_about_to_expire(oidc_provider: OidcProvider) -> None:
    oidc_provider.configure(access_token_lifetime=60)
    app = public(oidc_provider)
    first = sign_in(oidc_provider, app)["access_token"]
    oidc_provider.configure(access_token_lifetime=3600)
    (account,) = app.get_accounts()
    second = app.acquire_token_silent([IMAP_SCOPE], account)["access_token"]
    assert first != second
    assert app.acquire_token_silent([IMAP_SCOPE], account)["access_token"] == second
    assert oidc_provider.token_requests() == 2


def test_revokes(oidc_provider: OidcProvider) -> None:
    app = public(oidc_provider)
    a, b = sign_in(oidc_provider, app), sign_in(oidc_provider, app, "b@example.org")
    oidc_provider.revoke_refresh_tokens("a@example.org")
    assert app.acquire_token_by_refresh_token(a["refresh_token"], [IMAP_SCOPE])["error"] == "invalid_grant"
    assert introspect(oidc_provider, a["access_token"])["active"]
    oidc_provider.revoke_access_tokens("a@example.org")
    assert not introspect(oidc_provider, a["access_token"])["active"]
    assert introspect(oidc_provider, b["access_token"])["active"]
    b = app.acquire_token_by_refresh_token(b["refresh_token"], [IMAP_SCOPE])
    oidc_provider.revoke_refresh_token(b["refresh_token"])
    assert app.acquire_token_by_refresh_token(b["refresh_token"], [IMAP_SCOPE])["error"] == "invalid_grant"


def test_refresh_tokens_expire(oidc_provider: OidcProvider) -> None:
    app = public(oidc_provider)
    token = sign_in(oidc_provider, app)["refresh_token"]
    oidc_provider.configure(clock_offset=91 * 86400)
    assert app.acquire_token_by_refresh_token(token, [IMAP_SCOPE])["error"] == "invalid_grant"


def test_device_flow(oidc_provider: OidcProvider) -> None:
    app, user = public(oidc_provider), oidc_provider.add_user("a@example.org")
    flow = app.initiate_device_flow([IMAP_SCOPE])
    assert flow["verification_uri"] == oidc_provider.verification_page
    assert flow["interval"] == 1
    poll = {"exit_condition": lambda _: True}
    assert app.acquire_token_by_device_flow(flow, **poll)["error"] == "authorization_pending"
    assert oidc_provider.enter_code(flow["user_code"], user) == "Signed in"
    result = app.acquire_token_by_device_flow(flow, **poll)
    assert result["id_token_claims"]["preferred_username"] == "a@example.org"
    assert result["refresh_token"]


def test_device_flow_refused_and_expired(oidc_provider: OidcProvider) -> None:
    app, user = public(oidc_provider), oidc_provider.add_user("a@example.org")
    flow = app.initiate_device_flow([IMAP_SCOPE])
    oidc_provider.enter_code(flow["user_code"], user, allow=False)
    assert app.acquire_token_by_device_flow(flow)["error"] == "access_denied"
    flow = app.initiate_device_flow([IMAP_SCOPE])
    oidc_provider.configure(clock_offset=901)
    assert app.acquire_token_by_device_flow(flow)["error"] == "expired_token"


# Google's library


def test_google_installed_app(oidc_provider: OidcProvider) -> None:
    flow, user = google_client(oidc_provider), oidc_provider.add_user("a@example.org")
    url, state = flow.authorization_url(access_type="offline", prompt="consent", login_hint=user.name)
    answer = query_of(oidc_provider.sign_in(url, user))
    assert answer["state"] == state
    flow.fetch_token(code=answer["code"])
    credentials = flow.credentials
    assert introspect(oidc_provider, credentials.token)["username"] == user.name
    before = (credentials.token, credentials.refresh_token)
    credentials.refresh(Request(oidc_provider.session()))
    assert credentials.token != before[0]
    assert credentials.refresh_token != before[1]
    oidc_provider.revoke_refresh_tokens(user.name)
    with pytest.raises(google.auth.exceptions.RefreshError, match="invalid_grant"):
        credentials.refresh(Request(oidc_provider.session()))


def test_google_gives_no_refresh_token_unasked(oidc_provider: OidcProvider) -> None:
    flow, user = google_client(oidc_provider), oidc_provider.add_user("a@example.org")
    url, _ = flow.authorization_url(access_type="online")
    flow.fetch_token(code=query_of(oidc_provider.sign_in(url, user))["code"])
    assert flow.credentials.token
    assert flow.credentials.refresh_token is None


def test_google_service_account(oidc_provider: OidcProvider) -> None:
    oidc_provider.add_user("a@example.org")
    credentials = service_credentials(oidc_provider, "a@example.org")
    credentials.refresh(Request(oidc_provider.session()))
    seen = introspect(oidc_provider, credentials.token)
    assert (seen["username"], seen["scope"]) == ("a@example.org", GOOGLE_MAIL)


def test_google_service_account_refused(oidc_provider: OidcProvider) -> None:
    oidc_provider.add_user("a@example.org")
    key = oidc_provider.add_service_account()
    stranger = key | {"private_key": oidc_provider.add_service_account()["private_key"]}
    powerless = oidc_provider.add_service_account(delegated=[])
    for account, subject, words in [
        (key, "nobody@example.org", "invalid_grant: Invalid email or User ID"),
        (stranger, "a@example.org", "invalid_grant: Invalid JWT Signature"),
        (powerless, "a@example.org", "unauthorized_client: Client is unauthorized"),
    ]:
        with pytest.raises(google.auth.exceptions.RefreshError, match=words):
            service_credentials(oidc_provider, subject, account).refresh(Request(oidc_provider.session()))
    for minutes in (-10, 70):
        oidc_provider.configure(clock_offset=minutes * 60)
        with pytest.raises(google.auth.exceptions.RefreshError, match="reasonable timeframe"):
            service_credentials(oidc_provider, "a@example.org", key).refresh(Request(oidc_provider.session()))


# Endpoints, and what tests make of them


def test_a_client_revokes_its_token(oidc_provider: OidcProvider) -> None:
    app = public(oidc_provider)
    token = sign_in(oidc_provider, app)["refresh_token"]
    values = {"token": token, "client_id": app.client_id}
    assert oidc_provider.session().post(oidc_provider.revocation_endpoint, values, timeout=20).ok
    assert app.acquire_token_by_refresh_token(token, [IMAP_SCOPE])["error"] == "invalid_grant"


@pytest.mark.parametrize("jwt", [False, True])
def test_userinfo(oidc_provider: OidcProvider, jwt: bool) -> None:
    oidc_provider.configure(jwt=jwt)
    token = sign_in(oidc_provider, public(oidc_provider))["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = oidc_provider.session().get(f"{oidc_provider.authority}/me", headers=headers, timeout=20)
    assert answer.json()["email"] == "a@example.org"


def ask(provider: OidcProvider) -> requests.Response:
    values = {"grant_type": "client_credentials", "client_id": "none", "client_secret": "none"}
    return provider.session().post(provider.token_endpoint, values, timeout=20)


def test_answers_as_told(oidc_provider: OidcProvider) -> None:
    oidc_provider.answer(Answer.throttled(7))
    oidc_provider.answer(Answer.html(), times=2)
    oidc_provider.answer(Answer.aadsts(65001, "invalid_grant", "No consent.", suberror="consent_required"))
    oidc_provider.answer(Answer.error("invalid_grant", "Token has been expired or revoked."))
    oidc_provider.answer(Answer(500), endpoint="userinfo")
    throttled = ask(oidc_provider)
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "7")
    for _ in range(2):
        assert ask(oidc_provider).headers["Content-Type"].startswith("text/html")
    consent = ask(oidc_provider).json()
    assert (consent["error_codes"], consent["suberror"]) == ([65001], "consent_required")
    assert ask(oidc_provider).json()["error_description"] == "Token has been expired or revoked."
    assert ask(oidc_provider).json()["error"] == "invalid_client"
    assert [request.status for request in oidc_provider.requests_to()] == [429, 200, 200, 400, 400, 401]
    oidc_provider.forget_requests()
    assert oidc_provider.token_requests() == 0


def test_answers_late(oidc_provider: OidcProvider) -> None:
    oidc_provider.configure(delay=0.3)
    with pytest.raises(requests.ReadTimeout):
        oidc_provider.session().post(oidc_provider.token_endpoint, {}, timeout=0.1)
    assert ask(oidc_provider).status_code == 401


def test_comes_back_as_it_was(oidc_provider: OidcProvider) -> None:
    app = public(oidc_provider)
    token = sign_in(oidc_provider, app)["refresh_token"]
    oidc_provider.stop()
    with pytest.raises(requests.ConnectionError):
        ask(oidc_provider)
    oidc_provider.start()
    assert "access_token" in app.acquire_token_by_refresh_token(token, [IMAP_SCOPE])


def test_pauses(oidc_provider: OidcProvider) -> None:
    oidc_provider.pause()
    try:
        with pytest.raises(requests.Timeout):
            oidc_provider.session().post(oidc_provider.token_endpoint, {}, timeout=0.1)
    finally:
        oidc_provider.resume()
    assert ask(oidc_provider).status_code == 401


def test_reset_forgets_all(oidc_provider: OidcProvider) -> None:
    app = public(oidc_provider)
    token = sign_in(oidc_provider, app)
    oidc_provider.reset()
    assert not introspect(oidc_provider, token["access_token"])["active"]
    assert (
        app.acquire_token_by_refresh_token(token["refresh_token"], [IMAP_SCOPE])["error"] == "invalid_client"
    )
    oidc_provider.pause()
    oidc_provider.reset()
    oidc_provider.stop()
    oidc_provider.reset()
    assert oidc_provider.requests_to() == []
