"""One node of a message's MIME tree, the same whichever reader made it, and what its headers say."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import lru_cache

from mailint_gui.mail.mime.limits import MAX_TEXT
from mailint_gui.mail.mime.text import clean, decode, decode_header, one_line

_MAX_NAME = 255
_MAX_TYPE = 100
_MAX_CONTENT_ID = 998
_MAX_SHORT = 200  # characters of a header like that of most parts: these are read once
_KEPT = 512

MESSAGES = frozenset({"message/rfc822", "message/global"})

Parameters = Mapping[str, str]


class Part(ABC):
    """``kind``: type and subtype in lower case, plain text where none makes sense.

    ``parts``: those of a multipart, or the one message of a message/rfc822.
    """

    __slots__ = ("_disposition", "_text", "_type", "kind", "parts")

    def __init__(self, kind: str, parts: "Sequence[Part]") -> None:
        self.kind = _kind(kind)
        self.parts = parts
        self._type: Parameters | None = None
        self._disposition: tuple[str, Parameters] | None = None
        self._text: str | None = None

    @abstractmethod
    def field(self, name: str) -> str:
        """The first header of this name; empty when there is none."""

    @abstractmethod
    def content(self) -> bytes:
        """The octets once decoded; of an enclosed message its own bytes. Whatever can be had of a broken one."""

    def text(self) -> str:
        """Its content as text; the start of a very long one."""
        if self._text is None:
            self._text = decode(self.content()[: 8 * MAX_TEXT], self.charset).removeprefix("\ufeff")
        return self._text

    @property
    def defects(self) -> Sequence[str]:
        return ()

    @property
    def is_multipart(self) -> bool:
        return self.kind.startswith("multipart/")

    @property
    def disposition(self) -> str:
        return self._disposition_read()[0]

    @property
    def charset(self) -> str:
        return self.parameter("charset")

    @property
    def content_id(self) -> str:
        return one_line(self.field("Content-ID"), _MAX_CONTENT_ID).strip("<> ")

    @property
    def file_name(self) -> str:
        """RFC 2231, or RFC 2047 where it has no business and often is; without any folder."""
        for value in (self._disposition_read()[1].get("filename", ""), self.parameter("name")):
            if name := bare_file_name(decode_header(value)):
                return name
        return ""

    def parameter(self, name: str) -> str:
        """Of Content-Type; empty when there is none."""
        if self._type is None:
            _, self._type = _read_parameters(self.field("Content-Type"))
        return self._type.get(name, "")

    def _disposition_read(self) -> tuple[str, Parameters]:
        if self._disposition is None:
            self._disposition = _read_parameters(self.field("Content-Disposition"))
        return self._disposition


def bare_file_name(value: str) -> str:
    """One line without any folder. The end of a long one: what a file claims to be must be seen."""
    return one_line(value, len(value)).replace("\\", "/").rpartition("/")[2][-_MAX_NAME:]


def _kind(value: str) -> str:
    """Without one that makes sense it is plain text (RFC 2045 section 5.2)."""
    word, *_ = (one_line(clean(value).partition(";")[0], _MAX_TYPE) or "text/plain").split()
    return word.lower() if word.count("/") == 1 else "text/plain"


def _read_parameters(value: str) -> tuple[str, Parameters]:
    """What stands before the first semicolon in lower case, and the parameters (RFC 2045, RFC 2231)."""
    if ";" not in value:
        return value.strip().lower(), {}
    return _short_read(value) if len(value) <= _MAX_SHORT else _read_by_standard(value)


def _read_by_standard(value: str) -> tuple[str, Parameters]:
    # The standard library's reading, of this header alone. What breaks it costs the parameters only.
    header = Message()
    header.set_raw("Content-Type", value)
    try:
        (token, _), *given = header.get_params() or [("", "")]
        found = {name.lower(): clean(collapse_rfc2231_value(text)) for name, text in reversed(given)}
    except (ValueError, LookupError, TypeError):
        return value.partition(";")[0].strip().lower(), {}
    return token.strip().lower(), found


_short_read = lru_cache(_KEPT)(_read_by_standard)  # the parameters are read alone
