"""A real browser at the identity provider: sign-in, consent and the device flow."""

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest

from tests.servers import addresses, wait
from tests.servers.browser import Browser, BrowserError
from tests.servers.mailbox import Mailbox
from tests.servers.oidc_clients import IMAP_SCOPE, google_client, opens_imap, public, query_of
from tests.servers.oidc_provider import PASSWORD, OidcProvider
from tests.servers.ports import refusing_port
from tests.servers.wait import LIMIT
from tests.servers.webhook import WebhookServer

# MSAL's advice; a loopback address is sent a query
pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended")


class Loopback:
    """Where a sign-in comes back to, as in a program that waits for it (RFC 8252, section 7.3)."""

    def __init__(self) -> None:
        self._came: SimpleQueue[str] = SimpleQueue()
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/?"):
                    loopback._came.put(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<title>Back</title>")

            def log_message(self, format: str, *args: object) -> None:
                """Not on standard error."""

        self.server = ThreadingHTTPServer((addresses.HOST, 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self) -> dict[str, str]:
        return query_of(self._came.get(timeout=LIMIT))


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    loopback = Loopback()
    yield loopback
    loopback.server.shutdown()
    loopback.server.server_close()


def test_signs_in_for_msal(
    browser: Browser, oidc_provider: OidcProvider, oauth_mailbox: Mailbox, loopback: Loopback
) -> None:
    app = public(oidc_provider)
    flow = app.initiate_auth_code_flow([IMAP_SCOPE], redirect_uri=loopback.url)
    browser.open(flow["auth_uri"])
    browser.sign_in(oauth_mailbox.address, PASSWORD)
    browser.wait_for_title("Back")
    assert browser.url.startswith(loopback.url)
    result = app.acquire_token_by_auth_code_flow(flow, loopback.wait())
    assert result["id_token_claims"]["preferred_username"] == oauth_mailbox.address
    assert opens_imap(oauth_mailbox, result["access_token"])


def test_signs_in_for_google(browser: Browser, oidc_provider: OidcProvider, loopback: Loopback) -> None:
    user, flow = oidc_provider.add_user("a@example.org"), google_client(oidc_provider)
    flow.redirect_uri = loopback.url
    url, state = flow.authorization_url(login_hint=user.name)
    browser.open(url)
    browser.sign_in(user.name, user.password)
    answer = loopback.wait()
    assert answer["state"] == state
    flow.fetch_token(code=answer["code"])
    assert flow.credentials.refresh_token


def test_refuses(browser: Browser, oidc_provider: OidcProvider, loopback: Loopback) -> None:
    user, app = oidc_provider.add_user("a@example.org"), public(oidc_provider)
    flow = app.initiate_auth_code_flow([IMAP_SCOPE], redirect_uri=loopback.url)
    browser.open(flow["auth_uri"])
    browser.sign_in(user.name, user.password, allow=False)
    browser.wait_for_url(loopback.url)
    assert loopback.wait()["error"] == "access_denied"


def test_a_wrong_password_stays_on_the_page(browser: Browser, oidc_provider: OidcProvider) -> None:
    user, app = oidc_provider.add_user("a@example.org"), public(oidc_provider)
    flow = app.initiate_auth_code_flow([IMAP_SCOPE], redirect_uri="http://localhost")
    browser.open(flow["auth_uri"])
    browser.sign_in(user.name, "wrong")
    browser.wait_for_text("Wrong user name or password")


def test_walks_the_device_flow(browser: Browser, oidc_provider: OidcProvider, oauth_mailbox: Mailbox) -> None:
    app = public(oidc_provider)
    flow = app.initiate_device_flow([IMAP_SCOPE])
    browser.open(flow["verification_uri"])
    browser.wait_for_title("Enter code")
    browser.fill("user_code", flow["user_code"])
    browser.press("Next")
    browser.press("Continue")
    browser.sign_in(oauth_mailbox.address, PASSWORD)
    browser.wait_for_title("Signed in")
    token = app.acquire_token_by_device_flow(flow)["access_token"]
    assert opens_imap(oauth_mailbox, token)


def test_aborts_the_device_flow(browser: Browser, oidc_provider: OidcProvider) -> None:
    app = public(oidc_provider)
    flow = app.initiate_device_flow([IMAP_SCOPE])
    browser.open(flow["verification_uri_complete"])
    browser.press("Abort")
    browser.wait_for_title("Enter code")
    assert app.acquire_token_by_device_flow(flow)["error"] == "access_denied"


def test_trusts_the_provider_and_no_stranger(browser: Browser, oidc_provider: OidcProvider) -> None:
    browser.open(oidc_provider.verification_page)
    browser.wait_for_title("Enter code")
    stranger = WebhookServer(oidc_provider.certificates.self_signed.server_context())
    try:
        with pytest.raises(BrowserError, match="ERR_CERT_AUTHORITY_INVALID"):
            browser.open(stranger.url)
    finally:
        stranger.stop()


def test_says_what_it_sees_instead(
    browser: Browser, oidc_provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.open(oidc_provider.verification_page)
    browser.wait_for_title("Enter code")
    monkeypatch.setattr(wait, "until", partial(wait.until, limit=0.1))
    with pytest.raises(BrowserError, match=r"(?s)waited .* for a button 'Allow', at https://.*Next"):
        browser.press("Allow")


def test_says_that_nobody_answers(browser: Browser) -> None:
    with refusing_port() as port, pytest.raises(BrowserError, match="ERR_CONNECTION_REFUSED"):
        browser.open(f"http://localhost:{port}")


def test_takes_a_picture(browser: Browser, oidc_provider: OidcProvider, tmp_path: Path) -> None:
    browser.open(oidc_provider.verification_page)
    browser.wait_for_title("Enter code")
    browser.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
