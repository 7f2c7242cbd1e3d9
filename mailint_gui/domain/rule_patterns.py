"""Patterns of rules where the engine for them is missing: new ones are refused, stored ones stay, undecided."""

from collections.abc import Iterable

from mailint_gui.domain.condition_tree import at, place_of_fault, walk
from mailint_gui.domain.rule import FieldTest, Operator, Rule, Value
from mailint_gui.domain.validation import FieldError, FieldFault


def without_stored_patterns(
    errors: Iterable[FieldError], draft: Rule, stored: Rule | None
) -> tuple[FieldError, ...]:
    """``errors`` of a draft (paths as ``rule_validation`` gives them), but for patterns that its row has already."""
    kept = _patterns(stored) if stored else frozenset()
    return tuple(each for each in errors if not _is_kept(each, draft, kept))


def _patterns(rule: Rule) -> frozenset[Value]:
    return frozenset(
        each.value
        for _place, each in walk(rule.condition)
        if isinstance(each, FieldTest) and each.operator is Operator.MATCHES_PATTERN
    )


def _is_kept(error: FieldError, draft: Rule, kept: frozenset[Value]) -> bool:
    if error.fault is not FieldFault.PATTERNS_UNAVAILABLE:
        return False
    test = at(draft.condition, place_of_fault(error.path))
    return isinstance(test, FieldTest) and test.value in kept
