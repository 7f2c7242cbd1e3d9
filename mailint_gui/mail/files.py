"""Files beside the body of a message (RFC 2183): encoded as a whole, which no line by line writer could do in time."""

import mimetypes
import re
from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from hashlib import sha256

_LINE = 76  # characters of base64 on a line (RFC 2045 section 6.8)
_LONGEST_NAME = 200
_UNKNOWN = "application/octet-stream"
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")
_UNSEPARABLE = ("message/", "multipart/")  # may not be encoded (RFC 2045 section 6.4)


@dataclass(frozen=True, slots=True)
class File:
    """``name`` without folders; ``type`` such as ``image/png``, empty: as the name says."""

    name: str
    content: bytes
    type: str = ""


def with_files(message: EmailMessage, files: Iterable[File], unique: str) -> bytes:
    """``message``, whole with its body, as bytes with ``files`` attached; ``unique`` makes the boundary."""
    placed = [(_mark(f"file {number} of {unique}"), file) for number, file in enumerate(files)]
    if placed:
        message.make_mixed(boundary=f"=_{_mark(f'mixed {unique}')[:32]}")
    for place, file in placed:
        message.attach(_part(message, file, place))
    pieces, rest = [], message.as_bytes()
    for place, file in placed:
        before, _, rest = rest.partition(place.encode())
        pieces += [before, _base64(file.content)]
    return b"".join([*pieces, rest])


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _part(message: EmailMessage, file: File, place: str) -> EmailMessage:
    part = type(message)(message.policy)
    part["Content-Type"] = _type(file)
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=_name(file.name))
    part.set_payload(place)
    return part


def _type(file: File) -> str:
    kind, encoding = mimetypes.guess_type(file.name) if not file.type else (file.type, None)
    kind = (kind or _UNKNOWN).lower()
    if encoding or not _TYPE.fullmatch(kind) or kind.startswith(_UNSEPARABLE):
        return _UNKNOWN
    return kind


def _name(name: str) -> str:
    """On one line, no path, nothing that UTF-8 cannot carry; the end, which says what it is, stays.

    Nor what ``email`` would take for an encoded word (RFC 2047): it writes its line ends as they are.
    """
    one_line = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    bare = re.split(r"[/\\]", one_line)[-1].strip().replace("=?", "=_")
    return bare[-_LONGEST_NAME:] or "file"


def _base64(content: bytes) -> bytes:
    encoded = b2a_base64(content, newline=False)
    return b"\r\n".join(encoded[start : start + _LINE] for start in range(0, len(encoded), _LINE))
