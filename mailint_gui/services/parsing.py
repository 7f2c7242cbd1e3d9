"""The parent's handle on the parser processes: raw bytes in, a parsed message or a reason why not out.

Filing and the viewer have a line of their own each: whoever opens a message does not wait behind a thousand new ones.
The viewer's process starts with the first message that is opened.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from mailint_gui.domain.message import MessageView, ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.domain.read_message import Reading, ReadMessage
from mailint_gui.domain.rule import Rule
from mailint_gui.mail.mime.child import Request, Task
from mailint_gui.services.parser_line import ParserClosedError, ParserLine, ParserNotStartedError
from mailint_gui.services.rules.opinion import verdict

__all__ = ["ParserClosedError", "ParserNotStartedError", "ParserProcess"]

SECONDS = 10.0
MEMORY = 512 * 1024 * 1024

Key = TypeVar("Key")

# What cleaning hostile HTML may end in; the text of the message can be read all the same.
_TOO_MUCH = frozenset(
    {QuarantineReason.TOO_SLOW, QuarantineReason.TOO_MUCH_MEMORY, QuarantineReason.PARSER_DIED}
)


class ParserProcess:
    """Thread-safe. ``seconds`` of wall time, ``memory`` bytes a message.

    All methods but ``close`` raise ParserClosedError, ParserNotStartedError.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._filing = ParserLine(seconds, memory)
        self._viewing = ParserLine(seconds, memory)

    @property
    def pid(self) -> int | None:
        """Of the process that files."""
        return self._filing.pid

    def parse(self, raw: bytes, timeout: float | None = None) -> ParsedMessage | ParseRefused:
        """``timeout``: seconds for this message instead of the usual ones."""
        return _parsed(self._filing.one(Request(Task.PARSE, raw), timeout))

    def parse_many(
        self, messages: Iterable[tuple[Key, bytes]]
    ) -> Iterator[tuple[Key, ParsedMessage | ParseRefused]]:
        """An answer to each, in order, while the next ones are on their way. May be given up half-way.

        Holds the parser until it is used up or closed.
        """
        requests = ((key, Request(Task.PARSE, raw)) for key, raw in messages)
        answers = self._filing.answers(requests)
        try:
            for key, answer in answers:
                yield key, _parsed(answer)
        finally:
            answers.close()

    def read_many(
        self, messages: Iterable[tuple[Key, int, bytes]], rules: tuple[Rule, ...]
    ) -> Iterator[tuple[Key, ReadMessage | ParseRefused]]:
        """As ``parse_many``, for filing: each with its integration, and judged by ``rules``."""
        requests = ((key, Request(Task.READ, raw, owner, rules)) for key, owner, raw in messages)
        answers = self._filing.answers(requests)
        try:
            for key, answer in answers:
                yield key, _read(answer, rules) if isinstance(answer, Reading) else _refusal(answer)
        finally:
            answers.close()

    def view(self, raw: bytes) -> MessageView | ParseRefused:
        """Without HTML, where that is what takes too much."""
        answer = self._viewing.one(Request(Task.VIEW, raw))
        if isinstance(answer, ParseRefused) and answer.reason in _TOO_MUCH:
            answer = self._viewing.one(Request(Task.VIEW_TEXT, raw))
        return answer if isinstance(answer, MessageView) else _refusal(answer)

    def attachment(self, raw: bytes, index: int) -> bytes | ParseRefused:
        """The bytes of the attachment at this place in ``MessageView.attachments``."""
        answer = self._viewing.one(Request(Task.ATTACHMENT, raw, index))
        return answer if isinstance(answer, bytes) else _refusal(answer)

    def pack_many(self, messages: Iterable[tuple[Key, bytes]]) -> Iterator[tuple[Key, bytes | ParseRefused]]:
        """As ``parse_many``: the bytes of each as zlib (RFC 1950) has them, in the turn of filing."""
        requests = ((key, Request(Task.PACK, raw)) for key, raw in messages)
        answers = self._filing.answers(requests)
        try:
            for key, answer in answers:
                yield key, answer if isinstance(answer, bytes) else _refusal(answer)
        finally:
            answers.close()

    def close(self) -> None:
        """Ends the children and whoever waits for them, within a second, from any thread; for good."""
        self._viewing.close()
        self._filing.close()


def _parsed(answer: object) -> ParsedMessage | ParseRefused:
    return answer if isinstance(answer, ParsedMessage) else _refusal(answer)


def _read(reading: Reading, rules: tuple[Rule, ...]) -> ReadMessage:
    judged = None if reading.opinion is None else verdict(rules, reading.opinion)
    return ReadMessage(reading.parsed, reading.words, judged)


def _refusal(answer: object) -> ParseRefused:
    if isinstance(answer, ParseRefused):
        return answer
    return ParseRefused(QuarantineReason.PARSER_DIED, "an answer to something else")
