"""What the rules ordered, with the rule that did: what stands once all of them have spoken."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailint_gui.domain.rule import Action, ActionKind
from mailint_gui.domain.rule_verdict import Verdict


@dataclass(frozen=True, slots=True)
class Order:
    """``rule``: the name of the last rule that ordered it."""

    action: Action
    rule: str

    @property
    def kind(self) -> ActionKind:
        return self.action.kind


def orders(verdict: Verdict) -> tuple[Order, ...]:
    """In the order in which they are to be done."""
    return tuple(Order(action, _who_ordered(action, verdict)) for action in verdict.actions)


def _who_ordered(action: Action, verdict: Verdict) -> str:
    names: Iterator[str] = (each.name for each in reversed(verdict.trace) if action in each.actions)
    return next(names, "")
