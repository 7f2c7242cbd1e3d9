"""Raw bytes to an answer: what the parser process does with one message.

The fast reader is tried first; ``standard`` reads what that leaves to it.
"""

import codecs
from collections.abc import Callable
from typing import TypeVar

from mailint_gui.domain.message import MessageView, ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.mail.mime import fast, standard
from mailint_gui.mail.mime.headers import Headers
from mailint_gui.mail.mime.limits import RefusedError, judge
from mailint_gui.mail.mime.part import Part
from mailint_gui.mail.mime.reading import read
from mailint_gui.mail.mime.viewing import attachment_content, view

Answer = TypeVar("Answer")


def parse(raw: bytes) -> ParsedMessage | ParseRefused:
    """Always answers; the detail of a refusal names what was in the way, never the message's words."""
    return _answer(raw, read)


def parse_view(raw: bytes, with_html: bool = True) -> MessageView | ParseRefused:
    """Always answers, as ``parse`` does."""
    return _answer(raw, lambda headers, root: view(headers, root, with_html))


def parse_attachment(raw: bytes, index: int) -> bytes | ParseRefused:
    """Always answers; refused as well where there is no attachment of this ``index``."""
    return _answer(raw, lambda _, root: attachment_content(root, index))


def _answer(raw: bytes, work: Callable[[Headers, Part], Answer]) -> Answer | ParseRefused:
    try:
        return judge(raw) or _by_a_reader(normal(raw), work)
    except RefusedError as refused:
        return refused.answer
    except MemoryError:
        return ParseRefused(QuarantineReason.TOO_MUCH_MEMORY)
    except RecursionError:
        return ParseRefused(QuarantineReason.TOO_DEEP, "nested deeper than can be read")
    except Exception as error:  # noqa: BLE001 - one message that `email` breaks on must not stop the next
        return ParseRefused(QuarantineReason.UNPARSABLE, type(error).__name__)


def _by_a_reader(raw: bytes, work: Callable[[Headers, Part], Answer]) -> Answer:
    headers = Headers(raw)
    try:
        return work(headers, fast.tree(raw))
    except fast.NotForThisReaderError:
        return work(headers, standard.tree(raw))


def normal(raw: bytes) -> bytes:
    """Without the byte order mark of an editor; with line feeds where it has carriage returns alone."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")
