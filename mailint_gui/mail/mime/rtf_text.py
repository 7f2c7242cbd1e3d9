r"""Rich text to readable text, in linear time: what Outlook writes (Rich Text Format Specification, version 1.9.1).

Where it is HTML in the clothes of rich text ([MS-OXRTFEX]), the tags are in groups that are skipped; the rest reads
the same.
"""

import re

from mailint_gui.mail.mime.text import clean

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?"  # a control word; the blank that ends it belongs to it
    rb"|\\'([0-9a-fA-F]{2})"
    rb"|\\([^a-zA-Z])"
    rb"|([{}])"
    rb"|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
    rb"|\\"
)
_WORDS = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t",
    b"emdash": "\u2014", b"endash": "\u2013", b"bullet": "\u2022", b"emspace": " ", b"enspace": " ",
    b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c", b"rdblquote": "\u201d",
}  # fmt: skip
_SYMBOLS = {b"~": "\xa0", b"_": "-", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}
_NO_TEXT = frozenset(
    b"fonttbl colortbl stylesheet info pict object listtable listoverridetable header footer fldinst".split()
)
_CODE_PAGES = {  # by \fcharset
    128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_MAX_RTF = 4 * 1024 * 1024  # octets that are read: as many take two seconds at worst
_MAX_DEPTH = 1000  # groups in groups; of what is deeper the text is not told


def rtf_to_text(rtf: bytes, limit: int) -> str:
    """Its first ``limit`` characters. Empty where it is no rich text. Never raises."""
    if not rtf.lstrip().startswith(b"{\\rtf"):
        return ""
    reader = _Reader(limit)
    for token in _TOKEN.finditer(rtf[:_MAX_RTF]):
        reader.take(token)
        if reader.is_full:
            break
    return clean(reader.text())[:limit].strip()


class _Reader:
    """Of a group it keeps whether its text is skipped, the code page, and how many characters stand in for ``\\u``."""

    def __init__(self, limit: int) -> None:
        self._room = limit
        self._parts: list[str] = []
        self._bytes = bytearray()  # that are not decoded yet: a character may be two of them
        self._outer: list[tuple[bool, str, int]] = []
        self._too_deep = 0
        self._skips, self._code_page, self._stand_ins = False, "cp1252", 1
        self._default = "cp1252"
        self._in_fonts = False
        self._font = 0
        self._fonts: dict[int, str] = {}
        self._ignored = 0  # characters that stand in for one that was told by its number
        self._starred = False

    @property
    def is_full(self) -> bool:
        return self._room <= 0

    def text(self) -> str:
        """Where a character beyond U+FFFF was told by the two halves of UTF-16, they are one."""
        self._decode()
        return "".join(self._parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def take(self, token: "re.Match[bytes]") -> None:
        word, number, hexadecimal, symbol, brace, letters = token.groups()
        if brace:
            self._brace(brace)
        elif word:
            self._word(word, None if number is None else int(number))
        elif hexadecimal:
            self._add_bytes(bytes.fromhex(hexadecimal.decode()))
        elif symbol == b"*":
            self._starred = True
        elif symbol in _SYMBOLS:
            self._add(_SYMBOLS[symbol])
        elif letters:
            self._add_bytes(letters)

    def _brace(self, brace: bytes) -> None:
        self._ignored, self._starred = 0, False
        if brace == b"{":
            if len(self._outer) >= _MAX_DEPTH:
                self._too_deep += 1
                return
            self._outer.append((self._skips, self._code_page, self._stand_ins))
        elif self._too_deep:
            self._too_deep -= 1
        elif self._outer:
            self._decode()
            self._skips, self._code_page, self._stand_ins = self._outer.pop()
            self._in_fonts &= self._skips

    def _word(self, word: bytes, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word in _NO_TEXT or starred:
            self._skips = True
            self._in_fonts |= word == b"fonttbl"
        elif word in _WORDS:
            self._add(_WORDS[word])
        elif number is not None:
            self._numbered(word, number)
        elif word in (b"pard", b"plain"):
            self._use(self._default)

    def _numbered(self, word: bytes, number: int) -> None:
        match word:
            case b"u":
                self._add(chr(number % 0x10000))
                self._ignored = self._stand_ins
            case b"uc":
                self._stand_ins = max(0, min(number, 10))
            case b"ansicpg":
                self._default = f"cp{number}" if number > 0 else "cp1252"
                self._use(self._default)
            case b"f" if self._in_fonts:
                self._font = number
            case b"fcharset" if self._in_fonts and number in _CODE_PAGES:
                self._fonts[self._font] = _CODE_PAGES[number]
            case b"f":
                self._use(self._fonts.get(number, self._default))
            case b"bin":
                self._skips = True  # bytes that are no text follow

    def _use(self, code_page: str) -> None:
        self._decode()
        self._code_page = code_page

    # Text

    def _add(self, text: str) -> None:
        if self._is_silent:
            return
        if self._ignored:
            self._ignored -= 1
            return
        self._decode()
        self._parts.append(text)
        self._room -= len(text)

    def _add_bytes(self, data: bytes) -> None:
        if self._is_silent:
            return
        skipped = min(self._ignored, len(data))
        self._ignored -= skipped
        self._bytes += data[skipped:]
        self._room -= len(data) - skipped

    @property
    def _is_silent(self) -> bool:
        return self._skips or self._too_deep > 0

    def _decode(self) -> None:
        if self._bytes:
            self._parts.append(_decoded(bytes(self._bytes), self._code_page))
            self._bytes.clear()


def _decoded(data: bytes, code_page: str) -> str:
    try:
        return data.decode(code_page, "replace")
    except LookupError:
        return data.decode("cp1252", "replace")
