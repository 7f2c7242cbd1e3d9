"""The command line of most starts of the window: no words, or only where the profile is.

Told apart without the parser, whose verbs take a fifth of a second to load, half of which is before the first paint.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PlainStart:
    """``directory`` of the profile None: the platform's place."""

    directory: Path | None = None


def plain_start(argv: Sequence[str]) -> PlainStart | None:
    """None for whatever the parser shall judge. Else it would say the same."""
    match argv:
        case []:
            return PlainStart()
        case ["--profile", directory] if directory.isprintable() and directory[:1] not in {"", "-"}:
            return PlainStart(Path(directory))
    return None
