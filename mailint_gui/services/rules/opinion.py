"""Rules judged in one process for another that has the same rules: short, since carrying it costs more than judging."""

import time
from collections.abc import Sequence

from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_verdict import GroupTrace, Opinion, RuleMessage, RuleOutcome, RuleTrace, Verdict
from mailint_gui.services.rules.evaluate import not_matched, traces, verdict_of

_Told = tuple[int, RuleOutcome, GroupTrace | None]


def opinion(
    rules: Sequence[Rule], message: RuleMessage, integration_id: int, seconds: float
) -> Opinion | None:
    """None: it took longer than ``seconds``."""
    end = time.monotonic() + seconds
    told: list[_Told] = []
    for place, trace in enumerate(traces(rules, message, integration_id, in_full=False)):
        if trace.outcome is not RuleOutcome.NOT_MATCHED:
            told.append((place, trace.outcome, trace.condition))
        if time.monotonic() > end:
            return None
    return Opinion(tuple(told))


def verdict(rules: Sequence[Rule], given: Opinion) -> Verdict:
    """What ``evaluate`` answers, but for the conditions of rules that did not match."""
    told = {place: (outcome, condition) for place, outcome, condition in given.told}
    return verdict_of(
        _trace(rule, *told[place]) if place in told else not_matched(rule.id, rule.name)
        for place, rule in enumerate(rules)
    )


def _trace(rule: Rule, outcome: RuleOutcome, condition: GroupTrace | None) -> RuleTrace:
    actions = rule.actions if outcome is RuleOutcome.MATCHED else ()
    return RuleTrace(rule.id, rule.name, outcome, condition, actions)
