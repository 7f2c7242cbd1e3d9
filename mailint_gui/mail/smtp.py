"""One connection to an SMTP server (RFC 5321), made by ``mail.connect`` and held to a job's deadlines."""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from mailint_gui.domain.address import is_address
from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import SaslMechanism, Security
from mailint_gui.domain.login import Login, LoginKind
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail import smtp_auth, smtp_dsn
from mailint_gui.mail.connect import Endpoint, Network, diagnosed, open_socket, start_tls
from mailint_gui.mail.diagnosis import KNOWN_ERRORS, diagnose
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.smtp_client import SmtpClient, data_chunks
from mailint_gui.mail.smtp_replies import Phase, Reply, problem_of

_QUIT_SECONDS = 1.0
_AT_ONCE = 100  # commands before the first answer is read: both sides' buffers hold that many

OnDataSent = Callable[[Mapping[str, Problem]], None]
_Command = tuple[str, str]
_DATA = ("DATA", "")
_RSET = ("RSET", "")


@dataclass(frozen=True, slots=True)
class SendResult:
    """Who the server took the message for, who not and why. None accepted: the message was not sent at all."""

    accepted: tuple[str, ...]
    refused: Mapping[str, Problem]


class SmtpSession:
    """Greeted, and inside TLS where the endpoint says so. All methods raise ProblemError and Cancelled.

    A server's refusal is in the problem's ``detail`` in its own words. After an error only ``close`` is of use; after
    a message, while it is ``usable``, another may follow.
    """

    def __init__(self, client: SmtpClient, endpoint: Endpoint, scope: CancelScope) -> None:
        self._client = client
        self._endpoint = endpoint
        self._scope = scope
        self._unfinished = (
            False  # the server still holds the sender and recipients of a message that was not sent
        )

    @classmethod
    def open(cls, endpoint: Endpoint, scope: CancelScope, network: Network, ehlo_name: str = "") -> Self:
        """Resolve, connect, TLS, greeting. ``ehlo_name`` is our host name; by default our address literal.

        STARTTLS that is not offered is TLS_NOT_OFFERED; there is no way on without it.
        """
        sock = open_socket(endpoint, scope, network)
        session = cls(SmtpClient(sock, scope, ehlo_name or _address_literal(sock)), endpoint, scope)
        try:
            session._greet()
            if endpoint.security is Security.STARTTLS:
                session._start_tls(network)
        except BaseException:
            session.close()
            raise
        return session

    @property
    def is_encrypted(self) -> bool:
        return isinstance(self._client.sock, ssl.SSLSocket)

    @property
    def usable(self) -> bool:
        return self._client.sock is not None

    @property
    def extensions(self) -> Mapping[str, str]:
        """What the server offers (RFC 5321 section 4.1.1.1): keyword in lower case to parameters."""
        return self._client.esmtp_features

    @property
    def size_limit(self) -> int:
        """Bytes of a message that the server takes at most (RFC 1870); 0: it does not say, or has no limit."""
        limit = self.extensions.get("size", "").strip()
        return int(limit) if limit.isdecimal() else 0

    def log_in(self, login: Login, mechanism: SaslMechanism, scope: CancelScope) -> None:
        """One try with one mechanism: a second would count as another failure where accounts get locked.

        ``mechanism`` is for passwords: for a token the server's offer decides.
        """
        scope.enter(Stage.AUTHENTICATE)
        with self._diagnosed():
            if login.kind is LoginKind.ACCESS_TOKEN:
                reply = smtp_auth.log_in_by_token(self._client, login)
            else:
                reply = smtp_auth.log_in_by_password(self._client, login, mechanism, self.is_encrypted)
        if not reply.ok:
            raise self._refusal(Phase.AUTHENTICATE, reply, user_name=login.user_name)

    def verify_sender(self, sender: str, recipient: str | None = None) -> None:
        """Whether the server would take mail from ``sender`` (to ``recipient``); nothing is sent."""
        self._scope.enter(Stage.SEND)
        self._check_envelope(sender, (recipient,) if recipient else (), b"")
        replies = self._asked([self._mail_command(sender, ())])
        self._expect(Phase.SENDER, next(replies), address=sender)
        if recipient:
            replies = self._asked([_rcpt_command(recipient)])
            if problem := self._recipient_refusal(recipient, next(replies)):
                raise ProblemError(problem)
        self._command(Phase.SENDER, "RSET")

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        raw: bytes,
        on_data_sent: OnDataSent,
        report_as: str = "",
    ) -> SendResult:
        """Sends one message; bare addresses, internationalised domains as A-labels. ``report_as``: the id under which
        a server that can is asked to report delivery, delay and failure; empty: it is not asked.

        ``on_data_sent`` is called, with who was refused, when all is on its way but the final dot: from then on only
        an answer tells what became of the message, and without one this raises DELIVERY_UNCERTAIN, even when
        cancelled. When ``on_data_sent`` itself raises, the message is not sent.
        """
        self._scope.enter(Stage.SEND)
        self._check_envelope(sender, recipients, raw)
        parameters = self._mail_parameters((sender, *recipients), raw)
        reports = bool(report_as) and "dsn" in self.extensions
        if reports:
            parameters += smtp_dsn.sender_parameters(report_as)
        mail = self._mail_command(sender, parameters)
        rcpts = [_rcpt_command(recipient, reports) for recipient in recipients]
        replies = self._asked([*([_RSET] if self._unfinished else []), mail, *rcpts, _DATA])
        if self._unfinished:
            self._expect(Phase.SENDER, next(replies))
        self._unfinished = True
        self._expect(Phase.SENDER, next(replies), address=sender)
        answers = {recipient: self._recipient_refusal(recipient, next(replies)) for recipient in recipients}
        refused = {recipient: problem for recipient, problem in answers.items() if problem}
        accepted = tuple(recipient for recipient, problem in answers.items() if problem is None)
        if accepted:
            self._data(next(replies), raw, lambda: on_data_sent(refused))
            self._unfinished = False
        elif self._pipelines and next(replies).code == 354:
            self.close()  # a server that waits for a message to nobody gets none
        return SendResult(accepted, refused)

    def quit(self) -> None:
        """Takes leave where the server still listens, within a second, and closes."""
        with contextlib.suppress(OSError):
            self._client.say_quit(_QUIT_SECONDS)
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._client.close()

    # Opening

    def _greet(self) -> None:
        self._scope.enter(Stage.GREETING)
        with diagnosed(self._scope, **self._endpoint.greeting_facts):
            greeting = self._client.reply()
        if greeting.code != 220:
            raise self._refusal(Phase.GREETING, greeting)
        self._hello()

    def _hello(self) -> None:
        with self._diagnosed():
            reply = self._client.hello()
        if not reply.ok:
            raise self._refusal(Phase.HELLO, reply)

    def _start_tls(self, network: Network) -> None:
        if "starttls" not in self.extensions:
            raise self._problem(ProblemKind.TLS_NOT_OFFERED, "STARTTLS is not among the server's extensions")
        self._command(Phase.STARTTLS, "STARTTLS")
        sock = self._client.sock
        assert sock is not None
        self._client.take(start_tls(sock, self._endpoint, self._scope, network))
        self._scope.enter(Stage.GREETING)
        self._hello()  # RFC 3207 section 4.2: what was learned before TLS is worth nothing

    # Sending

    def _check_envelope(self, sender: str, recipients: Sequence[str], raw: bytes) -> None:
        if not is_address(sender):
            raise self._problem(ProblemKind.SENDER_REFUSED, "not an email address", address=sender)
        for recipient in recipients:
            if not is_address(recipient):
                raise self._problem(ProblemKind.RECIPIENT_REFUSED, "not an email address", address=recipient)
        if 0 < self.size_limit < len(raw):
            detail = "larger than the SIZE that the server announces"
            facts = {"size": str(len(raw)), "limit": str(self.size_limit)}
            raise self._problem(ProblemKind.MESSAGE_TOO_LARGE, detail, **facts)

    def _mail_parameters(self, addresses: Sequence[str], raw: bytes) -> tuple[str, ...]:
        parameters = [f"SIZE={len(raw)}"] if "size" in self.extensions else []
        headers, _, _ = raw.partition(b"\r\n\r\n")
        if not (headers.isascii() and all(address.isascii() for address in addresses)):
            self._require_smtputf8(addresses)
            parameters.append("SMTPUTF8")
        if not raw.isascii():
            self._require("8bitmime", "8BITMIME, which this message needs")
            parameters.append("BODY=8BITMIME")
        return tuple(parameters)

    def _require_smtputf8(self, addresses: Sequence[str]) -> None:
        """RFC 6531: a local part has no other form, while a domain is an A-label already."""
        if "smtputf8" not in self.extensions:
            address = next((each for each in addresses if not each.isascii()), addresses[0])
            detail = "the server does not offer SMTPUTF8"
            raise self._problem(ProblemKind.ADDRESS_NOT_CARRIED, detail, address=address)

    def _require(self, extension: str, words: str) -> None:
        if extension not in self.extensions:
            raise self._problem(ProblemKind.MESSAGE_REFUSED, f"the server does not offer {words}")

    def _mail_command(self, sender: str, parameters: Sequence[str]) -> _Command:
        utf8 = "SMTPUTF8" in parameters or not sender.isascii()
        self._client.command_encoding = "utf-8" if utf8 else "ascii"
        return "MAIL", " ".join((f"FROM:<{sender}>", *parameters))

    def _recipient_refusal(self, recipient: str, reply: Reply) -> Problem | None:
        """None: accepted. A reply that ends the connection is raised."""
        if reply.ok:
            return None
        refusal = self._refusal(Phase.RECIPIENT, reply, address=recipient)
        if reply.code == 421 or reply.code < 0:
            raise refusal
        return refusal.problem

    @property
    def _pipelines(self) -> bool:
        return "pipelining" in self.extensions

    def _asked(self, commands: Sequence[_Command]) -> Iterator[Reply]:
        """A reply for each; asked many at once where the server can (RFC 2920), else each when its turn comes."""
        at_once = _AT_ONCE if self._pipelines else 1
        for start in range(0, len(commands), at_once):
            some = commands[start : start + at_once]
            with self._diagnosed():
                self._client.put(some)
            for _command in some:
                with self._diagnosed():
                    reply = self._client.reply()
                self._scope.keep_going()  # RFC 5321 section 4.5.3.2: minutes for each answer, not for all
                yield reply

    def _data(self, reply: Reply, raw: bytes, on_data_sent: Callable[[], None]) -> None:
        """``reply`` is the one to DATA."""
        if reply.code != 354:
            raise self._refusal(Phase.MESSAGE, reply)
        for chunk in data_chunks(raw):
            with self._diagnosed():
                self._client.send(chunk)
            self._scope.keep_going()
        on_data_sent()
        self._scope.keep_going()
        try:
            self._client.send(b".\r\n")
            reply = self._client.reply()
        except KNOWN_ERRORS as error:
            why = diagnose(error, self._scope.stage)
            raise self._problem(ProblemKind.DELIVERY_UNCERTAIN, why.detail) from error
        if 400 <= reply.code <= 599:
            raise self._refusal(Phase.MESSAGE, reply)
        if not reply.ok:
            raise self._problem(ProblemKind.DELIVERY_UNCERTAIN, str(reply))

    # Words of the server

    def _command(self, phase: Phase, verb: str, argument: str = "", **facts: str) -> None:
        with self._diagnosed():
            reply = self._client.ask(verb, argument)
        self._expect(phase, reply, **facts)

    def _expect(self, phase: Phase, reply: Reply, **facts: str) -> None:
        if not reply.ok:
            raise self._refusal(phase, reply, **facts)

    def _refusal(self, phase: Phase, reply: Reply, **facts: str) -> ProblemError:
        return ProblemError(problem_of(phase, reply, **self._facts(facts)))

    def _problem(self, kind: ProblemKind, detail: str, **facts: str) -> ProblemError:
        return ProblemError(Problem(kind, self._facts(facts), detail))

    def _facts(self, facts: Mapping[str, str]) -> dict[str, str]:
        return {**self._endpoint.facts, "stage": self._scope.stage, **facts}

    def _diagnosed(self) -> contextlib.AbstractContextManager[None]:
        return diagnosed(self._scope, **self._endpoint.facts)


def _rcpt_command(recipient: str, reports: bool = False) -> _Command:
    parameters = smtp_dsn.recipient_parameters(recipient) if reports else ()
    return "RCPT", " ".join((f"TO:<{recipient}>", *parameters))


def _address_literal(sock: socket.socket) -> str:
    """RFC 5321 section 4.1.3: what a client calls itself that has no name of its own."""
    address = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
