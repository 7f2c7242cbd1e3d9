"""The fields of a record: chosen from the lists of Settings, and told as soon as they are another."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.record import RecordRow
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui.fields.mark import FieldMark
from mailint_gui.ui.theme import BETWEEN_GROUPS, TIGHT
from mailint_gui.wording.fields import field_label, field_words
from mailint_gui.wording.text import one_line

_LISTS: Mapping[str, str] = {  # each field, and the account property that lists its values
    "status": "record_statuses",
    "category": "record_categories",
    "urgency": "record_urgencies",
    "impact": "record_impacts",
    "priority": "record_priorities",
    "assignee": "admins",
    "group": "groups",
}
_TEXTS = ("subject", "tags")
NONE = "–"


class _Box(QComboBox):
    """Not turned by the wheel: whoever scrolls past it changes nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class RecordFields(QWidget):
    changed = Signal(str, object)  # field, its new value (str, or a tuple for tags)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: RecordRow | None = None
        self._properties = AccountProperties()
        self.boxes = {name: _Box() for name in _LISTS}
        self.texts = {name: QLineEdit() for name in _TEXTS}
        self._marks = {name: FieldMark() for name in (*_LISTS, *_TEXTS)}
        self.form = QFormLayout(self)
        self._lay_out()
        for name, box in self.boxes.items():
            box.activated.connect(lambda _place, name=name: self._chosen(name))
        for name, edit in self.texts.items():
            edit.editingFinished.connect(lambda name=name: self._typed(name))

    def use(self, properties: AccountProperties) -> None:
        self._properties = properties
        if self._row is not None:
            self.show_record(self._row)

    def show_record(self, row: RecordRow) -> None:
        """Marks of another record go; what is being typed stays when the record is the same and did not change it."""
        before, self._row = self._row, row
        same = before is not None and before.number == row.number
        for name, box in self.boxes.items():
            self._fill(box, name, getattr(row, name))
        for name, edit in self.texts.items():
            text = _as_text(getattr(row, name))
            if not (same and edit.hasFocus() and text == _as_text(getattr(before, name))):
                edit.setText(text)
        if not same or before != row:
            self.clear_marks()

    def clear_marks(self) -> None:
        for mark in self._marks.values():
            mark.hide()

    def mark(self, refusal: ValidationError) -> None:
        for error in refusal.errors:
            name = error.path.partition("[")[0]
            if name in self._marks:
                self._marks[name].show_words(field_words(error))
                self._marks[name].show()

    def words_of(self, name: str) -> str:
        """What is said beside a field; empty where nothing is wrong."""
        mark = self._marks[name]
        return "" if mark.isHidden() else mark.text.text()

    def _fill(self, box: QComboBox, name: str, value: str) -> None:
        """A value that the lists do not have (any more) is offered all the same."""
        values = list(getattr(self._properties, _LISTS[name]))
        if value and value not in values:
            values.append(value)
        box.clear()
        if name != "status":
            box.addItem(NONE, "")
        for each in values:
            box.addItem(one_line(each), each)
        box.setCurrentIndex(max(0, box.findData(value)))

    def _chosen(self, name: str) -> None:
        if self._row is not None:
            self._tell(name, str(self.boxes[name].currentData()))

    def _typed(self, name: str) -> None:
        text = self.texts[name].text()
        if self._row is None or text == _as_text(getattr(self._row, name)):
            return
        self._tell(name, _as_tags(text) if name == "tags" else text)

    def _tell(self, name: str, value: str | tuple[str, ...]) -> None:
        self._marks[name].hide()
        self.changed.emit(name, value)

    def _lay_out(self) -> None:
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(BETWEEN_GROUPS)
        self.form.setVerticalSpacing(TIGHT)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name in ("subject", *_LISTS, "tags"):
            field = self.texts.get(name) or self.boxes[name]
            title = self._title(name)
            field.setAccessibleName(title)
            place = QWidget()
            column = QVBoxLayout(place)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(TIGHT)
            column.addWidget(field)
            column.addWidget(self._marks[name])
            self._marks[name].hide()
            self.form.addRow(title, place)
        for box in self.boxes.values():
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(16)
        self.texts["tags"].setPlaceholderText(self.tr("Separated by commas"))
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def _title(self, name: str) -> str:
        own = {"subject": self.tr("Subject"), "status": self.tr("Status"), "tags": self.tr("Tags")}
        return own.get(name) or field_label(name)


def _as_text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _as_tags(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(","))))
