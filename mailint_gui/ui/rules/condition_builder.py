"""The expression builder: a tree of groups and comparisons, the line that is chosen below it, and its commands."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from mailint_gui.domain import condition_tree as tree
from mailint_gui.domain.condition_tree import Place
from mailint_gui.domain.rule import Condition, Field, FieldTest, Group, GroupKind, Operator
from mailint_gui.domain.rule_validation import MAX_CONDITIONS, MAX_DEPTH
from mailint_gui.domain.validation import FieldError
from mailint_gui.ui.rules.command_column import CommandColumn
from mailint_gui.ui.rules.comparison_editor import ComparisonEditor
from mailint_gui.ui.rules.condition_tree_view import ConditionTreeView
from mailint_gui.ui.rules.fault_line import FaultLine
from mailint_gui.ui.rules.group_editor import GroupEditor
from mailint_gui.ui.theme import BETWEEN_CONTROLS, TIGHT
from mailint_gui.wording.rule_faults import rule_fault_words
from mailint_gui.wording.text import filled

_NEW_TEST = FieldTest(Field.SUBJECT, Operator.CONTAINS, "")
_NEW_GROUP = Group(GroupKind.ANY, (_NEW_TEST,))
_Change = Callable[[Group, Place], tuple[Group, Place]]


class ConditionBuilder(QWidget):
    """``edited`` comes with every change that a person makes."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._root = Group(GroupKind.ALL)
        self._paths: dict[Place, str] = {}
        self.tree = ConditionTreeView()
        self.limits = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.group = GroupEditor()
        self.comparison = ComparisonEditor()
        self.editors = QStackedWidget()
        self.editors.addWidget(self.group)
        self.editors.addWidget(self.comparison)
        self.mark = FaultLine()
        self._make_actions()
        self._lay_out()
        self.tree.place_chosen.connect(self._choose)
        self.tree.edit_requested.connect(self.focus_editor)
        self.group.edited.connect(self._set_kind)
        self.comparison.edited.connect(self._set_test)
        self._show(())

    def condition(self) -> Group:
        return self._root

    def load(self, condition: Group) -> None:
        self._root = condition
        self.show_faults(())
        first = condition.members[0] if condition.members else condition
        self._show((0,) if isinstance(first, FieldTest) else ())

    def show_faults(self, errors: Iterable[FieldError]) -> None:
        """Those of the condition, each at its line; the first one of a line is told."""
        words: dict[Place, str] = {}
        self._paths = {}
        for error in errors:
            place = tree.place_of_fault(error.path)
            if place not in words:
                words[place] = rule_fault_words(error)
                self._paths[place] = error.path.rpartition(".")[2].partition("[")[0]
        self.tree.show_faults(words)
        self._show_mark(self.tree.place())

    def go_to_first_fault(self) -> bool:
        """False when nothing is marked."""
        if not self._paths:
            return False
        place = min(self._paths)
        self._show(place)
        self.focus_editor()
        return True

    def focus_editor(self) -> None:
        """From the line in the tree to what it is made of."""
        place = self.tree.place()
        if isinstance(tree.at(self._root, place), Group):
            self.group.kind.setFocus()
        else:
            self.comparison.focus_on(self._paths.get(place, "field"))

    # Building

    def _make_actions(self) -> None:
        self.add_test = self._action(self.tr("Add c&ondition"), "Ins", self._add_test)
        self.add_group = self._action(self.tr("Add &group"), "Shift+Ins", self._add_group)
        self.remove = self._action(self.tr("Remove"), "Del", lambda: self._change(tree.removed))
        self.up = self._action(self.tr("Move up"), "Alt+Up", lambda: self._change(_up))
        self.down = self._action(self.tr("Move down"), "Alt+Down", lambda: self._change(_down))
        self.nest = self._action(self.tr("Put into group"), "Alt+Right", lambda: self._change(_nested))
        self.take_out = self._action(
            self.tr("Take out of group"), "Alt+Left", lambda: self._change(tree.raised)
        )

    def _action(self, text: str, keys: str, done: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda: done())
        return action

    def _lay_out(self) -> None:
        actions = [self.add_test, self.add_group, self.remove, self.up, self.down, self.nest, self.take_out]
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        beside = QHBoxLayout()
        beside.setSpacing(BETWEEN_CONTROLS)
        beside.addWidget(self.tree, 1)
        beside.addLayout(CommandColumn(actions, self.tree))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(beside, 1)
        column.addWidget(self.limits)
        column.addWidget(self.editors)
        column.addWidget(self.mark)

    # Changes

    def _add_test(self) -> None:
        self._change(lambda root, place: tree.inserted(root, place, _NEW_TEST))
        self.focus_editor()

    def _add_group(self) -> None:
        self._change(lambda root, place: tree.inserted(root, place, _NEW_GROUP))

    def _change(self, change: _Change) -> None:
        root, place = change(self._root, self.tree.place())
        if root != self._root:
            self._root = root
            self.show_faults(())  # they stand at places that may be others' now
            self._show(place)
            self.edited.emit()

    def _set_kind(self, kind: GroupKind) -> None:
        place = self.tree.place()
        group = tree.at(self._root, place)
        assert isinstance(group, Group)
        self._write(place, Group(kind, group.members))

    def _set_test(self, test: FieldTest) -> None:
        self._write(self.tree.place(), test)

    def _write(self, place: Place, condition: Condition) -> None:
        self._root = tree.replaced(self._root, place, condition)
        self.tree.show_line(place, condition)
        self._forget_fault(place)
        self.edited.emit()

    def _forget_fault(self, place: Place) -> None:
        if self._paths.pop(place, None) is not None:
            left = {each: self.tree.fault(each) for each in self._paths}
            self.tree.show_faults(left)
            self._show_mark(place)

    # What is shown

    def _show(self, place: Place) -> None:
        self.tree.show_tree(self._root, place)
        self._choose(place)

    def _choose(self, place: Place) -> None:
        condition = tree.at(self._root, place)
        if isinstance(condition, Group):
            self.group.show_kind(condition.kind)
            self.editors.setCurrentWidget(self.group)
        else:
            self.comparison.show_test(condition)
            self.editors.setCurrentWidget(self.comparison)
        self._show_mark(place)
        self._show_limits(place)

    def _show_mark(self, place: Place) -> None:
        words = self.tree.fault(place)
        self.mark.show_words(words)
        for widget in (self.comparison.value, self.comparison.header, self.group.kind):
            widget.setAccessibleDescription(words)

    def _show_limits(self, place: Place) -> None:
        count, depth = tree.count(self._root), tree.depth(self._root)
        told = self.tr("{count} of {most} conditions and groups, {depth} of {deepest} levels")
        facts = {"count": count, "most": MAX_CONDITIONS, "depth": depth, "deepest": MAX_DEPTH}
        self.limits.setText(filled(told, {name: str(value) for name, value in facts.items()}))
        is_group = isinstance(tree.at(self._root, place), Group)
        level = len(place) + 1 if is_group else len(place)  # of the group that a new one would stand in
        self.add_test.setEnabled(count < MAX_CONDITIONS)
        self.add_group.setEnabled(count + 1 < MAX_CONDITIONS and level < MAX_DEPTH)
        nested, _ = _nested(self._root, place)
        self.nest.setEnabled(count < MAX_CONDITIONS and tree.depth(nested) <= MAX_DEPTH)
        self.remove.setEnabled(bool(place))
        self.take_out.setEnabled(len(place) > 1)
        self.up.setEnabled(tree.moved(self._root, place, -1)[1] != place)
        self.down.setEnabled(tree.moved(self._root, place, 1)[1] != place)


def _up(root: Group, place: Place) -> tuple[Group, Place]:
    return tree.moved(root, place, -1)


def _down(root: Group, place: Place) -> tuple[Group, Place]:
    return tree.moved(root, place, 1)


def _nested(root: Group, place: Place) -> tuple[Group, Place]:
    return tree.nested(root, place, GroupKind.ANY)
