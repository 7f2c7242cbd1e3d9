"""The history as rows in Qt's own storage: a ``data()`` in Python would have to win Python's lock for each cell."""

from collections.abc import Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon, QPalette, QStandardItem, QStandardItemModel

from mailint_gui.domain.history import HistoryRow
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Fault
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.spoken import speak_cells
from mailint_gui.wording.history import (
    difference_words,
    happened_words,
    mail_words,
    result_words,
    took_words,
    what_words,
)
from mailint_gui.wording.times import full

_APART = "\N{EN SPACE}"  # between what is aligned to the right and what follows it


class Column(IntEnum):
    WHEN = 0
    WHAT = 1
    TOOK = 2
    MAIL = 3
    HAPPENED = 4


class HistoryModel(QStandardItemModel):
    """The newest first. ``rows`` are those of the model, in its order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, len(Column), parent)
        self.rows: tuple[HistoryRow, ...] = ()
        self.setHorizontalHeaderLabels(
            [
                self.tr("When"),
                self.tr("What"),
                self.tr("Took") + _APART,
                self.tr("Messages"),
                self.tr("What happened"),
            ]
        )
        header = self.horizontalHeaderItem(Column.TOOK)
        header.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def fill(self, rows: Iterable[HistoryRow], palette: QPalette) -> None:
        self.removeRows(0, self.rowCount())
        self.rows = ()
        self.append(rows, palette)

    def append(self, rows: Iterable[HistoryRow], palette: QPalette) -> None:
        """Older ones."""
        added = tuple(rows)
        for row in added:
            self.appendRow(self._spoken(_items(row, palette)))
        self.rows += added

    def put_first(self, rows: Sequence[HistoryRow], palette: QPalette) -> None:
        """Newer ones, the newest first."""
        for place, row in enumerate(rows):
            self.insertRow(place, self._spoken(_items(row, palette)))
        self.rows = (*rows, *self.rows)

    def _spoken(self, items: list[QStandardItem]) -> list[QStandardItem]:
        speak_cells(self, items)
        return items

    def dress(self, palette: QPalette) -> None:
        """The shapes in the colours of ``palette``."""
        for place, row in enumerate(self.rows):
            self.item(place, Column.HAPPENED).setIcon(_icon(row, palette))


def line_of(row: HistoryRow) -> list[str]:
    """The cells of a row as they are shown."""
    return [
        full(row.started_at),
        what_words(row),
        took_words(row.duration),
        mail_words(row.tally) if row.tally else "",
        _happened(row),
    ]


def _items(row: HistoryRow, palette: QPalette) -> list[QStandardItem]:
    texts = line_of(row)
    texts[Column.TOOK] += _APART
    items = [QStandardItem(text) for text in texts]
    for item in items:
        item.setEditable(False)
    items[Column.TOOK].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    items[Column.HAPPENED].setIcon(_icon(row, palette))
    return items


def _happened(row: HistoryRow) -> str:
    if row.problem is not None:
        return happened_words(row).what
    return (difference_words(row.tally) if row.tally else "") or result_words(row)


def _icon(row: HistoryRow, palette: QPalette) -> QIcon:
    unbalanced = row.tally is not None and row.tally.difference
    if row.problem is not None and row.problem.fault is Fault.THROTTLED:
        shape = Shape.WAITING
    elif row.problem is not None or unbalanced:
        shape = Shape.FAILING
    else:
        done = row.result == ("ok" if row.direction is Direction.INCOMING else "sent")
        shape = Shape.OK if done else Shape.NOT_CHECKED
    return state_icon(shape, palette)
