"""Rules judged in one process for another that has the same rules: short, since carrying it costs more than judging."""

import time
from collections.abc import Sequence
from functools import lru_cache

from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_verdict import GroupTrace, Opinion, RuleMessage, RuleOutcome, RuleTrace, Verdict
from mailint_gui.services.rules.evaluate import judge, verdict_of
from mailint_gui.services.rules.results import result_of
from mailint_gui.services.rules.values import Subject

_Told = tuple[int, RuleOutcome, GroupTrace | None]


class Judge:
    """Rules made ready for many messages."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._rules = tuple((rule, result_of(rule.condition)) for rule in rules)

    def opinion(self, message: RuleMessage, integration_id: int, seconds: float) -> Opinion | None:
        """None: it took longer than ``seconds``."""
        end = time.monotonic() + seconds
        subject = Subject(message)
        told: list[_Told] = []
        ended = False
        for place, (rule, holds) in enumerate(self._rules):
            if ended:
                told.append((place, RuleOutcome.NOT_REACHED, None))
            elif not rule.enabled or not rule.is_for(integration_id) or holds(subject) is not False:
                trace = judge(rule, subject, integration_id)
                told.append((place, trace.outcome, trace.condition))
                ended = trace.outcome is RuleOutcome.MATCHED and not rule.continue_with_later
            if time.monotonic() > end:
                return None
        return Opinion(tuple(told))


def verdict(rules: Sequence[Rule], given: Opinion) -> Verdict:
    """What ``evaluate`` answers, but for the conditions of rules that did not match."""
    told = {place: (outcome, condition) for place, outcome, condition in given.told}
    return verdict_of(
        _trace(rule, *told[place]) if place in told else _not_matched(rule.id, rule.name)
        for place, rule in enumerate(rules)
    )


def _trace(rule: Rule, outcome: RuleOutcome, condition: GroupTrace | None) -> RuleTrace:
    actions = rule.actions if outcome is RuleOutcome.MATCHED else ()
    return RuleTrace(rule.id, rule.name, outcome, condition, actions)


@lru_cache(maxsize=1024)
def _not_matched(rule_id: int, name: str) -> RuleTrace:
    """The same for nearly every message."""
    return RuleTrace(rule_id, name, RuleOutcome.NOT_MATCHED)
