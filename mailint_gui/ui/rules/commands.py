"""What is done to the list of rules: new, edited, copied, taken out, put in another order, turned on and off."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.validation import FieldError
from mailint_gui.ui.rules.editor import RuleEditor
from mailint_gui.ui.rules.rule_set import RuleSet
from mailint_gui.ui.rules.table import RuleTable
from mailint_gui.workers.rule_desk import RuleDesk

_NEW_RULE = Rule(condition=Group(GroupKind.ALL, (FieldTest(Field.SUBJECT, Operator.CONTAINS, ""),)))


class RuleCommands(QObject):
    """Acts on what is selected in the table. ``names`` of integrations by id, and ``properties``, are kept current."""

    changed = Signal(object)  # tuple[int, ...]: the places that are to be selected now

    def __init__(self, desk: RuleDesk, rules: RuleSet, table: RuleTable, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._rules = rules
        self._table = table
        self._window = window
        self.names: Mapping[int, str] = {}
        self.properties = AccountProperties()

    def new(self) -> None:
        """Below what is selected, else at the end."""
        chosen = self._table.places()
        self._open_editor(_NEW_RULE, chosen[-1] + 1 if chosen else len(self._rules.rules), is_new=True)

    def edit(self, place: int, faults: Iterable[FieldError] = ()) -> None:
        """``faults``: what a refused save said of this rule; paths as ``rule_validation`` gives them."""
        editor = self._open_editor(self._rules.rules[place], place, is_new=False)
        if told := tuple(faults):
            editor.show_faults(told)

    def duplicate(self) -> None:
        place = self._table.places()[0]
        self._rules.duplicate(place, self.tr("{name} (copy)"))
        self.changed.emit((place + 1,))

    def delete(self) -> None:
        chosen = self._table.places()
        left = [each for each in self._table.shown() if each not in chosen]
        after = next((each for each in left if each > chosen[0]), left[-1] if left else 0)
        self._rules.remove(chosen)
        self.changed.emit((after - sum(each < after for each in chosen),))

    def move(self, by: int) -> None:
        """Up (-1) or down (1), past the next rule that is shown."""
        passed = self._passed(by)
        if passed is not None:
            before = passed if by < 0 else passed + 1
            self.changed.emit(self._rules.move(self._table.places(), before))

    def can_move(self, by: int) -> bool:
        return self._passed(by) is not None

    def _passed(self, by: int) -> int | None:
        """The next rule that is shown on that side of the chosen ones."""
        shown, chosen = self._table.shown(), self._table.places()
        if not chosen:
            return None
        if by < 0:
            return next((each for each in reversed(shown) if each < chosen[0]), None)
        return next((each for each in shown if each > chosen[-1]), None)

    def drop(self, chosen: Sequence[int], row: int) -> None:
        """Before the rule that is shown in ``row``."""
        shown = self._table.shown()
        before = shown[row] if row < len(shown) else shown[-1] + 1
        self.changed.emit(self._rules.move(chosen, before))

    def toggle(self, chosen: Sequence[int]) -> None:
        """All of them to what the first is not."""
        self.turn(chosen, not self._rules.rules[chosen[0]].enabled)

    def turn(self, chosen: Sequence[int], on: bool) -> None:
        self._rules.turn(chosen, on)
        self.changed.emit(tuple(chosen))

    def _open_editor(self, rule: Rule, place: int, *, is_new: bool) -> RuleEditor:
        others = self._rules.others(None if is_new else place)
        editor = RuleEditor(
            self._desk, rule, others, self.names, self.properties, self._window, is_new=is_new
        )
        put = self._rules.insert if is_new else self._rules.put

        def take(finished: Rule) -> None:
            put(place, finished)
            self.changed.emit((place,))

        editor.finished_rule.connect(take)
        editor.open()
        return editor
