"""POP3 sessions against a real Dovecot, and through a proxy that breaks connections."""

import gc
import time
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
from mailint_gui.mail.scope import DEADLINES, Cancelled, CancelReason, CancelScope
from tests.servers import addresses
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.mailbox import Mailbox

Opener = Callable[..., Pop3Session]


def letter(number: int, size: int = 0) -> bytes:
    return b"Subject: letter %d\r\nFrom: a@example.org\r\n\r\n" % number + b"x" * size + b"\r\n"


def all_of(session: Pop3Session, numbers: Sequence[int]) -> list[FetchedPop3]:
    return [fetched for batch in session.fetch(numbers) for fetched in batch]


def problem_of(work: Callable[[], object]) -> Problem:
    with pytest.raises(ProblemError) as caught:
        work()
    return caught.value.problem


def told_by(error: BaseException | None) -> str:
    """All that a traceback would say, the source lines apart."""
    if error is None:
        return ""
    problem = error.problem if isinstance(error, ProblemError) else None
    hidden = error.__suppress_context__
    return f"{error!r} {problem!r} {told_by(error.__cause__ if hidden else error.__context__)}"


@pytest.fixture
def network(certificates: Certificates) -> Network:
    return Network(str(certificates.ca))


@pytest.fixture
def open_session(dovecot: Dovecot, mailbox: Mailbox, network: Network) -> Iterator[Opener]:
    """Logged in to the mailbox of this test."""
    opened = []

    def opener(
        security: Security = Security.SSL, scope: CancelScope | None = None, port: int | None = None
    ) -> Pop3Session:
        usual = dovecot.ports.pop3s if security is Security.SSL else dovecot.ports.pop3
        scope = scope or CancelScope()
        session = Pop3Session.open(Endpoint(addresses.HOST, port or usual, security), scope, network)
        opened.append(session)
        session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope)
        return session

    yield opener
    for session in opened:
        session.close()


@pytest.fixture
def pop3_proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    with FaultProxy(dovecot.ports.pop3) as proxy:
        yield proxy


# Opening and logging in


@pytest.mark.parametrize("security", list(Security))
def test_a_whole_pass(security: Security, open_session: Opener, mailbox: Mailbox) -> None:
    letters = [letter(1), letter(2), letter(3, 100_000)]
    mailbox.deliver_many(letters)
    scope = CancelScope()
    session = open_session(security, scope)
    uidls = session.uidls()
    assert [number for number, _ in uidls] == [1, 2, 3]
    assert len({uidl for _, uidl in uidls}) == 3
    assert session.sizes() == {number: len(raw) for number, raw in enumerate(letters, 1)}
    assert all_of(session, [1, 2, 3]) == [
        FetchedPop3(number, raw, len(raw)) for number, raw in enumerate(letters, 1)
    ]
    assert session.fetch_headers(3) == b"Subject: letter 3\r\nFrom: a@example.org\r\n\r\n"
    session.delete([2])
    assert len(mailbox.messages()) == 3
    session.quit()
    assert not session.usable
    assert not scope._sockets
    assert [message.raw for message in mailbox.messages()] == [letters[0], letters[2]]


def test_stages_follow_each_other(open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1))
    stages: list[Stage] = []
    session = open_session(scope=CancelScope(on_stage=stages.append))
    session.uidls()
    all_of(session, [1])
    session.delete([1])
    session.quit()
    assert stages == [
        *(Stage.RESOLVE, Stage.CONNECT, Stage.TLS, Stage.GREETING, Stage.AUTHENTICATE),
        *(Stage.SEARCH, Stage.FETCH, Stage.ACKNOWLEDGE),
    ]


def test_uidls_stay_while_numbers_move(open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(3))
    session = open_session()
    before = dict(session.uidls())
    session.delete([1])
    session.quit()
    assert open_session().uidls() == ((1, before[2]), (2, before[3]))


def test_a_wrong_password(dovecot: Dovecot, mailbox: Mailbox, network: Network) -> None:
    scope = CancelScope()
    session = Pop3Session.open(Endpoint(addresses.HOST, dovecot.ports.pop3s, Security.SSL), scope, network)
    with pytest.raises(ProblemError) as caught:
        session.log_in(Login(mailbox.address, Secret("hunter2-is-wrong")), scope)
    session.close()
    problem = caught.value.problem
    assert problem.kind is ProblemKind.AUTHENTICATION_FAILED
    assert problem.facts["user_name"] == mailbox.address
    assert problem.facts["server"] == addresses.HOST
    assert problem.facts["stage"] == "authenticate"
    assert "hunter2" not in told_by(caught.value)


def test_a_locked_user_hears_the_reason(dovecot: Dovecot, mailbox: Mailbox, network: Network) -> None:
    dovecot.lock_user(mailbox.address, "Account disabled until Monday")
    scope = CancelScope()
    session = Pop3Session.open(Endpoint(addresses.HOST, dovecot.ports.pop3s, Security.SSL), scope, network)
    problem = problem_of(lambda: session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope))
    session.close()
    assert problem.kind is ProblemKind.ACCOUNT_LOCKED
    assert "until Monday" in problem.detail


@pytest.mark.parametrize("password", ['with "quotes" and \\', "größer als 你好", " ", "%{}*() ~", "x" * 400])
def test_any_password_arrives(password: str, dovecot: Dovecot, network: Network) -> None:
    """By USER and PASS, or by SASL PLAIN."""
    box = dovecot.add_user(f"pop{abs(hash(password))}@example.org", password)
    scope = CancelScope()
    session = Pop3Session.open(Endpoint(addresses.HOST, dovecot.ports.pop3s, Security.SSL), scope, network)
    session.log_in(Login(box.address, Secret(password)), scope)
    assert session.uidls() == ()
    session.close()


@pytest.mark.parametrize(
    ("user_name", "password"),
    [("me\r\nDELE 1", "secret"), ("me\nQUIT", "secret"), ("me", "secret\r\nDELE 1"), ("me", "se\x00cret")],
)
def test_no_argument_ends_its_line(
    user_name: str, password: str, dovecot: Dovecot, mailbox: Mailbox, network: Network
) -> None:
    scope = CancelScope()
    session = Pop3Session.open(Endpoint(addresses.HOST, dovecot.ports.pop3s, Security.SSL), scope, network)
    with pytest.raises(ProblemError) as caught:
        session.log_in(Login(user_name, Secret(password)), scope)
    assert caught.value.problem.kind is ProblemKind.AUTHENTICATION_FAILED
    assert password not in told_by(caught.value)
    session.log_in(
        Login(mailbox.address, Secret(mailbox.password)), scope
    )  # nothing was sent, all is in step
    session.close()


def test_login_disabled(dovecot: Dovecot, mailbox: Mailbox, network: Network) -> None:
    scope = CancelScope()
    endpoint = Endpoint(addresses.LOGIN_DISABLED, dovecot.ports.pop3, Security.NONE)
    session = Pop3Session.open(endpoint, scope, network)
    problem = problem_of(lambda: session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope))
    session.close()
    assert problem.kind is ProblemKind.LOGIN_DISABLED


def test_stls_is_never_left_out(dovecot: Dovecot, network: Network) -> None:
    scope = CancelScope()
    endpoint = Endpoint(addresses.NO_TLS, dovecot.ports.pop3, Security.STARTTLS)
    problem = problem_of(lambda: Pop3Session.open(endpoint, scope, network))
    assert problem.kind is ProblemKind.TLS_NOT_OFFERED
    assert not scope._sockets


def test_a_stripped_stls_is_a_failure(pop3_proxy: FaultProxy, network: Network) -> None:
    pop3_proxy.fault = Fault(replace=(b"STLS", b"XTLS"))
    endpoint = Endpoint(addresses.HOST, pop3_proxy.port, Security.STARTTLS)
    problem = problem_of(lambda: Pop3Session.open(endpoint, CancelScope(), network))
    assert problem.kind is ProblemKind.TLS_NOT_OFFERED


@pytest.mark.parametrize(
    ("face", "kind"),
    [
        (addresses.EXPIRED, ProblemKind.TLS_EXPIRED),
        (addresses.WRONG_HOST, ProblemKind.TLS_WRONG_HOST),
        (addresses.SELF_SIGNED, ProblemKind.TLS_UNTRUSTED),
    ],
)
@pytest.mark.parametrize("security", [Security.SSL, Security.STARTTLS])
def test_bad_certificates(
    face: str, kind: ProblemKind, security: Security, dovecot: Dovecot, network: Network
) -> None:
    port = dovecot.ports.pop3s if security is Security.SSL else dovecot.ports.pop3
    scope = CancelScope()
    assert problem_of(lambda: Pop3Session.open(Endpoint(face, port, security), scope, network)).kind is kind
    assert not scope._sockets


def test_tls_on_the_wrong_port(dovecot: Dovecot, network: Network) -> None:
    endpoint = Endpoint(addresses.HOST, dovecot.ports.pop3, Security.SSL)
    problem = problem_of(lambda: Pop3Session.open(endpoint, CancelScope(), network))
    assert problem.kind is ProblemKind.TLS_NOT_OFFERED


# Fetching


ODD = {
    "lines of 3,000 bytes": b"Subject: a\r\n\r\n" + (b"y" * 3_000 + b"\r\n") * 3,
    "lines of 100,000 bytes": b"Subject: " + b"a" * 100_000 + b"\r\n\r\n" + b"y" * 100_000 + b"\r\n",
    # not on the first line, where Dovecot 2.3 itself forgets to put a second one
    "dots": b"X: y\r\n.\r\n..\r\n.x\r\nSubject: a\r\n\r\n.\r\n..\r\n...\r\n\r\n.\r\n x.\r\n.\r\n",
    "NUL": b"Subject: a\r\n\r\n\x00\x01\x00\r\n",
    "8 bit": b"Subject: \xff\xfe\r\n\r\n" + bytes(range(0x80, 0x100)) + b"\r\n",
    "what looks like an answer": b"Subject: a\r\n\r\n+OK\r\n-ERR no\r\n+OK 17 octets\r\n",
    "an empty line": b"\r\n",
}


def test_bytes_are_kept_as_they_are(open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver_many(ODD.values())
    session = open_session()
    fetched = all_of(session, range(1, len(ODD) + 1))
    assert dict(zip(ODD, (each.raw for each in fetched), strict=True)) == ODD
    assert not session.refused


def test_batches_are_bounded(open_session: Opener, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pop3, "BATCH_BYTES", 100_000)
    mailbox.deliver_many([letter(1, 60_000), letter(2, 60_000), letter(3, 200_000), *map(letter, range(60))])
    session = open_session()
    batches = list(session.fetch(range(1, 64)))
    assert [len(batch) for batch in batches] == [1, 1, 1, 50, 10]
    assert [each.number for batch in batches for each in batch] == list(range(1, 64))


def test_the_server_may_be_told_between_batches(open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(120))
    session = open_session()
    for batch in session.fetch(range(1, 121)):
        session.delete([each.number for each in batch])
    session.quit()
    assert mailbox.messages() == []


@pytest.mark.parametrize(("offered", "at_once"), [(b"PIPELINING", 5), (b"X-ELINING", 1)])
def test_pipelining_only_where_it_is_offered(
    offered: bytes,
    at_once: int,
    open_session: Opener,
    mailbox: Mailbox,
    pop3_proxy: FaultProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mailbox.deliver_many(letter(number) for number in range(5))
    pop3_proxy.fault = Fault(replace=(b"PIPELINING", offered))
    session = open_session(Security.NONE, port=pop3_proxy.port)
    sent: list[int] = []
    send = session._protocol.send

    def counted(commands: list[str]) -> None:
        sent.append(len(commands))
        send(commands)

    monkeypatch.setattr(session._protocol, "send", counted)
    assert [each.raw for each in all_of(session, range(1, 6))] == [letter(number) for number in range(5)]
    session.delete([1, 2, 3, 4, 5])
    session.quit()
    assert mailbox.messages() == []
    assert max(sent) == at_once


def test_a_number_that_is_not_there_stops_nothing(open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter(1), letter(2)])
    session = open_session()
    assert [each.number for each in all_of(session, [1, 9, 2])] == [1, 2]
    assert list(session.refused) == [9]
    assert session.refused[9].facts["message"] == "9"
    problem = problem_of(lambda: session.delete([1, 9, 2]))
    assert problem.facts["stage"] == "acknowledge"
    assert session.fetch_headers(9) is None
    assert session.usable
    session.quit()
    assert mailbox.messages() == []


def test_headers_alone_are_bounded(open_session: Opener, mailbox: Mailbox) -> None:
    long = b"Subject: x\r\n" + b"X-Long: y\r\n" * 20_000
    mailbox.deliver_many([long + b"\r\nbody\r\n", letter(2)])
    session = open_session()
    assert session.fetch_headers(1) == long[: pop3.HEADER_BYTES]
    assert all_of(session, [2])[0].raw == letter(2)


def test_forty_megabytes(open_session: Opener, mailbox: Mailbox) -> None:
    line = b"." + b"z" * 998 + b"\r\n"
    raw = b"Subject: large\r\n\r\n" + line * 40_000
    mailbox.deliver_many([raw, letter(2)])
    session = open_session()
    batches = list(session.fetch([1, 2]))
    assert [[each.number for each in batch] for batch in batches] == [[1], [2]]
    assert batches[0][0].raw == raw


def test_ten_thousand_messages(open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(10_000))
    session = open_session()
    assert [number for number, _ in session.uidls()] == list(range(1, 10_001))
    sizes = session.sizes()
    assert len(sizes) == 10_000
    seen = 0
    for batch in session.fetch(range(1, 2_001), sizes=sizes):
        assert [each.raw for each in batch] == [letter(each.number - 1) for each in batch]
        seen += len(batch)
    assert seen == 2_000


# Ending


def test_nothing_is_deleted_without_quit(open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1))
    session = open_session()
    session.delete([1])
    session.close()
    assert len(mailbox.messages()) == 1
    assert problem_of(session.quit).kind is ProblemKind.CONNECTION_LOST


def test_a_lost_quit_is_a_problem_where_something_was_deleted(
    open_session: Opener, mailbox: Mailbox, pop3_proxy: FaultProxy
) -> None:
    mailbox.deliver(letter(1))
    session = open_session(Security.NONE, port=pop3_proxy.port)
    session.delete([1])
    pop3_proxy.cut()
    pop3_proxy.wait_until_idle()
    problem = problem_of(session.quit)
    assert problem.kind is ProblemKind.CONNECTION_LOST
    assert problem.facts["stage"] == "acknowledge"


def test_a_silent_quit_ends_in_time(open_session: Opener, mailbox: Mailbox, pop3_proxy: FaultProxy) -> None:
    mailbox.deliver(letter(1))
    scope = CancelScope({**DEADLINES, Stage.ACKNOWLEDGE: 0.4})
    session = open_session(Security.NONE, scope, pop3_proxy.port)
    session.delete([1])
    pop3_proxy.fault = Fault(swallow=True)
    assert problem_of(session.quit).kind is ProblemKind.TIMED_OUT
    assert not session.usable


def test_a_lost_quit_is_nothing_where_nothing_was_deleted(
    open_session: Opener, pop3_proxy: FaultProxy
) -> None:
    scope = CancelScope()
    session = open_session(Security.NONE, scope, pop3_proxy.port)
    pop3_proxy.cut()
    pop3_proxy.wait_until_idle()
    session.quit()
    assert not session.usable
    assert not scope._sockets


def test_a_silent_goodbye_is_not_waited_for_long(
    open_session: Opener, pop3_proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pop3, "GOODBYE_SECONDS", 0.2)
    session = open_session(Security.NONE, port=pop3_proxy.port)
    pop3_proxy.fault = Fault(swallow=True)
    began = time.monotonic()
    session.quit()
    assert time.monotonic() - began < 10


# Faults on the way


def test_cut_within_a_message(pop3_proxy: FaultProxy, open_session: Opener, mailbox: Mailbox) -> None:
    """What came whole before is handed out; nothing half, and nothing after."""
    mailbox.deliver_many([letter(1), letter(2), letter(3, 50_000), letter(4)])
    session = open_session(Security.NONE, port=pop3_proxy.port)
    sizes = session.sizes()
    pop3_proxy.fault = Fault(marker=b"letter 3", cut_after=20_000)
    came: list[FetchedPop3] = []

    def fetch() -> None:
        for batch in session.fetch([1, 2, 3, 4], sizes=sizes):
            came.extend(batch)

    problem = problem_of(fetch)
    assert problem.kind is ProblemKind.CONNECTION_LOST
    assert problem.facts["stage"] == "fetch"
    assert [each.raw for each in came] == [letter(1), letter(2)]
    assert not session.usable
    assert problem_of(session.uidls).kind is ProblemKind.CONNECTION_LOST


@pytest.mark.parametrize("reset", [True, False])
def test_cut_between_commands(reset: bool, pop3_proxy: FaultProxy, open_session: Opener) -> None:
    session = open_session(Security.NONE, port=pop3_proxy.port)
    pop3_proxy.cut(reset=reset)
    pop3_proxy.wait_until_idle()
    assert problem_of(session.uidls).kind is ProblemKind.CONNECTION_LOST


def test_garbage_within_tls_is_a_lost_connection(dovecot: Dovecot, open_session: Opener) -> None:
    with FaultProxy(dovecot.ports.pop3s) as proxy:
        session = open_session(Security.SSL, port=proxy.port)
        proxy.fault = Fault(garble_after=0)
        assert problem_of(session.uidls).kind is ProblemKind.CONNECTION_LOST


@pytest.mark.parametrize("fault", [Fault(swallow=True), Fault(rate=40)])
def test_silence_and_dripping_end_in_time(
    fault: Fault, pop3_proxy: FaultProxy, open_session: Opener, mailbox: Mailbox
) -> None:
    mailbox.deliver(letter(1, 10_000))
    scope = CancelScope({**DEADLINES, Stage.FETCH: 0.4})
    session = open_session(Security.NONE, scope, pop3_proxy.port)
    sizes = session.sizes()
    pop3_proxy.fault = fault
    began = time.monotonic()
    problem = problem_of(lambda: list(session.fetch([1], sizes=sizes)))
    assert problem.kind is ProblemKind.TIMED_OUT
    assert problem.facts["stage"] == "fetch"
    assert time.monotonic() - began < 10


def test_a_slow_line_is_no_hung_one(pop3_proxy: FaultProxy, open_session: Opener, mailbox: Mailbox) -> None:
    """A message takes twice its deadline; each chunk of it is progress."""
    mailbox.deliver(letter(1, 400_000))
    scope = CancelScope({**DEADLINES, Stage.FETCH: 0.5})
    session = open_session(Security.NONE, scope, pop3_proxy.port)
    sizes = session.sizes()
    pop3_proxy.fault = Fault(rate=400_000)
    (batch,) = session.fetch([1], sizes=sizes)
    assert batch[0].raw == letter(1, 400_000)


def test_cancelling_wakes_a_session(pop3_proxy: FaultProxy, open_session: Opener) -> None:
    scope = CancelScope()
    session = open_session(Security.NONE, scope, pop3_proxy.port)
    pop3_proxy.fault = Fault(swallow=True)
    scope.on_stage = lambda stage: scope.cancel(CancelReason.ADMIN) if stage is Stage.SEARCH else None
    with pytest.raises(Cancelled):
        session.uidls()


# Nothing of the password stays behind


def test_the_password_is_in_no_log(
    dovecot: Dovecot, network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    box = dovecot.add_user("pop3-canary@example.org", "canary-4711")
    scope = CancelScope()
    session = Pop3Session.open(Endpoint(addresses.HOST, dovecot.ports.pop3s, Security.SSL), scope, network)
    session.log_in(Login(box.address, Secret("canary-4711")), scope)
    session.uidls()
    assert "canary-4711" not in caplog.text
    held = [value for value in gc.get_referents(session._protocol.__dict__) if "canary-4711" in repr(value)]
    assert held == []
    session.close()
