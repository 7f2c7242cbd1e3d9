"""What the parser process does with a request. Runs there alone: the parent needs none of the readers."""

import pickle
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mailint_gui.domain.message import ParsedMessage, ParseRefused
from mailint_gui.domain.read_message import Reading, message_words
from mailint_gui.domain.rule_verdict import Opinion
from mailint_gui.mail.mime.child import Answer, Request, Task

if TYPE_CHECKING:
    from mailint_gui.services.rules.opinion import Judge

_PACKING_LEVEL = 6
_JUDGING_SECONDS = (
    4.0  # of the time of one message; the rules of a few that take longer are judged by the parent
)


def begin() -> Callable[[Request], Answer | None]:
    from mailint_gui.mail.mime.parse import parse, parse_attachment, parse_view
    from mailint_gui.services.rules.opinion import Judge

    judge: Judge | None = Judge()

    def answer(request: Request) -> Answer | None:
        nonlocal judge
        match request.task:
            case Task.READ:
                return _read(parse(request.raw), request, judge)
            case Task.PARSE:
                return parse(request.raw)
            case Task.ATTACHMENT:
                return parse_attachment(request.raw, request.number)
            case Task.PACK:
                return zlib.compress(request.raw, _PACKING_LEVEL)
            case Task.RULES:
                judge = _judge(request.raw)
                return None
            case _:
                return parse_view(request.raw, with_html=request.task is Task.VIEW)

    return answer


def _read(
    parsed: ParsedMessage | ParseRefused, request: Request, judge: "Judge | None"
) -> Reading | ParseRefused:
    if isinstance(parsed, ParseRefused):
        return parsed
    words = message_words(parsed)
    opinion = _opinion(parsed, request, judge)
    return Reading(parsed if opinion is None else replace(parsed, text=""), words, opinion)


def _judge(rules: bytes) -> "Judge | None":
    """None where they cannot be made ready; the parent, which judges then, tells of it."""
    from mailint_gui.services.rules.opinion import Judge

    try:
        return Judge(pickle.loads(rules))  # noqa: S301  the parent's own
    except Exception:  # noqa: BLE001  as above
        return None


def _opinion(parsed: ParsedMessage, request: Request, judge: "Judge | None") -> Opinion | None:
    from mailint_gui.services.rules.subject import rule_message

    if judge is None:
        return None
    message = rule_message(parsed, parsed.headers, len(request.raw))
    try:
        return judge.opinion(message, request.number, _JUDGING_SECONDS)
    except Exception:  # noqa: BLE001  the parent, which judges then, tells of it
        return None
