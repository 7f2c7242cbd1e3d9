"""Rules judged in one process for another: the verdict is the same."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.rule_verdict import RuleMessage, RuleOutcome, RuleTrace, Verdict
from mailint_gui.services.rules.evaluate import evaluate
from mailint_gui.services.rules.opinion import Judge, verdict

MESSAGE = RuleMessage(subject="printer on fire", body="please help", size=5)
LONG_TIME = 1000.0


def rule(number: int, word: str, kind: GroupKind, later: bool, enabled: bool, only: bool) -> Rule:
    tests = (FieldTest(Field.SUBJECT, Operator.CONTAINS, word), FieldTest(Field.BODY, Operator.IS, word))
    action = Action(ActionKind.SET_CATEGORY, word)
    addresses = (2,) if only else "all"
    return Rule(number, f"rule {number}", enabled, addresses, Group(kind, tests), (action,), later)  # type: ignore[arg-type]


RULES = st.lists(
    st.builds(
        rule,
        st.integers(1, 99),
        st.sampled_from(["printer", "fire", "scanner", "please help"]),
        st.sampled_from(GroupKind),
        *[st.booleans()] * 3,
    )
)


def kept(whole: Verdict) -> Verdict:
    """As a trail keeps it."""
    return Verdict(whole.actions, tuple(map(without_condition, whole.trace)))


def without_condition(trace: RuleTrace) -> RuleTrace:
    return replace(trace, condition=None) if trace.outcome is RuleOutcome.NOT_MATCHED else trace


@given(RULES)
def test_the_verdict_is_that_of_judging_here(rules: list[Rule]) -> None:
    given_there = Judge(rules).opinion(MESSAGE, 1, LONG_TIME)
    assert given_there is not None
    assert verdict(rules, given_there) == kept(evaluate(rules, MESSAGE, 1))


def test_what_takes_too_long_has_no_opinion() -> None:
    rules = [rule(1, "printer", GroupKind.ANY, True, True, False)]
    assert Judge(rules).opinion(MESSAGE, 1, -1.0) is None
