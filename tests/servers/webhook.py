"""A web server that notes what is posted to it, and answers as it is told."""

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue

from tests.servers import addresses
from tests.servers.wait import LIMIT


@dataclass(frozen=True, slots=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class WebhookServer:
    """``status`` is what it answers; ``location`` where it sends those who follow."""

    context: ssl.SSLContext | None = None
    status: int = 204
    location: str = ""
    posted: list[Posted] = field(default_factory=list)
    _heard: "SimpleQueue[Posted]" = field(default_factory=SimpleQueue)
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posted = Posted(self.path, dict(self.headers), body)
                hook.posted.append(posted)
                hook._heard.put(posted)
                self.send_response(hook.status)
                if hook.location:
                    self.send_header("Location", hook.location)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Not on standard error."""

        self._server = ThreadingHTTPServer((addresses.HOST, 0), Handler)
        if self.context:
            self._server.socket = self.context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, name="webhook", daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://{addresses.HOST}:{self._server.server_port}/hook?x=1"

    def wait_for_post(self) -> Posted:
        return self._heard.get(timeout=LIMIT)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
