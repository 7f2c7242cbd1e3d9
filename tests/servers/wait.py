"""The one way to wait for a state of another process: look again and again, up to one generous limit."""

import time
from collections.abc import Callable
from typing import TypeVar

LIMIT = 20.0  # seconds; reached only when something is broken
_INTERVAL = 0.01

T = TypeVar("T")


def until(look: Callable[[], T], what: str, limit: float = LIMIT) -> T:
    """Return the first true value of `look()`; raise TimeoutError naming `what` after `limit` seconds."""
    deadline = time.monotonic() + limit
    while not (value := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {limit:g} s for {what}")
        time.sleep(_INTERVAL)
    return value
