"""The far end of outgoing mail: an SMTP server that keeps what it gets and answers as it is told."""

import asyncio
import hmac
import queue
import re
import secrets
import ssl
from base64 import b64decode
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import addresses
from tests.servers.background import BackgroundLoop
from tests.servers.certificates import Certificates
from tests.servers.ports import free_ports
from tests.servers.smtp_script import END_OF_DATA, Script, Step, Then
from tests.servers.wait import LIMIT

_VERBS = ("HELO", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT")


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message that reached its final dot and was not refused; `user` is who logged in, if anyone did."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    user: str | None


class SmtpServer:
    """`port` offers STARTTLS, `tls_port` is TLS from the start; both on every one of `addresses`.

    Logging in is possible by PLAIN, LOGIN and CRAM-MD5 with `users` (name to password), also by
    `token_mechanism` (XOAUTH2 or OAUTHBEARER) where there are `tokens` (name to access token); it is a must when
    `auth_required`. `size_limit` in bytes is announced as SIZE. Attributes may be set at any time and hold
    for the next connection; so may `pipelining`, which is then offered. `script` decides on answers (see there).
    """

    host = addresses.HOST

    def __init__(self, certificates: Certificates) -> None:
        self.certificates = certificates
        self.port, self.tls_port = free_ports(2)
        self.script = Script()
        self.users: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.token_mechanism = "XOAUTH2"
        self.auth_required = False
        self.size_limit = 50_000_000
        self.pipelining = False
        self.messages: list[ReceivedMessage] = []
        self.connections = 0  # accepted so far
        self._arrived: queue.SimpleQueue[ReceivedMessage] = queue.SimpleQueue()
        self._loop: BackgroundLoop | None = None
        self._listening: list[asyncio.Server] = []

    def reset(self) -> None:
        """Forget messages, users, limits and the script."""
        self.script.clear()
        self.users = {}
        self.tokens = {}
        self.token_mechanism = "XOAUTH2"
        self.auth_required = False
        self.size_limit = 50_000_000
        self.pipelining = False
        self.messages = []
        self._arrived = queue.SimpleQueue()

    def wait_for_message(self, limit: float = LIMIT) -> ReceivedMessage:
        """Return the first message that was not returned yet; raise `queue.Empty` after `limit` seconds."""
        return self._arrived.get(timeout=limit)

    def accept(self, envelope: Envelope, session: Session) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        user = session.auth_data if isinstance(session.auth_data, str) else None
        message = ReceivedMessage(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, user)
        self.messages.append(message)
        self._arrived.put(message)

    def start(self) -> None:
        """Listen; on the same ports each time."""
        self._loop = BackgroundLoop()
        self._loop.start()
        self._loop.run(self._listen())

    def stop(self) -> None:
        """Stop listening and cut all connections."""
        if self._loop is not None:
            self._loop.run(self._close())
            self._loop.stop()
            self._loop = None

    async def _listen(self) -> None:
        shown = {
            addresses.HOST: self.certificates.good,
            addresses.EXPIRED: self.certificates.expired,
            addresses.WRONG_HOST: self.certificates.wrong_host,
            addresses.SELF_SIGNED: self.certificates.self_signed,
            addresses.LOGIN_DISABLED: self.certificates.good,
        }
        for address, certificate in shown.items():
            context = certificate.server_context()
            tls_first = address == addresses.LOGIN_DISABLED
            await self._listen_at(address, self.port, context, tls_first)
            await self._listen_at(address, self.tls_port, None, False, ssl=context)
        await self._listen_at(addresses.NO_TLS, self.port, None, False)

    async def _listen_at(
        self,
        address: str,
        port: int,
        context: ssl.SSLContext | None,
        tls_before_auth: bool,
        **options: Any,
    ) -> None:
        connection = partial(self._connection, context, tls_before_auth)
        create = asyncio.get_running_loop().create_server
        self._listening.append(await create(connection, address, port, **options))

    async def _close(self) -> None:
        """The ports are free from now on."""
        while self._listening:
            self._listening.pop().close()

    def _connection(self, context: ssl.SSLContext | None, tls_before_auth: bool) -> "_Connection":
        self.connections += 1
        return _Connection(self, context, tls_before_auth)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Connection(SMTP):
    """One client, whose commands are looked up in the script first."""

    def __init__(self, server: SmtpServer, context: ssl.SSLContext | None, tls_before_auth: bool) -> None:
        self._server = server
        super().__init__(
            (_HOOKS[server.token_mechanism] if server.tokens else _Hooks)(server),
            hostname="localhost",  # else a look-up of this machine's full name
            ident="ESMTP",
            enable_SMTPUTF8=True,
            data_size_limit=server.size_limit,
            tls_context=context,
            auth_required=server.auth_required,
            auth_require_tls=tls_before_auth,
            authenticator=self._check_password,
        )
        for verb in _VERBS:
            self._smtp_methods[verb] = partial(self._scripted, verb, self._smtp_methods[verb])

    async def _scripted(
        self, verb: str, method: Callable[[str | None], Coroutine[Any, Any, None]], argument: str | None
    ) -> None:
        if verb == "MAIL" and argument:
            # RFC 4954, 5: whoever offers AUTH takes this parameter; aiosmtpd answers 555
            argument = re.sub(r" AUTH=\S+", "", argument, flags=re.IGNORECASE)
        step = self._server.script.step_for(verb, argument or "")
        if step is None:
            await method(argument)
        else:
            await self.play(step)

    async def play(self, step: Step) -> None:
        """Answer, and go on only when the step says so."""
        if step.reply is not None:
            await self.push(step.reply)
        if step.then is Then.CLOSE and self.transport is not None:
            self.transport.close()
        if step.then is not Then.GO_ON:
            await asyncio.Event().wait()  # the end of the connection cancels this

    def _check_password(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        name = data.login.decode()
        right = self._server.users.get(name, "").encode()
        if right and hmac.compare_digest(right, data.password):
            return AuthResult(success=True, auth_data=name)
        return _REFUSED


_REFUSED = AuthResult(success=False, handled=False, message="535 5.7.8 Authentication credentials invalid")


class _Hooks:
    """What aiosmtpd asks of its handler, by name."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def auth_CRAM__MD5(self, connection: _Connection, arguments: list[str]) -> AuthResult:
        """RFC 2195: the user's name, and an HMAC of our challenge with the password as key."""
        challenge = f"<{secrets.token_hex(8)}@localhost>"
        answer = await connection.challenge_auth(challenge)
        if answer is MISSING:
            return AuthResult(success=False, handled=True)
        assert isinstance(answer, bytes)
        name, _, digest = answer.decode().rpartition(" ")
        key = self._server.users.get(name, "")
        if key and hmac.compare_digest(digest, hmac.new(key.encode(), challenge.encode(), "md5").hexdigest()):
            return AuthResult(success=True, auth_data=name)
        return _REFUSED

    async def handle_EHLO(
        self,
        connection: _Connection,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        offered = ["250-PIPELINING"] if self._server.pipelining else []
        return [*responses[:-1], *offered, responses[-1]]

    async def handle_DATA(self, connection: _Connection, session: Session, envelope: Envelope) -> str:
        step = self._server.script.step_for(END_OF_DATA, "")
        if step is None or step.accepts:
            self._server.accept(envelope, session)
        if step is None:
            return "250 2.0.0 OK"
        if step.then is Then.GO_ON and step.reply is not None:
            return step.reply
        await connection.play(step)
        raise AssertionError("a step that ends the connection went on")


class _TokenHooks(_Hooks):
    """By access token: a wrong one is refused by a challenge first, which the client must answer."""

    async def _log_in(self, connection: _Connection, arguments: list[str], field: bytes) -> AuthResult:
        clear = b64decode(arguments[1]) if len(arguments) > 1 else await connection.challenge_auth("")
        if clear is MISSING:
            return AuthResult(success=False, handled=True)
        assert isinstance(clear, bytes)
        found = re.fullmatch(field + rb"\x01auth=Bearer ([^\x01]+)\x01\x01", clear)
        name, token = (each.decode() for each in found.groups()) if found else ("", "")
        right = self._server.tokens.get(name, "")
        if right and hmac.compare_digest(right, token):
            return AuthResult(success=True, auth_data=name)
        answered = await connection.challenge_auth('{"status":"invalid_token","schemes":"Bearer"}')
        return AuthResult(success=False, handled=True) if answered is MISSING else _REFUSED


class _Xoauth2Hooks(_TokenHooks):
    async def auth_XOAUTH2(self, connection: _Connection, arguments: list[str]) -> AuthResult:
        return await self._log_in(connection, arguments, rb"user=([^\x01]+)")


class _OauthbearerHooks(_TokenHooks):
    """RFC 7628."""

    async def auth_OAUTHBEARER(self, connection: _Connection, arguments: list[str]) -> AuthResult:
        return await self._log_in(connection, arguments, rb"n,a=([^,]+),")


_HOOKS = {"XOAUTH2": _Xoauth2Hooks, "OAUTHBEARER": _OauthbearerHooks}
