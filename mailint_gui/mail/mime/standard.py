"""The reading of a message by the standard library's ``email``, within the limits.

``compat32`` on purpose: it keeps headers as they came, so that one odd header costs that header only;
``policy.default`` parses them by a grammar that takes seconds for a hostile one.
"""

from dataclasses import dataclass, field
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32
from email.utils import collapse_rfc2231_value, getaddresses

from mailint_gui.domain.message import Attachment, ParsedMessage, QuarantineReason
from mailint_gui.mail.mime.dates import read_date
from mailint_gui.mail.mime.html_text import html_to_text
from mailint_gui.mail.mime.limits import (
    MAX_DEPTH,
    MAX_HEADER,
    MAX_HEADERS,
    MAX_PARTS,
    MAX_TEXT,
    RefusedError,
)
from mailint_gui.mail.mime.text import clean, decode, decode_header, one_line

_MAX_MESSAGE_ID = 998
_MAX_DATE = 998
_MAX_SUBJECT = 10_000
_MAX_NAME = 255
_MAX_TYPE = 100
_MAX_ADDRESS = 320
_MAX_RECIPIENTS = 1000
_MAX_DEFECTS = 20
_CHUNK = 1024 * 1024


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


class _Part(Message):
    """A part that knows how deep it is and keeps its message within the limits while that is being parsed."""

    def __init__(self, budget: _Budget) -> None:
        super().__init__(_POLICY)
        self._budget = budget
        self._depth = 0
        budget.take_part()

    def attach(self, payload: Message) -> None:  # type: ignore[override]  # the parser attaches parts only
        if isinstance(payload, _Part):
            payload._depth = self._depth + 1
            if payload._depth > MAX_DEPTH:
                raise RefusedError(QuarantineReason.TOO_DEEP, f"parts nested deeper than {MAX_DEPTH}")
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        self._budget.take_header(len(name) + len(value))
        super().set_raw(name, value)

    def field(self, name: str) -> str:
        """The first header of this name; empty when there is none."""
        return str(self.get(name, ""))

    def subparts(self) -> list["_Part"]:
        if not self.is_multipart():
            return []
        return [part for part in self.get_payload() if isinstance(part, _Part)]


@dataclass(frozen=True, slots=True)
class _Text:
    part: _Part
    is_html: bool


@dataclass(slots=True)
class _Contents:
    """What was found in a part: texts to read, in order, and attachments."""

    texts: list[_Text] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def read(raw: bytes) -> ParsedMessage:
    """Raises RefusedError at a limit; MemoryError, RecursionError and bugs of ``email`` pass through."""
    message = _parse(raw)
    contents = _Contents()
    _visit(message, contents)
    text = _readable(contents)
    date = message.field("Date")
    moment = read_date(one_line(decode_header(date), _MAX_DATE)) if date else None
    if date and moment is None:
        contents.defects.append("UnreadableDate")
    return ParsedMessage(
        message_id=one_line(decode_header(message.field("Message-ID")), _MAX_MESSAGE_ID),
        subject=one_line(decode_header(message.field("Subject")), _MAX_SUBJECT),
        sender=next(iter(_addresses(message, "From") or _addresses(message, "Sender")), ""),
        recipients=_addresses(message, "To", "Cc"),
        date=moment,
        text=text,
        attachments=tuple(contents.attachments),
        defects=tuple(dict.fromkeys(contents.defects))[:_MAX_DEFECTS],
    )


def _parse(raw: bytes) -> _Part:
    budget = _Budget()
    parser: BytesFeedParser[_Part] = BytesFeedParser(
        lambda: _Part(budget),
        policy=_POLICY,  # type: ignore[arg-type]  # typeshed ties it to the class that it makes by itself
    )
    for start in range(0, len(raw), _CHUNK):
        parser.feed(raw[start : start + _CHUNK])
    return parser.close()


def _visit(part: _Part, contents: _Contents) -> None:
    """Sorts a part and all below it into texts and attachments; recursion ends at ``MAX_DEPTH``."""
    contents.defects += [type(defect).__name__ for defect in part.defects]
    kind, subparts = part.get_content_type(), part.subparts()
    if kind == "multipart/alternative":
        _visit_alternatives(subparts, contents)
    elif subparts and part.get_content_maintype() == "multipart":
        for subpart in subparts:
            _visit(subpart, contents)
    elif _is_readable(part):
        contents.texts.append(_Text(part, is_html=kind == "text/html"))
    else:
        contents.attachments.append(_attachment(part))


def _visit_alternatives(subparts: list[_Part], contents: _Contents) -> None:
    """The plain form where one says anything, else the others."""
    inner = _Contents(attachments=contents.attachments, defects=contents.defects)
    for subpart in subparts:
        _visit(subpart, inner)
    plain = [text for text in inner.texts if not text.is_html and _decoded(text.part).strip()]
    contents.texts += plain or [text for text in inner.texts if text.is_html]


def _is_readable(part: _Part) -> bool:
    if part.get_content_type() not in ("text/plain", "text/html"):
        return part.get_content_maintype() == "multipart"  # without any boundary it is one text
    return part.get_content_disposition() != "attachment" and not _file_name(part)


def _readable(contents: _Contents) -> str:
    texts: list[str] = []
    room = MAX_TEXT
    for text in contents.texts:
        decoded = _decoded(text.part)
        if text.is_html:
            decoded = html_to_text(decoded[: 4 * MAX_TEXT], MAX_TEXT)
        decoded = decoded.strip("\n")
        texts.append(decoded[:room])
        room -= len(decoded)
        if room <= 0:
            contents.defects.append("TextCut")
            break
    return "\n\n".join(part for part in texts if part.strip())[:MAX_TEXT]


def _decoded(part: _Part) -> str:
    return decode(_content(part)[: 8 * MAX_TEXT], _charset(part))


def _content(part: _Part) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: _Part) -> str:
    try:
        charset = part.get_param("charset", "")
        return clean(collapse_rfc2231_value(charset)) if charset else ""
    except (ValueError, LookupError):
        return ""


def _attachment(part: _Part) -> Attachment:
    kind = one_line(decode_header(part.get_content_type()), _MAX_TYPE)
    name = _file_name(part)
    if not name and kind == "message/rfc822" and part.subparts():
        name = one_line(decode_header(part.subparts()[0].field("Subject")), _MAX_NAME)
    return Attachment(name, kind, _size(part))


def _file_name(part: _Part) -> str:
    """RFC 2231, or RFC 2047 where it has no business and often is; without any folder."""
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        try:
            value = part.get_param(parameter, "", header)
            name = decode_header(collapse_rfc2231_value(value)) if value else ""
        except (ValueError, LookupError, TypeError):
            continue
        name = one_line(clean(name), 4 * _MAX_NAME).replace("\\", "/").rpartition("/")[2][-_MAX_NAME:]
        if name:
            return name
    return ""


def _size(part: _Part) -> int:
    """Octets once decoded; of base64 counted, not decoded. Of an attached message those of its parts."""
    if part.subparts():
        return sum(_size(subpart) for subpart in part.subparts())
    if part.field("Content-Transfer-Encoding").strip().lower() != "base64":
        return len(_content(part))
    try:
        payload = str(part.get_payload())
    except UnicodeError:  # 8-bit bytes inside, which it decodes by whatever charset the part names
        return len(_content(part))
    return (len(payload) - sum(payload.count(char) for char in "\r\n \t=")) * 3 // 4


def _addresses(message: _Part, *names: str) -> tuple[str, ...]:
    """Bare addresses, each once, in order."""
    # Still encoded: a decoded name may hold a comma, or an address that nobody wrote.
    values = [str(value) for name in names for value in message.get_all(name, [])]
    try:
        found = [address for _, address in getaddresses(values)]
    except (ValueError, IndexError, TypeError, RecursionError):
        found = [part.rpartition("<")[2].partition(">")[0] for value in values for part in value.split(",")]
    kept = (one_line(address, _MAX_ADDRESS) for address in found if "@" in address)
    return tuple(dict.fromkeys(kept))[:_MAX_RECIPIENTS]
