"""Mailboxes that open to access tokens: the way from each library to IMAP, POP3 and submission."""

import base64
import imaplib
import poplib
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from google.auth.transport.requests import Request

from tests.servers.mailbox import Mailbox
from tests.servers.oidc_clients import (
    DEFAULT_SCOPE,
    IMAP_SCOPE,
    POP_SCOPE,
    SMTP_SCOPE,
    confidential,
    opens_imap,
    public,
    service_credentials,
    sign_in,
    xoauth2,
)
from tests.servers.oidc_provider import OidcProvider
from tests.servers.smtp import SmtpServer

# MSAL's advice; a loopback address is sent a query
pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended")

EVERY_SCOPE = (IMAP_SCOPE, POP_SCOPE, SMTP_SCOPE)
RAW = b"Subject: hello\r\n\r\nbody\r\n"


def opens_pop3(mailbox: Mailbox, token: str) -> bool:
    pop = poplib.POP3(mailbox.server.host, mailbox.server.ports.pop3, timeout=20)
    try:
        line = base64.b64encode(xoauth2(mailbox.address, token)).decode()
        if pop._shortcmd(f"AUTH XOAUTH2 {line}").startswith(b"+OK"):
            return True
        pop._shortcmd("")  # after the reason, as SASL has it; now the refusal comes
    except poplib.error_proto as error:
        return refused(str(error), "[AUTH]")
    finally:
        pop.close()
    raise AssertionError("no refusal after the reason")


def opens_submission(mailbox: Mailbox, token: str) -> bool:
    words = iter([xoauth2(mailbox.address, token).decode()])
    with smtplib.SMTP(mailbox.server.host, mailbox.server.ports.submission, timeout=20) as smtp:
        smtp.ehlo()
        try:
            smtp.auth("XOAUTH2", lambda _=None: next(words, ""))
        except smtplib.SMTPAuthenticationError as error:
            return refused(str(error), "535")
        smtp.sendmail(mailbox.address, ["b@example.org"], RAW)
        return True


def refused(words: str, expected: str) -> bool:
    """False, for "it does not open"; anything else than a plain refusal is an error."""
    assert expected in words
    return False


def opens_all(mailbox: Mailbox, token: str) -> tuple[bool, bool, bool]:
    return opens_imap(mailbox, token), opens_pop3(mailbox, token), opens_submission(mailbox, token)


def user_token(provider: OidcProvider, name: str, *scopes: str) -> str:
    return sign_in(provider, public(provider), name, scopes)["access_token"]


def app_token(provider: OidcProvider, **client: Any) -> str:
    app = confidential(provider, provider.add_client(secret="right", **client))
    return app.acquire_token_for_client([DEFAULT_SCOPE])["access_token"]


@pytest.mark.parametrize("jwt", [False, True], ids=["opaque", "jwt"])
def test_a_users_token(
    oidc_provider: OidcProvider, oauth_mailbox: Mailbox, jwt: bool, smtp_server: SmtpServer
) -> None:
    oidc_provider.configure(jwt=jwt)
    token = user_token(oidc_provider, oauth_mailbox.address, *EVERY_SCOPE)
    assert opens_all(oauth_mailbox, token) == (True, True, True)
    assert smtp_server.wait_for_message().raw.endswith(RAW)
    assert opens_imap(oauth_mailbox, token, "OAUTHBEARER")


@pytest.mark.parametrize("jwt", [False, True], ids=["opaque", "jwt"])
def test_an_apps_token_opens_its_domain(
    oidc_provider: OidcProvider, oauth_mailbox: Mailbox, jwt: bool
) -> None:
    oidc_provider.configure(jwt=jwt)
    token = app_token(oidc_provider)
    other = oauth_mailbox.server.mailbox()
    assert opens_all(oauth_mailbox, token) == opens_all(other, token) == (True, True, True)
    assert not opens_imap(oauth_mailbox.server.add_user("a@example.com"), token)


def test_an_app_with_one_mailbox_and_one_with_none(
    oidc_provider: OidcProvider, oauth_mailbox: Mailbox
) -> None:
    token = app_token(oidc_provider, mailboxes=oauth_mailbox.address)
    assert opens_all(oauth_mailbox, token) == (True, True, True)
    assert not opens_imap(oauth_mailbox.server.mailbox(), token)
    assert opens_all(oauth_mailbox, app_token(oidc_provider, mailboxes="")) == (False, False, False)


@pytest.mark.parametrize("number", range(3))
def test_one_permission_opens_one_protocol(
    oidc_provider: OidcProvider, oauth_mailbox: Mailbox, number: int
) -> None:
    expected = tuple(n == number for n in range(3))
    token = user_token(oidc_provider, oauth_mailbox.address, EVERY_SCOPE[number])
    assert opens_all(oauth_mailbox, token) == expected
    role = ["IMAP.AccessAsApp", "POP.AccessAsApp", "SMTP.SendAsApp"][number]
    assert opens_all(oauth_mailbox, app_token(oidc_provider, roles=[role])) == expected


def test_a_shared_mailbox(oidc_provider: OidcProvider, oauth_mailbox: Mailbox) -> None:
    shared = oauth_mailbox.server.mailbox()
    token = user_token(oidc_provider, oauth_mailbox.address, *EVERY_SCOPE)
    assert opens_all(shared, token) == (False, False, False)
    oidc_provider.add_user(oauth_mailbox.address, shared=shared.address)
    assert opens_all(shared, token) == opens_all(oauth_mailbox, token) == (True, True, True)


def test_googles_service_account(oidc_provider: OidcProvider, oauth_mailbox: Mailbox) -> None:
    credentials = service_credentials(oidc_provider, oauth_mailbox.address)
    credentials.refresh(Request(oidc_provider.session()))
    assert opens_all(oauth_mailbox, credentials.token) == (True, True, True)


def wrong(provider: OidcProvider, mailbox: Mailbox) -> str:
    return "nonsense"


def of_another_user(provider: OidcProvider, mailbox: Mailbox) -> str:
    return user_token(provider, "other@example.org", *EVERY_SCOPE)


def revoked(provider: OidcProvider, mailbox: Mailbox) -> str:
    token = user_token(provider, mailbox.address, *EVERY_SCOPE)
    provider.revoke_access_tokens(mailbox.address)
    return token


def expired(provider: OidcProvider, mailbox: Mailbox) -> str:
    token = user_token(provider, mailbox.address, *EVERY_SCOPE)
    provider.configure(clock_offset=2 * 3600)
    return token


@pytest.mark.parametrize("token", [wrong, of_another_user, revoked, expired])
def test_refuses(
    oidc_provider: OidcProvider, oauth_mailbox: Mailbox, token: Callable[[OidcProvider, Mailbox], str]
) -> None:
    assert opens_all(oauth_mailbox, token(oidc_provider, oauth_mailbox)) == (False, False, False)


def test_passwords_open_it_as_well(oauth_mailbox: Mailbox) -> None:
    oauth_mailbox.deliver(RAW)
    assert [message.raw for message in oauth_mailbox.messages()] == [RAW]


def test_offers_both_mechanisms_only_there(oauth_mailbox: Mailbox, mailbox: Mailbox) -> None:
    for box, offered in ((oauth_mailbox, True), (mailbox, False)):
        with imaplib.IMAP4(box.server.host, box.server.ports.imap, timeout=20) as imap:
            assert ({"AUTH=XOAUTH2", "AUTH=OAUTHBEARER"} <= set(imap.capabilities)) is offered
