"""CSV files (RFC 4180) that a spreadsheet opens as what they are."""

import csv
import io
from collections.abc import Iterable, Sequence

_READ_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A value that a spreadsheet would run as a formula is marked as text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    for line in lines:
        writer.writerow([_harmless(value) for value in line])
    return text.getvalue()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_READ_AS_FORMULA) else value
