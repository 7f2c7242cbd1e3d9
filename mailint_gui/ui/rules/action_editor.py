"""One action of a rule: what is done, and what that needs to know."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from mailint_gui.domain.address import split_addresses
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import PARAMETERS, Action, ActionKind, Parameter
from mailint_gui.ui.rules.lossless import TextArea, TextLine
from mailint_gui.ui.theme import BETWEEN_CONTROLS, TIGHT
from mailint_gui.wording.rules import action_name, parameter_name

LINES_SHOWN = 4


def offered(properties: AccountProperties) -> Mapping[ActionKind, tuple[str, ...]]:
    """The values that Settings has for each kind; others may be typed."""
    return {
        ActionKind.ASSIGN_ADMIN: properties.admins,
        ActionKind.ASSIGN_GROUP: properties.groups,
        ActionKind.SET_STATUS: properties.record_statuses,
        ActionKind.SET_CATEGORY: properties.record_categories,
        ActionKind.SET_URGENCY: properties.record_urgencies,
        ActionKind.SET_IMPACT: properties.record_impacts,
        ActionKind.SET_PRIORITY: properties.record_priorities,
    }


class ActionEditor(QWidget):
    """``edited`` gives the Action as it is now."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = Action(ActionKind.SET_STATUS)
        self._loading = False
        self._offered: Mapping[ActionKind, tuple[str, ...]] = {}
        self._recipients: tuple[tuple[str, ...], str] = ((), "")  # as given, and as shown
        self.kind = QComboBox()
        for kind in ActionKind:
            self.kind.addItem(action_name(kind), kind.value)
        self.value = QComboBox(editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert)
        self.value.setLineEdit(TextLine())
        self.value.setCompleter(None)  # type: ignore[arg-type]  # it would write over what is typed
        self.recipients = TextLine()
        self.subject = TextLine()
        self.text = TextArea()
        self.text.setFixedHeight(self.fontMetrics().lineSpacing() * LINES_SHOWN + 12)
        self._widgets: dict[Parameter, QWidget] = {
            Parameter.VALUE: self.value,
            Parameter.RECIPIENTS: self.recipients,
            Parameter.SUBJECT: self.subject,
            Parameter.TEXT: self.text,
        }
        self._lay_out()
        self._connect()
        self._show_rows()

    def offer(self, properties: AccountProperties) -> None:
        self._offered = offered(properties)

    def show_action(self, action: Action) -> None:
        if action == self._action:
            return
        self._action = action
        self._loading = True
        self.kind.setCurrentIndex(self.kind.findData(action.kind.value))
        self._offer_values(action.kind)
        self.value.setEditText(action.value)
        self._recipients = action.recipients, ", ".join(action.recipients)
        self.recipients.setText(self._recipients[1])
        self.subject.setText(action.subject)
        self.text.set_text(action.text)
        self._loading = False
        self._show_rows()

    def focus_on(self, part: str) -> None:
        """``part``: the last word of a fault's path; the first field when there is none."""
        widget = self._widgets[Parameter(part)] if part in set(Parameter) else self.kind
        widget.setFocus()

    def describe(self, words: str) -> None:
        for widget in (self.kind, *self._widgets.values()):
            widget.setAccessibleDescription(words)

    def _lay_out(self) -> None:
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(BETWEEN_CONTROLS)
        self.form.setVerticalSpacing(TIGHT)
        self.form.addRow(self.tr("&Do"), self.kind)
        self.kind.setAccessibleName(self.tr("What is done"))
        for parameter, widget in self._widgets.items():
            self.form.addRow(parameter_name(parameter), widget)
            widget.setAccessibleName(parameter_name(parameter))
        line_edit = self.value.lineEdit()
        assert line_edit is not None
        line_edit.setAccessibleName(parameter_name(Parameter.VALUE))
        self.recipients.setPlaceholderText(self.tr("Addresses, separated by commas"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self.form)
        column.addStretch()

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._change_kind)
        self.value.editTextChanged.connect(self._tell)
        self.recipients.textChanged.connect(self._tell)
        self.subject.textChanged.connect(self._tell)
        self.text.textChanged.connect(self._tell)

    def _offer_values(self, kind: ActionKind) -> None:
        typed = self.value.currentText()
        self.value.clear()
        self.value.addItems(self._offered.get(kind, ()))
        self.value.setEditText(typed)

    def _show_rows(self) -> None:
        needed = PARAMETERS[self._action.kind]
        for parameter, widget in self._widgets.items():
            self.form.setRowVisible(widget, parameter in needed)
        notes = {ActionKind.NOTIFY: self.tr("Empty: whoever hears of the integration’s errors")}
        self.recipients.setPlaceholderText(
            notes.get(self._action.kind, self.tr("Addresses, separated by commas"))
        )

    def _change_kind(self) -> None:
        if self._loading:
            return
        kind = ActionKind(self.kind.currentData())
        self._loading = True
        self._offer_values(kind)
        first = next(iter(self._offered.get(kind, ())), "")
        if kind in self._offered:  # what another list offers means nothing in this one
            self.value.setEditText(first)
        self._loading = False
        self._action = self._typed(kind)
        self._show_rows()
        self.edited.emit(self._action)

    def _tell(self) -> None:
        if not self._loading:
            self._action = self._typed(self._action.kind)
            self.edited.emit(self._action)

    def _typed(self, kind: ActionKind) -> Action:
        given: dict[str, Any] = {
            Parameter.VALUE: self.value.currentText(),
            Parameter.RECIPIENTS: self._typed_recipients(),
            Parameter.SUBJECT: self.subject.text(),
            Parameter.TEXT: self.text.text(),
        }
        return Action(kind, **{name: value for name, value in given.items() if name in PARAMETERS[kind]})

    def _typed_recipients(self) -> tuple[str, ...]:
        given, shown = self._recipients
        typed = self.recipients.text()
        return given if typed == shown else split_addresses(typed)
