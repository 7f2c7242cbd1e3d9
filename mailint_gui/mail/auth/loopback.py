"""The one listener that a browser comes back to after a sign-in (RFC 8252 section 7.3), on this computer alone."""

import hmac
import http.server
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from mailint_gui.mail.scope import CancelScope

ADDRESS = "127.0.0.1"
_LONGEST_WAIT = 10.0  # seconds for a browser to say what it wants, once it is connected
_LONGEST_BODY = 64 * 1024  # bytes
_DIGITS = 10
Page = Callable[[bool], str]
"""HTML to show in the browser: whether the sign-in may go on, or it was refused or is none of ours."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever breaks off, or speaks no HTTP, is none of those we wait for."""


class Loopback:
    """Listens from the beginning of a ``with`` to its end, on any port that is free.

    ``host`` is what the provider has among its redirect URIs, ``localhost`` or ``127.0.0.1``. A request with another
    state than the expected one changes nothing: any page in the browser can make one.
    """

    def __init__(self, host: str, page: Page) -> None:
        self._answer: Mapping[str, str] | None = None
        self._state = ""
        self._page = page
        self._server = _Server((ADDRESS, 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._arrived = threading.Event()
        self.redirect_uri = f"http://{host}:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="sign-in", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def expect(self, state: str) -> None:
        """Before anybody sees the page: a browser that knows its user comes back at once."""
        self._state = state

    def answer(self, scope: CancelScope) -> Mapping[str, str]:
        """The parameters of the answer to the sign-in that is expected. Raises TimeoutError, and as the scope does."""
        with scope.waking(self._arrived.set), scope.waiting():
            self._arrived.wait(min(scope.remaining(), threading.TIMEOUT_MAX))
        scope.raise_if_cancelled()
        if self._answer is None:
            raise TimeoutError("nobody signed in in time")
        return self._answer

    def _take(self, path: str, parameters: str) -> bool:
        """Whether the request is the answer that is waited for."""
        answer = dict(parse_qsl(parameters, keep_blank_values=True))
        told = answer.get("state", "").encode()
        expected = self._state and hmac.compare_digest(told, self._state.encode())
        if path != "/" or not expected or self._answer is not None:
            return False
        self._answer = answer
        return True

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        loopback = self

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = _LONGEST_WAIT

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                self._answer(loopback._take(parts.path, parts.query))

            def do_POST(self) -> None:
                """OAuth 2.0 Form Post Response Mode: the code does not stay in the history of the browser."""
                length = self.headers.get("Content-Length", "")
                size = int(length) if length.isdecimal() and len(length) < _DIGITS else 0
                body = self.rfile.read(min(size, _LONGEST_BODY)).decode("ascii", "replace")
                self._answer(loopback._take(urlsplit(self.path).path, body))

            def _answer(self, ours: bool) -> None:
                good = ours and loopback._answer is not None and "code" in loopback._answer
                body = loopback._page(good).encode()
                self.send_response(200 if ours else 400)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(body)
                if ours:
                    loopback._arrived.set()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the line would hold the code."""

        return Handler
