"""A size as a number and its unit."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from mailint_gui.domain.size import KB, MB
from mailint_gui.ui.fields.number_box import NumberBox
from mailint_gui.ui.theme import TIGHT

_WIDTH_IN_CHARACTERS = 12
_UNITS = (1, KB, MB)


class SizeEdit(QWidget):
    """Octets; shown in the largest unit that needs no fraction."""

    size_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = NumberBox()
        self.number.setFixedWidth(self.fontMetrics().averageCharWidth() * _WIDTH_IN_CHARACTERS + 24)
        self.unit = QComboBox()
        self.unit.setAccessibleName(self.tr("Unit"))
        for factor, word in zip(_UNITS, (self.tr("bytes"), self.tr("KB"), self.tr("MB")), strict=True):
            self.unit.addItem(word, factor)
        self.unit.setCurrentIndex(len(_UNITS) - 1)  # what sizes are mostly given in
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(self.number)
        row.addWidget(self.unit)
        row.addStretch()
        self.setFocusProxy(self.number)
        self.number.valueChanged.connect(self.size_changed)
        self.unit.currentIndexChanged.connect(self.size_changed)

    def octets(self) -> int:
        return int(self.number.value()) * int(self.unit.currentData())

    def set_octets(self, octets: int) -> None:
        if octets == self.octets():
            return  # 1024 KB stay 1024 KB while they are being typed
        factor = next(each for each in reversed(_UNITS) if octets % each == 0 or each == 1)
        self.unit.setCurrentIndex(self.unit.findData(factor if octets else _UNITS[-1]))
        self.number.setValue(octets // factor if octets else 0)
