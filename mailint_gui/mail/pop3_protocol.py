"""poplib's client on a socket of ours: bounded, gated, silent, and with the bytes of a message left as they are.

Of poplib it keeps the commands by name (RFC 1939). It relies on methods that poplib names with an underscore; the
tests go through each. The limits are ours: poplib's 2,048 bytes for a line end the session at a message with a
longer one, and its list of lines has forgotten which of them ended in CRLF.
"""

import contextlib
import io
import poplib
import socket
from collections.abc import Mapping

from mailint_gui.mail.connect import Endpoint, ScopedReader
from mailint_gui.mail.mailbox_replies import Nonsense, Pop3Refusal
from mailint_gui.mail.sasl import Exchange
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.wire import checked

LINE_LIMIT = 8192  # of a status line; RFC 2449 section 4 says 512
LISTING_LIMIT = 32 * 1024 * 1024  # 400,000 of the longest UIDLs
CHUNK = 64 * 1024  # each is progress
CRLF = b"\r\n"

_END = CRLF + b"." + CRLF
_STUFFED = CRLF + b".."


class Pop3Protocol(poplib.POP3):
    """Greeted once constructed, over a socket that is connected.

    Raises Pop3Refusal for -ERR, Nonsense, OSError, EOFError, WireError.
    """

    def __init__(self, sock: socket.socket, endpoint: Endpoint, scope: CancelScope) -> None:
        """poplib's own would connect."""
        self.host, self.port = endpoint.host, endpoint.port
        self._debugging = 0
        self._capabilities: dict[str, tuple[str, ...]] | None = None
        self.use(sock, scope)
        self.welcome = self._getresp()

    def use(self, sock: socket.socket, scope: CancelScope) -> None:
        """Go on over ``sock``. What was learned or read ahead from another is dropped: before TLS it was anybody's."""
        self.sock = sock
        self._raw = ScopedReader(sock, scope)
        self._reader = io.BufferedReader(self._raw, CHUNK)
        self._capabilities = None

    def bind(self, scope: CancelScope) -> None:
        """Wait within ``scope`` from now on."""
        self._raw.scope = scope

    def wait_at_most(self, seconds: float) -> None:
        """For each answer from now on."""
        self._raw.patience = seconds

    @property
    def scope(self) -> CancelScope:
        return self._raw.scope

    # Commands

    def run(self, command: str) -> None:
        """One command and its status line. Raises Pop3Refusal."""
        self.send([command])
        self.answer()

    def capabilities(self) -> Mapping[str, tuple[str, ...]]:
        """CAPA (RFC 2449), asked once: the parameters by name, all in capitals. Empty where it is not known."""
        if self._capabilities is None:
            self._capabilities = {}
            with contextlib.suppress(Pop3Refusal):
                self.run("CAPA")
                lines = self.multiline(LISTING_LIMIT, is_mail=False).decode("ascii", "replace").upper()
                words = (line.split() for line in lines.splitlines())
                self._capabilities = {name: tuple(parameters) for name, *parameters in filter(None, words)}
        return self._capabilities

    def log_in_by_sasl(self, exchange: Exchange) -> None:
        """With the response on a line of its own: Microsoft wants it there, and RFC 5034 once it is long."""
        self.send([f"AUTH {exchange.mechanism}"])
        if (line := self._status(b"+")).startswith(b"+OK"):
            raise Nonsense("logged in before the secret was said")
        try:
            while not line.startswith(b"+OK"):
                self._putline(exchange.answer(line[1:].strip().decode("utf-8", "replace")))
                line = self._status(b"+")
        except Pop3Refusal as refusal:
            raise Pop3Refusal(exchange.explained(refusal.text)) from None

    def send(self, commands: list[str]) -> None:
        """At once (PIPELINING, RFC 2449 section 6.6), to be followed by an ``answer`` for each."""
        for command in commands:
            checked(command, "a command")
        self._write("".join(f"{command}\r\n" for command in commands).encode())

    def answer(self) -> None:
        """The status line of the next answer. Raises Pop3Refusal."""
        self._getresp()

    def listing(self, command: str) -> list[bytes]:
        """The lines that LIST or UIDL bring, without their ends."""
        self.run(command)
        return self.multiline(LISTING_LIMIT, is_mail=False).splitlines()

    def multiline(self, limit: int, keep: int | None = None, *, is_mail: bool = True) -> bytes:
        """What follows a status line: every byte as it came, without the final dot and what was put before others.

        Only CR LF "." CR LF ends it (RFC 1939 section 3). Raises Nonsense after ``limit`` bytes; of those, what is
        beyond ``keep`` is read and dropped.
        """
        text = _Text(keep)
        total = 0
        tail = CRLF  # of the status line: the first line may be the last
        while True:
            piece = self._reader.peek()
            if not piece:
                raise EOFError("the connection ended within an answer")
            window = tail + piece
            end = window.find(_END)
            size = len(piece) if end < 0 else end + len(_END) - len(tail)
            self._reader.read(size)
            text.add(piece[:size])
            if total // CHUNK < (total + size) // CHUNK:
                self.scope.keep_going()
            total += size
            if end >= 0:
                whole = text.whole()
                if (trace := self.scope.trace) and is_mail:
                    trace.heard_text(total)
                elif trace:
                    trace.heard_lines(whole)
                return whole
            if total > limit:
                raise Nonsense("an answer that is longer than it should be")
            tail = window[-len(_END) + 1 :]

    # What poplib does otherwise

    def close(self) -> None:
        """Close without waiting for anything; the reader holds no claim on the socket."""
        self.sock.close()

    def _putline(self, line: bytes) -> None:
        """poplib's hands each line, the password's too, to the audit hooks."""
        self._write(checked(line, "a command") + CRLF)

    def _write(self, data: bytes) -> None:
        """The single place where anything leaves."""
        if trace := self.scope.trace:
            trace.said(data)
        self.sock.settimeout(max(min(self.scope.remaining(), 1e6), 0.001))
        self.sock.sendall(data)

    def _getline(self) -> tuple[bytes, int]:
        line = self._reader.readline(LINE_LIMIT + 1)
        if trace := self.scope.trace:
            trace.heard(line)
        if not line.endswith(b"\n"):
            if len(line) > LINE_LIMIT:
                raise Nonsense("an endless line")
            raise EOFError("the connection ended")
        return line.rstrip(CRLF), len(line)

    def _getresp(self) -> bytes:
        return self._status(b"+OK")

    def _status(self, expected: bytes) -> bytes:
        line, _ = self._getline()
        if line.startswith(b"-ERR"):
            raise Pop3Refusal(line[4:].strip().decode("utf-8", "replace"))
        if not line.startswith(expected):
            raise Nonsense(f"no answer of a POP3 server: {line.decode('utf-8', 'replace')}")
        return line


class _Text:
    """The lines of an answer while they come, without the dot before each that begins with one.

    Part by part, and joined without copying: over 40 MB at once either would stop all other threads for long.
    """

    def __init__(self, keep: int | None) -> None:
        self._keep = keep
        self._text = io.BytesIO()
        self._rest = b""  # from the last CR on, as what makes a dot superfluous begins with it

    @property
    def _full(self) -> bool:
        """With as much as is to be kept, even if it ends with the final dot and begins with one too many."""
        return self._keep is not None and self._text.tell() >= self._keep + len(_END)

    def add(self, piece: bytes) -> None:
        if self._full:
            return
        self._rest += piece
        if len(self._rest) >= len(_STUFFED):
            cut = self._rest.rfind(b"\r", 1)
            self._take(cut if cut > 0 else len(self._rest))

    def whole(self) -> bytes:
        """All but the final dot and its line end, and no more than was to be kept."""
        if not self._full:
            self._take(len(self._rest))
            self._text.truncate(self._text.tell() - len(_END) + len(CRLF))
        text = self._text.getvalue()
        return (text[1:] if text.startswith(b"..") else text)[: self._keep]

    def _take(self, size: int) -> None:
        self._text.write(self._rest[:size].replace(_STUFFED, _STUFFED[:-1]))
        self._rest = self._rest[size:]
