"""The read-only status fields of an integration; they change in place while the form is open."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.mending import tab_of
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui._generated.ui_integration_form_status import Ui_IntegrationFormStatus
from mailint_gui.ui.error_card import ErrorCard, place_of_error
from mailint_gui.ui.fields.layout import PANEL_WIDTH_IN_CHARACTERS, dress_headings
from mailint_gui.ui.integration_detail import field_values, show_value
from mailint_gui.ui.theme import BETWEEN_CONTROLS, tabular
from mailint_gui.wording.text import one_line

_VALUE_WIDTH_IN_CHARACTERS = 16
_LINES_OF_ERRORS = 11


class StatusPanel(QWidget):
    tab_requested = Signal(str)  # or a field of it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock: Clock = system_clock
        self._status: IntegrationStatus | None = None
        self.ui = Ui_IntegrationFormStatus()
        self.ui.setupUi(self)
        dress_headings(self)
        names = [name.removesuffix("_label") for name in vars(self.ui) if name.endswith("_label")]
        self.values = {name: self._value_label(name) for name in names}
        self.cards = {direction: self._card(direction) for direction in Direction}
        self.ui.errors_column.setContentsMargins(0, BETWEEN_CONTROLS, 0, 0)
        self.ui.errors_column.addStretch()
        for ground in (self.ui.errors.viewport(), self.ui.errors_page):
            ground.setAutoFillBackground(False)
        self.ui.errors.setMinimumHeight(self.fontMetrics().lineSpacing() * _LINES_OF_ERRORS)
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * PANEL_WIDTH_IN_CHARACTERS)
        self.ui.errors.setAccessibleName(self.tr("Last errors"))

    def show_status(self, status: IntegrationStatus) -> None:
        self._status = status
        for name, value in field_values(status, self.clock()).items():
            label = self.values.get(name)
            if label is not None:
                show_value(label, getattr(self.ui, f"{name}_label"), value)
        for direction, card in self.cards.items():
            health = status.health.of(direction)
            stands, tab = health.standing_error is not None, tab_of(place_of_error(status, direction))
            card.show_error(one_line(status.name), health.last_error, stands, tab)

    def _mend(self, direction: Direction) -> None:
        assert self._status is not None  # a card is shown
        self.tab_requested.emit(place_of_error(self._status, direction))

    def _value_label(self, name: str) -> QLabel:
        label: QLabel = getattr(self.ui, name)
        label.setFont(tabular(label.font()))
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setFixedWidth(label.fontMetrics().averageCharWidth() * _VALUE_WIDTH_IN_CHARACTERS)
        return label

    def _card(self, direction: Direction) -> ErrorCard:
        card = ErrorCard(direction)
        card.mend_requested.connect(lambda: self._mend(direction))
        self.ui.errors_column.addWidget(card)
        return card
