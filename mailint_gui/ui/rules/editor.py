"""The editor of one rule. It gives back a rule that is right by itself; storing is the window's affair."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QWidget

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import Rule
from mailint_gui.domain.validation import FieldError
from mailint_gui.ui._generated.ui_rule_editor import Ui_RuleEditorDialog
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.dialog_buttons import enable, leave_focus
from mailint_gui.ui.editing_dialog import EditingDialog
from mailint_gui.ui.fields.layout import dress_headings
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.rules.fault_line import FaultLine
from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.theme import Role
from mailint_gui.wording.problems import words
from mailint_gui.wording.rule_faults import rule_fault_words
from mailint_gui.workers.rule_desk import Judged, RuleDesk, Rules

_LEFT_WIDTH = 30  # characters
_WIDTH, _HEIGHT = 112, 44  # in characters and lines
_StandardButton = QDialogButtonBox.StandardButton


class RuleEditor(EditingDialog):
    """Window-modal. ``others``: the rules it stands beside; ``finished_rule`` gives the rule as it is to be."""

    finished_rule = Signal(object)  # Rule

    def __init__(
        self,
        desk: RuleDesk,
        rule: Rule,
        others: Rules,
        names: Mapping[int, str],
        properties: AccountProperties,
        parent: QWidget | None = None,
        *,
        is_new: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._desk = desk
        self._others = others
        self._is_new = is_new
        self._judging = False
        self._calls = PendingCalls(self)
        self.ui = Ui_RuleEditorDialog()
        self.ui.setupUi(self)
        self.banners = Banners(self.ui.column, self)
        self.setWindowTitle(self.tr("New email rule") if is_new else self.tr("Email rule"))
        self._dress()
        self._load(rule, names, properties)
        self._base = rule
        self._connect()
        self.ui.name.setFocus()

    @property
    def dirty(self) -> bool:
        return self.rule() != self._base

    def rule(self) -> Rule:
        """As typed."""
        ui = self.ui
        return replace(
            self._base,
            name=ui.name.text(),
            enabled=ui.enabled.isChecked(),
            addresses=ui.addresses.addresses(),
            condition=ui.condition.condition(),
            actions=ui.actions.ordered(),
            continue_with_later=ui.continue_with_later.isChecked(),
        )

    def accept(self) -> None:
        """Closes once the rule was judged to be right."""
        if not self._judging:
            self._judging = True
            self._show_buttons()
            call = self._desk.judge(self.rule(), self._others, None if self._is_new else self._base)
            self._calls.follow(call, self._was_judged, self._tell_problem, self._judged)

    def show_faults(self, errors: Iterable[FieldError]) -> None:
        """Each at its place; the first one gets the focus. Paths as ``rule_validation`` gives them."""
        found = tuple(errors)
        self._mark(self.ui.name_mark, self.ui.name, found, "name")
        self._mark(self.ui.addresses_mark, self.ui.addresses.list, found, "addresses")
        self.ui.condition.show_faults(each for each in found if each.path.startswith("condition"))
        self.ui.actions.show_faults(each for each in found if each.path.startswith("action"))
        paths = {each.path for each in found}
        if "name" in paths:
            self.ui.name.setFocus()
        elif "addresses" in paths:
            self.ui.addresses.chosen.setFocus()
        elif not self.ui.condition.go_to_first_fault():
            self.ui.actions.go_to_first_fault()

    def _load(self, rule: Rule, names: Mapping[int, str], properties: AccountProperties) -> None:
        ui = self.ui
        ui.name.setText(rule.name)
        ui.name.setCursorPosition(0)
        ui.enabled.setChecked(rule.enabled)
        ui.continue_with_later.setChecked(rule.continue_with_later)
        ui.addresses.load(rule.addresses, names)
        ui.condition.load(rule.condition)
        ui.actions.offer(properties)
        ui.actions.load(rule.actions)

    def _dress(self) -> None:
        em, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        dress_headings(self)
        for widget in (self.ui.name, self.ui.name_mark, self.ui.addresses, self.ui.addresses_mark):
            widget.setFixedWidth(em * _LEFT_WIDTH)
        self.ui.right.setStretchFactor(self.ui.condition, 3)
        self.ui.right.setStretchFactor(self.ui.actions, 2)
        self.ui.sides.setStretch(1, 1)
        self._button(_StandardButton.Ok).setText(self.tr("OK"))
        self._button(_StandardButton.Cancel).setText(self.tr("Cancel"))
        self._button(_StandardButton.Ok).setDefault(True)
        self._button(_StandardButton.Cancel).setAutoDefault(False)
        leave_focus(self.ui.buttons)
        wanted = self.sizeHint()
        wanted.setWidth(max(wanted.width(), em * _WIDTH))
        wanted.setHeight(max(wanted.height(), line * _HEIGHT))
        fit_dialog(self, wanted)

    def _connect(self) -> None:
        self.ui.buttons.accepted.connect(self.accept)
        self.ui.buttons.rejected.connect(self.reject)
        self.ui.name.textChanged.connect(self.ui.name_mark.hide)
        self.ui.addresses.edited.connect(self.ui.addresses_mark.hide)
        self.ui.enabled.toggled.connect(self.ui.addresses_mark.hide)

    def _button(self, which: QDialogButtonBox.StandardButton) -> QPushButton:
        return self.ui.buttons.button(which)

    def _was_judged(self, judged: Judged) -> None:
        self.banners.hide(Subject.RESULT)
        if judged.errors:
            self.show_faults(judged.errors)
        else:
            self.finished_rule.emit(judged.rule)
            super().accept()

    def _judged(self) -> None:
        self._judging = False
        self._show_buttons()

    def _tell_problem(self, problem: Problem) -> None:
        self.banners.show(Subject.RESULT, Role.NEGATIVE, str(words(problem)), closable=True)

    def _show_buttons(self) -> None:
        enable(self._button(_StandardButton.Ok), not self._judging)

    def _mark(self, mark: FaultLine, widget: QWidget, errors: tuple[FieldError, ...], path: str) -> None:
        told = " ".join(rule_fault_words(each) for each in errors if each.path == path)
        mark.show_words(told)
        widget.setAccessibleDescription(told)
