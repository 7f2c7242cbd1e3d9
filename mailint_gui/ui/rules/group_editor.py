"""Whether all, any or none of what a group holds must be so."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mailint_gui.domain.rule import GroupKind
from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.rules import group_name


class GroupEditor(QWidget):
    edited = Signal(object)  # GroupKind

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("What must be so"))
        for kind in GroupKind:
            self.kind.addItem(group_name(kind), kind.value)
        label = QLabel(self.tr("&Matches"))
        label.setBuddy(self.kind)
        row = QHBoxLayout()
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(label)
        row.addWidget(self.kind)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addStretch()
        self.kind.currentIndexChanged.connect(lambda: self.edited.emit(GroupKind(self.kind.currentData())))

    def show_kind(self, kind: GroupKind) -> None:
        with QSignalBlocker(self):
            self.kind.setCurrentIndex(self.kind.findData(kind.value))
