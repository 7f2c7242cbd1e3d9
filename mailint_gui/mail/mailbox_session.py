"""What sessions with IMAP and POP3 servers have in common: how they begin, whose job they work for, how they end."""

import contextlib
import socket
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from typing import Any, Generic, Protocol, Self, TypeVar

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Security
from mailint_gui.domain.login import Login, LoginKind
from mailint_gui.mail.connect import Endpoint, diagnosed, diagnosed_hiding, keep_tls_session, open_socket
from mailint_gui.mail.mailbox_replies import Pop3Refusal, Refusal
from mailint_gui.mail.network import Network
from mailint_gui.mail.sasl import Exchange, by_plain, by_token, to_hide
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.wire import WireError

# A refusal is an answer read to its end, a WireError came before anything was sent: all is in step.
_IN_STEP = (Refusal, Pop3Refusal, WireError)


class Spoken(Protocol):
    """A client of a protocol, on a socket of ours."""

    sock: Any

    @property
    def scope(self) -> CancelScope: ...

    def log_in_by_sasl(self, exchange: Exchange) -> None: ...


Client = TypeVar("Client", bound=Spoken)


class MailboxSession(ABC, Generic[Client]):
    """One connection, used by one thread at a time, within the scope of the job that has it.

    Each method enters the stage that it belongs to, and raises ProblemError and Cancelled. After any error but a
    server's plain refusal the session is no longer ``usable``.
    """

    def __init__(self, protocol: Client, endpoint: Endpoint) -> None:
        self._protocol = protocol
        self._endpoint = endpoint
        self.usable = True

    # Beginning

    @classmethod
    def open(cls, endpoint: Endpoint, scope: CancelScope, network: Network) -> Self:
        """Connect, encrypt as ``endpoint`` says and never less, and be greeted."""
        sock = open_socket(endpoint, scope, network)
        try:
            scope.enter(Stage.GREETING)
            with diagnosed(scope, **endpoint.greeting_facts):
                protocol = cls._greeted(sock, endpoint, scope)
            if endpoint.security is Security.STARTTLS:
                with diagnosed(scope, **endpoint.facts):
                    sock = cls._encrypted(protocol, endpoint, scope, network)
        except BaseException:
            scope.detach(sock)
            sock.close()
            raise
        return cls(protocol, endpoint)

    @classmethod
    @abstractmethod
    def _greeted(cls, sock: socket.socket, endpoint: Endpoint, scope: CancelScope) -> Client: ...

    @classmethod
    @abstractmethod
    def _encrypted(
        cls, protocol: Client, endpoint: Endpoint, scope: CancelScope, network: Network
    ) -> socket.socket:
        """``protocol`` goes on over the socket that is returned, after a verified handshake."""

    def log_in(self, login: Login, scope: CancelScope) -> None:
        """Whichever way the server offers that can carry what is to be said."""
        self.bind(scope)
        facts = {**self._endpoint.facts, "user_name": login.user_name}
        with diagnosed_hiding(to_hide(login), scope, facts), self._guarded(Stage.AUTHENTICATE):
            if login.kind is LoginKind.ACCESS_TOKEN:
                self._protocol.log_in_by_sasl(by_token(login, self._mechanisms()))
            else:
                self._log_in_by_password(login.user_name, login.secret.reveal(), by_plain(login))
        keep_tls_session(self._protocol.sock, self._endpoint)

    @abstractmethod
    def _mechanisms(self) -> Collection[str]:
        """Those of SASL that the server offers, in capitals."""

    @abstractmethod
    def _log_in_by_password(self, user_name: str, password: str, plain: Exchange) -> None:
        """By ``plain``, or by commands of the protocol."""

    # Life

    def bind(self, scope: CancelScope) -> None:
        """Work for another job from now on."""
        self._protocol.scope.detach(self._protocol.sock)
        self._wait_within(scope)
        scope.attach(self._protocol.sock)

    @abstractmethod
    def _wait_within(self, scope: CancelScope) -> None: ...

    def close(self) -> None:
        """Close at once. Raises nothing."""
        self.usable = False
        self._protocol.scope.detach(self._protocol.sock)
        with contextlib.suppress(OSError):
            self._protocol.sock.close()

    # One way to the server

    @contextlib.contextmanager
    def _during(self, stage: Stage, **facts: str) -> Iterator[None]:
        with diagnosed(self._protocol.scope, **self._endpoint.facts, **facts), self._guarded(stage):
            yield

    @contextlib.contextmanager
    def _guarded(self, stage: Stage) -> Iterator[None]:
        """After an error that leaves us out of step the next bytes must never pass for an answer."""
        try:
            self._protocol.scope.enter(stage)
            yield
        except _IN_STEP:
            raise
        except BaseException:
            self._out_of_step()
            raise

    def _out_of_step(self) -> None:
        self.usable = False
