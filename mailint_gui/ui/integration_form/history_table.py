"""The table of the history: one line a row, no grid; the last column has what the others leave."""

from PySide6.QtCore import QEvent, QItemSelectionModel, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.history import HistoryRow
from mailint_gui.ui.integration_form.history_model import Column, HistoryModel
from mailint_gui.ui.row_table import RowTable
from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS

_WIDEST_TEXTS = {
    Column.WHEN: "2026-11-23 14:20:05",
    Column.WHAT: "Check, recorded",
    Column.TOOK: "59 min 59 s",
    Column.MAIL: "1000 seen: 900 filed, 100 ignored",
}
_PADDING = 2 * BETWEEN_CONTROLS


class HistoryTable(RowTable):
    selection_changed = Signal()
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = HistoryModel(self)
        self.setModel(self.rows)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self._set_sizes()

    def selected(self) -> tuple[HistoryRow, ...]:
        """In the order shown."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.rows.rows[place] for place in places)

    def select_first(self) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(self.rows.index(0, 0), flags.ClearAndSelect | flags.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "rows"):
            self.rows.dress(self.palette())

    def _set_sizes(self) -> None:
        metrics, header = self.fontMetrics(), self.horizontalHeader()
        header.setStretchLastSection(True)
        self.align_headings()
        self.set_row_height()
        for column, text in _WIDEST_TEXTS.items():
            self.setColumnWidth(column, metrics.horizontalAdvance(text) + _PADDING)
