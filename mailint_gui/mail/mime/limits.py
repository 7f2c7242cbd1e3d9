"""What one message may ask of the parser; what asks for more is refused and kept raw."""

import re
from collections.abc import Iterator

from mailint_gui.domain.message import ParseRefused, QuarantineReason

MAX_MESSAGE = 50 * 1024 * 1024
MAX_HEADERS = 256 * 1024  # of a message with those of all its parts
MAX_HEADER = 32 * 1024  # one header with its folded lines
MAX_MESSAGE_ID = 998  # octets, RFC 5322 section 2.1.1; PostgreSQL indexes no more than 2,704
MAX_PARTS = 500
MAX_DEPTH = 50
MAX_TEXT = 1_000_000  # characters of readable text; the whole is in the raw message

# RFC 5322 section 3.6.8, and 8-bit letters in it; blanks before the colon are of section 4.5.
_NAME = re.compile(rb"[^\x00-\x20:\x7f]+[ \t]*:")


class RefusedError(Exception):
    """A limit was reached while reading."""

    def __init__(self, reason: QuarantineReason, detail: str) -> None:
        super().__init__(detail)
        self.answer = ParseRefused(reason, detail)


def header_fields(raw: bytes, limit: int) -> Iterator[bytes]:
    """The header fields at the start of ``raw``, folded as they are, of its first ``limit`` bytes only.

    Ends at the empty line and at the first line that is no header (RFC 5322 section 2.2), in linear time.
    """
    start = position = 0
    end = min(len(raw), limit)
    while position < end:
        line_end = raw.find(b"\n", position, end) + 1 or end
        if raw[position] not in b" \t" or position == 0:
            if start < position:
                yield raw[start:position]
            start = position
            if not _begins_field(raw, position, line_end):
                return
        position = line_end
    if start < end:
        yield raw[start:end]


def _begins_field(raw: bytes, position: int, line_end: int) -> bool:
    if position == 0 and raw.startswith(b"From "):  # the envelope line of an mbox
        return True
    return _NAME.match(raw, position, line_end) is not None


def judge(raw: bytes) -> ParseRefused | None:
    """What can be said before parsing, in one pass over the headers; None: nothing against it."""
    if len(raw) > MAX_MESSAGE:
        return ParseRefused(QuarantineReason.TOO_LARGE, f"{len(raw)} bytes")
    total = 0
    for field in header_fields(raw, MAX_HEADERS + MAX_HEADER):
        total += len(field)
        if len(field) > MAX_HEADER:
            return ParseRefused(QuarantineReason.HEADERS_TOO_LARGE, "one header is over 32 KB")
        if total > MAX_HEADERS:
            return ParseRefused(QuarantineReason.HEADERS_TOO_LARGE, "the headers are over 256 KB")
    return None
