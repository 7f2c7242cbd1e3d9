"""Rich text as Outlook compresses it: [MS-OXRTFCP], in time linear in what is read and written."""

import struct
import zlib

_HEADER = struct.Struct(
    "<III4x"
)  # COMPSIZE, RAWSIZE, COMPTYPE; the checksum is of what follows: section 2.1.3.1.1
_CHECKSUM_AT = 12
_COMPRESSED = 0x75465A4C
_UNCOMPRESSED = 0x414C454D
_DICTIONARY = 4096  # bytes that a reference can reach back
# What the dictionary begins with.
_AT_FIRST = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


class RtfBrokenError(Exception):
    """It is not compressed rich text, or a damaged one."""


def decompress(data: bytes) -> bytes:
    """At most 8.5 times as long as ``data``. Raises RtfBrokenError."""
    try:
        size, _, kind = _HEADER.unpack_from(data)
    except struct.error as error:
        raise RtfBrokenError from error
    contents = data[_HEADER.size : size + 4]  # COMPSIZE does not count itself
    if kind == _UNCOMPRESSED:
        return contents
    if kind != _COMPRESSED or int.from_bytes(data[_CHECKSUM_AT:16], "little") != _checksum(contents):
        raise RtfBrokenError
    return _expanded(contents)


def _checksum(contents: bytes) -> int:
    """CRC-32 without the inversions that are usual before and after."""
    return zlib.crc32(contents, 0xFFFFFFFF) ^ 0xFFFFFFFF


def _expanded(contents: bytes) -> bytes:
    """Runs of a control byte and eight tokens, each a letter or a reference: sections 2.1.3.1.1 and 2.1.3.1.5.

    The dictionary is a ring, and what was written last is in it: that is the end of ``written``.
    """
    written = bytearray(_AT_FIRST)
    place = 0
    while place < len(contents):
        control = contents[place]
        place += 1
        for bit in range(8):
            if not control >> bit & 1:
                written += contents[place : place + 1]
                place += 1
                continue
            reference = int.from_bytes(contents[place : place + 2], "big")
            place += 2
            back = (len(written) - (reference >> 4)) % _DICTIONARY
            if back == 0 or place > len(contents):
                return bytes(written[len(_AT_FIRST) :])
            _repeat(written, back, (reference & 0xF) + 2)
    return bytes(written[len(_AT_FIRST) :])


def _repeat(written: bytearray, back: int, length: int) -> None:
    """Also what it writes itself, where it is longer than it reaches back."""
    start = len(written) - back
    if start < 0:
        raise RtfBrokenError
    if back >= length:
        written += written[start : start + length]
    else:
        written += (written[start:] * (length // back + 1))[:length]
