r"""A server that plays lines, for faults that no real server can be told to make (IMAP, POP3, SMTP).

Each line of a script is one of
    S: text       send it and CRLF; `{name}` stands for a group that an earlier `C:` line caught
    C: pattern    read a line, which must match this regular expression
    TLS           begin TLS as the server
    RESET, HANG   end the connection by RST; say nothing any more
or bytes, which are sent as they are. After its last line the connection is closed. A tagged exchange:

    "S: * OK ready", r"C: (?P<tag>\S+) CAPABILITY", "S: * CAPABILITY IMAP4rev1", "S: {tag} OK done"
"""

import asyncio
import re
import socket
import struct
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.servers import wait
from tests.servers.addresses import HOST
from tests.servers.background import BackgroundLoop
from tests.servers.certificates import Certificate

Line = str | bytes


class ScriptedServer:
    """Plays `script` to each connection from its beginning. With `certificate` and `tls` it starts with TLS.

    `received` are the lines that clients sent, `errors` those that were not what the script awaited.
    """

    host = HOST

    def __init__(
        self, script: Sequence[Line], *, certificate: Certificate | None = None, tls: bool = False
    ) -> None:
        self.script = tuple(script)
        self.port = 0
        self.connections = 0
        self.received: list[str] = []
        self.errors: list[str] = []
        self._certificate = certificate
        self._tls = tls
        self._loop = BackgroundLoop()

    def wait_for_line(self, pattern: str) -> str:
        """Return the first line that a client sent and that matches `pattern`, when it has come."""

        def look() -> list[str]:
            return [line for line in self.received if re.search(pattern, line)]

        return wait.until(look, f"a line like {pattern}")[0]

    def start(self) -> None:
        self._loop.start()
        context = self._certificate.server_context() if self._certificate and self._tls else None
        server = self._loop.run(asyncio.start_server(self._play, HOST, 0, ssl=context))
        self.port = server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._loop.stop()

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        caught: dict[str, str] = {}
        try:
            for line in self.script:
                if not await self._step(line, caught, reader, writer):
                    return
            await writer.drain()
        except OSError:
            pass  # the client left
        finally:
            writer.close()

    async def _step(
        self, line: Line, caught: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Play one line; return whether to go on."""
        match line:
            case bytes():
                writer.write(line)
            case "TLS":
                assert self._certificate is not None, "TLS needs a certificate"
                await writer.start_tls(self._certificate.server_context())
            case "RESET":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
            case "HANG":
                await reader.read(-1)
            case _ if line.startswith("S: "):
                writer.write(_filled_in(line[3:], caught).encode() + b"\r\n")
            case _ if line.startswith("C: "):
                return await self._expect(line[3:], caught, reader)
            case _:
                raise ValueError(f"no line of a script: {line}")
        return True

    async def _expect(self, pattern: str, caught: dict[str, str], reader: asyncio.StreamReader) -> bool:
        line = (await reader.readline()).decode(errors="replace").rstrip("\r\n")
        self.received.append(line)
        match = re.search(pattern, line, re.IGNORECASE)
        if match is None:
            self.errors.append(line)
            return False
        caught.update(match.groupdict())
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _filled_in(text: str, caught: dict[str, str]) -> str:
    for name, value in caught.items():
        text = text.replace("{" + name + "}", value)
    return text
