"""The one place that resolves, connects and wraps in TLS."""

import contextlib
import io
import ipaddress
import math
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.proxy import ProxyPlace, proxy_for
from mailint_gui.mail.diagnosis import KNOWN_ERRORS, diagnose
from mailint_gui.mail.network import Network
from mailint_gui.mail.proxy import open_tunnel
from mailint_gui.mail.scope import CancelScope, run_with_deadline
from mailint_gui.mail.tls import client_context

__all__ = ["Endpoint", "Network", "ScopedReader", "diagnosed", "open_socket", "start_tls"]

_Address = tuple[socket.AddressFamily, Any]

MAX_ADDRESSES = 8
# Handshakes are the one part of a connection that computes: more than four at a time make the window stutter.
# Held for each step and never while waiting for the peer, so that peers that are silent do not hold up the others.
_COMPUTING = threading.BoundedSemaphore(4)
_RESUME_FOR = 1800.0  # seconds after which a certificate is verified again by a full handshake
_MOST_RESUMABLE = 1000
_MOST_TELLING = (ProblemKind.CONNECTION_REFUSED, ProblemKind.TIMED_OUT)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A mail server as typed: ``server`` is a host name (IDN in either form) or an IP address."""

    server: str
    port: int
    security: Security

    @property
    def host(self) -> str:
        """``server`` as it is looked up and verified: in A-labels (RFC 5890), without a final dot.

        Raises UnicodeError for a name that has no such form.
        """
        name = self.server.removesuffix(".")
        if name.isascii():
            return name
        import idna  # late: its tables take a moment, and most names are ASCII

        return idna.encode(name, uts46=True).decode("ascii")

    @property
    def facts(self) -> dict[str, str]:
        return {"server": self.server, "port": str(self.port)}

    @property
    def greeting_facts(self) -> dict[str, str]:
        """Until the server spoke: one that expects TLS first waits, as we do."""
        return self.facts if self.security is Security.SSL else {**self.facts, "greeting": "in_clear"}


def open_socket(endpoint: Endpoint, scope: CancelScope, network: Network) -> socket.socket:
    """A connected socket, attached to ``scope``; with Security.SSL already a verified TLS one.

    Enters the stages RESOLVE, CONNECT and, for SSL, TLS. Raises ProblemError and Cancelled.
    """
    scope.enter(Stage.RESOLVE)
    with diagnosed(scope, **endpoint.facts):
        proxy = proxy_for(endpoint.host, network.proxy)
    sock = _through(proxy, endpoint, scope) if proxy else _reached(endpoint, scope)
    if endpoint.security is not Security.SSL:
        return sock
    return start_tls(sock, endpoint, scope, network)


def start_tls(sock: socket.socket, endpoint: Endpoint, scope: CancelScope, network: Network) -> ssl.SSLSocket:
    """``sock`` after a verified handshake, in its place in ``scope``. It is closed when this fails.

    Enters the stage TLS. Raises ProblemError and Cancelled.
    """
    wrapped: ssl.SSLSocket | None = None
    try:
        scope.enter(Stage.TLS)
        with diagnosed(scope, **endpoint.facts):
            context = client_context(network.extra_ca_file)
            wrapped = context.wrap_socket(
                sock,
                server_hostname=endpoint.host,
                do_handshake_on_connect=False,
                session=_session_to_resume(context, endpoint),
            )
            scope.attach(wrapped)
            _shake_hands(wrapped, scope)
            _note_verified(wrapped, context, endpoint)
    except BaseException:
        _drop(wrapped, scope)
        _drop(sock, scope)
        raise
    scope.detach(sock)
    return wrapped


def keep_tls_session(sock: socket.socket, endpoint: Endpoint) -> None:
    """Remember ``sock``'s TLS session for the next connection; to be called once the server has spoken.

    With TLS 1.3 a server hands out its tickets only after the handshake (RFC 8446 section 4.6.1).
    """
    if (
        isinstance(sock, ssl.SSLSocket) and not sock.session_reused
    ):  # reading a session costs a tenth of a check
        known = _resumable.get((sock.context, endpoint))
        if known is not None:
            known.session = sock.session


def diagnosed(scope: CancelScope, **facts: str) -> contextlib.AbstractContextManager[None]:
    """Whatever the libraries raise inside leaves as ProblemError; or as Cancelled, when that is why it failed."""
    return diagnosed_hiding((), scope, facts)


@contextlib.contextmanager
def diagnosed_hiding(
    secrets: tuple[str, ...], scope: CancelScope, facts: Mapping[str, str]
) -> Iterator[None]:
    """The same where a server or a library may repeat ``secrets``: they are in nothing that leaves."""
    try:
        yield
    except ProblemError as error:
        raise ProblemError(error.problem.about(**facts)) from error
    except KNOWN_ERRORS as error:
        problem = _problem(error, scope, secrets).about(**facts)
        raise ProblemError(problem) from (None if secrets else error)


def _problem(error: BaseException, scope: CancelScope, hide: tuple[str, ...] = ()) -> Problem:
    """Raises Cancelled, when that is why it failed."""
    try:
        scope.raise_if_cancelled()
    except ProblemError as overdue:
        return overdue.problem
    return diagnose(error, scope.stage, hide=hide)


# Through a proxy


def _through(proxy: ProxyPlace, endpoint: Endpoint, scope: CancelScope) -> socket.socket:
    """The proxy looks up the name of the server: here, it may not be known at all."""
    try:
        sock = _reached(Endpoint(proxy.host, proxy.port, Security.NONE), scope)
    except ProblemError as error:
        facts = {**endpoint.facts, "proxy": str(proxy)}
        raise ProblemError(Problem(ProblemKind.PROXY_UNREACHABLE, facts, error.problem.detail)) from error
    try:
        with diagnosed(scope, **endpoint.facts, proxy=str(proxy)):
            open_tunnel(sock, ScopedReader(sock, scope), proxy, endpoint.host, endpoint.port)
    except BaseException:
        _drop(sock, scope)
        raise
    return sock


def _reached(endpoint: Endpoint, scope: CancelScope) -> socket.socket:
    with diagnosed(scope, **endpoint.facts):
        addresses = _resolve(endpoint, scope)
    scope.enter(Stage.CONNECT)
    return _connect(addresses, endpoint, scope)


# Resolving


def _resolve(endpoint: Endpoint, scope: CancelScope) -> list[_Address]:
    """Every address, the two families in turn, in the order that the system prefers (RFC 6724, RFC 8305)."""
    host = endpoint.host

    def look_up() -> list[Any]:
        return socket.getaddrinfo(host, endpoint.port, type=socket.SOCK_STREAM)

    found = look_up() if _is_ip_address(host) else run_with_deadline(look_up, scope.remaining(), scope)
    by_family: dict[socket.AddressFamily, list[_Address]] = {}
    for family, _, _, _, address in found:
        by_family.setdefault(family, []).append((family, address))
    in_turn = [each for pair in zip_longest(*by_family.values()) for each in pair if each]
    return list(dict.fromkeys(in_turn))[:MAX_ADDRESSES]


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


# Connecting


def _connect(addresses: list[_Address], endpoint: Endpoint, scope: CancelScope) -> socket.socket:
    problems: list[Problem] = []
    for tried, address in enumerate(addresses):
        share = scope.remaining() / (len(addresses) - tried)
        try:
            return _connect_one(address, share, scope)
        except OSError as error:
            problems.append(_problem(error, scope).about(**endpoint.facts))
    raise ProblemError(_most_telling(problems))


def _connect_one(address: _Address, seconds: float, scope: CancelScope) -> socket.socket:
    family, where = address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        scope.attach(sock)
        sock.settimeout(_timeout(seconds))
        with scope.waiting():
            sock.connect(where)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    except BaseException:
        _drop(sock, scope)
        raise
    return sock


def _most_telling(problems: list[Problem]) -> Problem:
    """That one address refuses says more than that another has no route."""
    for kind in _MOST_TELLING:
        for problem in problems:
            if problem.kind is kind:
                return problem
    return problems[-1]


def _timeout(seconds: float) -> float | None:
    """For ``settimeout``, which takes 0 for "do not wait" and knows no infinity."""
    return None if math.isinf(seconds) else max(seconds, 0.001)


def _drop(sock: socket.socket | None, scope: CancelScope) -> None:
    if sock is not None:
        scope.detach(sock)
        with contextlib.suppress(OSError):
            sock.close()


# TLS


def _shake_hands(sock: ssl.SSLSocket, scope: CancelScope) -> None:
    sock.settimeout(0)
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        while True:
            try:
                with _COMPUTING:
                    sock.do_handshake()
                return
            except ssl.SSLWantReadError:
                selector.modify(sock, selectors.EVENT_READ)
            except ssl.SSLWantWriteError:
                selector.modify(sock, selectors.EVENT_WRITE)
            with scope.waiting():
                ready = selector.select(_timeout(scope.remaining()))
            if not ready:
                raise TimeoutError("the TLS handshake was not finished in time")
            scope.raise_if_cancelled()


@dataclass(slots=True)
class _Resumable:
    verified_at: float
    session: ssl.SSLSession | None = None


# A resumed handshake needs neither certificate nor signature. Trust is not widened: a session belongs to the context
# and the server name that it was verified with, and a full handshake is made again after _RESUME_FOR seconds.
_resumable: dict[tuple[ssl.SSLContext, Endpoint], _Resumable] = {}


def _session_to_resume(context: ssl.SSLContext, endpoint: Endpoint) -> ssl.SSLSession | None:
    known = _resumable.get((context, endpoint))
    if known is None or time.monotonic() - known.verified_at > _RESUME_FOR:
        return None
    return known.session


def _note_verified(sock: ssl.SSLSocket, context: ssl.SSLContext, endpoint: Endpoint) -> None:
    """truststore verifies each handshake on its own and needs the certificate for it: nothing is resumed there."""
    if sock.session_reused or type(context) is not ssl.SSLContext:
        return
    if len(_resumable) >= _MOST_RESUMABLE:
        _resumable.clear()
    _resumable[context, endpoint] = _Resumable(time.monotonic())


# Reading


class ScopedReader(io.RawIOBase):
    """The reading side of a socket, each wait of it within what the scope's stage has left.

    Put a ``BufferedReader`` on it. A peer that sends a byte now and then cannot stretch the deadline so, as it can
    that of ``settimeout``, which starts anew with each byte: only ``progress`` bytes together start it anew.
    """

    def __init__(self, sock: socket.socket, scope: CancelScope, progress: float = math.inf) -> None:
        super().__init__()
        self.sock = sock
        self.scope = scope
        self.patience = math.inf  # seconds that one wait may last at most
        self._progress = progress
        self._read = 0  # bytes since the last progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(_timeout(min(self.scope.remaining(), self.patience)))
        with self.scope.waiting():
            size = self.sock.recv_into(buffer)
        self._read += size
        if self._read >= self._progress:
            self._read = 0
            self.scope.keep_going()
        return size
