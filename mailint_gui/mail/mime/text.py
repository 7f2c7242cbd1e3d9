"""From bytes of unknown honesty to text that a database and a window can take."""

import binascii
import codecs
import re

_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # controls, and what UTF-8 has no bytes for
_CONTROLS = {code: None for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n"} | {0: "\ufffd"}

# Labels that mean more than Python takes them for (WHATWG Encoding Standard, section 4.2), or that it lacks.
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
}
# Codecs of Python that are no charsets of mail; some take quadratic time.
_NOT_CHARSETS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)
_SAYS_NOTHING = frozenset({"", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default", "binary"})
# Charsets in which ASCII bytes are ASCII: no need to look the codec up.
_ASCII_INSIDE = frozenset({"", "us-ascii", "ascii", "utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"})
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# RFC 2047 section 2, with the language of RFC 2231 section 5; blanks inside are tolerated where Q is used.
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,60})?\?([bBqQ])\?([^?\r\n]*)\?=")


def decode(data: bytes, charset: str = "") -> str:
    """By ``charset`` where that is one and fits, else as UTF-8, else as Windows-1252. Never raises."""
    if data.isascii() and charset.lower() in _ASCII_INSIDE:
        return clean(data.decode("ascii"))
    if data.startswith(_UTF_16_MARKS) and not charset.lower().startswith("utf-32"):
        charset = "utf-16"
    for name in (charset, "utf-8"):
        codec = _codec(name)
        if codec is not None:
            try:
                return clean(codec.decode(data)[0])
            except (UnicodeError, ValueError):
                continue
    codec = _codec(charset)
    if codec is not None and codec.name not in ("utf-8", "cp1252"):
        return clean(codec.decode(data, "replace")[0])
    return clean(data.decode("cp1252", "replace"))


def _codec(charset: str) -> codecs.CodecInfo | None:
    name = charset.strip().strip("'\"").lower()
    if name in _SAYS_NOTHING:
        return None
    try:
        codec = codecs.lookup(_SUPERSETS.get(name, name))
        "".encode(codec.name)  # refuses what is no text encoding: zlib, hex, rot13
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if codec.name.replace("_", "-") in _NOT_CHARSETS else codec


def clean(text: str) -> str:
    """Line ends are LF; no controls, and nothing that UTF-8 or a database refuses (surrogates, NUL)."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _REFUSED.search(text):  # as nearly always: translating takes fifteen times as long
        return text
    return text.translate(_CONTROLS).encode(errors="replace").decode()


def one_line(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]


def within_octets(text: str, limit: int) -> str:
    """The start of ``text`` that takes no more than ``limit`` octets of UTF-8."""
    return text.encode(errors="replace")[:limit].decode(errors="ignore")


def decode_header(value: str) -> str:
    """Decodes the encoded words (RFC 2047) of a header value.

    Adjacent words of one charset are joined before decoding, since senders cut characters in two.
    """
    if "=?" not in value:
        return value
    text: list[str] = []
    charset, data, position = "", b"", 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[position : word.start()]
        adjacent = position > 0 and not between.strip()
        if not adjacent or word[1].lower() != charset:
            text.append(decode(data, charset))
            data = b""
        if not adjacent:
            text.append(between)
        charset, position = word[1].lower(), word.end()
        data += _word(word[2], word[3])
    return "".join((*text, decode(data, charset), value[position:]))


def _word(encoding: str, encoded: str) -> bytes:
    ascii_only = encoded.encode("ascii", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(ascii_only, header=True)
    return decode_base64(ascii_only)


def decode_base64(encoded: bytes) -> bytes:
    """As much of it as can be decoded, whatever its padding."""
    try:
        return binascii.a2b_base64(encoded + b"==")
    except binascii.Error:  # one character too many
        try:
            return binascii.a2b_base64(encoded.rstrip(b"=\r\n \t")[:-1] + b"==")
        except binascii.Error:
            return b""
