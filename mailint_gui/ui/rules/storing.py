"""Reading and saving the whole list: what came of it, as signals."""

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.rules.rule_set import RuleSet
from mailint_gui.workers.rule_desk import RuleDesk, Rules, StoredRules


class RuleStoring(QObject):
    """``is_read``: what is stored is known. Nothing may be changed while ``is_saving``."""

    taken = Signal()  # the set is what is stored
    changed_elsewhere = Signal(object)  # Rules that are stored now, while the set has changes of its own
    patterns_missing = Signal()
    refused = Signal(object)  # ValidationError: nothing was stored
    failed = Signal(object)  # Problem
    ended = Signal()  # a save, whichever way

    def __init__(self, desk: RuleDesk, rules: RuleSet, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rules = rules
        self._calls = PendingCalls(self)
        self.is_read = False
        self.is_saving = False

    def read(self) -> None:
        self._calls.follow(self._desk.read(), self._take, self.failed.emit)

    def save(self) -> None:
        self.is_saving = True
        self._calls.follow(self._desk.save(self._rules.rules), self.take, self._refuse, self._end)

    def take(self, rules: Rules) -> None:
        """These are stored; changes of the set are gone."""
        self._rules.take_stored(rules)
        self.taken.emit()

    def _take(self, stored: StoredRules) -> None:
        first, self.is_read = not self.is_read, True
        if first and not stored.can_match_patterns:
            self.patterns_missing.emit()
        if self.is_saving or (stored.rules == self._rules.stored and not first):
            return
        if self._rules.dirty:
            self.changed_elsewhere.emit(stored.rules)
        else:
            self.take(stored.rules)

    def _refuse(self, refusal: Problem | ValidationError) -> None:
        (self.failed if isinstance(refusal, Problem) else self.refused).emit(refusal)

    def _end(self) -> None:
        self.is_saving = False
        self.ended.emit()
