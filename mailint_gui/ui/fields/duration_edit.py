"""A duration as a number and its unit."""

from datetime import timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from mailint_gui.domain.duration import format_duration, parse_duration
from mailint_gui.domain.properties import FOREVER
from mailint_gui.ui.fields.number_box import NumberBox
from mailint_gui.ui.theme import TIGHT

_WIDTH_IN_CHARACTERS = 8
_SOME_DAYS = 365  # offered where forever is taken back: never 0, which keeps nothing


class DurationEdit(QWidget):
    """Any whole number of seconds up to years; which of them are right is for the validation to say."""

    duration_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = NumberBox()
        self.number.setFixedWidth(self.fontMetrics().averageCharWidth() * _WIDTH_IN_CHARACTERS + 24)
        self.unit = QComboBox()
        self.unit.setAccessibleName(self.tr("Unit"))
        for letter, word in self._units():
            self.unit.addItem(word, letter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(self.number)
        row.addWidget(self.unit)
        row.addStretch()
        self.setFocusProxy(self.number)
        self.number.valueChanged.connect(self.duration_changed)
        self.unit.currentIndexChanged.connect(self.duration_changed)

    def _units(self) -> tuple[tuple[str, str], ...]:
        return (
            ("s", self.tr("seconds")),
            ("m", self.tr("minutes")),
            ("h", self.tr("hours")),
            ("d", self.tr("days")),
        )

    def duration(self) -> timedelta:
        return parse_duration(f"{self.number.value()}{self.unit.currentData()}")

    def set_duration(self, duration: timedelta) -> None:
        if duration == self.duration():
            return  # 120 seconds stay 120 seconds while they are being typed
        text = format_duration(duration)
        self.unit.setCurrentIndex(self.unit.findData(text[-1]))
        self.number.setValue(int(text[:-1]))


class PeriodEdit(DurationEdit):
    """A duration, or forever."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = self.number.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.number.setSizePolicy(policy)
        self.number.setValue(_SOME_DAYS)
        self.unit.addItem(self.tr("forever"), FOREVER)
        self.unit.currentIndexChanged.connect(self._show_number)

    def period(self) -> timedelta | None:
        """None: forever."""
        return None if self._is_forever() else self.duration()

    def set_period(self, period: timedelta | None) -> None:
        if period is None:
            self.unit.setCurrentIndex(self.unit.findData(FOREVER))
            return
        if self._is_forever():
            self.unit.setCurrentIndex(self.unit.findData("d"))
        self.set_duration(period)

    def _is_forever(self) -> bool:
        return bool(self.unit.currentData() == FOREVER)

    def _show_number(self) -> None:
        self.number.setVisible(not self._is_forever())
        self.setFocusProxy(self.unit if self._is_forever() else self.number)
