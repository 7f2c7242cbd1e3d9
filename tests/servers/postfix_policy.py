"""Whom Postfix lets in, as it is told: a policy service (Postfix, SMTPD_POLICY_README)."""

import socketserver
import threading
from types import TracebackType
from typing import Self

from tests.servers import addresses

GREYLISTED = "451 4.7.1 Greylisted, try again in 5 minutes"
_NO_OPINION = "DUNNO"


class Policy:
    """Asked at each RCPT. Recipients in ``answers`` get those words each time; while ``greylisting``, a pair of
    sender and recipient is put off the first time that it is seen, and let in from then on.
    """

    def __init__(self) -> None:
        policy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while asked := _request(self.rfile):
                    self.wfile.write(f"action={policy._action(asked)}\n\n".encode())

        self.answers: dict[str, str] = {}
        self.greylisting = False
        self._seen: set[tuple[str, str]] = set()
        self._server = socketserver.ThreadingTCPServer((addresses.HOST, 0), Handler)
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def clear(self) -> None:
        self.answers.clear()
        self._seen.clear()
        self.greylisting = False

    def _action(self, asked: dict[str, str]) -> str:
        pair = asked["sender"], asked["recipient"]
        if answer := self.answers.get(asked["recipient"]):
            return answer
        if self.greylisting and pair not in self._seen:
            self._seen.add(pair)
            return GREYLISTED
        return _NO_OPINION

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="policy", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _request(lines: "socketserver._BufferedIOBase") -> dict[str, str]:
    """``name=value`` lines up to an empty one; nothing at the end of the connection."""
    found = {}
    while line := lines.readline().decode().rstrip("\n"):
        name, _, value = line.partition("=")
        found[name] = value
    return found
