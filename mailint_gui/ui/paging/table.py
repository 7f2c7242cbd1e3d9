"""The table of a long list: one line a row, no grid, and a word when its end comes near."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from mailint_gui.ui.paging.listing import Listing
from mailint_gui.ui.paging.model import PagedModel
from mailint_gui.ui.row_table import RowTable
from mailint_gui.ui.theme import BETWEEN_CONTROLS

_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_ENDS = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End})  # of the list; Qt's own are those of the line
_PAGES_AHEAD = 2  # so much is left to scroll when more is asked for
_FLAGS = QItemSelectionModel.SelectionFlag


class PagedTable(RowTable):
    open_requested = Signal(int)  # key
    selection_changed = Signal()
    near_end = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: PagedModel | None = None
        self._kept: tuple[tuple[int, ...], int | None] = ((), None)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # the bar counts rows
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(lambda index: self.open_requested.emit(self._key_at(index.row())))

    def show_rows(self, rows: PagedModel, widths: Mapping[int, int], stretched: int) -> None:
        """``widths`` in characters by column; ``stretched`` takes what the others leave."""
        self._rows = rows
        self.setModel(rows)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        rows.modelReset.connect(self._restore)
        self.verticalScrollBar().valueChanged.connect(self._look_for_end)
        self.verticalScrollBar().rangeChanged.connect(self._look_for_end)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        self.align_headings()
        self.set_row_height()
        em = self.fontMetrics().averageCharWidth()
        for column, width in widths.items():
            self.setColumnWidth(column, em * width + 2 * BETWEEN_CONTROLS)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)

    def follow(self, listing: Listing) -> None:
        """Keeps the selection and the place through what ``listing`` takes in, and asks it for more."""
        self.near_end.connect(listing.more)
        listing.about_to_merge.connect(self._keep)
        listing.changed.connect(self._settle)

    def selected_keys(self) -> tuple[int, ...]:
        """In the order shown."""
        return tuple(self._key_at(place) for place in self.selected_places())

    def selected_places(self) -> list[int]:
        if self.selectionModel() is None:
            return []
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def select(self, keys: Iterable[int]) -> None:
        """The first of them becomes the current one; what is not shown is left out."""
        if self._rows is None:
            return
        places = [place for key in keys if (place := self._rows.place_of(key)) is not None]
        for number, place in enumerate(places):
            index = self._rows.index(place, 0)
            if number == 0:
                self.selectionModel().setCurrentIndex(index, _FLAGS.ClearAndSelect | _FLAGS.Rows)
            else:
                self.selectionModel().select(index, _FLAGS.Select | _FLAGS.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENING_KEYS and self.currentIndex().isValid():
            self.open_requested.emit(self._key_at(self.currentIndex().row()))
        elif event.key() in _ENDS and self._rows is not None and not event.modifiers():
            self._go_to(0 if event.key() == Qt.Key.Key_Home else self._rows.rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def _go_to(self, place: int) -> None:
        assert self._rows is not None
        if place >= 0:
            index = self._rows.index(
                place, self.currentIndex().column() if self.currentIndex().isValid() else 0
            )
            self.selectionModel().setCurrentIndex(index, _FLAGS.ClearAndSelect | _FLAGS.Rows)
            self.scrollTo(index)

    def _key_at(self, place: int) -> int:
        assert self._rows is not None
        return self._rows.key_at(place)

    def _keep(self) -> None:
        first = self.rowAt(0)
        at_top = self.verticalScrollBar().value() == 0
        self._kept = (self.selected_keys(), None if at_top or first < 0 else self._key_at(first))

    def _settle(self) -> None:
        """What came above the first row in sight does not push it down."""
        _keys, first = self._kept
        self._kept = ((), None)
        place = self._rows.place_of(first) if self._rows is not None and first is not None else None
        if place is not None and self._rows is not None:
            self.scrollTo(self._rows.index(place, 0), QAbstractItemView.ScrollHint.PositionAtTop)
        self._look_for_end()

    def _restore(self) -> None:
        self.select(self._kept[0])
        self.selection_changed.emit()

    def _look_for_end(self) -> None:
        """By rows, since the bar does not know its new range yet when the model has just told of rows."""
        if self._rows is None:
            return
        in_sight = self.viewport().height() // self.verticalHeader().defaultSectionSize() + 1
        if self.verticalScrollBar().value() + (1 + _PAGES_AHEAD) * in_sight >= self._rows.rowCount():
            self.near_end.emit()
