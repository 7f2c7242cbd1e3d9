"""Raw bytes to a parsed message or a reason why not: what the parser process does with one message.

The fast reader is tried first; ``standard`` reads what that leaves to it.
"""

import codecs

from mailint_gui.domain.message import ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.mail.mime import fast, standard
from mailint_gui.mail.mime.headers import Headers
from mailint_gui.mail.mime.limits import RefusedError, judge
from mailint_gui.mail.mime.reading import read


def parse(raw: bytes) -> ParsedMessage | ParseRefused:
    """Always answers; the detail of a refusal names what was in the way, never the message's words."""
    try:
        return judge(raw) or _parsed(raw)
    except RefusedError as refused:
        return refused.answer
    except MemoryError:
        return ParseRefused(QuarantineReason.TOO_MUCH_MEMORY)
    except RecursionError:
        return ParseRefused(QuarantineReason.TOO_DEEP, "nested deeper than can be read")
    except Exception as error:  # noqa: BLE001 - one message that `email` breaks on must not stop the next
        return ParseRefused(QuarantineReason.UNPARSABLE, type(error).__name__)


def _parsed(raw: bytes) -> ParsedMessage:
    raw = normal(raw)
    headers = Headers(raw)
    try:
        return read(headers, fast.tree(raw))
    except fast.NotForThisReaderError:
        return read(headers, standard.tree(raw))


def normal(raw: bytes) -> bytes:
    """Without the byte order mark of an editor; with line feeds where it has carriage returns alone."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")
