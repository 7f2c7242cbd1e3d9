"""What a trace keeps of a session, and above all what it does not."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.login import Login
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.secret import Secret
from mailint_gui.mail import trace as tracing
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.trace import BLANKED, Trace
from tests.servers import addresses
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.scripted_server import Line, ScriptedServer

LETTER = b"Subject: canary-subject\r\nFrom: a@example.org\r\n\r\ncanary-body\r\n"


def traced(*secrets: str) -> CancelScope:
    scope = CancelScope()
    scope.trace = Trace()
    for secret in secrets:
        scope.trace.hide(secret)
    return scope


def text_of(scope: CancelScope) -> str:
    assert scope.trace is not None
    return scope.trace.text()


def said(text: str, who: str = "C:") -> list[str]:
    return [line.split(f" {who} ", 1)[1] for line in text.splitlines() if f" {who} " in line]


@pytest.fixture
def network(certificates: Certificates) -> Network:
    return Network(str(certificates.ca))


# Real servers


@pytest.mark.parametrize("security", list(Security))
def test_an_imap_session_is_told_without_secret_and_without_mail(
    security: Security, dovecot: Dovecot, mailbox: Mailbox, network: Network
) -> None:
    mailbox.deliver(LETTER)
    scope = traced()
    port = dovecot.ports.imaps if security is Security.SSL else dovecot.ports.imap
    session = ImapSession.open(Endpoint(addresses.HOST, port, security), scope, network)
    session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope)
    session.select("INBOX")
    assert [each.raw for batch in session.fetch(session.uids_after(0)) for each in batch] == [LETTER]
    assert session.fetch_headers([1])
    session.close()
    text = text_of(scope)
    assert mailbox.password not in text
    assert base64.b64encode(f"\0{mailbox.address}\0{mailbox.password}".encode()).decode() not in text
    assert "canary" not in text
    commands = " ".join(said(text))
    assert "SELECT" in commands
    assert "UID FETCH" in commands
    assert f"AUTHENTICATE PLAIN {BLANKED}" in commands
    assert f"[{len(LETTER)} bytes, not kept]" in text
    assert [line for line in said(text, "--") if line in set(Stage)][:2] == ["resolve", "connect"]
    assert any(line.startswith("* OK") for line in said(text, "S:"))


@pytest.mark.parametrize("security", list(Security))
def test_a_pop3_session_is_told_without_secret_and_without_mail(
    security: Security, dovecot: Dovecot, mailbox: Mailbox, network: Network
) -> None:
    mailbox.deliver(LETTER)
    scope = traced()
    port = dovecot.ports.pop3s if security is Security.SSL else dovecot.ports.pop3
    session = Pop3Session.open(Endpoint(addresses.HOST, port, security), scope, network)
    session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope)
    ((number, uidl),) = session.uidls()
    assert [each.raw for batch in session.fetch([number]) for each in batch] == [LETTER]
    session.quit()
    text = text_of(scope)
    assert mailbox.password not in text
    assert "canary" not in text
    assert {f"USER {BLANKED}", f"PASS {BLANKED}", "UIDL", "QUIT"} <= set(said(text))
    assert f"1 {uidl}" in said(text, "S:")
    assert "bytes, not kept]" in text


# Servers that repeat what they should not


def played(script: list[Line], run: Callable[[Endpoint], None]) -> None:
    with ScriptedServer(script) as server:
        run(Endpoint(addresses.HOST, server.port, Security.NONE))


def test_a_server_that_repeats_the_password_tells_nobody() -> None:
    password = 'canary"secret\\1'
    plain = base64.b64encode(f"\0me\0{password}".encode()).decode()
    scope = traced(password, f"\0me\0{password}")

    def run(endpoint: Endpoint) -> None:
        session = ImapSession.open(endpoint, scope, Network(""))
        with pytest.raises(ProblemError):
            session.log_in(Login("me", Secret(password)), scope)

    played(
        [
            "S: * OK [CAPABILITY IMAP4rev1] ready",
            r"C: (?P<tag>\S+) LOGIN",
            'S: {tag} NO not "canary\\"secret\\\\1" nor canary"secret\\1 nor ' + plain,
        ],
        run,
    )
    text = text_of(scope)
    assert "canary" not in text
    assert plain not in text
    assert f"nor {BLANKED} nor {BLANKED}" in text


def test_message_text_in_a_quoted_string_is_not_kept() -> None:
    trace = Trace()
    trace.heard(b'* 1 FETCH (UID 7 BODY[] "canary \\" canary" FLAGS (\\Seen))\r\n')
    trace.heard(b'* 1 FETCH (UID 7 BODY[HEADER]<0> "canary')
    assert "canary" not in trace.text()
    assert "FLAGS (\\Seen))" in trace.text()


# Log-ins, whatever they look like


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (b'M1 LOGIN "me" "canary"', f"M1 LOGIN {BLANKED}"),
        (b"M1 login me canary", f"M1 login {BLANKED}"),
        (b"M2 AUTHENTICATE PLAIN canary", f"M2 AUTHENTICATE PLAIN {BLANKED}"),
        (b"M2 AUTHENTICATE XOAUTH2 canary", f"M2 AUTHENTICATE XOAUTH2 {BLANKED}"),
        (b"AUTH PLAIN", f"AUTH PLAIN {BLANKED}"),
        (b"AUTH LOGIN canary", f"AUTH LOGIN {BLANKED}"),
        (b"USER canary", f"USER {BLANKED}"),
        (b"PASS canary canary", f"PASS {BLANKED}"),
        (b"APOP me canary", f"APOP {BLANKED}"),
        (b'M3 SELECT "INBOX"', 'M3 SELECT "INBOX"'),
        (b"M4 UID SEARCH UID 1:2", "M4 UID SEARCH UID 1:2"),
    ],
)
def test_a_log_in_is_known_by_its_command(line: bytes, kept: str) -> None:
    trace = Trace()
    trace.said(line + b"\r\n")
    assert said(trace.text()) == [kept]


@given(st.binary(max_size=30).filter(lambda data: not {10, 13} & set(data)))
def test_while_logging_in_nothing_else_of_ours_is_kept(data: bytes) -> None:
    trace = Trace()
    trace.entered(Stage.AUTHENTICATE)
    trace.said(b"canary" + data + b"\r\n")
    assert "canary" not in trace.text()
    trace.said(b"M1 CAPABILITY\r\n")
    assert said(trace.text())[-1] == "M1 CAPABILITY"


@given(st.text(min_size=1, max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_hidden_secret_is_in_no_line(secret: str, before: str, after: str) -> None:
    secret = f"canary{secret}"
    trace = Trace()
    trace.hide(secret)
    trace.note(f"{before}{secret}{after}")
    trace.heard(f"{before}{secret}{after}".encode("utf-8", "surrogatepass"))
    assert secret not in trace.text()


def test_a_trace_stays_small_and_says_what_it_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "MOST_CHARACTERS", 10_000)
    trace = Trace()
    trace.heard(b"x" * 5000)
    trace.heard_lines(b"line\r\n" * 300)
    for _ in range(1000):
        trace.heard(b"and so on and so on\r\n")
    text = trace.text()
    assert "… [5000 characters]" in text
    assert "[100 more lines, not kept]" in text
    assert text.endswith("[what followed is not kept]")
    assert len(text) < 12_000


def test_no_line_can_pass_for_another() -> None:
    trace = Trace()
    trace.heard("* OK a\rb\u2028c\x1b[2J\u202ed".encode())
    assert len(trace.text().splitlines()) == 1
    assert "\x1b" not in trace.text()
    assert "\u202e" not in trace.text()
