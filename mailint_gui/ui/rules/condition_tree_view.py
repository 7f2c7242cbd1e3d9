"""A condition as a tree of lines; the keys that change it are actions of the builder."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from mailint_gui.domain.condition_tree import Place, walk
from mailint_gui.domain.rule import Condition, Group
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.theme import PALETTE_EVENTS
from mailint_gui.wording.rules import comparison_words, group_name

_PLACE = Qt.ItemDataRole.UserRole
_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2})


class ConditionTreeView(QTreeWidget):
    place_chosen = Signal(object)  # Place
    edit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[Place, QTreeWidgetItem] = {}
        self._faults: Mapping[Place, str] = {}
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(16, 16))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName(self.tr("Conditions"))
        self.currentItemChanged.connect(self._tell)
        self.itemDoubleClicked.connect(lambda: self.edit_requested.emit())

    def show_tree(self, root: Group, current: Place) -> None:
        self.blockSignals(True)
        self.clear()
        self._items.clear()
        for place, condition in walk(root):
            parent = self._items[place[:-1]] if place else self.invisibleRootItem()
            item = QTreeWidgetItem(parent)
            item.setData(0, _PLACE, place)
            self._items[place] = item
            self._write(item, condition)
            self._mark(place)
        self.expandAll()
        self.setCurrentItem(self._items[current])
        self.blockSignals(False)

    def show_line(self, place: Place, condition: Condition) -> None:
        """The line there says what it is now; nothing stands elsewhere."""
        self._write(self._items[place], condition)

    def show_faults(self, faults: Mapping[Place, str]) -> None:
        """Words by place; a place that is gone is left out."""
        self._faults = faults
        for place in self._items:
            self._mark(place)

    def place(self) -> Place:
        item = self.currentItem()
        return tuple(item.data(0, _PLACE)) if item else ()

    def line(self, place: Place) -> str:
        return self._items[place].text(0)

    def fault(self, place: Place) -> str:
        return self._faults.get(place, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENING_KEYS:
            self.edit_requested.emit()
        else:
            super().keyPressEvent(event)

    def drawBranches(
        self, _painter: QPainter, _rect: QRect, _index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """No arrows: groups are always open."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and self._faults:
            self.show_faults(self._faults)

    def _write(self, item: QTreeWidgetItem, condition: Condition) -> None:
        font = item.font(0)
        if isinstance(condition, Group):
            item.setText(0, group_name(condition.kind))
            font.setBold(True)
        else:
            item.setText(0, comparison_words(condition))
        item.setFont(0, font)

    def _mark(self, place: Place) -> None:
        words = self._faults.get(place, "")
        item = self._items[place]
        item.setIcon(0, state_icon(Shape.DISABLED_BY_ERRORS, self.palette()) if words else QIcon())
        item.setToolTip(0, plain_tip(words or item.text(0)))
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, words)

    def _tell(self) -> None:
        self.place_chosen.emit(self.place())
