"""What a token says about itself, and that no token is too odd to look at."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.oauth import MailProtocol, OAuthSettings, Provider, SignIn, missing_grant
from mailint_gui.mail.auth.claims import account_of, claims_of, grants_of, is_of_an_application


def jwt(claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{body}.c2ln"


@pytest.mark.parametrize(
    ("token", "grants"),
    [
        (jwt({"roles": ["IMAP.AccessAsApp", "SMTP.SendAsApp"]}), {"IMAP.AccessAsApp", "SMTP.SendAsApp"}),
        (jwt({"scp": "IMAP.AccessAsUser.All SMTP.Send"}), {"IMAP.AccessAsUser.All", "SMTP.Send"}),
        (jwt({"scope": "https://mail.google.com/ openid"}), {"https://mail.google.com/", "openid"}),
        (jwt({"roles": None}), set()),
        (jwt([1, 2]), set()),
        ("ya29.a0AfH6SM.opaque", set()),
        ("a.b", set()),
        ("", set()),
        ("é.é.é", set()),
    ],
)
def test_grants(token: str, grants: set[str]) -> None:
    assert grants_of(token) == grants


@pytest.mark.parametrize(
    ("token", "of_an_application"),
    [
        (jwt({"idtyp": "app", "roles": []}), True),
        (jwt({"aud": "https://outlook.office365.com"}), True),
        (jwt({"scp": "SMTP.Send"}), False),
        (jwt({"idtyp": "user", "scp": ""}), False),
        ("ya29.a0AfH6SM.opaque", False),
    ],
)
def test_whether_it_is_of_an_application(token: str, of_an_application: bool) -> None:
    assert is_of_an_application(token) is of_an_application


@given(st.text() | st.lists(st.text(), min_size=3, max_size=3).map(".".join))
def test_any_text_is_looked_at(token: str) -> None:
    assert isinstance(claims_of(token), dict)
    assert isinstance(account_of(token), str)


def test_who_signed_in() -> None:
    assert account_of(jwt({"preferred_username": "a@b.example", "email": "other"})) == "a@b.example"
    assert account_of(jwt({"email": "a@b.example"})) == "a@b.example"
    assert account_of(jwt({"sub": "1"})) == ""


APP = OAuthSettings(sign_in=SignIn.APP_ONLY)
PERSON = OAuthSettings(sign_in=SignIn.INTERACTIVE)
M, G = Provider.MICROSOFT365, Provider.GOOGLE


@pytest.mark.parametrize(
    ("provider", "settings", "protocol", "grants", "missing"),
    [
        (M, APP, MailProtocol.IMAP, {"IMAP.AccessAsApp"}, ""),
        (M, APP, MailProtocol.POP3, {"IMAP.AccessAsApp"}, "POP.AccessAsApp"),
        (M, APP, MailProtocol.SMTP, {"Mail.Read"}, "SMTP.SendAsApp"),
        (M, APP, MailProtocol.SMTP, None, ""),  # nobody can tell
        (M, APP, MailProtocol.SMTP, set(), "SMTP.SendAsApp"),  # none means none
        (M, PERSON, MailProtocol.IMAP, {"https://outlook.office.com/IMAP.AccessAsUser.All"}, ""),
        (M, PERSON, MailProtocol.IMAP, {"imap.accessasuser.all"}, ""),
        (M, PERSON, MailProtocol.SMTP, {"IMAP.AccessAsUser.All"}, "SMTP.Send"),
        (M, OAuthSettings(scopes=("own",)), MailProtocol.IMAP, {"other"}, ""),
        (G, PERSON, MailProtocol.IMAP, {"https://mail.google.com/", "openid"}, ""),
        (G, PERSON, MailProtocol.SMTP, {"openid", "email"}, "https://mail.google.com/"),
    ],
)
def test_what_is_missing(
    provider: Provider, settings: OAuthSettings, protocol: MailProtocol, grants: set[str] | None, missing: str
) -> None:
    known = None if grants is None else frozenset(grants)
    assert missing_grant(provider, settings, protocol, known) == missing
