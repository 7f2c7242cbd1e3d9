"""For which integrations a rule is: all, those added later too, or chosen ones."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QRadioButton, QVBoxLayout, QWidget

from mailint_gui.domain.rule import ALL, Addresses
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.theme import TIGHT
from mailint_gui.wording.text import one_line

_ID = Qt.ItemDataRole.UserRole


class AddressPicker(QWidget):
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gone: tuple[int, ...] = ()
        self._order: tuple[int, ...] = ()
        self.all = QRadioButton(self.tr("A&ll, also those added later"))
        self.chosen = QRadioButton(self.tr("&These:"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Integrations"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.all)
        column.addWidget(self.chosen)
        column.addWidget(self.list, 1)
        self.all.toggled.connect(self._tell)
        self.list.itemChanged.connect(self._tell)

    def load(self, addresses: Addresses, names: Mapping[int, str]) -> None:
        """``names`` of integrations by id. A chosen one that is not known stays chosen, and is not shown."""
        chosen = () if addresses == ALL else addresses
        self.blockSignals(True)
        self._order = chosen
        self._gone = tuple(each for each in chosen if each not in names)
        self.list.clear()
        for id_, name in names.items():
            item = QListWidgetItem(one_line(name))
            item.setData(_ID, id_)
            item.setToolTip(plain_tip(name))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if id_ in chosen else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        (self.all if addresses == ALL else self.chosen).setChecked(True)
        self.list.setEnabled(not self.all.isChecked())
        self.blockSignals(False)

    def addresses(self) -> Addresses:
        """Chosen ones in the order that they had, new ones behind."""
        if self.all.isChecked():
            return ALL
        items = [self.list.item(row) for row in range(self.list.count())]
        checked = [item.data(_ID) for item in items if item.checkState() is Qt.CheckState.Checked]
        kept = [each for each in self._order if each in checked or each in self._gone]
        return (*kept, *(each for each in checked if each not in kept))

    def _tell(self) -> None:
        self.list.setEnabled(not self.all.isChecked())
        self.edited.emit()
