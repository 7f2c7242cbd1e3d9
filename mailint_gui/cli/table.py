"""Plain text output: aligned columns, with nothing in them that a terminal would obey."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_CELL_LIMIT = 60
# Controls, and the marks that turn the direction of writing around.
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def cell(value: object) -> str:
    """One value on one line. Null is a dash, a list its parts."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return cell(", ".join(cell(each) for each in value))
        case Mapping():
            said = " ".join(filter(None, (value.get("message"), value.get("remedy"))))
            return cell(said or value.get("address") or value.get("name"))
    return _UNSAFE.sub(" ", str(value)).strip() or "-"


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], whole: str = "") -> str:
    """A heading and a line each. Empty for no rows. ``whole`` names a column whose cells are never cut."""
    lines = [[_fitting(cell(row[column]), column == whole) for column in columns] for row in rows]
    if not lines:
        return ""
    heading = [column.replace("_", " ").upper() for column in columns]
    widths = [max(len(line[index]) for line in [heading, *lines]) for index in range(len(columns))]
    return "\n".join(_padded(line, widths) for line in [heading, *lines])


def sheet(values: Mapping[str, Any]) -> str:
    """A name and a value a line."""
    width = max((len(name) for name in values), default=0)
    return "\n".join(f"{name.replace('_', ' '):<{width}}  {cell(value)}" for name, value in values.items())


def _padded(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()


def _fitting(text: str, whole: bool) -> str:
    return text if whole or len(text) <= _CELL_LIMIT else text[: _CELL_LIMIT - 1] + "…"
