"""The value that a condition compares with, in the editor that its type asks for."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from mailint_gui.domain.rule import Field, FieldTest, Operator, Value, value_type
from mailint_gui.ui.rules.lossless import EntriesArea, TextLine
from mailint_gui.ui.rules.size_edit import SizeEdit
from mailint_gui.wording.rules import comparison_words

LINES_SHOWN = 4


class ValueEditor(QStackedWidget):
    """``edited`` comes with what a person does, not with ``show_test``."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = TextLine()
        self.entries = EntriesArea()
        self.size_edit = SizeEdit()
        self.marked = QComboBox()
        for answer in (True, False):
            self.marked.addItem(comparison_words(FieldTest(Field.SPAM_MARK, Operator.IS, answer)), answer)
        name = self.tr("Value")
        for widget in (self.text, self.entries, self.size_edit.number, self.marked):
            widget.setAccessibleName(name)
        self.entries.setPlaceholderText(self.tr("One entry a line"))
        self.entries.setFixedHeight(self.fontMetrics().lineSpacing() * LINES_SHOWN + 12)
        self._pages: dict[type[Value], QWidget] = {
            str: self.text,
            int: self.size_edit,
            bool: self.marked,
            tuple: self.entries,
        }
        for page in self._pages.values():
            self.addWidget(_at_top(page))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.text.textChanged.connect(self.edited)
        self.entries.textChanged.connect(self.edited)
        self.size_edit.size_changed.connect(self.edited)
        self.marked.currentIndexChanged.connect(self.edited)

    def show_test(self, test: FieldTest) -> None:
        """A value of another type than the test asks for is left for the validation to refuse."""
        kind = value_type(test.field, test.operator)
        with QSignalBlocker(self):
            self.setCurrentIndex(list(self._pages).index(kind))
            match test.value:
                case str() if kind is str and test.value != self.text.text():
                    self.text.setText(test.value)
                case tuple() if kind is tuple:
                    self.entries.set_entries(test.value)
                case bool() if kind is bool:
                    self.marked.setCurrentIndex(self.marked.findData(test.value))
                case int() if kind is int:
                    self.size_edit.set_octets(test.value)

    def focus_value(self) -> None:
        """A focus proxy that changes would send the Tab key round in a ring."""
        list(self._pages.values())[self.currentIndex()].setFocus()

    def value(self) -> Value:
        match list(self._pages.values())[self.currentIndex()]:
            case self.entries:
                return self.entries.entries()
            case self.size_edit:
                return self.size_edit.octets()
            case self.marked:
                return bool(self.marked.currentData())
        return self.text.text()


def converted(value: Value, kind: type[Value]) -> Value:
    """What was typed, as far as it means something to another comparison."""
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    if kind is tuple:
        return (value,) if isinstance(value, str) and value else ()
    if kind is bool:
        return True
    if kind is int:
        return 0
    return value[0] if isinstance(value, tuple) and value else ""


def _at_top(widget: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    column.addStretch()
    return page
