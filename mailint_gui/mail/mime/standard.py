"""The MIME tree of a message by the standard library's ``email``, within the limits.

``compat32`` on purpose: it keeps headers as they came, so that one odd header costs that header only;
``policy.default`` parses them by a grammar that takes seconds for a hostile one.
"""

from dataclasses import dataclass
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32

from mailint_gui.domain.message import QuarantineReason
from mailint_gui.mail.mime.limits import MAX_DEPTH, MAX_HEADER, MAX_HEADERS, MAX_PARTS, RefusedError
from mailint_gui.mail.mime.part import MESSAGES, Part
from mailint_gui.mail.mime.text import decode

_CHUNK = 1024 * 1024
_ENCODINGS = frozenset({"base64", "quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"})


class _AsText(Compat32):
    """Header values are read as the text they hold, raw UTF-8 included; encoded words stay encoded."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return decode(value.encode("ascii", "surrogateescape"))


_POLICY = _AsText()


@dataclass(slots=True)
class _Budget:
    """What is left for one message."""

    parts: int = MAX_PARTS
    headers: int = MAX_HEADERS

    def take_part(self) -> None:
        self.parts -= 1
        if self.parts < 0:
            raise RefusedError(QuarantineReason.TOO_MANY_PARTS, f"more than {MAX_PARTS} parts")

    def take_header(self, size: int) -> None:
        self.headers -= size
        if size > MAX_HEADER or self.headers < 0:
            raise RefusedError(QuarantineReason.HEADERS_TOO_LARGE, "a part's headers are too large")


class _Message(Message):
    """A part that knows how deep it is and keeps its message within the limits while that is being parsed."""

    def __init__(self, budget: _Budget) -> None:
        super().__init__(_POLICY)
        self._budget = budget
        self._depth = 0
        budget.take_part()

    def attach(self, payload: Message) -> None:  # type: ignore[override]  # the parser attaches parts only
        if isinstance(payload, _Message):
            payload._depth = self._depth + 1
            if payload._depth > MAX_DEPTH:
                raise RefusedError(QuarantineReason.TOO_DEEP, f"parts nested deeper than {MAX_DEPTH}")
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        self._budget.take_header(len(name) + len(value))
        super().set_raw(name, value)

    def submessages(self) -> list["_Message"]:
        if not self.is_multipart():
            return []
        return [part for part in self.get_payload() if isinstance(part, _Message)]


class StandardPart(Part):
    __slots__ = ("_message",)

    def __init__(self, message: _Message) -> None:
        kind = message.get_content_type()
        self._message = message
        # `email` takes whatever is message/* for a message or a list of them.
        below = message.submessages() if kind in MESSAGES or kind.startswith("multipart/") else []
        super().__init__(kind, [StandardPart(each) for each in below])

    def field(self, name: str) -> str:
        return str(self._message.get(name, ""))

    def content(self) -> bytes:
        if self._message.is_multipart():
            return b"\r\n".join(_source(each) for each in self._message.submessages())
        content = self._message.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""

    @property
    def defects(self) -> list[str]:
        return [type(defect).__name__ for defect in self._message.defects]


def tree(raw: bytes) -> Part:
    """Raises RefusedError at a limit; MemoryError, RecursionError and bugs of ``email`` pass through."""
    budget = _Budget()
    parser: BytesFeedParser[_Message] = BytesFeedParser(
        lambda: _Message(budget),
        policy=_POLICY,  # type: ignore[arg-type]  # typeshed ties it to the class that it makes by itself
    )
    for start in range(0, len(raw), _CHUNK):
        parser.feed(raw[start : start + _CHUNK])
    return StandardPart(parser.close())


def _source(message: _Message) -> bytes:
    """A part written out again: its headers as they came, and its body."""
    head = "".join(f"{name}: {value}\r\n" for name, value in message.raw_items())
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + _body(message)


def _body(message: _Message) -> bytes:
    below = message.submessages()
    if not below:
        return _encoded(message)
    boundary = message.get_boundary()
    if boundary is None:  # message/rfc822
        return b"\r\n".join(_source(each) for each in below)
    mark = boundary.encode("utf-8", "replace")
    parts = b"".join(b"--" + mark + b"\r\n" + _source(each) + b"\r\n" for each in below)
    return parts + b"--" + mark + b"--\r\n"


def _encoded(message: _Message) -> bytes:
    if str(message.get("Content-Transfer-Encoding", "")).strip().lower() in _ENCODINGS:
        try:
            return str(message.get_payload()).encode("ascii")
        except (UnicodeError, LookupError):  # 8-bit bytes inside
            return b""
    content = message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
