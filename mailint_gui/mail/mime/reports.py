"""Delivery reports: which mail of ours could not be delivered, to whom, and what the other server said; or was.

RFC 3464 (and RFC 3462 for the envelope of it); of the older kinds those that return the message's headers, name
whom it concerns and come from where bounces come from.
"""

import re
from collections.abc import Iterator

from mailint_gui.domain.message import DeliveryReport, FailedRecipient
from mailint_gui.mail.mime.headers import Headers, bare_addresses, message_ids
from mailint_gui.mail.mime.limits import header_fields
from mailint_gui.mail.mime.part import Part
from mailint_gui.mail.mime.text import decode, decode_header, one_line

_MAX_FAILED = 200
_MAX_STATUS_TEXT = 256 * 1024
_MAX_ANSWER = 1000
_MAX_LETTER = 64 * 1024  # of a report in plain words
_MAX_ID = 998

_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_FINAL_FAILURE = re.compile(r"(?<![\d.])5(?:\.\d{1,3}\.\d{1,3}|\d\d[ -])")
_NAMED = re.compile(r"^\s{0,4}<([^<>\s@]{1,64}@[^<>\s@]{1,255})>:", re.MULTILINE)
_QUOTED_ID = re.compile(r"^[> \t]{0,8}Message-ID:\s{0,80}(<[^<>\s]{1,996}>)", re.IGNORECASE | re.MULTILINE)
_HEX = re.compile(r"\+([0-9A-F]{2})")


def delivery_report(headers: Headers, root: Part, text: str) -> DeliveryReport | None:
    """``text``: the readable text of the whole. Nothing ``failed`` where a standard one tells of delivery or delay."""
    parts = list(_all_parts(root))
    status = next((part for part in parts if part.kind in _STATUS_PARTS), None)
    if status is not None and (root.kind == "multipart/report" or _from_a_daemon(headers)):
        failed = tuple(_failed(status))
        message_id = _returned_id(parts) or _replied_id(headers)
        return DeliveryReport(message_id, failed) if failed or message_id else None
    if root.kind != "multipart/report" and _from_a_daemon(headers):
        return _in_plain_words(headers, parts, text[:_MAX_LETTER])
    return None


def _all_parts(part: Part) -> Iterator[Part]:
    """Not what is inside of enclosed messages."""
    yield part
    if part.is_multipart:
        for below in part.parts:
            yield from _all_parts(below)


def _from_a_daemon(headers: Headers) -> bool:
    if headers.first("Return-Path").replace(" ", "") == "<>":
        return True
    sender = next(iter(headers.addresses("From")), "") or headers.first("From")
    return sender.strip("<> ").partition("@")[0].lower() in _DAEMONS


def _failed(status: Part) -> Iterator[FailedRecipient]:
    """RFC 3464 section 2.3: a group of fields for each recipient, after one about the message."""
    for group in _groups(status.content()[:_MAX_STATUS_TEXT])[:_MAX_FAILED]:
        address = _typed(group.get("original-recipient", "")) or _typed(group.get("final-recipient", ""))
        if address and group.get("action", "").partition(" ")[0].lower() == "failed":
            code = group.get("status", "").partition(" ")[0][:20]
            yield FailedRecipient(address, code, _typed(group.get("diagnostic-code", "")))


def _groups(content: bytes) -> list[dict[str, str]]:
    groups: list[dict[str, str]] = []
    for block in re.split(rb"\n[ \t]*\n", content.replace(b"\r\n", b"\n")):
        fields: dict[str, str] = {}
        for field in header_fields(block.lstrip(b"\n"), len(block)):
            name, _, value = field.partition(b":")
            fields.setdefault(decode(name).strip().lower(), one_line(decode(value), _MAX_ANSWER))
        groups.append(fields)
    return groups


def _typed(value: str) -> str:
    """What follows the type: ``rfc822; ann@example.org``. Addresses may be in xtext (RFC 3461 section 4)."""
    kind, separator, rest = value.partition(";")
    if not separator:
        kind, rest = "", kind
    rest = rest.strip()
    if kind.strip().lower() in ("rfc822", "utf-8"):
        rest = _HEX.sub(lambda code: chr(int(code[1], 16)), rest).strip("<> ")
    return one_line(decode_header(rest), _MAX_ANSWER)


def _returned_id(parts: list[Part]) -> str:
    for part in parts:
        if part.kind in _RETURNED:
            value = part.parts[0].field("Message-ID") if part.parts else ""
            value = value or Headers(part.content()).first("Message-ID")
            if ids := message_ids(one_line(value, _MAX_ID)):
                return ids[0]
    return ""


def _replied_id(headers: Headers) -> str:
    return next(iter(headers.references()), "")


def _in_plain_words(headers: Headers, parts: list[Part], text: str) -> DeliveryReport | None:
    """As qmail, Exim and others write it. Only with the returned mail's id, and where the failure is final."""
    quoted = _QUOTED_ID.search(text)
    message_id = _returned_id(parts) or (quoted[1] if quoted else "")
    named = bare_addresses(headers.all("X-Failed-Recipients"))
    if not message_id or not (named or _FINAL_FAILURE.search(text)):
        return None
    found = named or tuple(dict.fromkeys(_NAMED.findall(text))) or _only_recipient(parts)
    code = _FINAL_FAILURE.search(text)
    answer = _line_around(text, code.start()) if code else ""
    failed = tuple(FailedRecipient(one_line(each, 320), "", answer) for each in found[:_MAX_FAILED])
    return DeliveryReport(message_id, failed) if failed else None


def _only_recipient(parts: list[Part]) -> tuple[str, ...]:
    """Of the returned mail, where it had no other."""
    for part in parts:
        if part.kind in _RETURNED:
            value = part.parts[0].field("To") if part.parts else Headers(part.content()).first("To")
            found = bare_addresses([value])
            return found if len(found) == 1 else ()
    return ()


def _line_around(text: str, place: int) -> str:
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    return one_line(text[start : end if end >= 0 else None], _MAX_ANSWER)
