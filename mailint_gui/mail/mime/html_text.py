"""The readable text of an HTML body: one linear reading on ``html.parser``; no layout, nothing loaded."""

import re
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math"})
_BLOCK_NAMES = """
    address article aside blockquote body dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr html legend li main nav ol p pre section table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset({"td", "th"})
# Elements that may be hidden and whose end is written; a hidden <br> or <img> has none to wait for.
_HIDEABLE = frozenset(
    {"a", "b", "center", "div", "font", "i", "p", "section", "span", "strong", "table", "td", "tr"}
)
_ENDED_BY_THE_NEXT = frozenset({"p", "td", "tr"})
_HIDDEN_STYLE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_QUOTE_CLASS = re.compile(r"\b(?:gmail_quote|protonmail_quote|yahoo_quoted|cite)\b", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MAX_QUOTES = 9
_MAX_LINK = 500
_MAX_STYLE = 2000


class _Lines:
    """Lines as they grow, each with the marks of the quotations that it is in."""

    def __init__(self, limit: int) -> None:
        self._room = limit
        self._kept: list[str] = []
        self._pieces: list[str] = []
        self._marks = ""

    def add(self, text: str) -> None:
        if self._room > 0:
            self._pieces.append(text)
            self._room -= len(text)

    def end(self, as_written: bool = False) -> None:
        """Ends the line; at most one empty one in a row is kept."""
        if self._room <= 0 and not self._pieces:
            return
        text = "".join(self._pieces)
        text = text.rstrip() if as_written else " ".join(text.split())
        self._pieces = []
        self._room -= 1
        if text or self._ends_with_words():
            self._kept.append(f"{self._marks}{text}".rstrip())

    def end_block(self, as_written: bool = False) -> None:
        """Ends the line if there is anything on it."""
        if "".join(self._pieces).strip():
            self.end(as_written)
        self._pieces = []

    def quote(self, depth: int) -> None:
        self.end_block()
        self._marks = ">" * min(depth, _MAX_QUOTES) + " " if depth else ""

    def text(self) -> str:
        self.end_block()
        while self._kept and not self._ends_with_words():
            self._kept.pop()
        return "\n".join(self._kept).strip()

    def _ends_with_words(self) -> bool:
        return bool(self._kept and self._kept[-1].strip("> "))


class _Reader(HTMLParser):
    def __init__(self, limit: int) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = _Lines(limit)
        self._unseen = ""  # the element whose end brings the text back
        self._unseen_depth = 0
        self._quotes: list[bool] = []  # open blockquotes: whether each is a quotation
        self._written = 0  # open <pre>
        self._link, self._link_text = "", ""

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Of any name a comment that ends at the next bracket, as in browsers: some names raise in the base class."""
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        if tag == self._unseen and tag in _ENDED_BY_THE_NEXT:
            self._unseen, self._unseen_depth = "", 0
        if tag == "body":  # no document hides its body: an unclosed head ends here
            self._unseen, self._unseen_depth = "", 0
        if self._unseen:
            self._unseen_depth += tag == self._unseen
        elif tag in _UNSEEN or (tag in _HIDEABLE and _is_hidden(attributes)):
            self._unseen, self._unseen_depth = tag, 1
        else:
            self._start(tag, attributes)

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag in _CELLS:
            self.lines.add(" ")
        elif tag == "br":
            self.lines.end(as_written=self._written > 0)
        elif tag in _BLOCKS:
            self.lines.end_block()
        if tag == "li":
            self.lines.add("- ")
        elif tag == "blockquote":
            self._quotes.append(_is_quotation(attributes))
            self.lines.quote(sum(self._quotes[-_MAX_QUOTES:]))
        elif tag == "pre":
            self._written += 1
        elif tag == "a":
            self._link, self._link_text = _target(attributes), ""

    def handle_startendtag(self, tag: str, attributes: Attributes) -> None:
        if tag not in _UNSEEN and tag not in _HIDEABLE:
            self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            self._unseen_depth -= tag == self._unseen
            if self._unseen_depth == 0:
                self._unseen = ""
        elif tag == "a":
            self._end_link()
        elif tag in _BLOCKS and tag not in _CELLS:
            self.lines.end_block(as_written=tag == "pre")
            if tag == "p":
                self.lines.end()
            if tag == "blockquote" and self._quotes:
                self._quotes.pop()
                self.lines.quote(sum(self._quotes[-_MAX_QUOTES:]))
            elif tag == "pre":
                self._written = max(0, self._written - 1)

    def _end_link(self) -> None:
        """Where a link leads, unless its text says so."""
        if self._link and self._link.rstrip("/") not in self._link_text:
            self.lines.add(f" <{self._link}>")
        self._link = ""

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._link and len(self._link_text) < _MAX_LINK:
            self._link_text += data[:_MAX_LINK]
        if not self._written:
            self.lines.add(_BLANKS.sub(" ", data))
            return
        *whole, last = data.split("\n")
        for line in whole:
            self.lines.add(line)
            self.lines.end(as_written=True)
        self.lines.add(last)


def _is_hidden(attributes: Attributes) -> bool:
    for name, value in attributes:
        if name == "hidden" or (name == "style" and value and _HIDDEN_STYLE.search(value[:_MAX_STYLE])):
            return True
    return False


def _is_quotation(attributes: Attributes) -> bool:
    """As mail programs mark it; others indent with a blockquote."""
    return any(
        name in ("type", "class") and value and _QUOTE_CLASS.search(value[:200]) for name, value in attributes
    )


def _target(attributes: Attributes) -> str:
    link = next((value for name, value in attributes if name == "href" and value), "").strip()
    shown = link.lower().startswith(("http://", "https://")) and len(link) <= _MAX_LINK and " " not in link
    return link if shown else ""


def html_to_text(html: str, limit: int) -> str:
    """About ``limit`` characters of it at most. Never raises on any text; linear in its length."""
    reader = _Reader(limit)
    # Never closed: close() reads the rest again from each construct that was left open, in quadratic time.
    # What a browser would not show of an unfinished comment or tag is not shown here either.
    reader.feed(html + "\n<br>")
    return reader.lines.text()[:limit]
