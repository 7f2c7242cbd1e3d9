"""An HTTP proxy of a company: it makes tunnels (CONNECT), to names that only it knows, or refuses to."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tests.servers.addresses import HOST
from tests.servers.background import BackgroundLoop

MADE = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n"


class ConnectProxy:
    """`names` says which address stands behind a name. `asked` grows by the host and port of each tunnel, `heads` by
    the request.

    `answer` takes the place of the tunnel; an empty one is no answer at all. With `at_once` the server's first
    words come in one packet with the proxy's answer.
    """

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self.names = dict(names or {})
        self.asked: list[str] = []
        self.heads: list[str] = []
        self.answer: bytes | None = None
        self.at_once = False
        self.port = 0
        self._loop = BackgroundLoop()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            method, place, _version = head.partition("\r\n")[0].split(" ")
            if method == "OPTIONS" and self.answer is None:
                writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
                return
            assert method in {"CONNECT", "OPTIONS"}
            self.asked.append(place)
            self.heads.append(head)
            await self._serve(place, reader, writer)
        except (OSError, EOFError):
            pass  # whichever side ends it
        finally:
            writer.close()

    async def _serve(self, place: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.answer is not None:
            writer.write(self.answer)
            await reader.read()
            return
        host, _, port = place.rpartition(":")
        name = host.strip("[]")
        server_reader, server = await asyncio.open_connection(self.names.get(name, name), int(port))
        try:
            writer.write(MADE + (await server_reader.read(4096) if self.at_once else b""))
            await asyncio.gather(_pour(reader, server), _pour(server_reader, writer))
        finally:
            server.close()

    def __enter__(self) -> Self:
        self._loop.start()
        server = self._loop.run(asyncio.start_server(self._accept, HOST, 0))
        self.port = server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.stop()


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(64 * 1024):
        target.write(data)
        await target.drain()
    target.write_eof() if target.can_write_eof() else target.close()
