"""One comparison: field, header, operator and value."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mailint_gui.domain.rule import OPERATORS, Field, FieldTest, Operator, value_type
from mailint_gui.ui.rules.lossless import TextLine
from mailint_gui.ui.rules.value_editor import ValueEditor, converted
from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.rules import field_name, operator_name

HEADERS_OFTEN_MEANT = ("List-Id", "Reply-To", "X-Priority", "X-Mailer", "Content-Language")
_HEADER_WIDTH = 20


class ComparisonEditor(QWidget):
    """``edited`` gives the FieldTest as it is now."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._test = FieldTest(Field.SUBJECT, Operator.CONTAINS, "")
        self._loading = False
        self.field = QComboBox()
        for field in Field:
            self.field.addItem(field_name(field), field.value)
        self.header = TextLine()
        self.header.setPlaceholderText(", ".join(HEADERS_OFTEN_MEANT[:2]))
        self.header.setFixedWidth(self.fontMetrics().averageCharWidth() * _HEADER_WIDTH + 24)
        self.operator = QComboBox()
        for operator in Operator:
            self.operator.addItem(operator_name(operator))
        self.operator.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.operator.setMinimumWidth(self.operator.sizeHint().width())
        self.value = ValueEditor()
        self._name()
        self._lay_out()
        self._show()
        self.field.currentIndexChanged.connect(self._change_field)
        self.operator.currentIndexChanged.connect(self._change_operator)
        self.header.textChanged.connect(self._tell)
        self.value.edited.connect(self._tell)

    def show_test(self, test: FieldTest) -> None:
        if test == self._test:
            return
        self._test = test
        self._show()

    def test(self) -> FieldTest:
        return self._test

    def focus_on(self, part: str) -> None:
        """``part``: the last word of a fault's path."""
        widgets: dict[str, QWidget] = {"header": self.header, "operator": self.operator, "field": self.field}
        if part in widgets:
            widgets[part].setFocus()
        else:
            self.value.focus_value()

    def _name(self) -> None:
        self.field.setAccessibleName(self.tr("What is looked at"))
        self.header.setAccessibleName(self.tr("Name of the header"))
        self.operator.setAccessibleName(self.tr("How it is compared"))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(BETWEEN_CONTROLS)
        label = QLabel(self.tr("&Where"))
        label.setBuddy(self.field)
        for widget in (label, self.field, self.header, self.operator):
            row.addWidget(widget)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN_CONTROLS)
        column.addLayout(row)
        column.addWidget(self.value)
        column.addStretch()
        self._show_header()

    def _show(self) -> None:
        self._loading = True
        self.field.setCurrentIndex(self.field.findData(self._test.field.value))
        self._offer_operators(self._test.field)
        self._choose(self._test.operator)
        self.header.setText(self._test.header)
        self.value.show_test(self._test)
        self._loading = False
        self._show_header()

    def _offer_operators(self, field: Field) -> None:
        with QSignalBlocker(self.operator):
            self.operator.clear()
            for operator in OPERATORS[field]:
                self.operator.addItem(operator_name(operator), operator.value)

    def _choose(self, operator: Operator) -> None:
        """One that the field does not have (from a file) is added: showing a rule must not change it."""
        if self.operator.findData(operator.value) < 0:
            self.operator.addItem(operator_name(operator), operator.value)
        self.operator.setCurrentIndex(self.operator.findData(operator.value))

    def _show_header(self) -> None:
        self.header.setVisible(self._test.field is Field.HEADER)

    def _change_field(self) -> None:
        if self._loading:
            return
        field = Field(self.field.currentData())
        operators = OPERATORS[field]
        operator = self._test.operator if self._test.operator in operators else operators[0]
        with QSignalBlocker(self.operator):
            self._offer_operators(field)
            self._choose(operator)
        self._convert(field, operator)
        self._show_header()

    def _change_operator(self) -> None:
        if not self._loading:
            self._convert(self._test.field, Operator(self.operator.currentData()))

    def _convert(self, field: Field, operator: Operator) -> None:
        value = converted(self._test.value, value_type(field, operator))
        header = self.header.text() if field is Field.HEADER else ""
        self._test = FieldTest(field, operator, value, header)
        self.value.show_test(self._test)
        self.edited.emit(self._test)

    def _tell(self) -> None:
        if self._loading:
            return
        header = self.header.text() if self._test.field is Field.HEADER else ""
        self._test = FieldTest(self._test.field, self._test.operator, self.value.value(), header)
        self.edited.emit(self._test)
