"""CSV files (RFC 4180) that a spreadsheet opens as what they are."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence

_READ_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A value that a spreadsheet would run as a formula is marked as text."""
    return "".join(csv_pieces(headings, lines))


def csv_pieces(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same line by line, for more lines than should be in memory at once."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for line in itertools.chain([headings], lines):
        writer.writerow([_harmless(value) for value in line])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_READ_AS_FORMULA) else value
