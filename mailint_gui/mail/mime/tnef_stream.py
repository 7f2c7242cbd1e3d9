"""The octets of TNEF ([MS-OXTNEF]), taken apart: what is said of the message, and of each attachment.

Section 2.1.3: a signature, a key, then attributes one after the other, those of the message before those of each
attachment. Two of them hold lists of properties (section 2.1.3.4). Nothing is taken that is not there, nothing is
copied, and a ``Budget`` holds for all streams of a mail: whatever they say, they are read in time linear in their
length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mailint_gui.mail.mime.limits import MAX_HEADER, MAX_PARTS
from mailint_gui.mail.mime.text import clean, decode

_SIGNATURE = 0x223E9F78
_OF_MESSAGE, _OF_ATTACHMENT = 1, 2
_ATTACHMENT_BEGINS = 0x00069002  # attAttachRendData
_PROPERTIES = frozenset({0x00069003, 0x00069005})  # attMsgProps, attAttachment
_FILLING = b"\0\t\r\n "

# Types of properties: section 2.1.3.4. Octets of those that have a fixed number of them.
_FIXED = {0: 0, 1: 0, 2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
OBJECT, STRING8, UNICODE, BINARY = 0x0D, 0x1E, 0x1F, 0x0102
_VARIABLE = frozenset({OBJECT, STRING8, UNICODE, BINARY})
_MANY = 0x1000
_NAMED = 0x8000  # from this number on a property has a name before its value
GUID = 16  # octets

# Numbers of Windows whose charset Python does not call by them.
_CODE_PAGES = {
    1200: "utf-16-le", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp",
    50221: "iso-2022-jp", 50222: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr", 54936: "gb18030", 65000: "utf-7",
    65001: "utf-8", **{28590 + part: f"iso-8859-{part}" for part in range(1, 17)},
}  # fmt: skip


class TnefBrokenError(Exception):
    """It is not what the specification says, or more than may be."""


@dataclass(slots=True)
class Budget:
    """What is left for all the streams of one mail."""

    values: int = 100_000  # attributes, properties and their values; a file takes some thirty
    files: int = MAX_PARTS
    rtf: int = 2 * 1024 * 1024  # octets of compressed text: a second of work

    def take(self, *, values: int = 0, files: int = 0) -> None:
        self.values -= values
        self.files -= files
        if self.values < 0 or self.files < 0:
            raise TnefBrokenError


class _Stretch:
    """What is left of some octets. To want more than that breaks the stream."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._place = 0

    def take(self, size: int) -> memoryview:
        start, self._place = self._place, self._place + size
        if self._place > len(self._data):
            raise TnefBrokenError
        return self._data[start : self._place]

    def take_padded(self, size: int) -> memoryview:
        """And what fills it up to four octets."""
        value = self.take(size)
        self.skip(-size % 4)
        return value

    def skip(self, size: int) -> None:
        """So many, or those that are there."""
        self._place = min(self._place + size, len(self._data))

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def begins_attribute(self) -> bool:
        return self._place < len(self._data) and self._data[self._place] in (_OF_MESSAGE, _OF_ATTACHMENT)

    def is_done(self) -> bool:
        """But for what some gateways add."""
        rest = self._data[self._place :]
        return not rest or (rest[0] in _FILLING and not bytes(rest).strip(_FILLING))


class Value(NamedTuple):
    type: int
    data: memoryview


_NOTHING = Value(BINARY, memoryview(b""))


class Group:
    """The attributes and properties of the message, or of one attachment. Of two alike the first one counts."""

    def __init__(self) -> None:
        self._attributes: dict[int, Value] = {}
        self._properties: dict[int, Value] = {}

    def take(self, tag: int, data: memoryview, budget: Budget) -> None:
        if tag in _PROPERTIES:
            for number, value in _properties(_Stretch(data), budget):
                self._properties.setdefault(number, value)
        else:
            self._attributes.setdefault(tag, Value(STRING8, data))

    def value(self, number: int, attribute: int = 0) -> Value:
        """The property rather than the attribute that says the same (section 2.1.3). Without octets if neither does."""
        said = (self._properties.get(number), self._attributes.get(attribute))
        return next((value for value in said if value and value.data), _NOTHING)

    def text(self, charset: str, number: int, attribute: int = 0) -> str:
        """Up to the NUL that ends it."""
        value = self.value(number, attribute)
        if value.type == UNICODE:
            return clean(bytes(value.data).decode("utf-16-le", "replace").partition("\0")[0])
        return decode(bytes(value.data).partition(b"\0")[0], charset)

    def label(self, charset: str, number: int, attribute: int = 0) -> str:
        """A text that is no longer than a header may be."""
        if len(self.value(number, attribute).data) > MAX_HEADER:
            raise TnefBrokenError
        return self.text(charset, number, attribute)

    def charset(self, number: int = 0, attribute: int = 0) -> str:
        """Empty without any."""
        page = int.from_bytes(self.value(number, attribute).data[:4], "little")
        return _CODE_PAGES.get(page) or (f"cp{page}" if page else "")


class Groups(NamedTuple):
    """``is_whole``: nothing is left at the end that could not be read."""

    message: Group
    attachments: list[Group]
    is_whole: bool


def read_groups(content: memoryview, budget: Budget) -> Groups:
    """attAttachRendData begins the attributes of an attachment (section 2.1.3). Raises TnefBrokenError."""
    message = Group()
    attachments: list[Group] = []
    stream = _Stretch(content)
    for level, tag, data in _attributes(stream, budget):
        if level == _OF_MESSAGE:
            message.take(tag, data, budget)
            continue
        if tag == _ATTACHMENT_BEGINS or not attachments:
            budget.take(files=1)
            attachments.append(Group())
        attachments[-1].take(tag, data, budget)
    return Groups(message, attachments, stream.is_done())


def _attributes(stream: _Stretch, budget: Budget) -> Iterator[tuple[int, int, memoryview]]:
    """Level, id and data of each, up to what is none.

    Their checksums are not looked at: senders are known that write wrong ones or leave the last one out, and a sum of
    octets proves little.
    """
    if stream.number() != _SIGNATURE:
        raise TnefBrokenError
    stream.take(2)  # a key, which says nothing
    while stream.begins_attribute():
        budget.take(values=1)
        yield stream.number(1), stream.number(), stream.take(stream.number())
        stream.skip(2)  # the checksum


def _properties(stream: _Stretch, budget: Budget) -> Iterator[tuple[int, Value]]:
    """A counted list (section 2.1.3.4); one that has several values comes several times."""
    for _ in range(stream.number()):
        type_, number = stream.number(2), stream.number(2)
        budget.take(values=1)
        if number >= _NAMED:
            _skip_name(stream)
        many, type_ = type_ & _MANY, type_ & ~_MANY
        if type_ not in _FIXED and type_ not in _VARIABLE:
            raise TnefBrokenError
        count = stream.number() if many or type_ in _VARIABLE else 1
        for _ in range(count):
            budget.take(values=1)
            size = stream.number() if type_ in _VARIABLE else _FIXED[type_]
            yield number, Value(type_, stream.take_padded(size))


def _skip_name(stream: _Stretch) -> None:
    """A namespace, then a number or a string (section 2.1.3.4)."""
    stream.take(GUID)
    if stream.number() == 0:
        stream.take(4)
    else:
        stream.take_padded(stream.number())
