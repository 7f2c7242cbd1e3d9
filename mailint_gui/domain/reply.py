"""Answering and handing on: to whom, under which subject, in which thread, with what quoted."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses
from enum import StrEnum

from mailint_gui.domain.address import is_address
from mailint_gui.domain.subject_token import record_numbers, token

MAX_QUOTED = 200_000  # characters
_MAX_HEADER = 20_000
_MAX_REFERENCES = 20
_MAX_NAME = 100
_NOT_IN_A_NAME = re.compile(r'["<>\\\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_PARTS_ENTRIES = re.compile(r"[,;]")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")

Headers = Iterable[tuple[str, str]]


class ReplyKind(StrEnum):
    REPLY = "reply"
    REPLY_ALL = "reply_all"
    FORWARD = "forward"


_PREFIXES = {
    ReplyKind.REPLY: ("Re: ", ("re:",)),
    ReplyKind.REPLY_ALL: ("Re: ", ("re:",)),
    ReplyKind.FORWARD: ("Fwd: ", ("fwd:", "fw:")),
}


@dataclass(frozen=True, slots=True)
class QuoteFacts:
    """What the line above a quotation may tell."""

    kind: ReplyKind
    sender: str
    recipients: tuple[str, ...]
    subject: str
    date: datetime | None
    copies: tuple[str, ...] = ()


def reply_subject(kind: ReplyKind, subject: str, pattern: str, record: int | None) -> str:
    """One prefix and, where there is a record, its token once. ``pattern``: the account property."""
    bare = " ".join(subject.split())
    prefix, known = _PREFIXES[kind]
    if not bare.casefold().startswith(known):
        bare = f"{prefix}{bare}".strip()
    return with_token(bare, pattern, record)


def with_token(subject: str, pattern: str, record: int | None) -> str:
    if record is None or record in record_numbers(pattern, subject):
        return subject
    return f"{subject} {token(pattern, record)}".strip()


def addresses_in(headers: Headers, *names: str) -> tuple[str, ...]:
    """The bare addresses of these headers, each once, in order; what is none is left out."""
    values = [value[:_MAX_HEADER] for name, value in headers if name.casefold() in names]
    found = (address for _, address in getaddresses(values))
    return tuple(dict.fromkeys(each for each in found if is_address(each)))


def names_in(headers: Headers, *names: str) -> dict[str, str]:
    """What people are called in these headers, by their case-folded address; the first that is given counts.

    A name that looks like an address is left out: it would pass for the one that is meant.
    """
    values = [value[:_MAX_HEADER] for name, value in headers if name.casefold() in names]
    found: dict[str, str] = {}
    for name, address in getaddresses(values):
        plain = " ".join(_NOT_IN_A_NAME.sub(" ", name).split())[:_MAX_NAME]
        if plain and "@" not in plain and is_address(address):
            found.setdefault(address.casefold(), plain)
    return found


def named(address: str, names: Mapping[str, str]) -> str:
    """``Ann Example <ann@example.org>`` as ``typed_recipients`` reads it, or the bare address."""
    name = names.get(address.casefold())
    if name is None:
        return address
    return f'"{name}" <{address}>' if _PARTS_ENTRIES.search(name) else f"{name} <{address}>"


def without(addresses: Iterable[str], left_out: Collection[str]) -> tuple[str, ...]:
    """``left_out`` case-folded; each address once, without regard to case."""
    found: dict[str, str] = {}
    for each in addresses:
        if is_address(each) and each.casefold() not in left_out:
            found.setdefault(each.casefold(), each)
    return tuple(found.values())


def thread_of(headers: Headers, message_id: str) -> tuple[str, ...]:
    """The ids that an answer to it refers to (RFC 5322 section 3.6.4), ``message_id`` last."""
    earlier = [each for each in references(headers) if each != message_id]
    return (*earlier[-_MAX_REFERENCES:], message_id) if message_id else ()


def references(headers: Headers) -> tuple[str, ...]:
    """The ids that it refers to itself, what it answers last."""
    listed = list(headers)
    ids = [*_ids(listed, "references")] or [*_ids(listed, "in-reply-to")][:1]
    return tuple(dict.fromkeys(ids))


def quoted(text: str) -> str:
    """Each line behind its mark (RFC 3676 section 4.5)."""
    cut = text[:MAX_QUOTED] + ("\n[…]" if len(text) > MAX_QUOTED else "")
    return "\n".join(_mark(line) for line in cut.rstrip().splitlines())


def _mark(line: str) -> str:
    return f">{line}" if line.startswith(">") else f"> {line}".rstrip()


def _ids(headers: Headers, wanted: str) -> Iterator[str]:
    for name, value in headers:
        if name.casefold() == wanted:
            yield from _MESSAGE_ID.findall(value[:_MAX_HEADER])
