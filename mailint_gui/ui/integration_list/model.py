"""The model of the list; a change repaints its own row and no other.

Its values lie in Qt's own storage: a ``data()`` in Python would have to win Python's lock back from the workers for
each value of each cell, and with sixteen of them at work a frame that takes 5 ms took half a second.
"""

from contextlib import nullcontext
from itertools import islice
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.integration_list.row import (
    ALIGNMENTS,
    Column,
    Row,
    build_row,
    heading,
    look_of,
    moved_on,
    rebuilt,
)
from mailint_gui.ui.status_board import StatusBoard

ROWS_AT_ONCE = 4  # about 1 ms; more are built in later turns, so that no frame is late


class IntegrationModel(QStandardItemModel):
    def __init__(
        self, board: StatusBoard, clock: Clock = system_clock, parent: QObject | None = None
    ) -> None:
        super().__init__(0, len(Column), parent)
        self._board = board
        self._clock = clock
        self._look = look_of(QGuiApplication.palette())
        self._rows: list[Row] = []
        self._places: dict[int, int] = {}
        self._stale: dict[int, None] = {}  # ids in the order of their change
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._freshen)
        board.reset.connect(self._take_all)
        board.changed.connect(self._take)
        board.removed.connect(self._remove)
        board.surroundings_changed.connect(self.rebuild)
        self._take_all()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return heading(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGNMENTS[section]
        return None

    def row(self, place: int) -> Row:
        return self._rows[place]

    def place_of(self, integration_id: int) -> int | None:
        return self._places.get(integration_id)

    def refresh(self) -> None:
        """Time went by: tell of the rows whose relative times say otherwise now."""
        now = self._clock()
        for place, row in enumerate(self._rows):
            status = self._board.status(row.id)
            if status is not None:
                self._put(place, moved_on(row, status, self._board.surroundings, now))

    def turn_rings(self, degrees: int) -> None:
        """Turn the rings of the checks that are shown as running; nothing else of their rows is painted anew."""
        still = self._look.icons[Shape.CHECKING]
        turned = state_icon(Shape.CHECKING, QGuiApplication.palette(), degrees)
        for one in self._board.running():
            place = self._places.get(one)
            if place is not None and self._rows[place].icon is still:
                self.item(place, Column.STATUS).setIcon(turned)

    def rebuild(self) -> None:
        """Something that all rows hang on changed."""
        self._look = look_of(QGuiApplication.palette())
        self._take(frozenset(self._places))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Installed on the table: its palette is the one that the shapes must be readable on."""
        if event.type() == QEvent.Type.PaletteChange:
            self.rebuild()
        return super().eventFilter(watched, event)

    def _take_all(self) -> None:
        self.beginResetModel()
        self._stale.clear()
        self._rows = [self._built(status) for status in self._board.statuses()]
        self._number_places()
        with QSignalBlocker(self):  # the reset says it all
            self.removeRows(0, self.rowCount())
            for row in self._rows:
                self.appendRow(_items(row))
        self.endResetModel()

    def _take(self, ids: frozenset[int]) -> None:
        self._stale |= dict.fromkeys(sorted(ids & self._places.keys()))
        if not self._later.isActive():
            self._freshen()
        new = [self._built(status) for status in self._board.known(sorted(ids - self._places.keys()))]
        for row in new:
            self._rows.append(row)
            self._number_places()
            self.appendRow(_items(row))

    def _freshen(self) -> None:
        for one in list(islice(self._stale, ROWS_AT_ONCE)):
            del self._stale[one]
            status = self._board.status(one)
            if status is not None and one in self._places:
                place = self._places[one]
                self._put(place, rebuilt(self._rows[place], status, self._board, self._look, self._clock()))
        if self._stale:
            self._later.start()

    def _remove(self, ids: frozenset[int]) -> None:
        for one in ids & self._places.keys():
            place = self._places[one]
            del self._rows[place]
            self._number_places()
            self.removeRow(place)

    def _put(self, place: int, new: Row) -> None:
        """In few calls of Qt: in each of them a worker may take Python's lock."""
        old, self._rows[place] = self._rows[place], new
        cells = _differences(old, new)
        one_cell = len(cells) == 1
        with nullcontext() if one_cell else QSignalBlocker(self):
            for column, answers in cells.items():
                self.setItemData(self.index(place, column), answers)
        if cells and not one_cell:  # one word for the row, not one for each of its cells
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(Column) - 1))

    def _built(self, status: IntegrationStatus) -> Row:
        return build_row(status, self._board, self._look, self._clock())

    def _number_places(self) -> None:
        self._places = {row.id: place for place, row in enumerate(self._rows)}


def _differences(old: Row, new: Row) -> dict[int, dict[int, Any]]:
    """By column, the answers that are others, by role."""
    cells: dict[int, dict[int, Any]] = {}
    for role, answers in new.answers.items():
        if (before := old.answers[role]) != answers:
            for column, answer in enumerate(answers):
                if answer != before[column]:
                    cells.setdefault(column, {})[role] = answer
    return cells


def _items(row: Row) -> list[QStandardItem]:
    items = [QStandardItem() for _column in Column]
    for item in items:
        item.setEditable(False)
    for role, answers in row.answers.items():
        for item, answer in zip(items, answers, strict=True):
            if answer is not None:
                item.setData(answer, role)
    return items
