"""Resolving, connecting and TLS against real listeners, good and bad."""

import io
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
import truststore

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail import connect, tls
from mailint_gui.mail.connect import Endpoint, Network, ScopedReader, keep_tls_session, open_socket, start_tls
from mailint_gui.mail.scope import DEADLINES, Cancelled, CancelReason, CancelScope
from tests.servers import addresses
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.ports import black_hole, refusing_port

LIMIT = 20.0


@pytest.fixture
def network(certificates: Certificates) -> Network:
    return Network(str(certificates.ca))


def hasty(stage: Stage, seconds: float = 0.3) -> CancelScope:
    return CancelScope({**DEADLINES, stage: seconds})


def problem(endpoint: Endpoint, scope: CancelScope, network: Network) -> Problem:
    with pytest.raises(ProblemError) as caught:
        open_socket(endpoint, scope, network)
    return caught.value.problem


@pytest.mark.parametrize(
    ("typed", "looked_up"),
    [
        ("imap.example.org", "imap.example.org"),
        ("imap.example.org.", "imap.example.org"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("my_host.local", "my_host.local"),
        ("::1", "::1"),
    ],
)
def test_a_name_is_looked_up_in_ascii(typed: str, looked_up: str) -> None:
    assert Endpoint(typed, 993, Security.SSL).host == looked_up


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1"])
def test_a_verified_connection(server: str, dovecot: Dovecot, network: Network) -> None:
    stages: list[Stage] = []
    scope = CancelScope(on_stage=stages.append)
    with open_socket(Endpoint(server, dovecot.ports.imaps, Security.SSL), scope, network) as sock:
        assert isinstance(sock, ssl.SSLSocket)
        assert sock.version() in {"TLSv1.2", "TLSv1.3"}
        sock.settimeout(LIMIT)
        assert sock.recv(100).startswith(b"* OK")
    assert stages == [Stage.RESOLVE, Stage.CONNECT, Stage.TLS]


@pytest.mark.parametrize(
    ("face", "kind"),
    [
        (addresses.EXPIRED, ProblemKind.TLS_EXPIRED),
        (addresses.WRONG_HOST, ProblemKind.TLS_WRONG_HOST),
        (addresses.SELF_SIGNED, ProblemKind.TLS_UNTRUSTED),
    ],
)
def test_a_bad_certificate_has_its_own_name(
    face: str, kind: ProblemKind, dovecot: Dovecot, network: Network
) -> None:
    found = problem(Endpoint(face, dovecot.ports.imaps, Security.SSL), CancelScope(), network)
    assert found.kind is kind
    assert found.facts["server"] == face
    assert found.facts["port"] == str(dovecot.ports.imaps)
    assert found.facts["stage"] == "tls"


def test_an_unknown_authority_is_not_trusted(dovecot: Dovecot) -> None:
    endpoint = Endpoint("localhost", dovecot.ports.imaps, Security.SSL)
    assert problem(endpoint, CancelScope(), Network()).kind is ProblemKind.TLS_UNTRUSTED


def test_a_plain_server_on_a_tls_port(dovecot: Dovecot, network: Network) -> None:
    endpoint = Endpoint("localhost", dovecot.ports.imap, Security.SSL)
    assert problem(endpoint, CancelScope(), network).kind is ProblemKind.TLS_NOT_OFFERED


def test_a_port_that_refuses(network: Network) -> None:
    with refusing_port() as port:
        found = problem(Endpoint("127.0.0.1", port, Security.SSL), CancelScope(), network)
    assert found.kind is ProblemKind.CONNECTION_REFUSED
    assert found.facts == {"server": "127.0.0.1", "port": str(port), "stage": "connect"}


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a" * 64 + ".example", "ä" * 80 + ".example"])
def test_a_name_without_address(name: str, network: Network) -> None:
    found = problem(Endpoint(name, 993, Security.SSL), CancelScope(), network)
    # with no network the resolver says so, or says nothing
    assert found.kind in {ProblemKind.RESOLVE_FAILED, ProblemKind.OFFLINE, ProblemKind.TIMED_OUT}
    assert found.facts["server"] == name
    assert found.facts["stage"] == "resolve"


@pytest.mark.timeout(LIMIT, func_only=True)
def test_a_peer_that_never_speaks_tls_ends_in_time(network: Network) -> None:
    with black_hole() as port:
        found = problem(Endpoint("127.0.0.1", port, Security.SSL), hasty(Stage.TLS), network)
    assert found.kind is ProblemKind.TIMED_OUT
    assert found.facts["stage"] == "tls"


def test_silent_peers_do_not_hold_up_others(dovecot: Dovecot, network: Network) -> None:
    """More of them than handshakes may compute at a time."""
    with black_hole() as port:
        silent = [CancelScope() for _ in range(8)]
        at_tls = threading.Semaphore(0)
        for scope in silent:
            scope.on_stage = lambda stage: at_tls.release() if stage is Stage.TLS else None

        def hang(scope: CancelScope) -> None:
            with pytest.raises(Cancelled):
                open_socket(Endpoint("127.0.0.1", port, Security.SSL), scope, network)

        threads = [threading.Thread(target=hang, args=(scope,), daemon=True) for scope in silent]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert at_tls.acquire(timeout=LIMIT)
        open_socket(Endpoint("localhost", dovecot.ports.imaps, Security.SSL), CancelScope(), network).close()
        for scope in silent:
            scope.cancel(CancelReason.SHUTDOWN)
        for thread in threads:
            thread.join(LIMIT)
            assert not thread.is_alive()


def test_overdue_in_the_handshake_names_server_and_stage(network: Network) -> None:
    scope = CancelScope()
    with black_hole() as port:
        scope.on_stage = lambda stage: (
            threading.Timer(0.1, scope.cancel, [CancelReason.OVERDUE]).start() if stage is Stage.TLS else None
        )
        found = problem(Endpoint("127.0.0.1", port, Security.SSL), scope, network)
    assert found.kind is ProblemKind.TIMED_OUT
    assert found.facts == {"server": "127.0.0.1", "port": str(port), "stage": "tls"}


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose queue is full: the kernel answers no further SYN."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = []
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
            waiting.append(client)
        yield port
        for client in waiting:
            client.close()


def test_connecting_ends_in_time(full_port: int, network: Network) -> None:
    found = problem(Endpoint("127.0.0.1", full_port, Security.SSL), hasty(Stage.CONNECT), network)
    assert found.kind is ProblemKind.TIMED_OUT
    assert found.facts["stage"] == "connect"


def test_connecting_is_woken(full_port: int, network: Network) -> None:
    scope = CancelScope()
    scope.on_stage = lambda stage: (
        threading.Timer(0.1, scope.cancel, [CancelReason.ADMIN]).start() if stage is Stage.CONNECT else None
    )
    with pytest.raises(Cancelled):
        open_socket(Endpoint("127.0.0.1", full_port, Security.SSL), scope, network)


def test_the_next_address_is_tried(dovecot: Dovecot, network: Network) -> None:
    """localhost is ::1 too, where nobody listens; or addresses given here, of which the first refuses."""
    where = [
        (socket.AF_INET6, ("::1", dovecot.ports.imaps, 0, 0)),
        (socket.AF_INET, ("127.0.0.250", dovecot.ports.imaps)),
        (socket.AF_INET, ("127.0.0.1", dovecot.ports.imaps)),
    ]
    scope = CancelScope()
    scope.enter(Stage.CONNECT)
    endpoint = Endpoint("localhost", dovecot.ports.imaps, Security.NONE)
    with connect._connect(where, endpoint, scope) as sock:
        assert sock.getpeername()[0] == "127.0.0.1"


def test_the_failure_that_says_most_is_told() -> None:
    problems = [Problem(kind) for kind in (ProblemKind.UNREACHABLE, ProblemKind.CONNECTION_REFUSED)]
    assert connect._most_telling(problems).kind is ProblemKind.CONNECTION_REFUSED
    assert connect._most_telling(problems[:1]).kind is ProblemKind.UNREACHABLE


def test_nothing_stays_attached_after_a_failure(dovecot: Dovecot) -> None:
    scope = CancelScope()
    problem(Endpoint("localhost", dovecot.ports.imaps, Security.SSL), scope, Network())
    assert not scope._sockets


def test_starttls_verifies(dovecot: Dovecot, network: Network) -> None:
    for face, kind in ((addresses.WRONG_HOST, ProblemKind.TLS_WRONG_HOST), (dovecot.host, None)):
        endpoint = Endpoint(face, dovecot.ports.imap, Security.STARTTLS)
        scope = CancelScope()
        sock = open_socket(endpoint, scope, network)
        sock.settimeout(LIMIT)
        sock.recv(1000)
        sock.sendall(b"a STARTTLS\r\n")
        assert sock.recv(1000).startswith(b"a OK")
        if kind is None:
            start_tls(sock, endpoint, scope, network).close()
            continue
        with pytest.raises(ProblemError) as caught:
            start_tls(sock, endpoint, scope, network)
        assert caught.value.problem.kind is kind
        assert sock.fileno() == -1


def _greeted(endpoint: Endpoint, network: Network) -> bool:
    """Whether the TLS session of an earlier connection was resumed."""
    with open_socket(endpoint, CancelScope(), network) as sock:
        assert isinstance(sock, ssl.SSLSocket)
        sock.settimeout(LIMIT)
        assert sock.recv(100)
        keep_tls_session(sock, endpoint)
        return bool(sock.session_reused)


def test_a_session_is_resumed_for_the_same_server_and_trust_only(
    dovecot: Dovecot, network: Network, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "_resumable", {})
    endpoint = Endpoint("127.0.0.1", dovecot.ports.imaps, Security.SSL)
    assert [_greeted(endpoint, network) for _ in range(3)] == [False, True, True]
    assert not _greeted(Endpoint("localhost", dovecot.ports.imaps, Security.SSL), network)
    assert problem(endpoint, CancelScope(), Network()).kind is ProblemKind.TLS_UNTRUSTED
    monkeypatch.setattr(connect, "_RESUME_FOR", 0.0)
    assert not _greeted(endpoint, network)


@pytest.mark.parametrize(
    ("face", "kind"),
    [
        (addresses.HOST, None),
        (addresses.EXPIRED, ProblemKind.TLS_EXPIRED),
        (addresses.WRONG_HOST, ProblemKind.TLS_WRONG_HOST),
        (addresses.SELF_SIGNED, ProblemKind.TLS_UNTRUSTED),
    ],
)
def test_the_context_of_other_systems_connects_the_same_way(
    face: str, kind: ProblemKind | None, dovecot: Dovecot, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """truststore's, which Windows and macOS have, knows Linux too."""
    monkeypatch.setattr(tls, "_contexts", {})
    monkeypatch.setattr(tls, "_system_context", lambda: truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    monkeypatch.setattr(connect, "_resumable", {})
    endpoint = Endpoint(face, dovecot.ports.imaps, Security.SSL)
    if kind is None:
        assert [_greeted(endpoint, network) for _ in range(2)] == [False, False]
    else:
        assert problem(endpoint, CancelScope(), network).kind is kind


def test_a_drip_feeding_peer_cannot_stretch_the_deadline() -> None:
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.02):
            theirs.sendall(b".")

    scope = hasty(Stage.SEARCH, 0.3)
    with ours, theirs:
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        scope.enter(Stage.SEARCH)
        reader = ScopedReader(ours, scope)
        with pytest.raises(TimeoutError):
            io.BufferedReader(reader).read(10_000)
        over.set()
        thread.join(LIMIT)
