"""The messages of a record, both ways, the oldest first."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow
from mailint_gui.ui.icons import state_icon
from mailint_gui.ui.messages.row import shape_of
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.spoken import speak_line
from mailint_gui.wording.messages import message_state_words, way_words
from mailint_gui.wording.text import isolated, one_line
from mailint_gui.wording.times import full, minute

_ID = Qt.ItemDataRole.UserRole


class _Column(IntEnum):
    WAY = 0
    WHO = 1
    TIME = 2
    STATE = 3


class Correspondence(QTreeWidget):
    chosen = Signal(object)  # message id, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Messages of the record, the oldest first"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHeaderLabels([self.tr("Way"), self.tr("From or to"), self.tr("Time"), self.tr("State")])
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_Column.WHO, QHeaderView.ResizeMode.Stretch)
        em = self.fontMetrics().averageCharWidth()
        for column, width in ((_Column.WAY, 6), (_Column.TIME, 20), (_Column.STATE, 16)):
            self.setColumnWidth(column, em * width)
        self.itemSelectionChanged.connect(lambda: self.chosen.emit(self.current_id()))

    def current_id(self) -> int | None:
        selected = self.selectedItems()
        return selected[0].data(0, _ID) if selected else None

    def show_messages(self, rows: Sequence[MessageRow], *, keep: bool) -> None:
        """``keep``: the one that is chosen stays so; else the newest is."""
        before = self.current_id() if keep else None
        self.blockSignals(True)
        self.clear()
        items = [self._item(row) for row in rows]
        chosen = next((item for item in items if item.data(0, _ID) == before), items[-1] if items else None)
        if chosen is not None:
            self.setCurrentItem(chosen)
        self.blockSignals(False)
        self.chosen.emit(self.current_id())

    def _item(self, row: MessageRow) -> QTreeWidgetItem:
        whom = row.sender if row.direction == Direction.INCOMING else ", ".join(row.recipients[:5])
        who = isolated(one_line(whom))
        texts = [
            way_words(row.direction),
            who,
            minute(row.received_at),
            message_state_words(row.state, row.partly_sent),
        ]
        item = QTreeWidgetItem(self, texts)
        speak_line(self, item)
        item.setData(0, _ID, row.id)
        item.setToolTip(_Column.WHO, plain_tip(who))
        item.setToolTip(_Column.TIME, full(row.received_at))
        item.setIcon(_Column.STATE, state_icon(shape_of(row.state, row.partly_sent), self.palette()))
        return item
