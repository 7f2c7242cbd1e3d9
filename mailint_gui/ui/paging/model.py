"""The model of a long list, newest first; its values lie in Qt's own storage (see ``integration_list.model``)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtGui import QIcon, QStandardItem, QStandardItemModel

from mailint_gui.ui.spoken import spoken

_ROLE = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_GAP = "\N{EN SPACE}"  # between a number and the text of the next column
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Cell:
    """``spoken``: for screen readers where the text alone does not say it. Number columns stand on the right."""

    text: str
    tip: str = ""
    icon: QIcon | None = None
    is_number: bool = False
    spoken: str = ""

    def answers(self, heading: str) -> dict[int, Any]:
        return {
            _ROLE.DisplayRole: f"{self.text}{_GAP}" if self.is_number and self.text else self.text,
            _ROLE.ToolTipRole: self.tip or None,
            _ROLE.DecorationRole: self.icon,
            _ROLE.TextAlignmentRole: _RIGHT if self.is_number else _LEFT,
            _ROLE.AccessibleTextRole: spoken(heading, self.spoken or self.text),
        }


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of rows these are: their headings, the number that each is known by, and its cells."""

    headings: tuple[str, ...]
    key: Callable[[Any], int]
    cells: Callable[[Any], Sequence[Cell]]


class PagedModel(QStandardItemModel):
    def __init__(self, shape: Shape, parent: QObject | None = None) -> None:
        super().__init__(0, len(shape.headings), parent)
        self._shape = shape
        self._rows: list[Any] = []
        self.setHorizontalHeaderLabels(list(shape.headings))

    def rows(self) -> tuple[Any, ...]:
        return tuple(self._rows)

    def row_at(self, place: int) -> Any:
        return self._rows[place]

    def key_at(self, place: int) -> int:
        return self._shape.key(self._rows[place])

    def place_of(self, key: int) -> int | None:
        """By halves: keys fall from the first row to the last."""
        low, high = 0, len(self._rows)
        while low < high:
            middle = (low + high) // 2
            if self._shape.key(self._rows[middle]) > key:
                low = middle + 1
            else:
                high = middle
        found = low < len(self._rows) and self._shape.key(self._rows[low]) == key
        return low if found else None

    def last_key(self) -> int | None:
        return self._shape.key(self._rows[-1]) if self._rows else None

    def meets(self, newest: Sequence[Any]) -> bool:
        """Whether ``newest`` reaches down to the rows that are here, so that none is missing between them."""
        key = self._shape.key
        return bool(newest and self._rows) and key(newest[-1]) <= key(self._rows[0])

    def fill(self, rows: Sequence[Any]) -> None:
        """Others in place of all."""
        self.beginResetModel()
        self._rows = []
        with QSignalBlocker(self):  # the reset says it all
            self.removeRows(0, self.rowCount())
            self.append(rows)
        self.endResetModel()

    def append(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self._rows.append(row)
            self.appendRow(self._items(row))

    def merge(self, newest: Sequence[Any], reaches_end: bool) -> None:
        """``newest``: how the start of the list is now; what is older than its last row stays, unless it is the end."""
        key = self._shape.key
        lowest = None if reaches_end or not newest else key(newest[-1])
        still = {key(row) for row in newest}
        for place in reversed(range(len(self._rows))):
            known = key(self._rows[place])
            if known not in still and (lowest is None or known > lowest):
                del self._rows[place]
                self.removeRow(place)
        for place, row in enumerate(newest):
            if place < len(self._rows) and key(self._rows[place]) == key(row):
                self._put(place, row)
            else:
                self._rows.insert(place, row)
                self.insertRow(place, self._items(row))

    def put(self, row: Any) -> None:
        """The row of the same key, as it is now; nothing where it is not shown."""
        place = self.place_of(self._shape.key(row))
        if place is not None:
            self._put(place, row)

    def use(self, shape: Shape) -> None:
        """The same rows in other colours."""
        self._shape = shape
        for place, row in enumerate(self._rows):
            self._set(place, row)

    def _put(self, place: int, row: Any) -> None:
        if self._rows[place] != row:
            self._rows[place] = row
            self._set(place, row)

    def _set(self, place: int, row: Any) -> None:
        with QSignalBlocker(self):  # one word for the row, not one for each of its values
            for column, cell in enumerate(self._shape.cells(row)):
                for role, answer in cell.answers(self._shape.headings[column]).items():
                    self.item(place, column).setData(answer, role)
        self.dataChanged.emit(self.index(place, 0), self.index(place, self.columnCount() - 1))

    def _items(self, row: Any) -> list[QStandardItem]:
        named = zip(self._shape.headings, self._shape.cells(row), strict=True)
        return [_item(cell, heading) for heading, cell in named]


def _item(cell: Cell, heading: str) -> QStandardItem:
    item = QStandardItem()
    item.setEditable(False)
    for role, answer in cell.answers(heading).items():
        if answer is not None:
            item.setData(answer, role)
    return item
