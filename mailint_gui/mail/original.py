"""A message inside another one, byte for byte: what is handed on must not be parsed and written anew."""

import base64
from email.message import EmailMessage
from hashlib import sha256

_LONGEST_LINE = 998  # RFC 5322 section 2.1.1
_AT_ONCE = 64 * 1024  # bytes: over 10 MB in one go all other threads would wait for 0.1 s


def with_original(message: EmailMessage, original: bytes, unique: str) -> bytes:
    """``message``, whole with its body, as bytes with ``original`` attached to it as ``message/rfc822``.

    Its line ends become CRLF, nothing else is touched. What no mail may look like (a NUL, an endless line) is
    attached as a file of bytes instead, since ``message/rfc822`` may not be encoded (RFC 2046 section 5.2.1).
    ``unique`` makes the boundary one that does not stand in the original.
    """
    inner = _with_crlf(original)
    place = f"original-{sha256(f'original of {unique}'.encode()).hexdigest()}"
    message.make_mixed(boundary=f"=_{sha256(f'mixed {unique}'.encode()).hexdigest()[:32]}")
    part = type(message)(message.policy)
    if _is_mail(inner):
        encoding = "7bit" if inner.isascii() else "8bit"
        if encoding == "8bit":
            message["Content-Transfer-Encoding"] = "8bit"  # RFC 2045 section 6.4: also of what contains it
        part["Content-Type"] = "message/rfc822"
    else:
        inner = base64.encodebytes(original).replace(b"\n", b"\r\n")
        encoding = "base64"
        part["Content-Type"] = "application/octet-stream"
    part["Content-Transfer-Encoding"] = encoding
    part["Content-Disposition"] = 'attachment; filename="original.eml"'
    part.set_payload(place)
    message.attach(part)
    return message.as_bytes().replace(place.encode(), inner, 1)


def _with_crlf(raw: bytes) -> bytes:
    """Every line end as CRLF; piece by piece, none of which begins between CR and LF."""
    pieces: list[bytes] = []
    start = 0
    while start < len(raw):
        end = start + _AT_ONCE
        if raw[end - 1 : end + 1] == b"\r\n":
            end += 1
        piece = raw[start:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        pieces.append(piece.replace(b"\n", b"\r\n"))
        start = end
    return b"".join(pieces)


def _is_mail(raw: bytes) -> bool:
    """``raw`` has CRLF line ends. A plain loop: other threads may run in between."""
    start = 0
    while (end := raw.find(b"\r\n", start, start + _LONGEST_LINE + 2)) >= 0:
        start = end + 2
    return len(raw) - start <= _LONGEST_LINE and b"\0" not in raw
