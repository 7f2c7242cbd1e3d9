"""A TCP proxy that breaks connections in the ways that networks do."""

import asyncio
import socket
import struct
from dataclasses import dataclass
from enum import Enum, auto
from types import TracebackType
from typing import Self

from tests.servers import wait
from tests.servers.addresses import HOST
from tests.servers.background import BackgroundLoop


class Side(Enum):
    SERVER = auto()
    CLIENT = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the bytes; the defaults let them pass. Fields combine.

    `cut_after` and `garble_after` count the bytes that `sender` sent through one connection: from its start
    or, when the fault is set later, from then on; with `marker`, from the end of its first appearance.
    """

    delay: float = 0.0  # seconds that each byte is under way, in each direction
    rate: int | None = None  # bytes a second from the server
    swallow: bool = False  # connections are accepted, nothing passes
    cut_after: int | None = None
    reset: bool = False  # cut by RST instead of FIN
    garble_after: int | None = None  # bytes from there on are inverted
    replace: tuple[bytes, bytes] | None = None  # in what `sender` sends, within one packet
    sender: Side = Side.SERVER
    marker: bytes | None = None


PASS = Fault()


class FaultProxy:
    """Listens on `host`:`port` in front of `target`; set `fault` at any time, for open connections too."""

    host = HOST

    def __init__(self, port: int, host: str = HOST) -> None:
        self.target = (host, port)
        self.port = 0
        self.fault = PASS
        self.connections = 0  # accepted so far
        self._open: set[_Connection] = set()
        self._loop = BackgroundLoop()

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def wait_for_connections(self, count: int) -> None:
        """Return when `count` connections in all were accepted."""
        wait.until(lambda: self.connections >= count, f"connection {count} at the proxy")

    def wait_until_idle(self) -> None:
        """Return when no connection is open."""
        wait.until(lambda: not self._open, "the end of all connections at the proxy")

    def cut(self, *, reset: bool = False) -> None:
        """End every open connection now."""

        async def work() -> None:
            for connection in list(self._open):
                await connection.cut(reset)

        self._loop.run(work())

    def start(self) -> None:
        self._loop.start()
        server = self._loop.run(asyncio.start_server(self._accept, HOST, 0))
        self.port = server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._loop.stop()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = _Connection(self, writer)
        self._open.add(connection)
        try:
            await connection.serve(reader)
        except OSError:
            pass  # an end of a connection, by whichever side, is our trade
        finally:
            connection.close()
            self._open.discard(connection)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Connection:
    """A client's connection and ours to the target."""

    def __init__(self, proxy: FaultProxy, client: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self._client = client
        self._server: asyncio.StreamWriter | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def serve(self, client: asyncio.StreamReader) -> None:
        server, self._server = await asyncio.open_connection(*self.proxy.target)
        streams = (
            _Stream(self, Side.CLIENT, client, self._server),
            _Stream(self, Side.SERVER, server, self._client),
        )
        self._tasks = [asyncio.create_task(stream.run()) for stream in streams]
        await asyncio.wait(self._tasks)

    async def cut(self, reset: bool) -> None:
        """End both connections; without `reset` the client first gets what is on its way."""
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        if reset:
            # RFC 9293, 3.10.7: a zero linger time makes close() send RST
            connection = self._client.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._client.transport.abort()
        self.close()

    def close(self) -> None:
        for writer in (self._client, self._server):
            if writer is not None:
                writer.close()


class _Stream:
    """One direction: reads, keeps the time, and writes with the fault of the moment."""

    def __init__(
        self,
        connection: _Connection,
        sender: Side,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._connection = connection
        self._sender = sender
        self._reader = reader
        self._writer = writer
        self._due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._fault = connection.proxy.fault
        self._count = 0  # bytes since the fault was set, or since the marker
        self._marked = self._fault.marker is None
        self._tail = b""  # where a marker may have begun

    async def run(self) -> None:
        writing = asyncio.create_task(self._write())
        try:
            await self._read()
            await writing
        finally:
            writing.cancel()

    async def _read(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            try:
                data = await self._reader.read(65536)
            except OSError:
                data = b""
            self._due.put_nowait((clock() + self._connection.proxy.fault.delay, data))
            if not data:
                return

    async def _write(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due, data = await self._due.get()
            await asyncio.sleep(max(0.0, due - clock()))
            if not data:
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                return
            self._look_at_fault()
            if not self._fault.swallow:
                await self._pass(data)

    def _look_at_fault(self) -> None:
        fault = self._connection.proxy.fault
        if fault is not self._fault:
            self._fault, self._count, self._marked, self._tail = fault, 0, fault.marker is None, b""

    async def _pass(self, data: bytes) -> None:
        fault = self._fault
        if fault.sender is self._sender:
            if fault.replace is not None:
                data = data.replace(*fault.replace)
            before, data = self._split_at_marker(data)
            if fault.garble_after is not None:
                start = max(0, fault.garble_after - self._count)
                data = data[:start] + bytes(byte ^ 0xFF for byte in data[start:])
            if fault.cut_after is not None and self._marked and self._count + len(data) >= fault.cut_after:
                await self._send(before + data[: max(0, fault.cut_after - self._count)])
                await self._connection.cut(fault.reset)
                return
            self._count += len(data)
            data = before + data
        await self._send(data)

    def _split_at_marker(self, data: bytes) -> tuple[bytes, bytes]:
        """Return what does not count yet, and what counts."""
        marker = self._fault.marker
        if self._marked or marker is None:
            return b"", data
        seen = self._tail + data
        found = seen.find(marker)
        if found < 0:
            self._tail = seen[-len(marker) + 1 :] if len(marker) > 1 else b""
            return data, b""
        self._marked = True
        end = found + len(marker) - len(self._tail)
        return data[:end], data[end:]

    async def _send(self, data: bytes) -> None:
        rate = self._fault.rate if self._sender is Side.SERVER else None
        if rate is None:
            self._writer.write(data)
            await self._writer.drain()
            return
        step = max(1, rate // 20)
        for start in range(0, len(data), step):
            self._writer.write(data[start : start + step])
            await self._writer.drain()
            await asyncio.sleep(step / rate)
