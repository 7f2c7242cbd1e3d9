"""A date that may be unknown."""

from datetime import date

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from mailint_gui.ui.theme import TIGHT

NO_DAY = date.min
"""What is typed and is no day: before any that can be meant, and refused as those are."""
_OFFERED_MONTHS = 6  # ahead, where a date is entered for the first time
_COLUMNS = 10  # as in 2027-05-31


class OptionalDateEdit(QWidget):
    """A check box that says whether there is one, and the date, which can be typed or picked.

    No QDateEdit: that drops what would make no day, and of a typed 2026-02-31 leaves 2026-02-03 without a word.
    """

    date_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known = QCheckBox()
        self.known.setAccessibleName(self.tr("The date is known"))
        self.date = QLineEdit(placeholderText=self.tr("Not known"))
        self.date.setFixedWidth(self.date.fontMetrics().averageCharWidth() * _COLUMNS + 24)
        self.pick = QToolButton(arrowType=Qt.ArrowType.DownArrow)
        self.pick.setAccessibleName(self.tr("Choose the day in a calendar"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        for part in (self.known, self.date, self.pick):
            row.addWidget(part)
        row.addStretch()
        self._offer(False)
        self.setFocusProxy(self.known)
        self.known.toggled.connect(self._offer)
        self.pick.clicked.connect(self._show_calendar)
        self.date.textChanged.connect(self.date_changed)

    def value(self) -> date | None:
        """None: not known. ``NO_DAY`` where what is typed is none."""
        if not self.known.isChecked():
            return None
        try:
            return date.fromisoformat(self.date.text().strip())
        except ValueError:
            return NO_DAY

    def set_value(self, value: date | None) -> None:
        self.known.setChecked(value is not None)
        if value is not None:
            self.date.setText(value.isoformat())

    def _offer(self, known: bool) -> None:
        for part in (self.date, self.pick):
            part.setEnabled(known)
        offered = QDate.currentDate().addMonths(_OFFERED_MONTHS)
        self.date.setText(offered.toString(Qt.DateFormat.ISODate) if known else "")

    def _show_calendar(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget(menu)
        shown = QDate.fromString(self.date.text().strip(), Qt.DateFormat.ISODate)
        calendar.setSelectedDate(shown if shown.isValid() else QDate.currentDate())
        for chosen in (calendar.clicked, calendar.activated):
            chosen.connect(lambda day: self.date.setText(day.toString(Qt.DateFormat.ISODate)))
            chosen.connect(menu.close)
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        menu.popup(self.date.mapToGlobal(QPoint(0, self.date.height())))
        calendar.setFocus()
