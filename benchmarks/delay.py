"""A TCP proxy with the delay of a distant server: what comes in goes on after half a round trip.

A process of its own: ``python -m benchmarks.delay PORT SECONDS`` prints the port that it listens on.
"""

import asyncio
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"


class _Side(asyncio.Protocol):
    """One socket. What it receives is written to ``other`` after ``delay`` seconds, in order."""

    def __init__(self, delay: float, first: float = 0.0) -> None:
        self.other: _Side | None = None
        self.transport: asyncio.Transport | None = None
        self._delay = delay
        self._extra = first
        self._held: deque[tuple[float, bytes | None]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._hold(data)

    def eof_received(self) -> bool:
        self._hold(None)
        return True  # closed when what is held has gone

    def connection_lost(self, _error: Exception | None) -> None:
        self._hold(None)

    def _hold(self, data: bytes | None) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + self._delay + self._extra
        self._extra = 0.0
        self._held.append((due, data))
        loop.call_at(due, self._pass_on)

    def _pass_on(self) -> None:
        """One at a time: a later timer may fire before an equal earlier one, but never takes its place."""
        _due, data = self._held.popleft()
        if self.other is None or self.other.transport is None or self.other.transport.is_closing():
            return
        if data is None:
            self.other.transport.close()
        else:
            self.other.transport.write(data)


async def _serve(upstream: int, round_trip: float) -> None:
    loop = asyncio.get_running_loop()
    one_way = round_trip / 2
    pending: set[asyncio.Task[None]] = set()

    class Client(_Side):
        """The kernel has answered its SYN at once; that round trip is added to the first that it says."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            task = loop.create_task(connect(self))
            pending.add(task)
            task.add_done_callback(pending.discard)

    async def connect(client: _Side) -> None:
        _, server = await loop.create_connection(lambda: _Side(one_way), HOST, upstream)
        client.other, server.other = server, client

    listening = await loop.create_server(lambda: Client(one_way, round_trip), HOST, 0, backlog=512)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


@contextmanager
def delayed(upstream: int, round_trip: float) -> Iterator[int]:
    """A port on which the server at ``upstream`` seems to be ``round_trip`` seconds away."""
    command = [sys.executable, "-m", "benchmarks.delay", str(upstream), str(round_trip)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
