"""What is told of one row of the history, and the rows as a file."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.history import HistoryRow
from mailint_gui.ui.csv_text import csv_pieces
from mailint_gui.wording.history import (
    books_words,
    difference_words,
    happened_words,
    result_words,
    skipped_words,
    took_words,
    what_words,
)
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import full

translate = QCoreApplication.translate
_COUNTS = [item.name for item in fields(CheckTally)]


def row_words(row: HistoryRow) -> str:
    """All that is known of it, line by line."""
    told = happened_words(row)
    head = translate("history", "{what}, {time}, took {took}: {result}.")
    facts = {
        "what": what_words(row),
        "time": full(row.started_at),
        "took": took_words(row.duration),
        "result": result_words(row),
    }
    lines = [filled(head, facts)]
    if row.problem is not None:
        lines += [told.what, told.remedy]
        if row.problem.detail.strip():
            lines.append(filled(translate("history", "Details: {detail}"), {"detail": row.problem.detail}))
    if row.tally is not None:
        lines += [books_words(row.tally), difference_words(row.tally), skipped_words(row.tally)]
    return "\n".join(filter(None, lines))


def as_csv(rows: Iterable[HistoryRow]) -> Iterator[str]:
    """Line by line, with true values: times in ISO 8601, local; lengths in seconds; each count for itself."""
    headings = [
        translate("history", "Began"),
        translate("history", "What"),
        translate("history", "Seconds"),
        translate("history", "Result"),
        *_COUNTS,
        translate("history", "What happened"),
        translate("history", "Details"),
    ]
    return csv_pieces(headings, (_values(row) for row in rows))


def _values(row: HistoryRow) -> list[str]:
    counts = [str(getattr(row.tally, name)) if row.tally else "" for name in _COUNTS]
    return [
        _iso(row.started_at),
        what_words(row),
        f"{row.duration.total_seconds():.3f}",
        row.result,
        *counts,
        str(happened_words(row)) if row.problem else result_words(row),
        row.problem.detail if row.problem else "",
    ]


def _iso(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")
