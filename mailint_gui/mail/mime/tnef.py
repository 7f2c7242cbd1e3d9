"""TNEF, Outlook's own envelope (winmail.dat): the text and the files in it."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailint_gui.mail.mime.limits import MAX_TEXT
from mailint_gui.mail.mime.rtf_compressed import RtfBrokenError, decompress
from mailint_gui.mail.mime.rtf_text import rtf_to_text
from mailint_gui.mail.mime.text import decode, one_line
from mailint_gui.mail.mime.tnef_stream import (
    BINARY,
    GUID,
    OBJECT,
    Budget,
    Group,
    TnefBrokenError,
    read_groups,
)

# Attributes: [MS-OXTNEF] section 2.1.3.3.
_ATTACHMENT_TITLE = 0x00018010
_ATTACHMENT_DATA = 0x0006800F
_CODE_PAGE = 0x00069007  # attOemCodepage
_SUBJECT = 0x00018004
_BODY = 0x0002800C

# Properties: [MS-OXPROPS]; those of attachments are explained in [MS-OXCMSG] section 2.2.2.
_P_SUBJECT = 0x0037
_P_BODY = 0x1000
_P_RTF_COMPRESSED = 0x1009
_P_HTML = 0x1013
_P_DISPLAY_NAME = 0x3001
_P_ATTACH_DATA = 0x3701  # binary, or an object
_P_ATTACH_FILE_NAME = 0x3704  # 8.3
_P_ATTACH_LONG_FILE_NAME = 0x3707
_P_ATTACH_MIME_TAG = 0x370E
_P_ATTACH_CONTENT_ID = 0x3712
_P_INTERNET_CODE_PAGE = 0x3FDE  # of the HTML

# IID_IMessage, which stands before the data of the object: [MS-OXTNEF] section 2.1.3.4.
_EMBEDDED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")

_MAX_NAME = 200
_MAX_DEPTH = 3  # messages in messages that are opened; what is deeper stays a file
_RTF = "application/rtf"
_TNEF = "application/ms-tnef"


@dataclass(frozen=True, slots=True)
class TnefFile:
    """``name`` and ``type`` as the sender has them, or empty."""

    name: str
    type: str
    content: bytes
    content_id: str = ""


@dataclass(slots=True)
class TnefMessage:
    """``files``: also the text and the files of messages in it, and its own text where that is RTF alone.

    ``plain`` is what that RTF says, then.

    ``is_whole``: nothing was left unread at its end.
    """

    plain: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)
    is_whole: bool = True

    @property
    def is_empty(self) -> bool:
        return not (self.plain or self.html or self.files)


def open_tnef(content: bytes, budget: Budget) -> TnefMessage:
    """Raises TnefBrokenError."""
    return _message(memoryview(content), "message", budget, 0)


def _message(data: memoryview, name: str, budget: Budget, depth: int) -> TnefMessage:
    """``name``: of the file that its text becomes where it is not the mail's own; otherwise by its subject."""
    group, attachments, is_whole = read_groups(data, budget)
    charset = group.charset(attribute=_CODE_PAGE)
    plain, html = group.text(charset, _P_BODY, _BODY), _html(group, charset)
    found = TnefMessage(plain if plain.strip() else "", html if html.strip() else "", is_whole=is_whole)
    name = _bare(name or group.label(charset, _P_SUBJECT, _SUBJECT)) or "message"
    if not found.plain and not found.html:
        rich = list(_rtf(group, name, budget))
        found.files += rich
        found.plain = "" if depth else "\n".join(rtf_to_text(each.content, MAX_TEXT) for each in rich)
    elif depth and found.plain:
        found.files.append(TnefFile(f"{name}.txt", "text/plain", found.plain.encode()))
    elif depth:  # with a mark that outweighs what it says of its charset
        found.files.append(TnefFile(f"{name}.html", "text/html", codecs.BOM_UTF8 + found.html.encode()))
    for each in attachments:
        found.files += _files(each, charset, budget, depth)
    return found


def _bare(title: str) -> str:
    """One that no folders are read into."""
    return one_line(title, _MAX_NAME).replace("/", "_").replace("\\", "_")


def _html(group: Group, charset: str) -> str:
    """Mostly binary, in a code page of its own."""
    value = group.value(_P_HTML)
    if value.type != BINARY:
        return group.text(charset, _P_HTML)
    return decode(bytes(value.data).rstrip(b"\0"), group.charset(_P_INTERNET_CODE_PAGE))


def _rtf(group: Group, name: str, budget: Budget) -> Iterator[TnefFile]:
    """As it came where it is broken, or more than would be read in time."""
    compressed = bytes(group.value(_P_RTF_COMPRESSED).data)
    if not compressed:
        return
    budget.rtf -= len(compressed)
    try:
        if budget.rtf < 0:
            raise RtfBrokenError
        yield TnefFile(f"{name}.rtf", _RTF, decompress(compressed))
    except RtfBrokenError:
        yield TnefFile(f"{name}.rtf.lzfu", "", compressed)


def _files(group: Group, charset: str, budget: Budget, depth: int) -> list[TnefFile]:
    """The file, or what is in the message that it is. One that is linked only is empty."""
    long_name = group.label(charset, _P_ATTACH_LONG_FILE_NAME)
    short_name = group.label(charset, _P_ATTACH_FILE_NAME, _ATTACHMENT_TITLE)
    title = group.label(charset, _P_DISPLAY_NAME)
    type_ = group.label(charset, _P_ATTACH_MIME_TAG)
    value_type, data = group.value(_P_ATTACH_DATA, _ATTACHMENT_DATA)
    inside = TnefMessage(is_whole=False)
    if value_type == OBJECT:
        interface, data = bytes(data[:GUID]), data[GUID:]
        if interface == _EMBEDDED_MESSAGE:
            type_ = _TNEF
            inside = _enclosed(data, title, budget, depth + 1)
    if inside.is_whole and inside.files:
        return inside.files
    content_id = group.label(charset, _P_ATTACH_CONTENT_ID)
    file = TnefFile(long_name or short_name or title, type_, bytes(data), content_id)
    return [*inside.files, file]


def _enclosed(data: memoryview, title: str, budget: Budget, depth: int) -> TnefMessage:
    """Not whole where it is broken, or too deep."""
    try:
        return _message(data, title, budget, depth) if depth <= _MAX_DEPTH else TnefMessage(is_whole=False)
    except TnefBrokenError:
        return TnefMessage(is_whole=False)
