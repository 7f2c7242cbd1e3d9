"""One declaration a field; from the list of them follow loading, what is dirty, marking and focus."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QFormLayout, QLabel, QLineEdit, QWidget

from mailint_gui.domain.validation import FieldError
from mailint_gui.ui.fields.kinds import Kind
from mailint_gui.ui.fields.mark import FieldMark
from mailint_gui.wording.fields import field_label, field_words

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """``path`` as in ``FieldError``; ``columns`` the width in characters, 0 for as wide as there is room."""

    path: str
    widget: QWidget
    kind: Kind
    columns: int = 0
    help: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A row of ``form`` that is seen only while there is something to say."""

    form: QFormLayout
    label: FieldMark

    def set_row_visible(self, visible: bool) -> None:
        self.form.setRowVisible(self.label, visible)

    def is_row_visible(self) -> bool:
        return self.form.isRowVisible(self.label)


class FieldSet(QObject):
    """The fields of one page. The forms hold their rows; the words of an error get a row below the field's."""

    edited = Signal(str)  # path

    def __init__(
        self, form: QFormLayout, fields: Sequence[Field], parent: QWidget, *further_forms: QFormLayout
    ) -> None:
        super().__init__(parent)
        self._forms = (form, *further_forms)
        self._fields = {field.path: field for field in fields}
        self._base: dict[str, Any] = {}
        self._marks: dict[str, _Mark] = {}
        self._loading = False
        for field in fields:
            self._dress(field)
            self._marks[field.path] = self._mark_below(field)
            field.kind.changed(field.widget).connect(lambda *_, path=field.path: self._on_edited(path))

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(self._fields.values())

    @property
    def dirty(self) -> bool:
        return self.values() != self._base

    def values(self) -> dict[str, Any]:
        return {path: field.kind.read(field.widget) for path, field in self._fields.items()}

    def dirty_values(self) -> dict[str, Any]:
        return {path: value for path, value in self.values().items() if value != self._base[path]}

    def load(self, values: Values) -> None:
        """Shows ``values`` (by path; others are left out) as what is stored."""
        self._take(values, self._fields)

    def trim(self, *paths: str) -> None:
        """Takes blanks off both ends of what is typed there."""
        for path in paths:
            field = self._fields[path]
            typed = field.kind.read(field.widget)
            if typed != typed.strip():
                field.kind.write(field.widget, typed.strip())

    def rebase(self, values: Values, sent: Values | None = None) -> None:
        """``values`` are what is stored now. What is being typed stays; ``sent`` is what was typed when saved."""
        current = self.values()
        settled = [
            path
            for path, value in current.items()
            if value == self._base[path] or (sent is not None and value == sent[path])
        ]
        self._take(values, settled)

    def _take(self, values: Values, shown: Iterable[str]) -> None:
        self._base = {path: values[path] for path in self._fields}
        self._loading = True
        for path in shown:
            field = self._fields[path]
            if field.kind.read(field.widget) != values[path]:
                field.kind.write(field.widget, values[path])
        self._loading = False

    def mark(self, errors: Iterable[FieldError]) -> tuple[FieldError, ...]:
        """Shows each error at its field (the first of several), and gives back those of other pages."""
        elsewhere, marked = [], set()
        for error in errors:
            if error.path not in self._fields:
                elsewhere.append(error)
            elif error.path not in marked:
                marked.add(error.path)
                self.show_mark(error.path, field_words(error))
        return tuple(elsewhere)

    def show_mark(self, path: str, words: str) -> None:
        mark = self._marks[path]
        mark.label.show_words(words)
        mark.set_row_visible(True)
        self._describe(self._fields[path], words)

    def clear_marks(self) -> None:
        for path in self._fields:
            self.clear_mark(path)

    def clear_mark(self, path: str) -> None:
        field, mark = self._fields[path], self._marks[path]
        mark.set_row_visible(False)
        self._describe(field, field.help)

    def marked(self) -> tuple[str, ...]:
        """Paths of the fields that are marked, in reading order."""
        return tuple(path for path in self._fields if self._marks[path].is_row_visible())

    def mark_text(self, path: str) -> str:
        """What stands at the field; empty when it is not marked."""
        mark = self._marks[path]
        return mark.label.words if mark.is_row_visible() else ""

    def widget(self, path: str) -> QWidget:
        return self._fields[path].widget

    def focus(self, path: str) -> None:
        self.widget(path).setFocus()

    def _describe(self, field: Field, words: str) -> None:
        for widget in _spoken(field.widget):
            widget.setAccessibleDescription(words)

    def _on_edited(self, path: str) -> None:
        if not self._loading:
            self.clear_mark(path)
            self.edited.emit(path)

    def _dress(self, field: Field) -> None:
        field.widget.setToolTip(field.help)
        for widget in _spoken(field.widget):
            widget.setAccessibleName(field_label(field.path))
        self._describe(field, field.help)
        if field.columns:
            em = field.widget.fontMetrics().averageCharWidth()
            field.widget.setFixedWidth(em * field.columns + 24)  # the frame, and a suffix's or arrow's room

    def _mark_below(self, field: Field) -> _Mark:
        form, row = self._place_of(field.widget)
        mark = _Mark(form, FieldMark(form.parentWidget()))
        form.insertRow(row, QLabel(), mark.label)
        mark.set_row_visible(False)
        return mark

    def _place_of(self, widget: QWidget) -> tuple[QFormLayout, int]:
        """The form and the row below ``widget``; a field above the forms is marked at the top of the first."""
        for form in self._forms:
            with contextlib.suppress(LookupError):
                return form, row_of(form, widget) + 1
        return self._forms[0], 0


def _spoken(widget: QWidget) -> tuple[QWidget, ...]:
    """The widget, and the parts of it that take what is typed: a screen reader stops at those."""
    return (widget, *widget.findChildren(QLineEdit), *widget.findChildren(QAbstractSpinBox))


def row_of(form: QFormLayout, widget: QWidget) -> int:
    """The row that holds ``widget``, itself or within a nested layout. Raises LookupError."""
    for row in range(form.rowCount()):
        item = form.itemAt(row, QFormLayout.ItemRole.FieldRole) or form.itemAt(
            row, QFormLayout.ItemRole.SpanningRole
        )
        if item is None:
            continue
        nested = item.layout()
        if item.widget() is widget or (nested is not None and nested.indexOf(widget) >= 0):
            return row
    raise LookupError(widget.objectName())
