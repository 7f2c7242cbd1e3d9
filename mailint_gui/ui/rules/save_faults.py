"""What a refused save said, by the rules it is about."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.validation import FieldError
from mailint_gui.wording.rule_faults import rule_fault_words, rule_number, rule_place_words, within_rule
from mailint_gui.wording.text import filled, one_line

translate = QCoreApplication.translate


class SaveFaults:
    """Places count from 0, paths are those of ``RuleBook.save``. A fault of the whole list stands at its first rule."""

    def __init__(self, errors: Iterable[FieldError] = ()) -> None:
        self._by_place: dict[int, list[FieldError]] = {}
        for error in errors:
            self._by_place.setdefault((rule_number(error.path) or 1) - 1, []).append(error)

    def of(self, place: int) -> tuple[FieldError, ...]:
        """With paths within the rule."""
        return tuple(map(within_rule, self._by_place.get(place, ())))

    def words(self, place: int) -> str:
        """All that is wrong with one rule; empty when nothing is."""
        return " ".join(f"{rule_place_words(each.path)}: {rule_fault_words(each)}" for each in self.of(place))

    def places(self) -> tuple[int, ...]:
        return tuple(sorted(self._by_place))

    def headline(self, rules: Sequence[Rule]) -> str:
        """That nothing was saved, and the first reason."""
        place = self.places()[0]
        error = self._by_place[place][0]
        if rule_number(error.path) is None:
            return rule_fault_words(error)
        told = translate("save_rules", "Nothing was saved. Rule {number}, {name}, {place}: {words}")
        facts = {
            "number": str(place + 1),
            "name": f"“{shortened(one_line(rules[place].name))}”",
            "place": rule_place_words(error.path),
            "words": rule_fault_words(error),
        }
        return filled(told, facts)
