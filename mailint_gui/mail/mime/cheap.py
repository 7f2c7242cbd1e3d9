"""The look at a message that intake can afford: a few raw headers, cut out in linear time, nothing decoded.

Runs on the worker, once for every message fetched; the parser's reading replaces all of it later.
"""

from datetime import datetime

from mailint_gui.domain.message import CheapHeaders
from mailint_gui.mail.mime.dates import read_date
from mailint_gui.mail.mime.limits import MAX_MESSAGE_ID, header_fields
from mailint_gui.mail.mime.text import within_octets

HEAD = 64 * 1024
MAX_VALUE = 1000
MAX_RECIPIENTS = 50
_WANTED = frozenset({b"message-id", b"from", b"to", b"subject", b"date"})


def cheap_headers(raw_head: bytes) -> CheapHeaders:
    """Message-ID, From, To, Subject and Date of the first 64 KB; the first of each. Never raises."""
    values: dict[bytes, str] = {}
    for field in header_fields(raw_head, HEAD):
        name, _, value = field[: 2 * MAX_VALUE].partition(b":")
        name = name.rstrip().lower()
        if name in _WANTED and name not in values:
            values[name] = _one_line(value)
            if len(values) == len(_WANTED):
                break
    return CheapHeaders(
        message_id=within_octets(values.get(b"message-id", ""), MAX_MESSAGE_ID),
        subject=values.get(b"subject", ""),
        sender=_bare_address(values.get(b"from", "")),
        recipients=_bare_addresses(values.get(b"to", "")),
        date=_date(values.get(b"date", "")),
    )


def delivery_date(raw_head: bytes) -> datetime | None:
    """When the last server on the way took the message, by its topmost Received header (RFC 5321 section 4.4).

    Of the first 64 KB; None where it does not say. Never raises.
    """
    for field in header_fields(raw_head, HEAD):
        name, _, value = field[: 2 * MAX_VALUE].partition(b":")
        if name.rstrip().lower() == b"received":
            _, _, date = _one_line(value).rpartition(";")
            return _date(date.strip())
    return None


def _one_line(value: bytes) -> str:
    text = value.decode(errors="replace").replace("\0", "\ufffd")
    return " ".join(text.split())[:MAX_VALUE]


def _bare_address(value: str) -> str:
    """What stands in the last angle brackets, or all of it: good enough until the parser has spoken."""
    _, opened, after = value.rpartition("<")
    return after.partition(">")[0].strip() if opened else value.strip()


def _bare_addresses(value: str) -> tuple[str, ...]:
    found = (_bare_address(part) for part in value.split(",", MAX_RECIPIENTS)[:MAX_RECIPIENTS])
    return tuple(address for address in found if "@" in address)


def _date(value: str) -> datetime | None:
    return read_date(value) if value else None
