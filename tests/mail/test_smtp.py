"""SMTP against real servers: the far end of the tests, Dovecot's submission, and scripted faults."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import SaslMechanism, Security
from mailint_gui.domain.login import Login
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.scope import DEADLINES, CancelReason, CancelScope
from mailint_gui.mail.smtp import SmtpSession
from mailint_gui.mail.smtp_client import data_chunks
from tests.servers import addresses
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.scripted_server import ScriptedServer
from tests.servers.smtp import SmtpServer
from tests.servers.smtp_script import END_OF_DATA

K = ProblemKind
SENDER = "desk@mailint.example"
RECIPIENT = "customer@example.org"
RAW = b"From: desk@mailint.example\r\nSubject: Hello\r\n\r\nHello.\r\n"
USER, PASSWORD = "desk", "correct horse ünd"


@pytest.fixture
def network(certificates: Certificates) -> Network:
    return Network(str(certificates.ca))


@pytest.fixture
def open_session(smtp_server: SmtpServer, network: Network) -> Iterator[Callable[..., SmtpSession]]:
    """Opens sessions, by default inside TLS from the start; all are closed in the end."""
    opened: list[SmtpSession] = []

    def make(
        security: Security = Security.SSL,
        host: str = addresses.HOST,
        port: int | None = None,
        scope: CancelScope | None = None,
    ) -> SmtpSession:
        if port is None:
            port = smtp_server.tls_port if security is Security.SSL else smtp_server.port
        session = SmtpSession.open(Endpoint(host, port, security), scope or CancelScope(), network)
        opened.append(session)
        return session

    yield make
    for session in opened:
        session.close()


Open = Callable[..., SmtpSession]


def nothing(_refused: object) -> None:
    pass


def impatient(stage: Stage, seconds: float = 0.5) -> CancelScope:
    return CancelScope({**DEADLINES, stage: seconds})


@contextmanager
def problem(kind: ProblemKind, detail: str = "", **facts: str) -> Iterator[list[Problem]]:
    found: list[Problem] = []
    with pytest.raises(ProblemError) as caught:
        yield found
    seen = caught.value.problem
    found.append(seen)
    assert seen.kind is kind, seen
    assert detail in seen.detail
    assert facts.items() <= seen.facts.items(), seen.facts


# Opening


@pytest.mark.parametrize("security", list(Security))
def test_a_message_arrives_as_it_was(open_session: Open, smtp_server: SmtpServer, security: Security) -> None:
    raw = b"Subject: dots\r\n\r\n.\r\n..two\r\n.hidden\r\nlast\r\n"
    session = open_session(security)
    assert session.is_encrypted is (security is not Security.NONE)
    result = session.send(SENDER, [RECIPIENT], raw, nothing)
    session.quit()
    assert result.accepted == (RECIPIENT,)
    assert not result.refused
    message = smtp_server.wait_for_message()
    assert (message.sender, message.recipients, message.raw) == (SENDER, (RECIPIENT,), raw)


@pytest.mark.parametrize("security", [Security.SSL, Security.STARTTLS])
@pytest.mark.parametrize(
    ("host", "kind"),
    [
        (addresses.EXPIRED, K.TLS_EXPIRED),
        (addresses.WRONG_HOST, K.TLS_WRONG_HOST),
        (addresses.SELF_SIGNED, K.TLS_UNTRUSTED),
    ],
)
def test_a_bad_certificate_is_refused(
    open_session: Open, security: Security, host: str, kind: ProblemKind
) -> None:
    with problem(kind, server=host):
        open_session(security, host)


def test_starttls_not_offered(open_session: Open) -> None:
    with problem(K.TLS_NOT_OFFERED, server=addresses.NO_TLS):
        open_session(Security.STARTTLS, addresses.NO_TLS)


def test_starttls_stripped_on_the_way(open_session: Open, smtp_server: SmtpServer) -> None:
    with FaultProxy(smtp_server.port) as proxy:
        proxy.fault = Fault(replace=(b"STARTTLS", b"XXXXXXXX"))
        with problem(K.TLS_NOT_OFFERED):
            open_session(Security.STARTTLS, port=proxy.port)


def test_starttls_refused(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("STARTTLS", "", "454 4.7.0 TLS not available now")
    with problem(K.SERVER_BUSY, "454 4.7.0"):
        open_session(Security.STARTTLS)


def test_what_is_said_before_tls_is_forgotten(network: Network, certificates: Certificates) -> None:
    """Answers put behind the 220 by somebody between (CVE-2011-0411) are not heard inside TLS."""
    script = (
        "S: 220 ready",
        r"C: EHLO .*",
        "S: 250-hello",
        "S: 250 STARTTLS",
        r"C: STARTTLS",
        b"220 go ahead\r\n250-hello\r\n250 AUTH EXTERNAL\r\n",
        "TLS",
        r"C: EHLO .*",
        "S: 250-hello",
        "S: 250 SIZE 1000",
    )
    with ScriptedServer(script, certificate=certificates.good) as server:
        endpoint = Endpoint(server.host, server.port, Security.STARTTLS)
        session = SmtpSession.open(endpoint, CancelScope(), network)
        assert dict(session.extensions) == {"size": "1000"}
        session.close()


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        ("554 5.7.1 Your address is blocked", K.POLICY_REFUSED),
        ("421 4.3.2 Too busy", K.SERVER_BUSY),
        ("* OK IMAP4rev1 ready", K.PROTOCOL_ERROR),
        ("\x00\xff", K.PROTOCOL_ERROR),
    ],
)
def test_a_greeting_that_is_none(network: Network, greeting: str, kind: ProblemKind) -> None:
    with ScriptedServer([greeting.encode("latin-1") + b"\r\n", "HANG"]) as server:
        endpoint = Endpoint(server.host, server.port, Security.NONE)
        with problem(kind, stage="greeting"):
            SmtpSession.open(endpoint, CancelScope(), network)


def test_an_endless_reply(network: Network) -> None:
    with ScriptedServer([b"220-more\r\n" * 2000, "HANG"]) as server, problem(K.PROTOCOL_ERROR):
        SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), CancelScope(), network)


def test_an_endless_line(network: Network) -> None:
    with ScriptedServer([b"220 " + b"x" * 100_000, "HANG"]) as server, problem(K.PROTOCOL_ERROR):
        SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), CancelScope(), network)


def test_a_silent_server(network: Network) -> None:
    with ScriptedServer(["HANG"]) as server, problem(K.TIMED_OUT, stage="greeting", greeting="in_clear"):
        endpoint = Endpoint(server.host, server.port, Security.NONE)
        SmtpSession.open(endpoint, impatient(Stage.GREETING), network)


def test_a_server_without_extensions(network: Network) -> None:
    script = (
        "S: 220 old",
        r"C: EHLO .*",
        "S: 502 what?",
        r"C: HELO \[127\.0\.0\.1\]",
        "S: 250 hello",
        "HANG",
    )
    with ScriptedServer(script) as server:
        session = SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), CancelScope(), network)
        assert not session.extensions
        session.close()


# Logging in


@pytest.mark.parametrize("mechanism", list(SaslMechanism))
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.NONE])
def test_logging_in(
    open_session: Open, smtp_server: SmtpServer, mechanism: SaslMechanism, security: Security
) -> None:
    smtp_server.users, smtp_server.auth_required = {USER: PASSWORD}, True
    scope = CancelScope()
    session = open_session(security, scope=scope)
    session.log_in(Login(USER, Secret(PASSWORD)), mechanism, scope)
    session.send(SENDER, [RECIPIENT], RAW, nothing)
    assert smtp_server.wait_for_message().user == USER


@pytest.mark.parametrize("mechanism", [SaslMechanism.PLAIN, SaslMechanism.LOGIN, SaslMechanism.CRAM_MD5])
def test_a_wrong_password(open_session: Open, smtp_server: SmtpServer, mechanism: SaslMechanism) -> None:
    smtp_server.users = {USER: "another"}
    scope = CancelScope()
    session = open_session(scope=scope)
    with problem(K.AUTHENTICATION_FAILED, "535 5.7.8", stage="authenticate", user_name=USER):
        session.log_in(Login(USER, Secret(PASSWORD)), mechanism, scope)


@pytest.mark.parametrize(
    ("offered", "encrypted", "first"),
    [
        ("PLAIN LOGIN CRAM-MD5", False, "CRAM-MD5"),
        ("LOGIN PLAIN", False, "PLAIN .*"),
        ("LOGIN", False, "LOGIN"),
    ],
)
def test_the_mechanism_that_is_chosen_in_clear(
    network: Network, offered: str, encrypted: bool, first: str
) -> None:
    script = (
        "S: 220 x",
        r"C: EHLO .*",
        "S: 250-x",
        f"S: 250 AUTH {offered}",
        f"C: AUTH {first}",
        "S: 235 ok",
        "HANG",
    )
    with ScriptedServer(script) as server:
        scope = CancelScope()
        session = SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), scope, network)
        session.log_in(Login(USER, Secret(PASSWORD)), SaslMechanism.AUTOMATIC, scope)
        session.close()
        assert not server.errors


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("535 5.7.139 Authentication unsuccessful, something else", K.POLICY_REFUSED),
        ("454 4.7.0 Temporary authentication failure", K.SERVER_BUSY),
        ("454 4.7.0 Too many login attempts, please try again later", K.THROTTLED),
        ("504 5.5.4 Unrecognized authentication type", K.LOGIN_DISABLED),
        ("421 4.4.2 Bye", K.SERVER_BUSY),
    ],
)
def test_what_a_refused_log_in_means(
    open_session: Open, smtp_server: SmtpServer, reply: str, kind: ProblemKind
) -> None:
    smtp_server.script.answer("AUTH", "", reply)
    scope = CancelScope()
    session = open_session(scope=scope)
    with problem(kind, reply):
        session.log_in(Login(USER, Secret(PASSWORD)), SaslMechanism.AUTOMATIC, scope)


def test_a_server_that_offers_no_log_in(open_session: Open) -> None:
    scope = CancelScope()
    session = open_session(Security.NONE, addresses.LOGIN_DISABLED, scope=scope)
    with problem(K.LOGIN_DISABLED, "nothing"):
        session.log_in(Login(USER, Secret(PASSWORD)), SaslMechanism.AUTOMATIC, scope)


def test_a_server_that_repeats_the_password(network: Network) -> None:
    script = (
        "S: 220 x",
        r"C: EHLO .*",
        "S: 250-x",
        "S: 250 AUTH PLAIN",
        r"C: AUTH PLAIN (?P<token>.*)",
        f"S: 500 no such command: AUTH PLAIN {{token}} or {PASSWORD}",
    )
    with ScriptedServer(script) as server:
        scope = CancelScope()
        session = SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), scope, network)
        with problem(K.LOGIN_DISABLED, "500 no such command: AUTH PLAIN … or …"):
            session.log_in(Login(USER, Secret(PASSWORD)), SaslMechanism.PLAIN, scope)


def test_a_challenge_without_end_is_cancelled(network: Network) -> None:
    script = (
        "S: 220 x", r"C: EHLO .*", "S: 250-x", "S: 250 AUTH LOGIN", "C: AUTH LOGIN",
        "S: 334 VXNlcg==", "C: .+", "S: 334 UGFzcw==", "C: .+", "S: 334 more", r"C: \*", "S: 501 cancelled", "HANG",
    )  # fmt: skip
    with ScriptedServer(script) as server:
        scope = CancelScope()
        session = SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), scope, network)
        with problem(K.AUTHENTICATION_FAILED, "501"):
            session.log_in(Login(USER, Secret(PASSWORD)), SaslMechanism.AUTOMATIC, scope)
        assert not server.errors


# Sending


def test_one_recipient_of_three_is_refused(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("RCPT", "second@", "550 5.1.1 No such user here")
    recipients = [f"{name}@example.org" for name in ("first", "second", "third")]
    result = open_session().send(SENDER, recipients, RAW, nothing)
    assert result.accepted == (recipients[0], recipients[2])
    assert list(result.refused) == [recipients[1]]
    refusal = result.refused[recipients[1]]
    assert refusal.kind is K.RECIPIENT_REFUSED
    assert refusal.detail == "550 5.1.1 No such user here"
    assert smtp_server.wait_for_message().recipients == result.accepted


def test_all_recipients_refused_sends_nothing(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.script.answer("RCPT", "", "450 4.2.1 Greylisted")
    marks: list[str] = []
    result = open_session().send(SENDER, [RECIPIENT], RAW, lambda _refused: marks.append("sent"))
    assert result.accepted == ()
    assert result.refused[RECIPIENT].kind is K.RECIPIENT_PUT_OFF
    assert not marks
    assert not smtp_server.messages


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("550 5.1.1 unknown", K.RECIPIENT_REFUSED),
        ("554 5.7.1 <x>: Relay access denied", K.RELAY_DENIED),
        ("550 5.7.1 blocked by the recipient", K.RECIPIENT_REFUSED),
        ("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", K.RELAY_DENIED),
        ("530 5.7.0 Authentication required", K.RELAY_DENIED),
        ("552 5.2.2 over quota", K.MAILBOX_FULL),
        ("452 4.2.2 over quota", K.MAILBOX_FULL),
        ("451 4.3.0 try again", K.RECIPIENT_PUT_OFF),
        ("450 4.7.28 unusual rate", K.THROTTLED),
        ("599 what", K.RECIPIENT_REFUSED),
    ],
)
def test_what_a_refused_recipient_means(
    open_session: Open, smtp_server: SmtpServer, reply: str, kind: ProblemKind
) -> None:
    smtp_server.script.answer("RCPT", "", reply)
    refusal = open_session().send(SENDER, [RECIPIENT], RAW, nothing).refused[RECIPIENT]
    assert (refusal.kind, refusal.detail) == (kind, reply)
    assert refusal.facts["address"] == RECIPIENT


@pytest.mark.parametrize(
    ("verb", "reply", "kind"),
    [
        ("MAIL", "550 5.7.60 not permitted to send as this sender", K.SENDER_REFUSED),
        ("MAIL", "553 5.1.8 domain does not exist", K.SENDER_REFUSED),
        ("MAIL", "530 5.7.1 Authentication required", K.RELAY_DENIED),
        ("MAIL", "552 5.3.4 too big", K.MESSAGE_TOO_LARGE),
        ("MAIL", "451 4.3.0 try again", K.SERVER_BUSY),
        ("MAIL", "421 4.4.5 going down", K.SERVER_BUSY),
        ("RCPT", "421 4.7.0 going down", K.SERVER_BUSY),
        ("DATA", "554 5.5.1 no valid recipients", K.MESSAGE_REFUSED),
        ("DATA", "451 4.3.0 try again", K.SERVER_BUSY),
        (END_OF_DATA, "550 5.7.1 looks like spam", K.MESSAGE_REFUSED),
        (END_OF_DATA, "552 5.3.4 too big", K.MESSAGE_TOO_LARGE),
        (END_OF_DATA, "452 4.3.1 out of room", K.SERVER_BUSY),
        (END_OF_DATA, "451 4.7.1 try again later", K.MESSAGE_PUT_OFF),
        (END_OF_DATA, "421 4.3.2 going down", K.SERVER_BUSY),
    ],
)
def test_what_a_refused_message_means(
    open_session: Open, smtp_server: SmtpServer, verb: str, reply: str, kind: ProblemKind
) -> None:
    smtp_server.script.answer(verb, "", reply)
    session = open_session()
    with problem(kind, reply, stage="send", server=addresses.HOST):
        session.send(SENDER, [RECIPIENT], RAW, nothing)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_connection_cut_before_the_end_of_the_data(
    open_session: Open, smtp_server: SmtpServer, verb: str
) -> None:
    smtp_server.script.cut_before_reply(verb)
    session = open_session()
    marks: list[str] = []
    with problem(K.CONNECTION_LOST, stage="send"):
        session.send(SENDER, [RECIPIENT], RAW, lambda _refused: marks.append("sent"))
    assert not marks


def test_a_connection_cut_instead_of_the_last_answer(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.script.cut_before_reply(END_OF_DATA)
    session = open_session()
    marks: list[str] = []
    with problem(K.DELIVERY_UNCERTAIN, "closed"):
        session.send(SENDER, [RECIPIENT], RAW, lambda _refused: marks.append("sent"))
    assert marks == ["sent"]
    smtp_server.wait_for_message()


def test_a_connection_cut_after_the_last_answer(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.script.cut_after_reply(END_OF_DATA)
    session = open_session()
    assert session.send(SENDER, [RECIPIENT], RAW, nothing).accepted == (RECIPIENT,)
    session.quit()


def test_silence_after_the_data(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.script.never_answer(END_OF_DATA)
    session = open_session(scope=impatient(Stage.SEND))
    with problem(K.DELIVERY_UNCERTAIN, "timed out"):
        session.send(SENDER, [RECIPIENT], RAW, nothing)


def test_silence_before_the_data(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.script.never_answer("RCPT")
    session = open_session(scope=impatient(Stage.SEND))
    with problem(K.TIMED_OUT, stage="send"):
        session.send(SENDER, [RECIPIENT], RAW, nothing)


def test_cancelling_after_the_data_leaves_it_uncertain(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.script.never_answer(END_OF_DATA)
    scope = CancelScope()
    session = open_session(scope=scope)
    canceller = threading.Thread(
        target=lambda: (smtp_server.wait_for_message(), scope.cancel(CancelReason.SHUTDOWN))
    )
    canceller.start()
    with problem(K.DELIVERY_UNCERTAIN):
        session.send(SENDER, [RECIPIENT], RAW, nothing)
    canceller.join()


def test_nonsense_after_the_data(network: Network) -> None:
    script = (
        "S: 220 x", "C: EHLO .*", "S: 250 x", "C: MAIL .*", "S: 250 ok", "C: RCPT .*", "S: 250 ok",
        "C: DATA", "S: 354 go", *["C: .*"] * 4, r"C: \.", "S: well...", "HANG",
    )  # fmt: skip
    with ScriptedServer(script) as server:
        endpoint = Endpoint(server.host, server.port, Security.NONE)
        session = SmtpSession.open(endpoint, CancelScope(), network)
        with problem(K.DELIVERY_UNCERTAIN, "well..."):
            session.send(SENDER, [RECIPIENT], RAW, nothing)
        session.close()


def test_no_message_is_sent_that_could_not_be_marked(open_session: Open, smtp_server: SmtpServer) -> None:
    """The mark in the store comes before the final dot: without it a crash would send the message twice."""

    def fail(_refused: object) -> None:
        raise OSError("disk full")

    session = open_session()
    with pytest.raises(OSError, match="disk full"):
        session.send(SENDER, [RECIPIENT], RAW, fail)
    session.close()
    following = open_session()
    following.send(SENDER, ["next@example.org"], RAW, nothing)
    assert smtp_server.wait_for_message().recipients == ("next@example.org",)
    assert len(smtp_server.messages) == 1


def test_larger_than_the_server_takes(open_session: Open, smtp_server: SmtpServer) -> None:
    smtp_server.size_limit = 1000
    session = open_session()
    with problem(K.MESSAGE_TOO_LARGE, limit="1000", size=str(len(RAW) + 2000)):
        session.send(SENDER, [RECIPIENT], RAW + b"x" * 2000, nothing)
    assert session.send(SENDER, [RECIPIENT], RAW, nothing).accepted


def test_addresses_in_utf8(open_session: Open, smtp_server: SmtpServer) -> None:
    open_session().send("dösk@mailint.example", ["jürgen@example.org"], RAW, nothing)
    message = smtp_server.wait_for_message()
    assert (message.sender, message.recipients) == ("dösk@mailint.example", ("jürgen@example.org",))


@pytest.mark.parametrize(
    ("sender", "recipient", "raw", "kind", "words"),
    [
        ("dösk@mailint.example", RECIPIENT, RAW, K.ADDRESS_NOT_CARRIED, "SMTPUTF8"),
        (SENDER, "jürgen@example.org", RAW, K.ADDRESS_NOT_CARRIED, "SMTPUTF8"),
        (SENDER, RECIPIENT, "Subject: ü\r\n\r\nx".encode(), K.ADDRESS_NOT_CARRIED, "SMTPUTF8"),
        (SENDER, RECIPIENT, "Subject: u\r\n\r\nü".encode(), K.MESSAGE_REFUSED, "8BITMIME"),
    ],
)
def test_what_an_old_server_cannot_take(
    network: Network, sender: str, recipient: str, raw: bytes, kind: ProblemKind, words: str
) -> None:
    with ScriptedServer(["S: 220 x", "C: EHLO .*", "S: 250 x", "HANG"]) as server:
        endpoint = Endpoint(server.host, server.port, Security.NONE)
        session = SmtpSession.open(endpoint, CancelScope(), network)
        with problem(kind, words):
            session.send(sender, [recipient], raw, nothing)
        session.close()


@pytest.mark.parametrize(
    "address",
    ["a@b.example>\r\nRCPT TO:<x@y.example", "a@b.example\nDATA", "a@b.example> SIZE=1", "", "a\0@b.example"],
)
def test_nothing_in_an_address_becomes_a_command(
    open_session: Open, smtp_server: SmtpServer, address: str
) -> None:
    session = open_session()
    with problem(K.RECIPIENT_REFUSED):
        session.send(SENDER, [address], RAW, nothing)
    with problem(K.SENDER_REFUSED):
        session.send(address, [RECIPIENT], RAW, nothing)
    with problem(K.SENDER_REFUSED):
        session.verify_sender(address)
    assert not smtp_server.messages


def test_verifying_a_sender_sends_nothing(open_session: Open, smtp_server: SmtpServer) -> None:
    session = open_session()
    session.verify_sender(SENDER)
    session.verify_sender(SENDER, RECIPIENT)
    smtp_server.script.answer("MAIL", "stranger@", "550 5.7.60 not yours")
    with problem(K.SENDER_REFUSED, "550 5.7.60", address="stranger@mailint.example"):
        session.verify_sender("stranger@mailint.example")
    assert not smtp_server.messages


def test_a_large_message_goes_in_pieces(open_session: Open, smtp_server: SmtpServer) -> None:
    raw = b"Subject: large\r\n\r\n" + b".a line of text\r\n" * 300_000
    open_session().send(SENDER, [RECIPIENT], raw, nothing)
    assert smtp_server.wait_for_message().raw == raw


def test_through_dovecot_submission(dovecot: Dovecot, smtp_server: SmtpServer, network: Network) -> None:
    mailbox = dovecot.mailbox()
    scope = CancelScope()
    endpoint = Endpoint(dovecot.host, dovecot.ports.submission, Security.STARTTLS)
    session = SmtpSession.open(endpoint, scope, network)
    session.log_in(Login(mailbox.address, Secret(mailbox.password)), SaslMechanism.AUTOMATIC, scope)
    assert session.send(SENDER, [RECIPIENT], RAW, nothing).accepted == (RECIPIENT,)
    session.quit()
    assert b"Subject: Hello" in smtp_server.wait_for_message().raw


def test_closing_twice_and_leaving_late(open_session: Open, smtp_server: SmtpServer) -> None:
    session = open_session()
    session.close()
    session.close()
    session.quit()
    with problem(K.CONNECTION_LOST):
        session.verify_sender(SENDER)


# What follows DATA


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b"a", b"a\r\n"),
        (b".", b"..\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n"),
        (b"a\n.\nMAIL FROM:<x>\n", b"a\r\n..\r\nMAIL FROM:<x>\r\n"),
        (b"a\r.\rb", b"a\r\n..\r\nb\r\n"),
        (b"a\r\n.\nb", b"a\r\n..\r\nb\r\n"),
        (b"", b""),
    ],
)
def test_no_line_of_a_message_ends_it(raw: bytes, sent: bytes) -> None:
    assert b"".join(data_chunks(raw)) == sent


# Many commands at once

GREETED = ["S: 220 x", "C: EHLO .*", "S: 250-x", "S: 250 PIPELINING"]


def test_commands_are_asked_at_once_where_the_server_can(network: Network) -> None:
    """It answers none before it has all of them."""
    script = [
        *GREETED,
        "C: MAIL FROM:.*",
        "C: RCPT TO:<a@b.example>",
        "C: RCPT TO:<gone@b.example>",
        "C: DATA",
        "S: 250 OK",
        "S: 250 OK",
        "S: 550 5.1.1 no such user",
        "S: 354 go on",
        *[f"C: {line}" for line in RAW.decode().split("\r\n")[:-1]],
        r"C: \.",
        "S: 250 OK",
        "C: RSET|MAIL .*",
        "HANG",
    ]
    with ScriptedServer(script) as server:
        session = SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), CancelScope(), network)
        result = session.send(SENDER, ["a@b.example", "gone@b.example"], RAW, nothing)
        session.close()
        assert result.accepted == ("a@b.example",)
        assert list(result.refused) == ["gone@b.example"]
        assert server.errors == []


@pytest.mark.parametrize(("answer", "usable"), [("354 go on", False), ("554 5.5.1 no recipients", True)])
def test_a_message_to_nobody_gets_no_end(network: Network, answer: str, usable: bool) -> None:
    """DATA was asked before the recipients were refused: a server may wait for the message all the same."""
    script = [*GREETED, "C: MAIL .*", "C: RCPT .*", "C: DATA"]
    script += ["S: 250 OK", "S: 550 5.1.1 no such user", f"S: {answer}", "C: RSET"]
    with ScriptedServer(script) as server:
        session = SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), CancelScope(), network)
        result = session.send(SENDER, ["gone@b.example"], RAW, nothing)
        assert (result.accepted, session.usable) == ((), usable)
        session.close()
        assert "." not in server.received


def test_a_refused_sender_is_told_before_all_that_follows(network: Network) -> None:
    script = [*GREETED, "C: MAIL .*", "C: RCPT .*", "C: DATA"]
    script += ["S: 550 5.7.1 not you", "S: 503 no", "S: 503 no"]
    with ScriptedServer(script) as server:
        session = SmtpSession.open(Endpoint(server.host, server.port, Security.NONE), CancelScope(), network)
        with problem(K.SENDER_REFUSED):
            session.send(SENDER, ["a@b.example"], RAW, nothing)
        session.close()


def test_several_over_one_session(open_session: Open, smtp_server: SmtpServer) -> None:
    """After one that nobody took, what was said of it is taken back."""
    smtp_server.script.answer("RCPT", "gone@", "550 5.1.1 no such user")
    session = open_session()
    for recipient in (RECIPIENT, "gone@example.org", RECIPIENT, RECIPIENT):
        session.send(SENDER, [recipient], RAW, nothing)
    assert [message.recipients for message in smtp_server.messages] == [(RECIPIENT,)] * 3
