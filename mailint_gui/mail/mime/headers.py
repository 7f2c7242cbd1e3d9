"""The headers of a message, read once from its raw bytes: whole, in order, each value as the text it holds."""

import re
from collections.abc import Iterator
from email.utils import getaddresses

from mailint_gui.mail.mime.limits import MAX_HEADERS, MAX_MESSAGE_ID, header_fields
from mailint_gui.mail.mime.text import decode, decode_header, one_line, within_octets

MAX_SHOWN = 200  # headers that are handed on, and the characters of one and of all
MAX_SHOWN_VALUE = 4000
MAX_SHOWN_TEXT = 64_000
_MAX_NAME = 100
_MAX_ADDRESS = 320
_MAX_RECIPIENTS = 1000
_MAX_IDS = 100

_ADDRESS = r"""[^\s"(),:;<>@\[\\\]]+@[^\s"(),:;<>@\[\\\]]+"""
_NAME = r"""(?:[^"(),:;<>@\[\\\]]++|"[^"\\]*+")*+"""
# One mailbox of a list (RFC 5322 section 3.4) as nearly all are: no comments, no escapes, no groups.
_SIMPLE_MAILBOX = re.compile(rf"""\s*+(?:{_NAME}<({_ADDRESS})>|({_ADDRESS}))\s*(?:,|\Z)""")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,996}>")


class Headers:
    """Values keep their encoded words (RFC 2047); names are compared without regard to case."""

    def __init__(self, raw: bytes) -> None:
        self.fields: list[tuple[str, str]] = []
        self._by_name: dict[str, list[str]] = {}
        for field in header_fields(raw, MAX_HEADERS):
            name, colon, value = field.partition(b":")
            if field.startswith(b"From ") or not colon:  # the envelope line of an mbox
                continue
            self._add(decode(name).strip(), decode(value).strip())

    def _add(self, name: str, value: str) -> None:
        self.fields.append((name, value))
        self._by_name.setdefault(name.lower(), []).append(value)

    def first(self, name: str) -> str:
        """The first of this name, its encoded words as they are; empty when there is none."""
        return next(iter(self.all(name)), "")

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self._by_name.get(name.lower(), ())]

    def text(self, name: str, limit: int) -> str:
        """The first of this name as one decoded line."""
        return one_line(decode_header(self.first(name)), limit)

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Names and decoded values in the order of the message, up to the limits above."""
        return tuple(self._shown())

    def _shown(self) -> Iterator[tuple[str, str]]:
        room = MAX_SHOWN_TEXT
        for name, value in self.fields[:MAX_SHOWN]:
            shown = name[:_MAX_NAME], one_line(decode_header(value), MAX_SHOWN_VALUE)
            room -= len(shown[0]) + len(shown[1])
            if room < 0:
                return
            yield shown

    def addresses(self, *names: str) -> tuple[str, ...]:
        """Bare addresses of these headers, each once, in order."""
        return bare_addresses(self.all(*names))

    def message_id(self) -> str:
        """With its angle brackets where it has any (RFC 5322 section 3.6.4)."""
        value = self.text("Message-ID", MAX_MESSAGE_ID)
        found = _MESSAGE_ID.search(value)
        return within_octets(found[0] if found else value, MAX_MESSAGE_ID)

    def references(self) -> tuple[str, ...]:
        """Message ids of In-Reply-To, then those of References from the last to the first; each once."""
        replied = [one for value in self.all("In-Reply-To") for one in message_ids(value)]
        chain = [one for value in self.all("References") for one in message_ids(value)]
        return tuple(dict.fromkeys(replied + chain[::-1]))[:_MAX_IDS]


def message_ids(value: str) -> list[str]:
    """Those in angle brackets, or one that came without them."""
    found: list[str] = _MESSAGE_ID.findall(value)
    bare = value.strip()
    if not found and "@" in bare and len(bare) < 996 and not re.search(r"[\s<>]", bare):
        return [f"<{bare}>"]
    return found


def bare_addresses(values: list[str]) -> tuple[str, ...]:
    """``values`` still encoded: a decoded name may hold a comma, or an address that nobody wrote."""
    simple = [_simple_addresses(value) for value in values]
    found = _addresses(values) if None in simple else [each for some in simple if some for each in some]
    kept = (one_line(address, _MAX_ADDRESS) for address in found if "@" in address)
    return tuple(dict.fromkeys(kept))[:_MAX_RECIPIENTS]


def _simple_addresses(value: str) -> list[str] | None:
    """None where it takes more than ``_SIMPLE_MAILBOX`` to read it."""
    found: list[str] = []
    position = 0
    while position < len(value):
        mailbox = _SIMPLE_MAILBOX.match(value, position)
        if mailbox is None:
            return None
        found.append(mailbox[1] or mailbox[2])
        position = mailbox.end()
    return found


def _addresses(values: list[str]) -> list[str]:
    try:
        return [address for _, address in getaddresses(values)]
    except (ValueError, IndexError, TypeError, RecursionError):
        return [part.rpartition("<")[2].partition(">")[0] for value in values for part in value.split(",")]
