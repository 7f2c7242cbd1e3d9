"""How each kind of widget is read, written and heard. A kind says in which form the value leaves the widget."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox

from mailint_gui.domain.duration import format_duration, parse_duration
from mailint_gui.domain.properties import FOREVER, NEVER
from mailint_gui.domain.secret import Secret
from mailint_gui.ui.fields.duration_edit import DurationEdit, PeriodEdit
from mailint_gui.ui.fields.entries_edit import EntriesEdit
from mailint_gui.ui.fields.optional_date_edit import OptionalDateEdit
from mailint_gui.wording.values import value_words


@dataclass(frozen=True, slots=True)
class Kind:
    """Three functions of a widget; what they take and give depends on the kind, hence Any."""

    read: Callable[[Any], Any]
    write: Callable[[Any, Any], None]
    changed: Callable[[Any], SignalInstance]


def _line_changed(widget: QLineEdit) -> SignalInstance:
    return widget.textChanged


def _number_changed(widget: QSpinBox) -> SignalInstance:
    return widget.valueChanged


def _chosen(widget: QComboBox) -> SignalInstance:
    return widget.currentIndexChanged


def _duration_changed(widget: DurationEdit) -> SignalInstance:
    return widget.duration_changed


LINE = Kind(QLineEdit.text, QLineEdit.setText, _line_changed)
LINES = Kind(QPlainTextEdit.toPlainText, QPlainTextEdit.setPlainText, lambda widget: widget.textChanged)
ENTRIES = Kind(EntriesEdit.entries, EntriesEdit.set_entries, lambda widget: widget.textChanged)
CHECK = Kind(QCheckBox.isChecked, QCheckBox.setChecked, lambda widget: widget.toggled)
NUMBER = Kind(QSpinBox.value, QSpinBox.setValue, _number_changed)
DURATION = Kind(DurationEdit.duration, DurationEdit.set_duration, _duration_changed)
PASSWORD = Kind(  # what is typed, wrapped at once; the stored one never comes here
    lambda widget: Secret(widget.text()),
    lambda widget, secret: widget.setText(secret.reveal()),
    _line_changed,
)
SECRET_FILE = Kind(  # as PASSWORD; writing clears what was chosen
    lambda widget: widget.content(),
    lambda widget, secret: widget.set_content(secret),
    lambda widget: widget.content_changed,
)
TOKENS = Kind(
    lambda widget: widget.tokens(),
    lambda widget, secret: widget.set_tokens(secret),
    lambda widget: widget.tokens_changed,
)
OPTIONAL_DATE = Kind(OptionalDateEdit.value, OptionalDateEdit.set_value, lambda widget: widget.date_changed)
WORDS = Kind(
    lambda widget: tuple(widget.text().split()),
    lambda widget, words: widget.setText(" ".join(words)),
    _line_changed,
)
EDITABLE = Kind(QComboBox.currentText, QComboBox.setEditText, lambda widget: widget.editTextChanged)

NUMBER_AS_TEXT = Kind(
    lambda widget: str(widget.value()), lambda widget, text: widget.setValue(int(text)), _number_changed
)
COUNT_OR_NEVER_AS_TEXT = Kind(  # the lowest value of the widget, 0, is shown as "never"
    lambda widget: str(widget.value() or NEVER),
    lambda widget, text: widget.setValue(0 if text == NEVER else int(text)),
    _number_changed,
)
DURATION_AS_TEXT = Kind(
    lambda widget: format_duration(widget.duration()),
    lambda widget, text: widget.set_duration(parse_duration(text)),
    _duration_changed,
)
ENTRIES_AS_TEXT = Kind(
    lambda widget: ", ".join(widget.entries()),
    lambda widget, text: widget.set_entries(tuple(text.split(", ")) if text else ()),
    lambda widget: widget.textChanged,
)
PERIOD_AS_TEXT = Kind(
    lambda widget: _period_as_text(widget),
    lambda widget, text: widget.set_period(None if text == FOREVER else parse_duration(text)),
    _duration_changed,
)


def _period_as_text(widget: PeriodEdit) -> str:
    period = widget.period()
    return FOREVER if period is None else format_duration(period)


def choice(values: type[StrEnum]) -> Kind:
    """One of a closed list, offered by ``offer``."""
    return Kind(lambda widget: values(widget.currentData()), _choose, _chosen)


def choice_as_text() -> Kind:
    return Kind(QComboBox.currentData, _choose, _chosen)


def offer(widget: QComboBox, values: Iterable[StrEnum]) -> None:
    for value in values:
        widget.addItem(value_words(value), value.value)


def offer_texts(widget: QComboBox, texts: Iterable[str]) -> None:
    """To choose from, in an editable box; what is typed there stays."""
    typed = widget.currentText()
    blocked = widget.blockSignals(True)
    widget.clear()
    widget.addItems(list(texts))
    widget.setEditText(typed)
    widget.blockSignals(blocked)


def _choose(widget: QComboBox, value: str) -> None:
    """A value that is not offered but stored is added: showing a form must not change what it shows."""
    index = widget.findData(str(value))
    if index < 0:
        widget.addItem(value_words(value) if isinstance(value, StrEnum) else value, str(value))
        index = widget.count() - 1
    widget.setCurrentIndex(index)
