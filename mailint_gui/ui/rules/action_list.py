"""What a rule does: an ordered list of actions, and the chosen one below it."""

import re
from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import REPEATABLE, Action, ActionKind
from mailint_gui.domain.rule_validation import MAX_ACTIONS
from mailint_gui.domain.validation import FieldError
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.rules.action_editor import ActionEditor, offered
from mailint_gui.ui.rules.command_column import CommandColumn
from mailint_gui.ui.rules.fault_line import FaultLine
from mailint_gui.ui.theme import BETWEEN_CONTROLS, TIGHT
from mailint_gui.wording.rule_faults import rule_fault_words
from mailint_gui.wording.rules import actions_words
from mailint_gui.wording.text import filled

_NUMBER = re.compile(r"action\[(\d+)\]\.?(\w*)")
_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2})


class _Lines(QListWidget):
    edit_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENING_KEYS:
            self.edit_requested.emit()
        else:
            super().keyPressEvent(event)


class ActionList(QWidget):
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions: list[Action] = []
        self._offered = offered(AccountProperties())
        self._faults: dict[int, tuple[str, str]] = {}  # by place: the part, and the words
        self.lines = _Lines()
        self.lines.setAccessibleName(self.tr("Actions"))
        self.lines.setIconSize(QSize(16, 16))
        self.lines.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.limits = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.editor = ActionEditor()
        self.mark = FaultLine()
        self._make_commands()
        self._lay_out()
        self.lines.currentRowChanged.connect(self._choose)
        self.lines.edit_requested.connect(self.focus_editor)
        self.lines.itemDoubleClicked.connect(self.focus_editor)
        self.editor.edited.connect(self._write)
        self._choose(-1)

    def offer(self, properties: AccountProperties) -> None:
        self._offered = offered(properties)
        self.editor.offer(properties)

    def load(self, actions: Iterable[Action]) -> None:
        self._actions = list(actions)
        self._faults = {}
        self._show(0)

    def ordered(self) -> tuple[Action, ...]:
        return tuple(self._actions)

    def show_faults(self, errors: Iterable[FieldError]) -> None:
        """Those of the actions; the first one of each is told. One of the whole list stands at place -1."""
        self._faults = {}
        for error in errors:
            found = _NUMBER.match(error.path)
            place, part = (int(found[1]) - 1, found[2]) if found else (-1, "")
            self._faults.setdefault(place, (part, rule_fault_words(error)))
        self._show(max(self.lines.currentRow(), 0))

    def go_to_first_fault(self) -> bool:
        """False when nothing is marked."""
        if not self._faults:
            return False
        place = min(self._faults)
        self._show(max(place, 0))
        if place < 0 and not self._actions:
            self.lines.setFocus()
        else:
            self.focus_editor()
        return True

    def focus_editor(self) -> None:
        if self._actions:
            part, _ = self._faults.get(self.lines.currentRow(), ("", ""))
            self.editor.focus_on(part)

    # Building

    def _make_commands(self) -> None:
        self.add = self._command(self.tr("&Add action"), "Ins", self._add)
        self.remove = self._command(self.tr("Remove"), "Del", self._remove)
        self.up = self._command(self.tr("Move up"), "Alt+Up", lambda: self._move(-1))
        self.down = self._command(self.tr("Move down"), "Alt+Down", lambda: self._move(1))

    def _command(self, text: str, keys: str, done: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda: done())
        return action

    def _lay_out(self) -> None:
        self.lines.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        beside = QHBoxLayout()
        beside.setSpacing(BETWEEN_CONTROLS)
        beside.addWidget(self.lines, 1)
        beside.addLayout(CommandColumn((self.add, self.remove, self.up, self.down), self.lines))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(beside, 1)
        column.addWidget(self.limits)
        column.addWidget(self.editor)
        column.addWidget(self.mark)

    # Changes

    def _add(self) -> None:
        """The first kind that there is not yet, with the first value that is offered."""
        there = {each.kind for each in self._actions}
        kinds = [kind for kind in _OFFERED_FIRST if kind in REPEATABLE or kind not in there]
        kind = kinds[0]
        place = self.lines.currentRow() + 1 if self._actions else 0
        self._actions.insert(place, Action(kind, next(iter(self._offered.get(kind, ())), "")))
        self._changed(place)
        self.focus_editor()

    def _remove(self) -> None:
        place = self.lines.currentRow()
        del self._actions[place]
        self._changed(min(place, len(self._actions) - 1))

    def _move(self, by: int) -> None:
        place = self.lines.currentRow()
        self._actions.insert(place + by, self._actions.pop(place))
        self._changed(place + by)

    def _changed(self, place: int) -> None:
        self._faults = {}
        self._show(place)
        self.edited.emit()

    def _write(self, action: Action) -> None:
        place = self.lines.currentRow()
        self._actions[place] = action
        self._faults.pop(place, None)
        self._dress(place)
        self._show_mark(place)
        self.edited.emit()

    # What is shown

    def _show(self, place: int) -> None:
        self.lines.blockSignals(True)
        self.lines.clear()
        for each in range(len(self._actions)):
            self.lines.addItem(QListWidgetItem())
            self._dress(each)
        self.lines.setCurrentRow(place if self._actions else -1)
        self.lines.blockSignals(False)
        self._choose(self.lines.currentRow())

    def _dress(self, place: int) -> None:
        item = self.lines.item(place)
        words = self._faults.get(place, ("", ""))[1]
        item.setText(actions_words([self._actions[place]]))
        item.setIcon(state_icon(Shape.DISABLED_BY_ERRORS, self.palette()) if words else QIcon())
        item.setToolTip(plain_tip(words or item.text()))
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, words)

    def _choose(self, place: int) -> None:
        there = 0 <= place < len(self._actions)
        self.editor.setEnabled(there)
        if there:
            self.editor.show_action(self._actions[place])
        self._show_mark(place)
        told = filled(
            self.tr("{count} of {most} actions"),
            {"count": str(len(self._actions)), "most": str(MAX_ACTIONS)},
        )
        self.limits.setText(told)
        self.add.setEnabled(len(self._actions) < MAX_ACTIONS)
        self.remove.setEnabled(there)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(there and place < len(self._actions) - 1)

    def _show_mark(self, place: int) -> None:
        words = self._faults.get(place, self._faults.get(-1, ("", "")))[1]
        self.mark.show_words(words)
        self.editor.describe(words)


_OFFERED_FIRST = (ActionKind.SET_STATUS, ActionKind.SET_PRIORITY, ActionKind.ASSIGN_GROUP, ActionKind.TAG)
