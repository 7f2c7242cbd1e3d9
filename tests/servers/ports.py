"""Ports on loopback: free ones, one that refuses, one that never answers."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.servers.addresses import HOST

# Below the kernel's ephemeral ports (32768 on): a server that is stopped for a while gets its port back, and
# a client that tries again and again meanwhile cannot connect to itself.
_FIRST, _LAST = 15000, 32000


def free_ports(count: int) -> list[int]:
    """Return `count` different ports that nobody listens on now."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = random.randint(_FIRST, _LAST)
            candidate = held.enter_context(socket.socket())
            try:
                candidate.bind(("", port))  # free on every address
            except OSError:
                continue
            found.append(port)
    return found


@contextmanager
def refusing_port() -> Iterator[int]:
    """A port where every connection is refused: bound, so that nobody else gets it, and never listened on."""
    with socket.socket() as bound:
        bound.bind((HOST, 0))
        yield int(bound.getsockname()[1])


@contextmanager
def black_hole() -> Iterator[int]:
    """A port where a connection is made (by the kernel) and nothing ever comes."""
    with socket.create_server((HOST, 0), backlog=64) as listener:
        yield int(listener.getsockname()[1])
