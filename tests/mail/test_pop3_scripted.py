"""POP3 sessions with servers that do what no real one can be told to do."""

import base64
from collections.abc import Callable, Iterator, Sequence

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.login import Login
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret
from mailint_gui.mail import pop3
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.pop3 import FetchedPop3, Pop3Session
from mailint_gui.mail.scope import DEADLINES, CancelScope
from tests.servers import addresses
from tests.servers.certificates import Certificates
from tests.servers.scripted_server import Line, ScriptedServer

Player = Callable[..., Pop3Session]

GREETING = "S: +OK ready"
LOG_IN = ["C: ^USER me$", "S: +OK", "C: ^PASS secret$", "S: +OK in"]
IN: list[Line] = [GREETING, *LOG_IN]
PLAIN = "AG1lAHNlY3JldA=="  # of "me" and "secret"


def capabilities(*names: str) -> list[Line]:
    return ["C: ^CAPA$", "S: +OK", *(f"S: {name}" for name in names), "S: ."]


def problem_of(work: Callable[[], object]) -> Problem:
    with pytest.raises(ProblemError) as caught:
        work()
    return caught.value.problem


@pytest.fixture
def play(certificates: Certificates) -> Iterator[Player]:
    """Open a session with a server that plays a script; it must be played as written."""
    servers = []
    sessions = []
    network = Network(str(certificates.ca))

    def start(
        script: Sequence[Line],
        security: Security = Security.NONE,
        log_in: bool = False,
        password: str = "secret",
    ) -> Pop3Session:
        server = ScriptedServer(script, certificate=certificates.good)
        server.start()
        servers.append(server)
        quick = dict.fromkeys((Stage.GREETING, Stage.SEARCH, Stage.FETCH, Stage.ACKNOWLEDGE), 0.7)
        scope = CancelScope({**DEADLINES, **quick})
        session = Pop3Session.open(Endpoint(addresses.HOST, server.port, security), scope, network)
        sessions.append(session)
        if log_in:
            session.log_in(Login("me", Secret(password)), scope)
        return session

    yield start
    for session in sessions:
        session.close()
    for server in servers:
        server.stop()
        assert not [line for line in server.errors if line]  # an empty one: the session was closed


# Opening


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        ("S: -ERR too busy", ProblemKind.SERVER_BUSY),
        ("S: -ERR [SYS/PERM] go away", ProblemKind.POLICY_REFUSED),
        ("S: * OK IMAP4rev1 ready", ProblemKind.PROTOCOL_ERROR),
        ("S: 220 mail.example.org ESMTP", ProblemKind.PROTOCOL_ERROR),
        ("S: ", ProblemKind.PROTOCOL_ERROR),
        (b"\x00\xff\xfe\r\n", ProblemKind.PROTOCOL_ERROR),
        (b"x" * 10_000, ProblemKind.PROTOCOL_ERROR),
        (b"+OK no end", ProblemKind.CONNECTION_LOST),
        ("HANG", ProblemKind.TIMED_OUT),
    ],
)
def test_odd_greetings(greeting: Line, kind: ProblemKind, play: Player) -> None:
    problem = problem_of(lambda: play([greeting]))
    assert problem.kind is kind
    assert problem.facts["stage"] == "greeting"


def test_reset_as_greeting(play: Player) -> None:
    assert problem_of(lambda: play(["RESET"])).kind is ProblemKind.CONNECTION_LOST


@pytest.mark.parametrize(
    "script",
    [
        ["C: ^CAPA$", "S: -ERR what?"],
        capabilities("TOP", "UIDL"),
        [*capabilities("STLS"), "C: ^STLS$", "S: -ERR later"],
    ],
)
def test_without_stls_there_is_no_session(script: list[Line], play: Player) -> None:
    problem = problem_of(lambda: play([GREETING, *script], Security.STARTTLS))
    assert problem.kind is ProblemKind.TLS_NOT_OFFERED


def test_what_was_said_before_tls_is_forgotten(play: Player) -> None:
    """Injected behind the answer to STLS (CVE-2011-0411 and its kin)."""
    script: list[Line] = [
        GREETING,
        *capabilities("STLS", "X-BEFORE"),
        "C: ^STLS$",
        b"+OK begin\r\n+OK\r\nX-INJECTED\r\n.\r\n",
        "TLS",
        *capabilities("UIDL"),
    ]
    assert play(script, Security.STARTTLS).capabilities == {"UIDL"}


# Logging in


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("S: -ERR [IN-USE] another session", ProblemKind.SERVER_BUSY),
        ("S: -ERR [LOGIN-DELAY] wait", ProblemKind.THROTTLED),
        ("S: -ERR [SYS/TEMP] the directory is down", ProblemKind.SERVER_BUSY),
        ("S: -ERR [SYS/PERM] not for POP", ProblemKind.POLICY_REFUSED),
        ("S: -ERR [AUTH] no", ProblemKind.AUTHENTICATION_FAILED),
        ("S: -ERR you said PASS secret", ProblemKind.AUTHENTICATION_FAILED),
        ("S: what is PASS secret?", ProblemKind.PROTOCOL_ERROR),
        ("RESET", ProblemKind.CONNECTION_LOST),
    ],
)
def test_answers_to_the_password(answer: str, kind: ProblemKind, play: Player) -> None:
    session = play([GREETING, *LOG_IN[:3], answer])
    with pytest.raises(ProblemError) as caught:
        session.log_in(Login("me", Secret("secret")), CancelScope())
    problem = caught.value.problem
    assert problem.kind is kind
    assert problem.facts["user_name"] == "me"
    assert "secret" not in f"{caught.value!r} {problem!r} {caught.value.__cause__!r}"


def test_no_password_for_a_server_that_refuses_the_user(play: Player) -> None:
    script = [GREETING, "C: ^USER me$", "S: -ERR nobody here", *capabilities("USER")]
    assert problem_of(lambda: play(script, log_in=True)).kind is ProblemKind.AUTHENTICATION_FAILED


@pytest.mark.parametrize(
    ("rest", "kind"),
    [
        (["S: -ERR nobody here", "C: ^CAPA$"], ProblemKind.AUTHENTICATION_FAILED),
        (["S: -ERR [SYS/TEMP] later"], ProblemKind.SERVER_BUSY),
    ],
)
def test_the_refusal_of_a_user_is_the_problem(rest: list[Line], kind: ProblemKind, play: Player) -> None:
    """And not that the server hung up, or what else it offers."""
    assert problem_of(lambda: play([GREETING, "C: ^USER me$", *rest], log_in=True)).kind is kind


def test_login_disabled(play: Player) -> None:
    script = [GREETING, "C: ^USER me$", "S: -ERR not like this", *capabilities("STLS")]
    assert problem_of(lambda: play(script, log_in=True)).kind is ProblemKind.LOGIN_DISABLED


def test_a_server_with_sasl_alone(play: Player) -> None:
    script = [
        *(GREETING, "C: ^USER me$", "S: -ERR not like this", *capabilities("SASL PLAIN")),
        *("C: ^AUTH PLAIN$", "S: + ", f"C: ^{PLAIN}$", "S: +OK in"),
    ]
    assert play(script, log_in=True).usable


@pytest.mark.parametrize("answer", [f"S: -ERR no {PLAIN}", f"S: +OK {PLAIN}", f"S: {PLAIN}"])
def test_sasl_plain_leaves_nothing_behind(answer: str, play: Player) -> None:
    script = [
        *(GREETING, "C: ^USER me$", "S: -ERR", *capabilities("SASL PLAIN")),
        *("C: ^AUTH PLAIN$", answer),
    ]
    problem = problem_of(lambda: play(script, log_in=True))
    assert problem.kind in (ProblemKind.AUTHENTICATION_FAILED, ProblemKind.PROTOCOL_ERROR)
    assert PLAIN not in problem.detail


def test_a_user_name_with_a_blank_goes_by_sasl(play: Player) -> None:
    """After USER it would be two arguments."""
    plain = base64.b64encode(b"\0my name\0secret").decode()
    script = [
        *(GREETING, *capabilities("USER", "SASL PLAIN")),
        *("C: ^AUTH PLAIN$", "S: + ", f"C: ^{plain}$", "S: +OK in"),
    ]
    session = play(script)
    session.log_in(Login("my name", Secret("secret")), CancelScope())
    assert session.usable


def test_what_is_not_ascii_goes_by_utf8_where_there_is_no_sasl(play: Player) -> None:
    script = [GREETING, *capabilities("USER"), "C: ^USER me$", "S: +OK", "C: ^PASS größer$", "S: +OK"]
    assert play(script, log_in=True, password="größer").usable


# What is there


def test_a_server_without_uidl(play: Player) -> None:
    script = [*IN, "C: ^UIDL$", "S: -ERR what?", *capabilities("TOP", "USER")]
    problem = problem_of(play(script, log_in=True).uidls)
    assert problem.kind is ProblemKind.PROTOCOL_ERROR
    assert problem.facts["missing"] == "UIDL"
    assert problem.facts["stage"] == "search"
    assert problem.facts["server"] == addresses.HOST


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (["S: -ERR no", *capabilities("UIDL")], ProblemKind.UNKNOWN),
        (["S: -ERR [SYS/TEMP] no", *capabilities("TOP")], ProblemKind.SERVER_BUSY),
    ],
)
def test_uidl_that_fails_this_once(script: list[Line], kind: ProblemKind, play: Player) -> None:
    problem = problem_of(play([*IN, "C: ^UIDL$", *script], log_in=True).uidls)
    assert problem.kind is kind
    assert "missing" not in problem.facts


def test_uidls_as_servers_write_them(play: Player) -> None:
    """Out of order, equal for copies, with blanks."""
    listing = ["S: 2 abc", "S: 1 abc", "S: 10  with blanks! ", "S: 4 " + "x" * 70, "S: ."]
    session = play([*IN, "C: ^UIDL$", "S: +OK", *listing], log_in=True)
    assert session.uidls() == ((2, "abc"), (1, "abc"), (10, "with blanks!"), (4, "x" * 70))


@pytest.mark.parametrize(
    "line",
    ["1", "x abc", "1 ", "-1 abc", b"1 \xff\r\n", b"1 a\x00b\r\n", "9" * 5000 + " a", "1 " + "x" * 501],
)
def test_nonsense_for_uidls(line: Line, play: Player) -> None:
    told = line if isinstance(line, bytes) else f"S: {line}"
    session = play([*IN, "C: ^UIDL$", "S: +OK", told, "S: .", "HANG"], log_in=True)
    assert problem_of(session.uidls).kind is ProblemKind.PROTOCOL_ERROR
    assert not session.usable


def test_a_number_twice_is_nonsense(play: Player) -> None:
    session = play([*IN, "C: ^UIDL$", "S: +OK", "S: 1 a", "S: 1 b", "S: .", "HANG"], log_in=True)
    assert problem_of(session.uidls).kind is ProblemKind.PROTOCOL_ERROR


def test_sizes_may_be_followed_by_more(play: Player) -> None:
    session = play([*IN, "C: ^LIST$", "S: +OK", "S: 1 120 more", "S: 2 0", "S: ."], log_in=True)
    assert session.sizes() == {1: 120, 2: 0}


@pytest.mark.parametrize("line", ["1 many", "1 -5", "1 1e9", "1 " + "9" * 400, "one 1"])
def test_nonsense_for_sizes(line: str, play: Player) -> None:
    session = play([*IN, "C: ^LIST$", "S: +OK", f"S: {line}", "S: .", "HANG"], log_in=True)
    assert problem_of(session.sizes).kind is ProblemKind.PROTOCOL_ERROR


# Fetching

PIPELINED = [*capabilities("PIPELINING"), "C: ^RETR 1$", "C: ^RETR 2$", "C: ^RETR 3$"]


def test_bytes_that_dovecot_would_mend(play: Player) -> None:
    raw = b"Subject: a\nb\r\r\n\r\n\x00\n.\n..\n" + b"z" * 100_000 + b"\n\r\n"
    session = play([*IN, "C: ^RETR 7$", "S: +OK", raw, b".\r\n"], log_in=True)
    assert list(session.fetch([7], sizes={7: 100})) == [[FetchedPop3(7, raw, 100)]]


def test_answers_in_one_piece_and_in_many(play: Player) -> None:
    answers = [b"+OK\r\none\r\n.\r\n+O", b"K\r\ntwo\r", b"\n.", b"\r\n-ERR corrupt\r\n"]
    session = play([*IN, *PIPELINED, *answers], log_in=True)
    (batch,) = session.fetch([1, 2, 3], sizes={})
    assert [(each.number, each.raw) for each in batch] == [(1, b"one\r\n"), (2, b"two\r\n")]
    assert session.refused[3].kind is ProblemKind.UNKNOWN
    assert "corrupt" in session.refused[3].detail
    assert session.usable


def test_a_message_far_longer_than_announced(play: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pop3, "SLACK", 100)
    answers = [b"+OK\r\none\r\n.\r\n", b"+OK\r\n", b"y" * 5_000, "HANG"]
    session = play([*IN, *PIPELINED, *answers], log_in=True)
    batches = session.fetch([1, 2, 3], sizes={1: 5, 2: 5, 3: 5})
    assert [each.raw for each in next(batches)] == [b"one\r\n"]
    problem = problem_of(lambda: next(batches))
    assert problem.kind is ProblemKind.PROTOCOL_ERROR
    assert problem.facts["message"] == "2"
    assert not session.usable


def test_what_is_too_large_is_not_asked_for(play: Player) -> None:
    session = play([*IN, "C: ^RETR 2$", b"+OK\r\ntwo\r\n.\r\n"], log_in=True)
    sizes = {1: pop3.LARGEST + 1, 2: 5}
    assert [[each.number for each in batch] for batch in session.fetch([1, 2], sizes=sizes)] == [[2]]
    assert session.refused[1].kind is ProblemKind.MESSAGE_TOO_LARGE
    assert session.refused[1].facts["message"] == "1"


def test_a_message_without_end(play: Player) -> None:
    session = play([*IN, "C: ^RETR 1$", b"+OK\r\nhalf\n.\n", "HANG"], log_in=True)
    assert problem_of(lambda: list(session.fetch([1], sizes={1: 9}))).kind is ProblemKind.TIMED_OUT


def test_nothing_is_said_after_an_answer_that_was_not_understood(play: Player) -> None:
    """What stands in a message must never pass for the answer to a later command."""
    session = play([*IN, *PIPELINED, b"hello\r\n+OK\r\n+OK\r\n+OK\r\n", "C: ^$"], log_in=True)
    assert problem_of(lambda: list(session.fetch([1, 2, 3], sizes={}))).kind is ProblemKind.PROTOCOL_ERROR
    assert problem_of(lambda: session.delete([1])).kind is ProblemKind.CONNECTION_LOST


def test_headers_of_a_server_that_sends_all(play: Player) -> None:
    raw = b"Subject: x\r\n\r\n" + b"y" * 70 * 1024 + b"\r\n.\r\n"
    session = play([*IN, "C: ^TOP 1 0$", "S: +OK", raw, "C: ^TOP 2 0$", "S: -ERR what?"], log_in=True)
    assert session.fetch_headers(1) == raw[: pop3.HEADER_BYTES]
    assert session.fetch_headers(2) is None
    assert session.usable


# Ending


def test_deletions_that_could_not_be_committed(play: Player) -> None:
    script = [
        *(*IN, "C: ^DELE 1$", "S: +OK", "C: ^QUIT$"),
        "S: -ERR [SYS/TEMP] some deleted messages not removed",
    ]
    session = play(script, log_in=True)
    session.delete([1])
    problem = problem_of(session.quit)
    assert problem.kind is ProblemKind.SERVER_BUSY
    assert problem.facts["stage"] == "acknowledge"
    assert not session.usable


def test_the_others_are_deleted_beside_one_that_is_refused(play: Player) -> None:
    script = [
        *(*IN, *capabilities("PIPELINING"), "C: ^DELE 1$", "C: ^DELE 2$", "C: ^DELE 3$"),
        *("S: +OK", "S: -ERR no", "S: +OK", "C: ^QUIT$", "S: +OK"),
    ]
    session = play(script, log_in=True)
    assert problem_of(lambda: session.delete([1, 2, 3])).kind is ProblemKind.UNKNOWN
    session.quit()


@pytest.mark.parametrize("answer", ["S: -ERR no", "RESET", "S: what?"])
def test_a_bad_goodbye_is_nothing_where_nothing_was_deleted(answer: str, play: Player) -> None:
    session = play([*IN, "C: ^QUIT$", answer], log_in=True)
    session.quit()
    assert not session.usable
