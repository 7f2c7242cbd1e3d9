"""IMAP sessions: against a real Dovecot, and against what no real server can be told to do."""

import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.login import Login
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret
from mailint_gui.mail import imap, imap_protocol
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.imap import Fetched, ImapSession, Removal
from mailint_gui.mail.scope import DEADLINES, Cancelled, CancelReason, CancelScope
from tests.servers import addresses
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault, FaultProxy
from tests.servers.mailbox import Mailbox
from tests.servers.scripted_server import Line, ScriptedServer
from tests.servers.wait import LIMIT

Opener = Callable[..., ImapSession]

GREETING = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready"
LOG_IN = [r"C: (?P<tag>\S+) AUTHENTICATE PLAIN", "S: {tag} OK [CAPABILITY IMAP4rev1 MOVE UIDPLUS] in"]
SELECT = [
    r"C: (?P<tag>\S+) SELECT",
    "S: * 3 EXISTS",
    "S: * OK [UIDVALIDITY 7] valid",
    "S: * OK [UIDNEXT 10] next",
    "S: {tag} OK [READ-WRITE] selected",
]


def letter(number: int, size: int = 0) -> bytes:
    return b"Subject: letter %d\r\nFrom: a@example.org\r\n\r\n" % number + b"x" * size + b"\r\n"


@pytest.fixture
def network(certificates: Certificates) -> Network:
    return Network(str(certificates.ca))


@pytest.fixture
def open_session(dovecot: Dovecot, mailbox: Mailbox, network: Network) -> Iterator[Opener]:
    """Logged in to the mailbox of this test."""
    opened = []

    def opener(
        security: Security = Security.SSL, scope: CancelScope | None = None, port: int | None = None
    ) -> ImapSession:
        usual = dovecot.ports.imaps if security is Security.SSL else dovecot.ports.imap
        scope = scope or CancelScope()
        session = ImapSession.open(Endpoint(addresses.HOST, port or usual, security), scope, network)
        opened.append(session)
        session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope)
        return session

    yield opener
    for session in opened:
        session.close()


@pytest.fixture
def session(open_session: Opener) -> ImapSession:
    return open_session()


def all_of(session: ImapSession, uids: Sequence[int]) -> list[Fetched]:
    return [fetched for batch in session.fetch(uids) for fetched in batch]


def problem_of(work: Callable[[], object]) -> Problem:
    with pytest.raises(ProblemError) as caught:
        work()
    return caught.value.problem


# Opening and logging in


@pytest.mark.parametrize("security", list(Security))
def test_a_whole_pass(security: Security, open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver_many([letter(1), letter(2), letter(3, 100_000)])
    session = open_session(security)
    status = session.select("INBOX")
    assert (status.exists, status.uidnext, status.read_only) == (3, 4, False)
    assert "\\Seen" in status.permanent_flags
    uids = session.uids_after(0)
    assert session.sizes(uids) == {1: len(letter(1)), 2: len(letter(2)), 3: len(letter(3, 100_000))}
    fetched = all_of(session, uids)
    assert [each.raw for each in fetched] == [letter(1), letter(2), letter(3, 100_000)]
    assert all(each.internal_date and each.internal_date.tzinfo for each in fetched)
    assert not any("\\Seen" in flags for flags in session.flags(uids).values())
    session.log_out()
    assert not session.usable


def test_stages_follow_each_other(open_session: Opener) -> None:
    stages: list[Stage] = []
    session = open_session(scope=CancelScope(on_stage=stages.append))
    session.select("INBOX")
    assert stages == [
        Stage.RESOLVE,
        Stage.CONNECT,
        Stage.TLS,
        Stage.GREETING,
        Stage.AUTHENTICATE,
        Stage.SELECT,
    ]


def test_a_wrong_password(dovecot: Dovecot, mailbox: Mailbox, network: Network) -> None:
    scope = CancelScope()
    endpoint = Endpoint(addresses.HOST, dovecot.ports.imaps, Security.SSL)
    session = ImapSession.open(endpoint, scope, network)
    with pytest.raises(ProblemError) as caught:
        session.log_in(Login(mailbox.address, Secret("hunter2-is-wrong")), scope)
    session.close()
    problem = caught.value.problem
    assert problem.kind is ProblemKind.AUTHENTICATION_FAILED
    assert problem.facts["user_name"] == mailbox.address
    assert problem.facts["server"] == addresses.HOST
    assert "hunter2" not in f"{caught.value!r} {problem!r} {caught.value.__cause__!r}"


def test_a_locked_user_hears_the_reason(dovecot: Dovecot, mailbox: Mailbox, network: Network) -> None:
    dovecot.lock_user(mailbox.address, "Account disabled until Monday")
    scope = CancelScope()
    endpoint = Endpoint(addresses.HOST, dovecot.ports.imaps, Security.SSL)
    session = ImapSession.open(endpoint, scope, network)
    problem = problem_of(lambda: session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope))
    session.close()
    assert problem.kind is ProblemKind.ACCOUNT_LOCKED
    assert "until Monday" in problem.detail


@pytest.mark.parametrize("password", ['with "quotes" and \\', "größer als 你好", " ", "%{}*() ~"])
@pytest.mark.parametrize("capability", [None, "IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"])
def test_any_password_arrives(
    password: str, capability: str | None, dovecot: Dovecot, network: Network
) -> None:
    """By SASL PLAIN at once or when asked, by quoted strings, by literals: whatever the server offers."""
    box = dovecot.add_user(f"any{abs(hash((password, capability)))}@example.org", password)
    scope = CancelScope()
    endpoint = Endpoint(addresses.HOST, dovecot.ports.imaps, Security.SSL)
    session = ImapSession.open(endpoint, scope, network)
    if capability:
        session._protocol.capabilities = tuple(capability.split())
    session.log_in(Login(box.address, Secret(password)), scope)
    assert session.select("INBOX").exists == 0
    session.close()


def test_login_disabled(dovecot: Dovecot, mailbox: Mailbox, network: Network) -> None:
    scope = CancelScope()
    endpoint = Endpoint(addresses.LOGIN_DISABLED, dovecot.ports.imap, Security.NONE)
    session = ImapSession.open(endpoint, scope, network)
    problem = problem_of(lambda: session.log_in(Login(mailbox.address, Secret(mailbox.password)), scope))
    session.close()
    assert problem.kind is ProblemKind.LOGIN_DISABLED


def test_starttls_is_never_left_out(dovecot: Dovecot, network: Network) -> None:
    endpoint = Endpoint(addresses.NO_TLS, dovecot.ports.imap, Security.STARTTLS)
    assert (
        problem_of(lambda: ImapSession.open(endpoint, CancelScope(), network)).kind
        is ProblemKind.TLS_NOT_OFFERED
    )


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
    port = dovecot.ports.imaps if security is Security.SSL else dovecot.ports.imap
    scope = CancelScope()
    assert problem_of(lambda: ImapSession.open(Endpoint(face, port, security), scope, network)).kind is kind
    assert not scope._sockets


def test_a_stripped_starttls_is_a_failure(fault_proxy: FaultProxy, network: Network) -> None:
    fault_proxy.fault = Fault(replace=(b"STARTTLS", b"XTARTTLS"))
    endpoint = Endpoint(addresses.HOST, fault_proxy.port, Security.STARTTLS)
    assert (
        problem_of(lambda: ImapSession.open(endpoint, CancelScope(), network)).kind
        is ProblemKind.TLS_NOT_OFFERED
    )


# What is there


def test_folders_by_their_names(session: ImapSession, mailbox: Mailbox) -> None:
    names = ["Entwürfe & mehr", "受信", 'quo"ted\\', "12345", "with space"]
    for name in names:
        mailbox.create_folder(name)
    assert set(session.folders()) == {"INBOX", *names}
    for name in names:
        assert session.select(name).exists == 0


def test_special_folders(play: Callable[..., ImapSession]) -> None:
    script: list[Line] = [
        *(GREETING, *LOG_IN, r"C: (?P<tag>\S+) LIST"),
        r'S: * LIST (\HasNoChildren \Sent) "/" "Sent Items"',
        r'S: * LIST (\Noselect \HasChildren) "/" "[Gmail]"',
        b'* LIST (\\Drafts) "/" {6}\r\nin "it\r\n',
        r'S: * LIST () "/" INBOX',
        "S: {tag} OK done",
    ]
    assert play(script, log_in=True).special_folders() == {"sent": "Sent Items", "drafts": 'in "it'}


def test_a_folder_that_is_not_there(session: ImapSession) -> None:
    problem = problem_of(lambda: session.select("Nowhere"))
    assert problem.kind is ProblemKind.FOLDER_MISSING
    assert problem.facts["folder"] == "Nowhere"
    assert session.usable
    assert session.select("INBOX").exists == 0


def test_examining_changes_nothing(session: ImapSession, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1))
    assert session.select("INBOX", read_only=True).read_only
    assert problem_of(lambda: session.mark_seen([1])).kind is ProblemKind.POLICY_REFUSED
    assert not session.select("INBOX").read_only


def test_only_what_is_new(session: ImapSession, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(5))
    session.select("INBOX")
    assert session.uids_after(3) == [4, 5]
    session._protocol.sock.close()  # whatever is sent now fails
    assert session.uids_after(5) == []
    assert session.uids_after(99) == []


def test_large_folders_are_asked_for_in_windows(
    session: ImapSession, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "SEARCH_WINDOW", 10)
    mailbox.deliver_many(letter(number) for number in range(35))
    session.select("INBOX")
    session.delete(range(1, 30))
    status = session.select("INBOX")
    assert (status.exists, status.uidnext) == (6, 36)
    mailbox.deliver_many(letter(number) for number in range(35))
    assert session.select("INBOX").exists == 41
    assert session.uids_after(0) == list(range(30, 71))
    assert session.uids_after(31) == list(range(32, 71))


def test_select_again_costs_nothing_when_noop_saw_no_change(session: ImapSession, mailbox: Mailbox) -> None:
    before = session.select("INBOX")
    session.noop()
    assert session.select("INBOX") is before
    mailbox.deliver(letter(1))
    session.noop()
    assert session.select("INBOX").exists == 1
    assert session.uids_after(0) == [1]


# Fetching


def test_batches_are_bounded(session: ImapSession, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "BATCH_BYTES", 100_000)
    mailbox.deliver_many([letter(1, 60_000), letter(2, 60_000), letter(3, 200_000), *map(letter, range(60))])
    session.select("INBOX")
    batches = list(session.fetch(session.uids_after(0)))
    assert [len(batch) for batch in batches] == [1, 1, 1, 50, 10]
    assert [each.uid for batch in batches for each in batch] == list(range(1, 64))


def test_the_server_may_be_told_between_batches(session: ImapSession, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(120))
    session.select("INBOX")
    for batch in session.fetch(session.uids_after(0)):
        session.mark_seen([each.uid for each in batch])
    assert all("\\Seen" in message.flags for message in mailbox.messages())


def test_bytes_are_kept_as_they_are(session: ImapSession, mailbox: Mailbox) -> None:
    odd = [
        b"",
        b"no header at all",
        b"12345",
        b"Subject: 8 bit \xff\xfe\r\n\r\n\x00\x01",
        b"Subject: ) {5}\r\n\r\n* 1 FETCH (UID 9)\r\n",
    ]
    mailbox.deliver_many(odd)
    session.select("INBOX")
    fetched = {each.uid: each.raw for each in all_of(session, session.uids_after(0))}
    assert fetched == {message.uid: message.raw for message in mailbox.messages()}


def test_what_is_gone_is_left_out(session: ImapSession, open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(3))
    session.select("INBOX")
    uids = session.uids_after(0)
    other = open_session()
    other.select("INBOX")
    other.delete([2])
    assert [each.uid for each in all_of(session, uids)] == [1, 3]


def test_headers_alone(session: ImapSession, mailbox: Mailbox) -> None:
    long = b"Subject: x\r\n" + b"X-Long: y\r\n" * 20_000
    mailbox.deliver_many([letter(1, 500_000), long + b"\r\nbody"])
    session.select("INBOX")
    heads = session.fetch_headers([1, 2])
    assert heads[1].raw == letter(1).split(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert heads[1].size == len(letter(1, 500_000))
    assert heads[1].internal_date is not None
    assert len(heads[2].raw) == imap.HEADER_BYTES


def test_forty_megabytes(session: ImapSession, mailbox: Mailbox) -> None:
    raw = letter(1, 40_000_000)
    mailbox.deliver_many([raw, letter(2)])
    session.select("INBOX")
    batches = list(session.fetch([1, 2]))
    assert [[each.uid for each in batch] for batch in batches] == [[1], [2]]
    assert batches[0][0].raw == raw


# Telling the server


@pytest.mark.parametrize("capability", ["MOVE UIDPLUS", "UIDPLUS", ""])
def test_moving(capability: str, session: ImapSession, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(4))
    mailbox.create_folder("Done & filed")
    session.select("INBOX")
    session._protocol.capabilities = ("IMAP4REV1", *capability.split())
    how = session.move([1, 3], "Done & filed")
    assert [message.raw for message in mailbox.messages("Done & filed")] == [letter(0), letter(2)]
    left = {message.uid: "\\Deleted" in message.flags for message in mailbox.messages()}
    match how:
        case Removal.MARKED_DELETED:
            assert capability == ""
            assert left == {1: True, 2: False, 3: True, 4: False}
        case _:
            assert how is (Removal.MOVED if "MOVE" in capability else Removal.EXPUNGED)
            assert left == {2: False, 4: False}


@pytest.mark.parametrize("capability", ["MOVE UIDPLUS", "UIDPLUS"])
def test_moving_to_a_folder_that_is_not_there(
    capability: str, session: ImapSession, mailbox: Mailbox
) -> None:
    mailbox.deliver(letter(1))
    session.select("INBOX")
    session._protocol.capabilities = ("IMAP4REV1", *capability.split())
    problem = problem_of(lambda: session.move([1], "Nowhere"))
    assert problem.kind is ProblemKind.FOLDER_MISSING
    assert problem.facts["folder"] == "Nowhere"
    assert session.usable
    assert not any("\\Deleted" in message.flags for message in mailbox.messages())


def test_deleting_leaves_what_others_marked(session: ImapSession, mailbox: Mailbox) -> None:
    mailbox.deliver_many(letter(number) for number in range(3))
    session.select("INBOX")
    session._store_flag([1], "\\Deleted")
    assert session.delete([2]) is Removal.EXPUNGED
    assert [message.uid for message in mailbox.messages()] == [1, 3]


# Faults on the way


def test_cut_within_a_message(fault_proxy: FaultProxy, open_session: Opener, mailbox: Mailbox) -> None:
    mailbox.deliver(letter(1, 50_000))
    session = open_session(Security.NONE, port=fault_proxy.port)
    session.select("INBOX")
    fault_proxy.fault = Fault(marker=b"BODY[]", cut_after=20_000)
    problem = problem_of(lambda: all_of(session, [1]))
    assert problem.kind is ProblemKind.CONNECTION_LOST
    assert problem.facts["stage"] == "fetch"
    assert not session.usable


@pytest.mark.parametrize("reset", [True, False])
def test_cut_between_commands(
    reset: bool, fault_proxy: FaultProxy, open_session: Opener, mailbox: Mailbox
) -> None:
    session = open_session(Security.NONE, port=fault_proxy.port)
    fault_proxy.cut(reset=reset)
    fault_proxy.wait_until_idle()
    assert problem_of(lambda: session.select("INBOX")).kind is ProblemKind.CONNECTION_LOST


def test_garbage_within_tls_is_a_lost_connection(
    dovecot: Dovecot, mailbox: Mailbox, open_session: Opener
) -> None:
    with FaultProxy(dovecot.ports.imaps) as proxy:
        session = open_session(Security.SSL, port=proxy.port)
        proxy.fault = Fault(garble_after=0)
        assert problem_of(lambda: session.select("INBOX")).kind is ProblemKind.CONNECTION_LOST


@pytest.mark.timeout(LIMIT, func_only=True)
@pytest.mark.parametrize("fault", [Fault(swallow=True), Fault(rate=40)])
def test_silence_and_dripping_end_in_time(
    fault: Fault, fault_proxy: FaultProxy, open_session: Opener
) -> None:
    scope = CancelScope({**DEADLINES, Stage.SELECT: 0.4})
    session = open_session(Security.NONE, scope, fault_proxy.port)
    fault_proxy.fault = fault
    problem = problem_of(lambda: session.select("INBOX"))
    assert problem.kind is ProblemKind.TIMED_OUT
    assert problem.facts["stage"] == "select"


def test_a_slow_line_gets_on_with_small_messages(
    fault_proxy: FaultProxy, open_session: Opener, mailbox: Mailbox
) -> None:
    """A batch takes four times the deadline, and no message of it is a chunk."""
    mailbox.deliver_many(letter(number, 4_000) for number in range(50))
    scope = CancelScope({**DEADLINES, Stage.FETCH: 0.5})
    session = open_session(Security.NONE, scope, fault_proxy.port)
    session.select("INBOX")
    uids = session.uids_after(0)
    sizes = session.sizes(uids)
    fault_proxy.fault = Fault(rate=100_000)
    assert [len(batch) for batch in session.fetch(uids, sizes=sizes)] == [50]


def test_a_slow_line_is_no_hung_one(fault_proxy: FaultProxy, open_session: Opener, mailbox: Mailbox) -> None:
    """A message takes four times its deadline; each chunk of it is progress."""
    mailbox.deliver(letter(1, 800_000))
    scope = CancelScope({**DEADLINES, Stage.FETCH: 0.5})
    session = open_session(Security.NONE, scope, fault_proxy.port)
    session.select("INBOX")
    fault_proxy.fault = Fault(rate=400_000)
    assert len(all_of(session, [1])[0].raw) == len(letter(1, 800_000))


def test_cancelling_wakes_a_session(fault_proxy: FaultProxy, open_session: Opener) -> None:
    scope = CancelScope()
    session = open_session(Security.NONE, scope, fault_proxy.port)
    fault_proxy.fault = Fault(swallow=True)
    scope.on_stage = lambda stage: scope.cancel(CancelReason.ADMIN) if stage is Stage.SELECT else None
    with pytest.raises(Cancelled):
        session.select("INBOX")


# What no real server does


@pytest.fixture
def play(certificates: Certificates, network: Network) -> Iterator[Callable[..., ImapSession]]:
    """Open a session with a server that plays a script."""
    servers = []
    sessions = []

    def start(
        script: Sequence[Line], security: Security = Security.NONE, log_in: bool = False
    ) -> ImapSession:
        server = ScriptedServer(script, certificate=certificates.good)
        server.start()
        servers.append(server)
        scope = CancelScope({**DEADLINES, Stage.GREETING: 0.7, Stage.SELECT: 0.7})
        session = ImapSession.open(Endpoint(addresses.HOST, server.port, security), scope, network)
        sessions.append(session)
        if log_in:
            session.log_in(Login("me", Secret("secret")), scope)
        return session

    yield start
    for session in sessions:
        session.close()
    for server in servers:
        server.stop()
        assert not server.errors


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS])
def test_preauth_is_refused(security: Security, play: Callable[..., ImapSession]) -> None:
    problem = problem_of(lambda: play(["S: * PREAUTH [CAPABILITY IMAP4rev1] welcome"], security))
    assert problem.kind is ProblemKind.TLS_PREAUTHENTICATED


def test_bye_as_greeting(play: Callable[..., ImapSession]) -> None:
    problem = problem_of(lambda: play(["S: * BYE Too much to do today"]))
    assert problem.kind is ProblemKind.SERVER_BUSY
    assert "Too much to do today" in problem.detail


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        ("S: 220 mail.example.org ESMTP", ProblemKind.PROTOCOL_ERROR),
        ("S: +OK POP3 ready", ProblemKind.PROTOCOL_ERROR),
        ("S: * FLAGS ()", ProblemKind.PROTOCOL_ERROR),
        ("S: ", ProblemKind.PROTOCOL_ERROR),
        ("S: * OK [CAPABILITY IMAP2] old", ProblemKind.CONNECTION_LOST),
        (b"\x00\xff\xfe\r\n", ProblemKind.PROTOCOL_ERROR),
        (b"* OK no end", ProblemKind.CONNECTION_LOST),
        (b"* BAD {" + b"9" * 5000 + b"}\r\n", ProblemKind.PROTOCOL_ERROR),
        (b"* OK {999999999999}\r\n", ProblemKind.PROTOCOL_ERROR),
        ("RESET", ProblemKind.CONNECTION_LOST),
        ("HANG", ProblemKind.TIMED_OUT),
    ],
)
def test_odd_greetings(greeting: Line, kind: ProblemKind, play: Callable[..., ImapSession]) -> None:
    problem = problem_of(lambda: play([greeting]))
    assert problem.kind is kind
    # A server that waits for no word of ours may reset before connecting has come to its end.
    stages = {"connect", "greeting"} if greeting == "RESET" else {"greeting"}
    assert problem.facts["stage"] in stages


REFUSED = "S: {tag} NO [SERVERBUG] it is broken"


def test_more_refusals_than_messages_can_be_at_fault_for(play: Callable[..., ImapSession]) -> None:
    """None of a batch is handed out, halved again and again: that is the server's trouble."""
    session = play([GREETING, *LOG_IN, *SELECT, *[r"C: (?P<tag>\S+) UID FETCH", REFUSED] * 21], log_in=True)
    session.select("INBOX")
    problem = problem_of(lambda: list(session.fetch(range(1, 12), sizes={})))
    assert problem.kind is ProblemKind.PROTOCOL_ERROR
    assert len(session.refused) == imap.MOST_REFUSED + 1
    assert session.usable


def test_a_busy_server_is_no_fault_of_a_message(play: Callable[..., ImapSession]) -> None:
    busy = [r"C: (?P<tag>\S+) UID FETCH", "S: {tag} NO [UNAVAILABLE] later"]
    session = play([GREETING, *LOG_IN, *SELECT, *busy], log_in=True)
    session.select("INBOX")
    problem = problem_of(lambda: list(session.fetch([1, 2], sizes={})))
    assert problem.kind is ProblemKind.SERVER_BUSY
    assert not session.refused


def test_removed_by_others_is_no_refusal(play: Callable[..., ImapSession]) -> None:
    """RFC 5530 section 3: EXPUNGEISSUED."""
    gone = "S: {tag} NO [EXPUNGEISSUED] some are gone"
    session = play(
        [
            *[GREETING, *LOG_IN, *SELECT],
            *[r"C: (?P<tag>\S+) UID FETCH 7:8 ", gone],
            *[
                r"C: (?P<tag>\S+) UID FETCH 7 ",
                "S: * 1 FETCH (UID 7 BODY[] {2}",
                "S: ab)",
                "S: {tag} OK done",
            ],
            *[r"C: (?P<tag>\S+) UID FETCH 8 ", gone],
            *[r"C: (?P<tag>\S+) UID FETCH 8 .UID RFC822.SIZE.$", "S: {tag} OK nothing"],
        ],
        log_in=True,
    )
    session.select("INBOX")
    assert [each.uid for batch in session.fetch([7, 8], sizes={}) for each in batch] == [7]
    assert not session.refused


def test_an_endless_line_is_cut_off(
    play: Callable[..., ImapSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_protocol, "LINE_LIMIT", 1000)
    assert problem_of(lambda: play([b"* OK " + b"x" * 5000])).kind is ProblemKind.PROTOCOL_ERROR


def test_an_endless_answer_is_cut_off(
    play: Callable[..., ImapSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = play(
        [GREETING, *LOG_IN, r"C: (?P<tag>\S+) SELECT", b"* 1 EXISTS\r\n" * 1000, "HANG"], log_in=True
    )
    monkeypatch.setattr(imap_protocol, "ANSWER_LIMIT", 5000)
    assert problem_of(lambda: session.select("INBOX")).kind is ProblemKind.PROTOCOL_ERROR


def test_what_was_said_before_tls_is_forgotten(play: Callable[..., ImapSession]) -> None:
    """Injected behind the answer to STARTTLS (CVE-2011-0411 and its kin)."""
    injected = b"M0 OK begin\r\n* CAPABILITY IMAP4rev1 INJECTED\r\n"
    script: list[Line] = [
        "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready",
        r"C: M0 STARTTLS",
        injected,
        "TLS",
        r"C: (?P<tag>\S+) CAPABILITY",
        "S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN",
        "S: {tag} OK done",
    ]
    session = play(script, Security.STARTTLS)
    assert "INJECTED" not in session.capabilities
    assert "AUTH=PLAIN" in session.capabilities


def test_starttls_that_is_refused(play: Callable[..., ImapSession]) -> None:
    script = [
        "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready",
        r"C: (?P<tag>\S+) STARTTLS",
        "S: {tag} NO later",
    ]
    assert problem_of(lambda: play(script, Security.STARTTLS)).kind is ProblemKind.TLS_NOT_OFFERED


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("S: {tag} NO [UNAVAILABLE] the directory is down", ProblemKind.SERVER_BUSY),
        ("S: {tag} NO [LIMIT] too many of you", ProblemKind.THROTTLED),
        ("S: {tag} NO no", ProblemKind.AUTHENTICATION_FAILED),
        ("S: {tag} BAD what", ProblemKind.PROTOCOL_ERROR),
        ("S: * BYE [CONTACTADMIN] locked", ProblemKind.ACCOUNT_LOCKED),
        ("S: {tag} NO you said AG1lAHNlY3JldA== and secret", ProblemKind.AUTHENTICATION_FAILED),
    ],
)
def test_answers_to_log_in(answer: str, kind: ProblemKind, play: Callable[..., ImapSession]) -> None:
    problem = problem_of(lambda: play([GREETING, LOG_IN[0], answer], log_in=True))
    assert problem.kind is kind
    assert "AG1lAHNlY3JldA==" not in problem.detail
    assert "secret" not in problem.detail


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (["S: * 3 EXISTS", "S: {tag} OK selected"], ProblemKind.PROTOCOL_ERROR),
        (["S: * OK [UIDVALIDITY x] y", "S: {tag} OK selected"], ProblemKind.PROTOCOL_ERROR),
        (["S: wrong tag"], ProblemKind.PROTOCOL_ERROR),
        (["S: M99 OK never asked"], ProblemKind.PROTOCOL_ERROR),
        (["S: * BYE going down"], ProblemKind.CONNECTION_LOST),
        (["S: {tag} NO [NONEXISTENT] no"], ProblemKind.FOLDER_MISSING),
        (["HANG"], ProblemKind.TIMED_OUT),
    ],
)
def test_answers_to_select(answer: list[Line], kind: ProblemKind, play: Callable[..., ImapSession]) -> None:
    session = play([GREETING, *LOG_IN, SELECT[0], *answer], log_in=True)
    assert problem_of(lambda: session.select("INBOX")).kind is kind


def test_a_server_that_does_not_tell_uidnext(play: Callable[..., ImapSession]) -> None:
    script = [
        *(line for line in SELECT if "UIDNEXT" not in line),
        r"C: (?P<tag>\S+) UID FETCH \* \(UID\)",
        "S: * 3 FETCH (UID 77)",
        "S: {tag} OK done",
    ]
    assert play([GREETING, *LOG_IN, *script], log_in=True).select("INBOX").uidnext == 78


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 4 BODY[] (unbalanced\r\n",
        b"* 1 FETCH (UID x BODY[] NIL)\r\n",
        b"* 1 FETCH (UID)\r\n",
        b"* 1 FETCH 17\r\n",
        b"* 1 FETCH ((((\r\n",
    ],
)
def test_nonsense_for_messages(answer: bytes, play: Callable[..., ImapSession]) -> None:
    script: list[Line] = [
        GREETING,
        *LOG_IN,
        *SELECT,
        r"C: (?P<tag>\S+) UID FETCH",
        answer,
        "S: {tag} OK done",
    ]
    session = play(script, log_in=True)
    session.select("INBOX")
    problem = problem_of(lambda: list(session.fetch([4], sizes={4: 10})))
    assert problem.kind is ProblemKind.PROTOCOL_ERROR
    assert not session.usable


def test_other_orders_and_unasked_answers_are_understood(play: Callable[..., ImapSession]) -> None:
    script: list[Line] = [
        *(GREETING, *LOG_IN, *SELECT, r"C: (?P<tag>\S+) UID FETCH"),
        "S: * 2 FETCH (FLAGS (\\Seen))",
        "S: * 9 FETCH (UID 9 FLAGS ())",
        b'* 2 FETCH (BODY[] {3}\r\nabc INTERNALDATE "17-Jul-1996 02:44:25 -0700" UID 5 RFC822.SIZE 3)\r\n',
        b'* 1 FETCH (UID 4 BODY[] "quoted")\r\n',
        "S: * 4 EXISTS",
        "S: {tag} OK done",
    ]
    session = play(script, log_in=True)
    session.select("INBOX")
    (batch,) = session.fetch([4, 5], sizes={})
    assert [(each.uid, each.raw) for each in batch] == [(4, b"quoted"), (5, b"abc")]


def test_search_answers_of_any_shape(play: Callable[..., ImapSession]) -> None:
    """Several lines, UIDs that were not asked for (RFC 9051 section 6.4.9: what * names), MODSEQ."""
    script: list[Line] = [
        *(GREETING, *LOG_IN, *SELECT, r"C: (?P<tag>\S+) UID SEARCH UID 5:9"),
        "S: * SEARCH 9 7",
        "S: * SEARCH 4 12 (MODSEQ 917162500)",
        "S: {tag} OK done",
    ]
    session = play(script, log_in=True)
    session.select("INBOX")
    assert session.uids_after(4) == [7, 9]


# Nothing of the password stays behind


def test_the_password_is_in_no_log(
    dovecot: Dovecot, mailbox: Mailbox, network: Network, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(0)
    box = dovecot.add_user("canary@example.org", "canary-4711")
    scope = CancelScope()
    session = ImapSession.open(Endpoint(addresses.HOST, dovecot.ports.imaps, Security.SSL), scope, network)
    session.log_in(Login(box.address, Secret("canary-4711")), scope)
    session.select("INBOX")
    assert "canary-4711" not in caplog.text
    held = [value for value in gc.get_referents(session._protocol.__dict__) if "canary-4711" in repr(value)]
    assert held == []
    session.close()
