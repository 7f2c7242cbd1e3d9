"""The table of integrations: one line a row, no grid, opened by Enter or a double click."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from mailint_gui.ui.integration_list.filter import IntegrationFilter
from mailint_gui.ui.integration_list.row import ID_ROLE, Column
from mailint_gui.ui.theme import BETWEEN_CONTROLS, tabular

_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_WIDTHS_IN_CHARACTERS: dict[Column, int] = {
    Column.STATUS: 24,
    Column.NAME: 22,
    Column.DEFAULT: 8,
    Column.ADDRESS: 28,
    Column.INCOMING: 10,
    Column.OUTGOING: 10,
    Column.LAST_CHECK: 12,
    Column.NEXT_CHECK: 12,
    Column.ERRORS_IN: 10,
    Column.ERRORS_OUT: 10,
}


class IntegrationTable(QTableView):
    open_requested = Signal(int)  # integration id
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: IntegrationFilter | None = None
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setFont(tabular(self.font()))
        self.verticalHeader().hide()
        self.doubleClicked.connect(lambda index: self.open_requested.emit(index.data(ID_ROLE)))

    def show_rows(self, rows: IntegrationFilter) -> None:
        self._rows = rows
        self.setModel(rows)
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        rows.modelReset.connect(self.selection_changed)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        self._set_sizes()
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)

    def selected_ids(self) -> tuple[int, ...]:
        """In the order shown."""
        rows = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return tuple(index.data(ID_ROLE) for index in rows)

    def current_id(self) -> int | None:
        index = self.currentIndex()
        return index.data(ID_ROLE) if index.isValid() else None

    def select(self, integration_id: int) -> bool:
        """Make it the one selected row; False when it is not shown."""
        index = self._rows.index_of(integration_id) if self._rows else QModelIndex()
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)
        return index.isValid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.current_id()
        if event.key() in _OPENING_KEYS and current is not None:
            self.open_requested.emit(current)
        else:
            super().keyPressEvent(event)

    def _tell_selection(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.selection_changed.emit()

    def _set_sizes(self) -> None:
        metrics = self.fontMetrics()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(metrics.height() + BETWEEN_CONTROLS)
        for column, characters in _WIDTHS_IN_CHARACTERS.items():
            self.setColumnWidth(column, metrics.averageCharWidth() * characters)
