"""What an IMAP server answered, as values. Whatever the parsing chokes on is the server's nonsense."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from imapclient import imap_utf7  # type: ignore[import-untyped]  # it ships no types
from imapclient.datetime_util import parse_to_datetime  # type: ignore[import-untyped]  # as above
from imapclient.response_parser import (  # type: ignore[import-untyped]  # as above
    parse_fetch_response,
    parse_response,
)

from mailint_gui.mail.mailbox_replies import Nonsense

P = ParamSpec("P")
T = TypeVar("T")

_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)
# What stands before the literal in the answer to the FETCH that brings messages, as nearly all servers put it.
_BEFORE_BODY = re.compile(
    rb"\d+ \((?:UID (?P<uid>\d+) |RFC822\.SIZE (?P<size>\d+) |INTERNALDATE \"(?P<date>[^\"\\]{1,40})\" )*"
    rb"(?P<body>[^ {}]+) \{\d+\}",
    re.IGNORECASE,
)

_NO_GRAMMAR = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,  # a zone that no clock has
)


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """What SELECT told (RFC 9051 section 6.3.2).

    ``uidnext``: every UID there now is smaller; ``told_uidnext`` is None where that is not the server's own word.
    """

    uidvalidity: int
    uidnext: int
    exists: int
    permanent_flags: frozenset[str]
    read_only: bool
    told_uidnext: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server has it. ``size`` is what the server says, in bytes; ``internal_date`` is aware."""

    uid: int
    raw: bytes
    size: int
    internal_date: datetime | None


@dataclass(frozen=True, slots=True)
class Folder:
    """``attributes`` in small letters (RFC 9051 section 7.3.1), such as ``\\noselect``."""

    name: str
    attributes: frozenset[str]


def _or_nonsense(parse: Callable[P, T]) -> Callable[P, T]:
    """Raises Nonsense for all that a parser raises over text that follows no grammar."""

    @functools.wraps(parse)
    def parsed(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return parse(*args, **kwargs)
        except _NO_GRAMMAR as error:
            raise Nonsense(f"{type(error).__name__}: {error}") from error

    return parsed


@_or_nonsense
def folders(answer: list[Any]) -> list[Folder]:
    items = parse_response([line for line in answer if line])
    return [
        # the parser reads a quoted name of digits alone as a number
        Folder(
            str(name) if isinstance(name, int) else imap_utf7.decode(name),
            frozenset(flag.decode("ascii", "replace").lower() for flag in attributes),
        )
        for attributes, _delimiter, name in zip(items[::3], items[1::3], items[2::3], strict=True)
    ]


@_or_nonsense
def folder_status(answer: Mapping[str, list[Any]], examined: bool) -> FolderStatus:
    """``uidnext`` is 0 where the server does not tell it."""

    def number(name: str) -> int:
        return int(answer[name][-1]) if name in answer else 0

    if not number("UIDVALIDITY"):
        raise ValueError("a folder without UIDVALIDITY")
    flags = answer.get("PERMANENTFLAGS", [b""])[-1].decode("ascii", "replace").strip("()").split()
    return FolderStatus(
        uidvalidity=number("UIDVALIDITY"),
        uidnext=number("UIDNEXT"),
        exists=number("EXISTS"),
        permanent_flags=frozenset(flags),
        read_only=examined or "READ-ONLY" in answer,
        told_uidnext=number("UIDNEXT") or None,
    )


@_or_nonsense
def found(answer: list[Any]) -> list[int]:
    """The UIDs of SEARCH."""
    return [int(word) for line in answer for word in line.split() if word.isdigit()]


@_or_nonsense
def appended(answer: list[Any]) -> tuple[int, int] | None:
    """UIDVALIDITY and UID of APPENDUID (RFC 4315)."""
    if not answer:
        return None
    uidvalidity, uid = answer[-1].split()
    return int(uidvalidity), int(uid)


def uids(answer: list[Any]) -> list[int]:
    """The UIDs of FETCH."""
    return [int(uid[1]) for line in _lines(answer) if (uid := _UID.search(line))]


def sizes(answer: list[Any]) -> dict[int, int]:
    """RFC822.SIZE of FETCH by UID."""
    pairs = ((_UID.search(line), _SIZE.search(line)) for line in _lines(answer))
    return {int(uid[1]): int(size[1]) for uid, size in pairs if uid and size}


@_or_nonsense
def flags(answer: list[Any]) -> dict[int, frozenset[str]]:
    """FLAGS of FETCH by UID."""
    by_uid = parse_fetch_response(answer) if answer else {}
    return {
        uid: frozenset(flag.decode("ascii", "replace") for flag in items.get(b"FLAGS", ()))
        for uid, items in by_uid.items()
    }


@_or_nonsense
def messages(answer: list[Any], body: bytes) -> list[Fetched]:
    """Those of FETCH that have ``body``, such as ``BODY[]``."""
    if not answer:
        return []
    quickly_read = _as_nearly_all(answer, body)
    return _by_the_grammar(answer, body) if quickly_read is None else quickly_read


def _as_nearly_all(answer: list[Any], body: bytes) -> list[Fetched] | None:
    """Without imapclient's parser, which goes octet by octet: a third of what taking a message in would take.

    None where there is anything else than messages that end with their ``body``, a literal.
    """
    found: dict[int, Fetched] = {}
    for item, end in zip(answer[::2], answer[1::2], strict=False):
        head = _BEFORE_BODY.fullmatch(item[0]) if isinstance(item, tuple) and end == b")" else None
        if head is None or head["body"].upper() != body or not head["uid"] or int(head["uid"]) in found:
            return None
        uid, raw = int(head["uid"]), item[1]
        size = int(head["size"] or len(raw))
        found[uid] = Fetched(uid, raw, size, _internal_date(head["date"]))
    return list(found.values()) if len(answer) % 2 == 0 else None


def _internal_date(value: bytes | None) -> datetime | None:
    try:
        return _usable(parse_to_datetime(value, normalise=False)) if value else None
    except ValueError:
        return None


def _by_the_grammar(answer: list[Any], body: bytes) -> list[Fetched]:
    named = set(uids(answer))  # where an answer has no UID, the parser takes the sequence number for it
    return [
        _fetched(uid, _as_bytes(items[body]), items)
        for uid, items in parse_fetch_response(answer, normalise_times=False).items()
        if body in items and uid in named
    ]


def _fetched(uid: int, raw: bytes, items: Mapping[bytes, Any]) -> Fetched:
    return Fetched(uid, raw, int(items.get(b"RFC822.SIZE", len(raw))), _usable(items.get(b"INTERNALDATE")))


def _usable(date: datetime | None) -> datetime | None:
    """None for one whose zone is a day away or more: it could not be compared with any other."""
    try:
        return date and date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _as_bytes(value: Any) -> bytes:
    """The parser reads a quoted body of digits alone as a number, and NIL as None."""
    if value is None:
        return b""
    return value if isinstance(value, bytes) else str(value).encode()


def _lines(answer: list[Any]) -> Iterable[bytes]:
    return (item[0] if isinstance(item, tuple) else item for item in answer)
