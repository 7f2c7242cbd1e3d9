"""imaplib's client on a socket of ours: bounded, gated, silent, and with one kind of exception for each answer.

Of imaplib it keeps the reading of responses (RFC 9051 section 7). What it adds stands in the docstrings. It relies
on methods that imaplib names with an underscore; the tests go through each.
"""

import imaplib
import io
import re
import socket
from typing import Any

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.connect import Endpoint, ScopedReader
from mailint_gui.mail.mailbox_replies import Bye, Nonsense, Refusal
from mailint_gui.mail.sasl import Exchange
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.wire import WireError, checked

LINE_LIMIT = 4 * 1024 * 1024  # one SEARCH answer of 350,000 UIDs
ANSWER_LIMIT = 128 * 1024 * 1024  # all that one command may bring: a 50 MB message and then some
LONGEST_COMMAND = 8000  # octets that servers take in one line, if not more (RFC 2683 section 3.2.1.5)
CRLF = b"\r\n"
CHUNK = 64 * 1024  # of a literal: what a server only announces takes no memory
PROGRESS = 16 * 1024  # bytes that must come within each deadline, however many messages they belong to

_VERSIONS = {"IMAP4REV1", "IMAP4REV2"}
_TAG = b"M"
_TAGGED = re.compile(rb"(?P<tag>" + _TAG + rb"\d+) (?P<type>[A-Z]+) (?P<data>.*)", re.ASCII)
_NOT_IN_A_LINE = re.compile(b"[\r\n\x00]")


class ImapProtocol(imaplib.IMAP4):
    """Greeted and with its capabilities once constructed, over a socket that is connected.

    Raises Bye, Refusal, Nonsense, OSError, EOFError, and ProblemError (TLS_PREAUTHENTICATED) for a server that
    counts everybody as logged in: what came before TLS may be anybody's (RFC 9051 section 11.1).
    """

    def __init__(self, sock: socket.socket, endpoint: Endpoint, scope: CancelScope) -> None:
        self._greeted = False
        self._left = ANSWER_LIMIT
        self.use(sock, scope)
        super().__init__(endpoint.host, endpoint.port)
        self.is_readonly = True  # else imaplib raises whenever a folder is

    def use(self, sock: socket.socket, scope: CancelScope) -> None:
        """Go on over ``sock``. What was read ahead from another is dropped: before TLS it was anybody's."""
        self.sock = sock
        self._raw = ScopedReader(sock, scope, PROGRESS)
        self._reader = io.BufferedReader(self._raw, CHUNK)

    def bind(self, scope: CancelScope, patience: float) -> None:
        """Wait within ``scope`` from now on, and at most ``patience`` seconds for each answer."""
        self._raw.scope = scope
        self._raw.patience = patience

    @property
    def scope(self) -> CancelScope:
        return self._raw.scope

    # Commands

    def run(self, name: str, *arguments: str | bytes) -> dict[str, list[Any]]:
        """One command; the untagged responses that it brought, by type. Raises Refusal for NO and BAD."""
        self._forget()
        self._simple_command(name, *arguments)
        return self.untagged_responses

    def log_in_by_sasl(self, exchange: Exchange) -> None:
        """With the response at once where the server knows SASL-IR (RFC 4959) and it is not too long for a line."""
        self._forget()
        tag = self._new_tag()
        line = tag + b" AUTHENTICATE " + exchange.mechanism.encode("ascii")
        if "SASL-IR" in self.capabilities and len(line) + len(exchange.response) < LONGEST_COMMAND:
            line += b" " + exchange.begin()
        self.send(line + CRLF)
        while self.tagged_commands[tag] is None:
            if self._get_response() is None:
                self.send(exchange.answer(_words(self.continuation_response or b"")) + CRLF)
            self._check_bye()
        try:
            self._logged_in("AUTHENTICATE", tag)
        except Refusal as refusal:
            raise Refusal(refusal.status, exchange.explained(refusal.text)) from None

    def log_in_quoted(self, user_name: str, password: str) -> None:
        self._forget()
        tag = self._new_tag()
        line = f"LOGIN {quoted(user_name)} {quoted(password)}"
        self.send(tag + b" " + line.encode("ascii") + CRLF)
        self._logged_in("LOGIN", tag)

    def log_in_by_literals(self, user_name: bytes, password: bytes) -> None:
        """For what no quoted string can carry (RFC 9051 section 4.3)."""
        self._forget()
        tag = self._new_tag()
        line = tag + b" LOGIN"
        for literal in (user_name, password):
            self.send(line + b" {%d}" % len(literal) + CRLF)
            while self._get_response() is not None:
                if self.tagged_commands[tag] is not None:
                    self._logged_in("LOGIN", tag)
                self._check_bye()
            line = checked(literal)
        self.send(line + CRLF)
        self._logged_in("LOGIN", tag)

    def append_message(self, mailbox: str, flags: str, message: bytes) -> dict[str, list[Any]]:
        """APPEND (RFC 9051 section 6.3.12); ``message`` goes once the server wants it. Raises Refusal."""
        self._forget()
        tag = self._new_tag()
        line = f" APPEND {checked(mailbox)} {checked(flags)} {{{len(message)}}}"
        self.send(tag + line.encode("ascii") + CRLF)
        while self._get_response() is not None:
            if self.tagged_commands[tag] is not None:
                self._command_complete("APPEND", tag)
                raise Nonsense("an APPEND that ended before the message came")
            self._check_bye()
        for start in range(0, len(message), CHUNK):
            self.sock.settimeout(max(min(self.scope.remaining(), 1e6), 0.001))
            self.sock.sendall(message[start : start + CHUNK])
            self.scope.keep_going()
        self.send(CRLF)
        self._command_complete("APPEND", tag)
        return self.untagged_responses

    def _logged_in(self, name: str, tag: bytes) -> None:
        self._command_complete(name, tag)
        self.state = "AUTH"
        self.capabilities = self._announced()

    def capabilities_now(self) -> tuple[str, ...]:
        """Asked for only when the server did not announce them by itself."""
        if not self.capabilities:
            self._forget()
            self._get_capabilities()
        found: tuple[str, ...] = self.capabilities
        return found

    def _forget(self) -> None:
        self.untagged_responses.clear()
        self._left = ANSWER_LIMIT

    # What imaplib does otherwise

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Nothing to do: the socket is there."""
        self.host, self.port = host, port

    def shutdown(self) -> None:
        """Close without waiting for anything; the reader holds no claim on the socket."""
        self.sock.close()

    def _connect(self) -> None:
        """imaplib's draws a tag at random, and compiles a pattern for it, for each connection."""
        self.tagpre = _TAG  # type: ignore[assignment]  # typeshed says str; imaplib has bytes
        self.tagre = _TAGGED  # type: ignore[assignment]  # the same
        self.welcome = self._get_response()
        self.state = "NONAUTH"
        self._get_capabilities()

    def send(self, data: Any) -> None:
        """The single place where anything leaves: one line at most, and no NUL."""
        if _NOT_IN_A_LINE.search(data.removesuffix(CRLF)):
            raise WireError
        if trace := self.scope.trace:
            trace.said(data)
        self.sock.settimeout(max(min(self.scope.remaining(), 1e6), 0.001))
        self.sock.sendall(data)

    def read(self, size: int) -> bytes:
        """A literal, however long it takes: ``PROGRESS`` starts the deadline anew."""
        if trace := self.scope.trace:
            trace.heard_text(size)
        self._spend(size)
        parts = []
        for start in range(0, size, CHUNK):
            wanted = min(CHUNK, size - start)
            part = self._reader.read(wanted)
            if part is None or len(part) < wanted:
                raise EOFError("the connection ended within a message")
            parts.append(part)
        return b"".join(parts)

    def readline(self) -> bytes:
        line = self._reader.readline(LINE_LIMIT + 1)
        if trace := self.scope.trace:
            trace.heard(line)
        self._spend(len(line))
        if line.endswith(b"\n"):
            return line
        if len(line) > LINE_LIMIT:
            raise Nonsense("an endless line")
        raise EOFError("the connection ended")

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Nonsense("an endless answer")

    def _get_line(self) -> bytes:
        return self.readline().rstrip(b"\r\n")

    def _get_response(self) -> Any:
        try:
            response = super()._get_response()  # type: ignore[misc]  # typeshed leaves out what has an underscore
        except (Bye, Nonsense, Refusal):
            raise
        except (imaplib.IMAP4.error, ValueError) as error:
            raise Nonsense(str(error)) from None
        if not self._greeted:
            self._look_at_greeting()
        return response

    def _look_at_greeting(self) -> None:
        self._greeted = True
        self._check_bye()
        if "PREAUTH" in self.untagged_responses:
            raise ProblemError(Problem(ProblemKind.TLS_PREAUTHENTICATED))
        if "OK" not in self.untagged_responses:
            raise Nonsense("no greeting of an IMAP server")

    def _get_capabilities(self) -> None:
        self.capabilities = self._announced()
        if _VERSIONS & set(self.capabilities):
            return
        self._simple_command("CAPABILITY")
        self.capabilities = self._announced()
        if not _VERSIONS & set(self.capabilities):
            raise Nonsense("no IMAP version that is known here")

    def _announced(self) -> tuple[str, ...]:
        told = self.untagged_responses.pop("CAPABILITY", None)
        return tuple(_words(told[-1]).upper().split()) if told else ()

    def _check_bye(self) -> None:
        bye = self.untagged_responses.get("BYE")
        if bye:
            raise Bye(_words(bye[-1]))

    def _command(self, name: str, *args: Any) -> bytes:
        for argument in args:
            checked(argument)
        tag: bytes = super()._command(name, *args)  # type: ignore[misc]  # as above
        return tag

    def _command_complete(self, name: str, tag: bytes) -> tuple[str, list[Any]]:
        status, data = self._get_tagged_response(tag)
        if status != "OK":
            raise Refusal(status, _words(data[-1]))
        return status, data

    def _log(self, line: str) -> None:
        """imaplib keeps the last lines in memory, log-in included."""

    _mesg = _log


def quoted(text: str) -> str:
    """A quoted string (RFC 9051 section 4.3). Raises WireError, and UnicodeEncodeError when it is not ASCII."""
    checked(text).encode("ascii")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(data: Any) -> str:
    """A line of the server; where it holds a literal, what stands before that."""
    line: bytes = data[0] if isinstance(data, tuple) else data
    return line.decode("utf-8", "replace")
