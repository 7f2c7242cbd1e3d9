"""Raw bytes to a parsed message or a reason why not: what the parser process does with one message.

Readers are tried in turn; the fast one takes its place before ``standard`` once it is there.
"""

from mailint_gui.domain.message import ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.mail.mime import standard
from mailint_gui.mail.mime.headers import Headers
from mailint_gui.mail.mime.limits import RefusedError, judge
from mailint_gui.mail.mime.reading import read


def parse(raw: bytes) -> ParsedMessage | ParseRefused:
    """Always answers; the detail of a refusal names what was in the way, never the message's words."""
    try:
        return judge(raw) or read(Headers(raw), standard.tree(raw))
    except RefusedError as refused:
        return refused.answer
    except MemoryError:
        return ParseRefused(QuarantineReason.TOO_MUCH_MEMORY)
    except RecursionError:
        return ParseRefused(QuarantineReason.TOO_DEEP, "nested deeper than can be read")
    except Exception as error:  # noqa: BLE001 - one message that `email` breaks on must not stop the next
        return ParseRefused(QuarantineReason.UNPARSABLE, type(error).__name__)
