"""The table of integrations: one line a row, no grid, opened by Enter or a double click."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QWidget,
)

from mailint_gui.ui.integration_list.filter import IntegrationFilter
from mailint_gui.ui.integration_list.row import ID_ROLE, Column
from mailint_gui.ui.row_table import RowTable
from mailint_gui.ui.theme import BETWEEN_CONTROLS

_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_WIDEST_TEXTS: dict[Column, str] = {  # the columns that take what is left are not here
    Column.STATUS: "Checking… 10,000 of 10,000",
    Column.DEFAULT: "",
    Column.INCOMING: "POP3",
    Column.OUTGOING: "SMTP",
    Column.LAST_CHECK: "59 min ago",
    Column.NEXT_CHECK: "within 1 min",
    Column.ERRORS_IN: "1000",
    Column.ERRORS_OUT: "1000",
}
_SHARES_OF_THE_REST: dict[Column, float] = {Column.NAME: 0.45, Column.ADDRESS: 0.55}
_LEAST_SHARED_CHARACTERS = 28  # so that all columns fit on a screen 1366 pixels wide
_PADDING = 2 * BETWEEN_CONTROLS


class IntegrationTable(RowTable):
    open_requested = Signal(int)  # integration id
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: IntegrationFilter | None = None
        self._fits = True
        self._sharing = False
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(lambda index: self.open_requested.emit(index.data(ID_ROLE)))

    def show_rows(self, rows: IntegrationFilter) -> None:
        self._rows = rows
        self.setModel(rows)
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        rows.modelReset.connect(self.selection_changed)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setStretchLastSection(False)
        self._set_sizes()
        header.sectionResized.connect(self._stop_fitting)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)

    def selected_ids(self) -> tuple[int, ...]:
        """In the order shown."""
        rows = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return tuple(index.data(ID_ROLE) for index in rows)

    def current_id(self) -> int | None:
        index = self.currentIndex()
        return index.data(ID_ROLE) if index.isValid() else None

    def select(self, *ids: int) -> bool:
        """Make these the selected rows, the first of them the current one; False when none of them is shown."""
        found = [self._rows.index_of(one) for one in ids] if self._rows else []
        shown = [index for index in found if index.isValid()]
        flags = QItemSelectionModel.SelectionFlag
        for index in shown[:1]:
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)
        for index in shown[1:]:
            self.selectionModel().select(index, flags.Select | flags.Rows)
        return bool(shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.current_id()
        if event.key() in _OPENING_KEYS and current is not None:
            self.open_requested.emit(current)
        else:
            super().keyPressEvent(event)

    def _tell_selection(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.selection_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self._share_rest()

    def keep_columns(self) -> None:
        """The widths are the admin's from now on."""
        self._fits = False

    def _set_sizes(self) -> None:
        metrics = self.fontMetrics()
        self.set_row_height()
        for column, text in _WIDEST_TEXTS.items():
            icon = self.iconSize().width() if column is Column.STATUS else 0
            heading_width = self.horizontalHeader().sectionSizeHint(column)
            self.setColumnWidth(column, max(metrics.horizontalAdvance(text) + icon + _PADDING, heading_width))
        self._share_rest()

    def _share_rest(self) -> None:
        """Name and address take the width that the others leave, until the admin sets a width."""
        metrics, header = self.fontMetrics(), self.horizontalHeader()
        taken = sum(header.sectionSize(column) for column in _WIDEST_TEXTS)
        rest = max(self.viewport().width() - taken, _LEAST_SHARED_CHARACTERS * metrics.averageCharWidth())
        self._sharing = True
        for column, share in _SHARES_OF_THE_REST.items():
            self.setColumnWidth(column, int(rest * share))
        self._sharing = False

    def _stop_fitting(self) -> None:
        if not self._sharing:
            self._fits = False
