"""Logging in by an access token over IMAP, POP3 and SMTP, taken and refused, as providers' servers play it."""

import base64
import contextlib
import json
import re
import traceback
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.integration import SaslMechanism, Security
from mailint_gui.domain.login import Login, LoginKind
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.mail.sasl import Exchange, by_token, to_hide
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.smtp import SmtpSession
from mailint_gui.mail.trace import BLANKED, Trace
from mailint_gui.mail.wire import WireError
from tests.servers import wait
from tests.servers.certificates import Certificates
from tests.servers.scripted_server import Line, ScriptedServer
from tests.servers.smtp import SmtpServer

USER = "support@example.org"
TOKEN = "ya29.canary-of-a-token~with+every/sign="
LONG_TOKEN = "eyJ0." * 400  # as of Microsoft
VERY_LONG_TOKEN = "eyJ0." * 1500
MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
K = ProblemKind

REASON = {"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}
CHALLENGE = base64.b64encode(json.dumps(REASON).encode()).decode()
AFTER_CHALLENGE = {"XOAUTH2": "^$", "OAUTHBEARER": "^AQ==$"}

Conversation = Callable[[Sequence[Line], Login], Problem | None]


def login(token: str = TOKEN, user_name: str = USER) -> Login:
    return Login(user_name, Secret(token), LoginKind.ACCESS_TOKEN, "support@example.org at the provider")


def response(mechanism: str, token: str = TOKEN) -> str:
    """As the providers and RFC 7628 write it down, in base64."""
    clear = {
        "XOAUTH2": f"user={USER}\1auth=Bearer {token}\1\1",
        "OAUTHBEARER": f"n,a={USER},\1auth=Bearer {token}\1\1",
    }
    return base64.b64encode(clear[mechanism].encode()).decode()


def says(mechanism: str, token: str = TOKEN) -> str:
    """A line of a script that awaits it."""
    return f"C: ^{re.escape(response(mechanism, token))}$"


def problem_of(work: Callable[[], object]) -> Problem | None:
    """None: it went well."""
    try:
        work()
    except ProblemError as error:
        told = f"{error.problem!r} {''.join(traceback.format_exception(error))}"
        assert not [each for each in to_hide(login()) if each in told]
        return error.problem
    return None


@contextlib.contextmanager
def playing(script: Sequence[Line]) -> Iterator[Endpoint]:
    """The script is played to its end, and we say what it awaits and nothing more."""
    lines = sum(str(line).startswith("C: ") for line in script)
    with ScriptedServer([*script, "C: ^the end$"]) as server:
        yield Endpoint(server.host, server.port, Security.NONE)
        wait.until(lambda: server.errors, "the end of the conversation")
        assert server.errors == [""]  # we closed
        assert len(server.received) == lines + 1


def over_imap(script: Sequence[Line], login: Login) -> Problem | None:
    with playing(script) as endpoint:
        scope = CancelScope()
        session = ImapSession.open(endpoint, scope, Network())
        with contextlib.closing(session):
            return problem_of(lambda: session.log_in(login, scope))


def over_pop3(script: Sequence[Line], login: Login) -> Problem | None:
    with playing(script) as endpoint:
        scope = CancelScope()
        session = Pop3Session.open(endpoint, scope, Network())
        with contextlib.closing(session):
            return problem_of(lambda: session.log_in(login, scope))


def over_smtp(script: Sequence[Line], login: Login) -> Problem | None:
    """An admin's choice of a mechanism for passwords has no say."""
    with playing(script) as endpoint:
        scope = CancelScope()
        session = SmtpSession.open(endpoint, scope, Network())
        with contextlib.closing(session):
            return problem_of(lambda: session.log_in(login, SaslMechanism.PLAIN, scope))


# IMAP


def imap(offered: str) -> list[Line]:
    return [f"S: * OK [CAPABILITY IMAP4rev1 {offered}] ready"]


def token_by(mechanism: str, initial: str) -> str:
    return rf"C: ^(?P<tag>\S+) AUTHENTICATE {mechanism} {re.escape(initial)}$"


IMAP_OK = "S: {tag} OK [CAPABILITY IMAP4rev1] in"


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_imap_with_the_response_at_once(mechanism: str) -> None:
    offer = imap(f"SASL-IR AUTH=PLAIN AUTH={mechanism}")
    assert over_imap([*offer, token_by(mechanism, response(mechanism)), IMAP_OK], login()) is None


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("go_on", ["S: + ", "S: +"])
def test_imap_with_the_response_when_asked(mechanism: str, go_on: str) -> None:
    ask = rf"C: ^(?P<tag>\S+) AUTHENTICATE {mechanism}$"
    script = [*imap(f"AUTH={mechanism}"), ask, go_on, says(mechanism), IMAP_OK]
    assert over_imap(script, login()) is None


def test_imap_with_a_token_that_is_too_long_for_a_command() -> None:
    ask = r"C: ^(?P<tag>\S+) AUTHENTICATE XOAUTH2$"
    long = says("XOAUTH2", VERY_LONG_TOKEN)
    script = [*imap("SASL-IR AUTH=XOAUTH2"), ask, "S: + ", long, IMAP_OK]
    assert over_imap(script, login(VERY_LONG_TOKEN)) is None


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize(
    ("no", "kind"),
    [
        ("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", K.AUTHENTICATION_FAILED),
        ("NO AUTHENTICATE failed.", K.AUTHENTICATION_FAILED),
        ("NO [UNAVAILABLE] later", K.SERVER_BUSY),
    ],
)
def test_imap_refuses_and_says_why(mechanism: str, no: str, kind: ProblemKind) -> None:
    refusal = [f"S: + {CHALLENGE}", f"C: {AFTER_CHALLENGE[mechanism]}", f"S: {{tag}} {no}"]
    offer = imap(f"SASL-IR AUTH={mechanism}")
    problem = over_imap([*offer, token_by(mechanism, response(mechanism)), *refusal], login())
    assert problem is not None
    assert problem.kind is kind
    assert problem.detail == f"{no} {json.dumps(REASON)}"
    assert problem.facts["user_name"] == USER


def test_imap_refuses_at_once() -> None:
    """As Microsoft does."""
    ask = token_by("XOAUTH2", response("XOAUTH2", LONG_TOKEN))
    script = [*imap("AUTH=PLAIN AUTH=XOAUTH2 SASL-IR"), ask, "S: {tag} NO AUTHENTICATE failed."]
    problem = over_imap(script, login(LONG_TOKEN))
    assert problem is not None
    assert (problem.kind, problem.detail) == (K.AUTHENTICATION_FAILED, "NO AUTHENTICATE failed.")


# POP3


def pop3(*mechanisms: str) -> list[Line]:
    sasl = f"S: SASL {' '.join(mechanisms)}" if mechanisms else "S: TOP"
    return ["S: +OK ready", "C: ^CAPA$", "S: +OK", "S: UIDL", sasl, "S: ."]


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("token", [TOKEN, LONG_TOKEN])
def test_pop3(mechanism: str, token: str) -> None:
    """Always on two lines: a line may have 255 octets (RFC 5034 section 4), and Microsoft wants two."""
    ask: list[Line] = [f"C: ^AUTH {mechanism}$", "S: + ", says(mechanism, token), "S: +OK in"]
    assert over_pop3([*pop3("PLAIN", mechanism), *ask], login(token)) is None


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_pop3_refuses_and_says_why(mechanism: str) -> None:
    script = [
        *(*pop3(mechanism), f"C: ^AUTH {mechanism}$", "S: + ", says(mechanism)),
        *(f"S: + {CHALLENGE}", f"C: {AFTER_CHALLENGE[mechanism]}", "S: -ERR [AUTH] Invalid credentials"),
    ]
    problem = over_pop3(script, login())
    assert problem is not None
    assert problem.kind is K.AUTHENTICATION_FAILED
    assert problem.detail == f"-ERR [AUTH] Invalid credentials {json.dumps(REASON)}"
    assert problem.facts["user_name"] == USER


@pytest.mark.parametrize("answer", ["S: -ERR not now", "S: +OK in"])
def test_pop3_does_not_tell_the_token_where_it_is_not_asked_for(answer: str) -> None:
    problem = over_pop3([*pop3("XOAUTH2"), "C: ^AUTH XOAUTH2$", answer], login())
    assert problem is not None
    assert problem.kind in {K.AUTHENTICATION_FAILED, K.PROTOCOL_ERROR}


# SMTP


def smtp(*mechanisms: str) -> list[Line]:
    auth = f"S: 250 AUTH {' '.join(mechanisms)}" if mechanisms else "S: 250 8BITMIME"
    return ["S: 220 mail", "C: ^EHLO ", "S: 250-mail", auth]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_smtp_with_the_response_at_once(mechanism: str) -> None:
    script = [
        *smtp("PLAIN", mechanism),
        f"C: ^AUTH {mechanism} {re.escape(response(mechanism))}$",
        "S: 235 2.7.0 in",
    ]
    assert over_smtp(script, login()) is None


def test_smtp_with_a_token_that_is_too_long_for_a_command() -> None:
    long = says("XOAUTH2", LONG_TOKEN)
    script = [*smtp("XOAUTH2"), "C: ^AUTH XOAUTH2$", "S: 334 ", long, "S: 235 in"]
    assert over_smtp(script, login(LONG_TOKEN)) is None


def test_smtp_counts_the_octets_of_a_command() -> None:
    """RFC 5321 section 4.5.3.1.4: 512 with the line's end."""
    at_once = []
    for size in range(300, 345):
        token = "x" * size
        line = f"AUTH XOAUTH2 {response('XOAUTH2', token)}"
        fits = len(line) + 2 <= 512
        rest = [f"C: ^{line}$"] if fits else ["C: ^AUTH XOAUTH2$", "S: 334 ", f"C: ^{line.split()[-1]}$"]
        assert over_smtp([*smtp("XOAUTH2"), *rest, "S: 235 in"], login(token)) is None
        at_once.append(fits)
    assert {True, False} == set(at_once)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("535-5.7.8 Username and Password not accepted", K.AUTHENTICATION_FAILED),
        ("535 5.7.3 Authentication unsuccessful [DB6PR01.eurprd01.prod.example]", K.AUTHENTICATION_FAILED),
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled",
            K.PROTOCOL_DISABLED,
        ),
        ("454 4.7.0 Too many login attempts, please try again later", K.THROTTLED),
    ],
)
def test_smtp_refuses_and_says_why(mechanism: str, words: str, kind: ProblemKind) -> None:
    last: list[Line] = ["S: 535 5.7.8 see there"] if words[3] == "-" else []
    script = [
        *(*smtp(mechanism), f"C: ^AUTH {mechanism} {re.escape(response(mechanism))}$", f"S: 334 {CHALLENGE}"),
        *(f"C: {AFTER_CHALLENGE[mechanism]}", f"S: {words}", *last),
    ]
    problem = over_smtp(script, login())
    assert problem is not None
    assert problem.kind is kind
    assert problem.detail.endswith(json.dumps(REASON))
    assert words[4:] in problem.detail
    assert problem.facts["user_name"] == USER


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_real_smtp_server(mechanism: str, smtp_server: SmtpServer, certificates: Certificates) -> None:
    smtp_server.tokens, smtp_server.token_mechanism = {USER: TOKEN}, mechanism
    smtp_server.auth_required = True

    def send(token: str) -> None:
        scope = CancelScope()
        endpoint = Endpoint(smtp_server.host, smtp_server.port, Security.STARTTLS)
        session = SmtpSession.open(endpoint, scope, Network(str(certificates.ca)))
        with contextlib.closing(session):
            session.log_in(login(token), SaslMechanism.AUTOMATIC, scope)
            session.send(USER, ["a@example.org"], b"Subject: x\r\n\r\n", lambda _refused: None)

    send(TOKEN)
    assert smtp_server.wait_for_message().user == USER
    problem = problem_of(lambda: send("another"))
    assert problem is not None
    assert problem.kind is K.AUTHENTICATION_FAILED
    assert "invalid_token" in problem.detail


# All three

PROTOCOLS: dict[str, tuple[Conversation, Callable[..., list[Line]]]] = {
    "imap": (over_imap, lambda *names: imap(" ".join(f"AUTH={each}" for each in names))),
    "pop3": (over_pop3, pop3),
    "smtp": (over_smtp, smtp),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("offered", "named"), [(("PLAIN", "LOGIN"), "PLAIN LOGIN"), ((), "nothing")])
def test_a_server_that_takes_no_tokens(protocol: str, offered: tuple[str, ...], named: str) -> None:
    converse, offer = PROTOCOLS[protocol]
    script = offer(*offered)
    if protocol == "imap" and not offered:
        script = imap("SASL-IR")
    problem = converse(script, login())
    assert problem is not None
    assert problem.kind is K.LOGIN_DISABLED
    assert problem.detail == f"for logging in the server offers: {named}"
    assert problem.facts["stage"] == "authenticate"
    assert "server" in problem.facts


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("bad", ["x\r\nQUIT", "x\ny", "x\ry", "x\0y", "x\1host=evil.example"])
def test_nothing_is_sent_that_would_end_a_field(protocol: str, bad: str) -> None:
    converse, offer = PROTOCOLS[protocol]
    for refused in (login(token=bad), login(user_name=bad)):
        problem = converse(offer("XOAUTH2"), refused)
        assert problem is not None
        assert problem.kind is K.AUTHENTICATION_FAILED
        assert bad not in problem.detail


def test_a_server_that_repeats_the_token_tells_nobody() -> None:
    """In clear, as it was told, and amid what it says in base64."""
    reason = base64.b64encode(json.dumps({"status": f"{TOKEN} is expired"}).encode()).decode()
    told = response("XOAUTH2")
    scope = CancelScope()
    scope.trace = Trace()
    scope.trace.hide_log_in(login())
    script = [
        *(*imap("SASL-IR AUTH=XOAUTH2"), token_by("XOAUTH2", told), f"S: + {reason}"),
        *("C: ^$", f"S: {{tag}} NO neither {TOKEN} nor {told}"),
    ]
    with (
        playing(script) as endpoint,
        contextlib.closing(ImapSession.open(endpoint, scope, Network())) as session,
    ):
        problem = problem_of(lambda: session.log_in(login(), scope))
    assert problem is not None
    assert problem.detail == 'NO neither … nor … {"status": "… is expired"}'
    trace = scope.trace.text()
    assert TOKEN not in trace
    assert f"NO neither {BLANKED} nor {BLANKED}" in trace
    assert f"AUTHENTICATE XOAUTH2 {BLANKED}" in trace
    assert reason not in trace
    assert f"S: + eyJzdGF0dXMiOiAi{BLANKED}" in trace


@given(before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_a_secret_is_known_wherever_it_begins_in_base64(before: bytes, after: bytes) -> None:
    text = base64.b64encode(before + TOKEN.encode() + after).decode()
    kept = text
    for each in to_hide(login()):
        kept = kept.replace(each, "")
    assert len(kept) <= len(text) - (len(TOKEN) - 4) // 3 * 4


def test_user_names_are_told_from_the_fields_around_them() -> None:
    exchange = by_token(login(user_name="a,b=c@example.org"), ["OAUTHBEARER"])
    assert base64.b64decode(exchange.response).startswith(b"n,a=a=2Cb=3Dc@example.org,\1")


def test_a_server_that_challenges_without_end_is_cancelled() -> None:
    exchange = Exchange("XOAUTH2", "response", b"")
    assert [exchange.answer(each) for each in ("", "no base64: \xff", "more", "more")] == [
        exchange.response,
        b"",
        b"*",
        b"*",
    ]
    assert exchange.explained("NO") == "NO no base64: \xff"


def test_an_exchange_is_refused_before_it_begins() -> None:
    with pytest.raises(WireError, match="access token"):
        by_token(login("x\1y"), ["XOAUTH2"])
