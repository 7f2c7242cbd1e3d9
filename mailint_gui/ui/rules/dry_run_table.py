"""The results of a dry run: a line a message, today's outcome beside that of the rules that are tried."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QWidget

from mailint_gui.domain.dry_run import DryRun
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.rule_verdict import Verdict
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.row_table import RowTable
from mailint_gui.ui.spoken import speak_cells
from mailint_gui.wording.rules import verdict_words
from mailint_gui.wording.stages import quarantine_words
from mailint_gui.wording.text import isolated, one_line

_PLACE = Qt.ItemDataRole.UserRole
_MAX_CELL = 300


class Column(IntEnum):
    CHANGED = 0
    LABEL = 1
    SENDER = 2
    SUBJECT = 3
    BEFORE = 4
    AFTER = 5


_WIDTHS = {Column.CHANGED: 14, Column.LABEL: 16, Column.SENDER: 24, Column.SUBJECT: 28, Column.BEFORE: 30}


class DryRunTable(RowTable):
    chosen = Signal(int)  # place in the results; -1: none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results: Sequence[DryRun] = ()
        self._only_changed = False
        self.setAccessibleName(self.tr("Messages and what becomes of them"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.rows = QStandardItemModel(0, len(Column), self)
        self.rows.setHorizontalHeaderLabels(self._headings())
        self.setModel(self.rows)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit(self.place()))
        self._size()

    def show_results(self, results: Sequence[DryRun]) -> None:
        self._results = results
        self._fill()

    def show_only_changed(self, only: bool) -> None:
        self._only_changed = only
        self._fill()

    def place(self) -> int:
        chosen = self.selectionModel().selectedRows()
        return int(chosen[0].data(_PLACE)) if chosen else -1

    def _headings(self) -> list[str]:
        return [
            self.tr("Changes"),
            self.tr("Message"),
            self.tr("Sender"),
            self.tr("Subject"),
            self.tr("Today"),
            self.tr("With these rules"),
        ]

    def _size(self) -> None:
        em, header = self.fontMetrics().averageCharWidth(), self.horizontalHeader()
        self.align_headings()
        header.setStretchLastSection(True)
        self.set_row_height()
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, em * width)

    def _fill(self) -> None:
        self.rows.removeRows(0, self.rows.rowCount())
        for place, result in enumerate(self._results):
            if result.changed or not self._only_changed:
                self.rows.appendRow(self._row(place, result))
        if self.rows.rowCount():
            self.selectRow(0)
        else:
            self.chosen.emit(-1)

    def _row(self, place: int, result: DryRun) -> list[QStandardItem]:
        texts = {
            Column.CHANGED: self.tr("Changes") if result.changed else "",
            Column.LABEL: one_line(result.label),
            Column.SENDER: one_line(result.sender),
            Column.SUBJECT: isolated(one_line(result.subject)),
            Column.BEFORE: _outcome(result, result.before),
            Column.AFTER: _outcome(result, result.after),
        }
        items = []
        for column in Column:
            item = QStandardItem(texts[column])
            item.setData(place, _PLACE)
            item.setToolTip(plain_tip(texts[column]))
            items.append(item)
        speak_cells(self.rows, items)
        mark = state_icon(Shape.FAILING, self.palette()) if result.changed else QIcon()
        items[Column.CHANGED].setIcon(mark)
        return items


def _outcome(result: DryRun, verdict: Verdict) -> str:
    if result.unread is not None:
        return quarantine_words(result.unread.reason)
    return shortened(verdict_words(verdict), _MAX_CELL)
