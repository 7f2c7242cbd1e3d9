"""A date that may be unknown."""

from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QHBoxLayout, QWidget

from mailint_gui.ui.theme import TIGHT

_UNKNOWN = QDate(1752, 9, 14)  # before any that can be meant: showing a date must not change it
_OFFERED_MONTHS = 6  # ahead, where a date is entered for the first time


class OptionalDateEdit(QWidget):
    """A check box that says whether there is one, and the date, which can be typed or picked."""

    date_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known = QCheckBox()
        self.known.setAccessibleName(self.tr("The date is known"))
        self.date = QDateEdit(_UNKNOWN)
        self.date.setDisplayFormat("yyyy-MM-dd")
        self.date.setCalendarPopup(True)
        self.date.setMinimumDate(_UNKNOWN)
        self.date.setSpecialValueText(self.tr("Not known"))
        self.date.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(self.known)
        row.addWidget(self.date)
        row.addStretch()
        self.setFocusProxy(self.known)
        self.known.toggled.connect(self._offer)
        self.date.dateChanged.connect(self.date_changed)

    def value(self) -> date | None:
        shown = self.date.date()
        return date(shown.year(), shown.month(), shown.day()) if self.known.isChecked() else None

    def set_value(self, value: date | None) -> None:
        self.known.setChecked(value is not None)
        if value is not None:
            self.date.setDate(QDate(value.year, value.month, value.day))

    def _offer(self, known: bool) -> None:
        self.date.setEnabled(known)
        self.date.setDate(QDate.currentDate().addMonths(_OFFERED_MONTHS) if known else _UNKNOWN)
