"""The attachments of a draft: their sizes, their sum against the limit, and what is wrong with each."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.draft import Attached
from mailint_gui.domain.size import MB
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.spoken import speak_line
from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS, Role, paint, role_colour
from mailint_gui.wording.messages import octets_words
from mailint_gui.wording.text import filled, isolated, one_line

_ROWS_SHOWN = 4


class AttachedList(QWidget):
    """Hidden while there is nothing attached."""

    remove_requested = Signal(object)  # frozenset[int]: places

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._attached: tuple[Attached, ...] = ()
        self._faults: Mapping[int, str] = {}
        self._is_too_large = False
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("Attachments"))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderHidden(True)
        self.list.setColumnCount(3)
        self.list.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.sum = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.remove = QPushButton(self.tr("&Remove"), autoDefault=False)
        row = QHBoxLayout()
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(self.sum)
        row.addStretch()
        row.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN_CONTROLS)
        column.addWidget(self.list)
        column.addLayout(row)
        self.remove.clicked.connect(self._ask_to_remove)
        self.list.itemSelectionChanged.connect(self._show_possible)

    def show_attached(self, attached: Sequence[Attached], faults: Mapping[int, str]) -> None:
        """``faults``: words by place."""
        self._attached, self._faults = tuple(attached), dict(faults)
        self.setVisible(bool(attached))
        self.list.clear()
        for place, each in enumerate(attached):
            name, fault = isolated(one_line(each.name)), faults.get(place, "")
            item = QTreeWidgetItem(self.list, [name, fault, octets_words(each.size)])
            speak_line(self.list, item)
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, plain_tip(fault or name))
            item.setToolTip(1, plain_tip(fault))
        row = max(self.list.sizeHintForRow(0), self.fontMetrics().height())
        self.list.setFixedHeight(row * min(len(attached), _ROWS_SHOWN) + 2 * self.list.frameWidth())
        self._dress()
        self._show_possible()

    def show_sum(self, size: int, limit: int) -> None:
        """Bytes of the whole message as it goes out; ``limit`` 0: not known."""
        self._is_too_large = 0 < limit < size
        facts = {"size": f"{size / MB:.1f}", "limit": f"{limit / MB:.0f}"}
        if self._is_too_large:
            text = self.tr("About {size} MB to send; at most {limit} MB can be sent. Take attachments off.")
        elif limit:
            text = self.tr("About {size} MB to send, of at most {limit} MB")
        else:
            text = self.tr("About {size} MB to send")
        self.sum.setText(filled(text, facts))
        self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._ask_to_remove()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "sum"):
            self._dress()

    def _dress(self) -> None:
        palette = self.palette()
        for place in self._faults:
            if item := self.list.topLevelItem(place):
                item.setIcon(0, state_icon(Shape.DISABLED_BY_ERRORS, palette))
        colour = role_colour(Role.NEGATIVE, palette) if self._is_too_large else palette.windowText().color()
        paint(self.sum, QPalette.ColorRole.WindowText, colour)

    def _show_possible(self) -> None:
        self.remove.setEnabled(bool(self.list.selectedItems()))

    def _ask_to_remove(self) -> None:
        chosen = frozenset(self.list.indexOfTopLevelItem(each) for each in self.list.selectedItems())
        if chosen:
            self.remove_requested.emit(chosen)
