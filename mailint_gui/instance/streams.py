"""The standard streams as a verb sees them, its own process's or a caller's."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Streams:
    """``stdin`` gives all of it, when it is asked for."""

    out: Callable[[bytes], None]
    err: Callable[[bytes], None]
    stdin: Callable[[], bytes]
