"""HTML that Qt lays out in no time: where tables would take seconds or hours, they are taken apart.

Measured with Qt 6: the time of tables within tables doubles with each level (20 levels: 23 s), and that of cells that
span several columns or rows grows with the square of what they span (1,000 rows of one cell of 1,000 columns: 11 s).
A word of 200,000 letters takes 3.5 s.
"""

import re
from dataclasses import dataclass

MAX_AT_ONCE = 150_000  # characters that are laid out without asking: about 0.2 s
_ENDLESS_WORD = re.compile(r"[^\s<>]{20000}")
_MAX_WEIGHT = 10_000  # sum of two to the power of each table's depth
_MAX_SPANNED = 3_000  # sum of columns times rows of the cells that span several
_TABLE_TAG = re.compile(
    r"<(/?)(table|caption|colgroup|col|thead|tbody|tfoot|tr|td|th)((?:\s+[^\s=>\"]+=\"[^\"]*\")*)\s*>",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\b(?:col|row)span=\"\s*(\d{1,9})", re.IGNORECASE)
_MAX_DEPTH = 60  # two to the power of more is too much in any case


@dataclass(frozen=True, slots=True)
class LayableHtml:
    """``is_simplified``: the tables were taken apart. ``is_large``: it may take seconds to show."""

    html: str
    is_simplified: bool = False
    is_large: bool = False


def layable(html: str) -> LayableHtml:
    """``html`` as the cleaner writes it: every attribute in double quotes."""
    is_heavy = _is_heavy(html)
    shown = _TABLE_TAG.sub(_as_block, html) if is_heavy else html
    is_large = len(shown) > MAX_AT_ONCE or _ENDLESS_WORD.search(shown) is not None
    return LayableHtml(shown, is_heavy, is_large)


def _is_heavy(html: str) -> bool:
    depth = weight = spanned = 0
    for tag in _TABLE_TAG.finditer(html):
        if tag[2].lower() == "table":
            depth = max(0, depth - 1) if tag[1] else depth + 1
            weight += 0 if tag[1] else 1 << min(depth, _MAX_DEPTH)
        elif not tag[1] and (spans := _SPAN.findall(tag[3])):
            spanned += _product(spans)
        if weight > _MAX_WEIGHT or spanned > _MAX_SPANNED:
            return True
    return False


def _product(spans: list[str]) -> int:
    result = 1
    for span in spans:
        result *= max(1, int(span))
    return result


def _as_block(tag: re.Match[str]) -> str:
    return "" if tag[2].lower() in {"col", "colgroup"} else f"<{tag[1]}div>"
