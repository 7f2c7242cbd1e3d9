"""Foreign text as a text view can lay it out at once: bounded, without endless lines and without controls."""

import re
from dataclasses import dataclass

MAX_SHOWN = 400_000  # characters
MAX_LINE = 4_000  # characters: Qt lays out a line as a whole
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LONG_LINE = re.compile(rf"[^\n]{{{MAX_LINE}}}(?=[^\n])")


@dataclass(frozen=True, slots=True)
class ShownText:
    """``size``: of the whole, in characters (in bytes for a source)."""

    text: str
    is_cut: bool
    size: int


def shown_text(text: str) -> ShownText:
    return ShownText(_laid_out(text[:MAX_SHOWN]), len(text) > MAX_SHOWN, len(text))


def shown_bytes(raw: bytes) -> ShownText:
    """A source: read as UTF-8, with a mark for each byte that is none."""
    start = raw[:MAX_SHOWN].decode(errors="replace")
    return ShownText(_laid_out(start), len(raw) > MAX_SHOWN, len(raw))


def _laid_out(text: str) -> str:
    flat = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LONG_LINE.sub(lambda line: f"{line[0]}\n", _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", flat))
