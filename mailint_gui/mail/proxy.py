"""Tunnels through an HTTP proxy: CONNECT (RFC 9110 section 9.3.6), on a socket that is connected to it."""

import io
import re
import socket

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.proxy import ProxyPlace, proxy_place
from mailint_gui.mail.wire import checked

_LONGEST_LINE = 8 * 1024  # bytes
_MOST_LINES = 100
_STATUS = re.compile(r"HTTP/1\.[01] (\d{3})(?: .*)?")
_FAR_END_FAILED = frozenset({"502", "503", "504"})
_IN_LIBRARIES = re.compile(r"Tunnel connection failed: (\d{3}[^'\")]*)")


def open_tunnel(sock: socket.socket, reader: io.RawIOBase, proxy: ProxyPlace, host: str, port: int) -> None:
    """From here on ``sock`` speaks with ``host``. Raises ProblemError for a refusal, and OSError.

    ``reader``: the reading side of ``sock``, without a buffer: what follows the answer is the server's greeting.
    """
    place = str(ProxyPlace(checked(host, "the server"), port))
    sock.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: Mailint\r\n\r\n".encode("ascii"))
    status = _line(reader)
    found = _STATUS.fullmatch(status)
    if found is None:
        raise ProblemError(Problem(ProblemKind.PROXY_REFUSED, {"proxy": str(proxy)}, "no answer of HTTP"))
    for _ in range(_MOST_LINES):
        if not _line(reader):
            break
    else:
        raise ProblemError(Problem(ProblemKind.PROXY_REFUSED, {"proxy": str(proxy)}, "too many headers"))
    if not found[1].startswith("2"):
        raise ProblemError(_refused(status.partition(" ")[2], str(proxy)))


def ping(sock: socket.socket, reader: io.RawIOBase, proxy: ProxyPlace) -> None:
    """Asks the proxy for itself (OPTIONS *, RFC 9110 section 9.3.7), and is content with any answer of HTTP.

    Raises ProblemError and OSError.
    """
    sock.sendall(f"OPTIONS * HTTP/1.1\r\nHost: {proxy}\r\nUser-Agent: Mailint\r\n\r\n".encode("ascii"))
    if not _line(reader).startswith("HTTP/"):
        raise ProblemError(Problem(ProblemKind.PROXY_REFUSED, {"proxy": str(proxy)}, "no answer of HTTP"))


def proxy_problem(texts: list[str], proxy: str) -> Problem:
    """From what the HTTP library says of a proxy; ``proxy`` is its URL."""
    place = str(proxy_place(proxy))
    for text in texts:
        if found := _IN_LIBRARIES.search(text):
            return _refused(found[1].strip(), place)
    return Problem(ProblemKind.PROXY_UNREACHABLE, {"proxy": place})


def _refused(status: str, proxy: str) -> Problem:
    """``status``: the code and its reason. A far end that the proxy cannot reach is no refusal of the proxy."""
    kind = ProblemKind.UNREACHABLE if status[:3] in _FAR_END_FAILED else ProblemKind.PROXY_REFUSED
    return Problem(kind, {"proxy": proxy}, f"the proxy {proxy} answered: {status}")


def _line(reader: io.RawIOBase) -> str:
    """Without its end; empty at the end of the head. Raises ConnectionError where the proxy hangs up."""
    line = reader.readline(_LONGEST_LINE)
    if not line:
        raise ConnectionResetError("the proxy closed the connection")
    return line.decode("latin-1").rstrip("\r\n")
