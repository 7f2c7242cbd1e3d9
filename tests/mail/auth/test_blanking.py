"""Nothing that opens a mailbox stays in a detail; what a provider's support asks for does."""

import json
import string
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.mail.auth.blanking import without_tokens

ENTRA = (
    "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
    "value, not the client secret ID, for a secret added to app '6731de76-14a6-49ae-97bc-6eba6914391e'.\r\n"
    "Trace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333 Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd "
    "Timestamp: 2026-11-23 02:02:12Z https://login.microsoftonline.com/error?code=7000215"
)
THUMBPRINT = "[Reason - The key was not found., Thumbprint of key used by client: '9B1C" + "A0" * 18 + "']"
PLAIN = [
    ENTRA,
    THUMBPRINT,
    "invalid_grant: Token has been expired or revoked.",
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
    "HTTP 502: Bad Gateway, error code: 50058",
    '{"error": {"code": 429, "message": "Quota exceeded"}, "error_codes": [70011]}',
    "https://login.microsoftonline.com/6731de76-14a6-49ae-97bc-6eba6914391e/oauth2/v2.0/authorize?response_type=code",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_explains_stays(text: str) -> None:
    assert without_tokens(text) == text


NAMES = (
    *("access_token", "refresh_token", "id_token", "client_secret", "client_assertion", "device_code"),
    *("code_verifier", "code", "assertion", "token", "password"),
)
url_safe = st.text(string.ascii_letters + string.digits + "-_~", min_size=12, max_size=90)
secrets = url_safe.filter(lambda value: not value.isdigit())
FORMS = {
    "form": lambda name, value: urlencode({"grant_type": "x", name: value, "scope": "y"}),
    "json": lambda name, value: json.dumps({"error": "x", name: value, "scope": "y"}),
    "json, closely set": lambda name, value: json.dumps({name: value, "s": "y"}, separators=(",", ":")),
    "json, cut short": lambda name, value: json.dumps({name: value})[:-2],
    "repr": lambda name, value: repr({"error": "x", name: value}),
    "prose": lambda name, value: f"refused: {name}={value}, see the log",
}


@pytest.mark.parametrize("form", FORMS)
@given(name=st.sampled_from(NAMES), value=secrets)
def test_what_is_named_as_a_secret_goes(form: str, name: str, value: str) -> None:
    blanked = without_tokens(FORMS[form](name, value))
    assert value not in blanked
    assert name in blanked
    assert without_tokens(blanked) == blanked


@given(st.sampled_from(NAMES), st.text(min_size=8))
def test_whatever_a_quoted_secret_is_made_of_it_goes(name: str, value: str) -> None:
    marked = f"mark{value}mark"
    blanked = without_tokens(json.dumps({"error": "x", name: marked, "trace_id": "kept"}))
    assert json.dumps(marked)[1:-1] not in blanked
    assert '"trace_id": "kept"' in blanked


segments = st.text(string.ascii_letters + string.digits + "-_", min_size=8, max_size=60)
words = st.text(string.ascii_letters + " .,:'", max_size=40)
SHAPES = {
    "JWT": lambda a, b, c: f"eyJ{a}.{b}.{c}",
    "bearer": lambda a, b, c: f"Bearer {a}{b}{c}",
    "Google's access token": lambda a, b, c: f"ya29.{a}{b}",
    "Google's refresh token": lambda a, b, c: f"1//{a}{b}",
    "Google's code": lambda a, b, c: f"4/{a}{b}",
    "Google's client secret": lambda a, b, c: f"GOCSPX-{a}",
    "Microsoft's refresh token": lambda a, b, c: f"1.A{a}{b}{c}.{a}xxxxxx",
    "any that is long": lambda a, b, c: f"{a}{b}{c}{'x' * 48}",
}


@pytest.mark.parametrize("shape", SHAPES)
@given(a=segments, b=segments, c=segments, before=words, after=words)
def test_what_has_the_shape_of_a_token_goes(
    shape: str, a: str, b: str, c: str, before: str, after: str
) -> None:
    token = SHAPES[shape](a, b, c)
    blanked = without_tokens(f"{before} {token} {after}")
    assert token.removeprefix("Bearer ") not in blanked
    assert a not in blanked.removeprefix(before).removesuffix(after)


def test_a_private_key_goes_also_where_it_was_cut() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef\n-----END RSA PRIVATE KEY-----"
    assert without_tokens(f"bad key {key} in x.pem") == "bad key … in x.pem"
    assert without_tokens(f"bad key {key[:40]}") == "bad key …"
