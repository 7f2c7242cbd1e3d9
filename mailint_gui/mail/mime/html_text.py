"""The readable text of an HTML body: one linear reading on ``html.parser``; no layout, nothing loaded."""

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math"})
_BLOCK_NAMES = """
    address article aside blockquote body dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr html legend li main nav ol p pre section table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset({"td", "th"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")


class _Reader(HTMLParser):
    def __init__(self, limit: int) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._room = limit
        self._unseen = ""  # the element whose end brings the text back
        self._unseen_depth = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self._unseen:
            self._unseen_depth += tag == self._unseen
        elif tag in _UNSEEN:
            self._unseen, self._unseen_depth = tag, 1
        elif tag == "br":
            self._append("\n")
        elif tag == "li":
            self._append("\n- ")
        elif tag in _BLOCKS:
            self._append("\t" if tag in _CELLS else "\n")
        if tag == "body":  # no document hides its body: an unclosed head ends here
            self._unseen, self._unseen_depth = "", 0

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            self._unseen_depth -= tag == self._unseen
            if self._unseen_depth == 0:
                self._unseen = ""
        elif tag == "p":
            self._append("\n\n")
        elif tag in _BLOCKS and tag not in _CELLS:
            self._append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._append(_BLANKS.sub(" ", data))

    def _append(self, piece: str) -> None:
        if self._room > 0:
            self._pieces.append(piece)
            self._room -= len(piece)

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        kept: list[str] = []
        for line in lines:
            if line or (kept and kept[-1]):  # at most one empty line together
                kept.append(line)
        return "\n".join(kept).strip()


def html_to_text(html: str, limit: int) -> str:
    """At most ``limit`` characters of it. Never raises on any text; linear in its length."""
    reader = _Reader(limit)
    # Never closed: close() reads the rest again from each construct that was left open, in quadratic time.
    # What a browser would not show of an unfinished comment or tag is not shown here either.
    reader.feed(html + "\n<br>")
    return reader.text()
