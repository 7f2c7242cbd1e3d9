"""``smtplib``'s commands over a socket that was made elsewhere: bounded, and with errors as they are."""

import io
import re
import smtplib
import socket
from collections.abc import Iterable, Iterator
from typing import Any

from mailint_gui.mail import wire
from mailint_gui.mail.connect import ScopedReader
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.smtp_replies import Reply

_MAX_LINE = 8192
_MAX_LINES = 500  # of one reply
_CHUNK = 64 * 1024
_LINE_END = re.compile(rb"\r\n|\r|\n")


class SmtpClient(smtplib.SMTP):
    """Every command passes ``mail.wire``; every wait keeps to what the scope's stage has left.

    Errors of the socket stay what they are; a closed connection is SMTPServerDisconnected.
    """

    def __init__(self, sock: socket.socket, scope: CancelScope, ehlo_name: str) -> None:
        super().__init__(local_hostname=ehlo_name)
        self._scope = scope
        self.take(sock)

    def take(self, sock: socket.socket) -> None:
        """Go on with this socket, such as the one inside TLS: what was read or learned before is forgotten."""
        self.sock = sock
        self.file = io.BufferedReader(ScopedReader(sock, self._scope))
        self.esmtp_features = {}
        self.does_esmtp = False
        self.ehlo_resp = self.helo_resp = None

    def putcmd(self, cmd: str, args: str = "") -> None:
        super().putcmd(wire.checked(cmd, "a command"), wire.checked(args))

    def send(self, s: Any) -> None:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        remaining = self._scope.remaining()
        self.sock.settimeout(max(remaining, 0.001) if remaining != float("inf") else None)
        self.sock.sendall(s.encode(self.command_encoding) if isinstance(s, str) else s)

    def getreply(self) -> tuple[int, bytes]:
        """The code is -1 for what is no reply (RFC 5321 section 4.2), the text then what came instead."""
        if self.file is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        lines: list[bytes] = []
        while len(lines) < _MAX_LINES:
            line: bytes = self.file.readline(_MAX_LINE)
            if not line.endswith(b"\n") and len(line) < _MAX_LINE:
                raise smtplib.SMTPServerDisconnected("the server closed the connection")
            code, separator = line[:3], line[3:4]
            if not line.endswith(b"\n") or not code.isdigit() or separator not in (b" ", b"-", b"\r", b"\n"):
                return -1, line[:200].strip()
            lines.append(line[4:].strip())
            if separator != b"-":
                return int(code), b"\n".join(lines)
        return -1, b"a reply without end"

    def reply(self) -> Reply:
        return _as_reply(self.getreply())

    def ask(self, verb: str, argument: str = "") -> Reply:
        return _as_reply(self.docmd(verb, argument))

    def put(self, commands: Iterable[tuple[str, str]]) -> None:
        """Several at once (RFC 2920): each has a ``reply`` of its own to be read."""
        lines = (
            f"{wire.checked(verb, 'a command')} {wire.checked(argument)}".rstrip(" ")
            for verb, argument in commands
        )
        self.send("".join(f"{line}\r\n" for line in lines))

    def hello(self) -> Reply:
        """EHLO, or HELO for a server that knows no extensions."""
        reply = _as_reply(self.ehlo())
        return _as_reply(self.helo()) if 500 <= reply.code <= 599 else reply

    def say_quit(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)
            self.sock.sendall(b"QUIT\r\n")

    def close(self) -> None:
        if self.sock is not None:
            self._scope.detach(self.sock)
        super().close()


def _as_reply(answer: tuple[int, bytes]) -> Reply:
    code, text = answer
    return Reply(code, text.decode(errors="replace"))


def data_chunks(raw: bytes) -> Iterator[bytes]:
    """What follows DATA, without the final dot: whole lines that end in CRLF, leading dots doubled.

    A bare CR or LF becomes CRLF: servers disagree about them, which is how mail is smuggled.
    """
    if not raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n"):
        raw = _LINE_END.sub(b"\r\n", raw)
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start + _CHUNK) + 1 or len(raw)
        chunk = raw[start:end].replace(b"\n.", b"\n..")
        stuffed = b"." + chunk if chunk.startswith(b".") else chunk
        yield stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"
        start = end
