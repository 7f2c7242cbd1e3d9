"""Rules and their traces as plain JSON values, and back."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from mailint_gui.domain.rule import (
    Action,
    ActionKind,
    Condition,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Value,
)
from mailint_gui.domain.rule_verdict import (
    ConditionTrace,
    FieldTrace,
    GroupTrace,
    RuleOutcome,
    RuleTrace,
)

Form = dict[str, Any]


def condition_form(condition: Condition) -> Form:
    """A group has ``members``, a test has none."""
    if isinstance(condition, Group):
        return {"kind": condition.kind, "members": [condition_form(one) for one in condition.members]}
    return _test_form(condition)


@lru_cache(maxsize=4096)  # each message that is filed has the same ones in its trail
def _test_form(test: FieldTest) -> Form:
    """Not to be changed: whoever asks for it again gets the same."""
    return {
        "field": test.field,
        "operator": test.operator,
        "value": test.value,
        "header": test.header,
    }


def group_of(form: Mapping[str, Any]) -> Group:
    return Group(GroupKind(form["kind"]), tuple(_condition_of(one) for one in form["members"]))


def _condition_of(form: Mapping[str, Any]) -> Condition:
    return group_of(form) if "members" in form else _test_of(form)


def _test_of(form: Mapping[str, Any]) -> FieldTest:
    value: Value = tuple(form["value"]) if isinstance(form["value"], list) else form["value"]
    return FieldTest(Field(form["field"]), Operator(form["operator"]), value, form["header"])


def action_forms(actions: Iterable[Action]) -> list[Form]:
    return [
        {
            "kind": one.kind,
            "value": one.value,
            "recipients": one.recipients,
            "subject": one.subject,
            "text": one.text,
        }
        for one in actions
    ]


def actions_of(forms: Iterable[Mapping[str, Any]]) -> tuple[Action, ...]:
    return tuple(
        Action(ActionKind(one["kind"]), one["value"], tuple(one["recipients"]), one["subject"], one["text"])
        for one in forms
    )


def trace_form(trace: RuleTrace) -> Form:
    return {
        "rule_id": trace.rule_id,
        "name": trace.name,
        "outcome": trace.outcome,
        "condition": trace.condition and _traced_form(trace.condition),
        "actions": action_forms(trace.actions) if trace.actions else [],  # of nearly all
    }


def trace_of(form: Mapping[str, Any]) -> RuleTrace:
    return RuleTrace(
        rule_id=form["rule_id"],
        name=form["name"],
        outcome=RuleOutcome(form["outcome"]),
        condition=form["condition"] and _group_trace_of(form["condition"]),
        actions=actions_of(form["actions"]),
    )


def _traced_form(trace: ConditionTrace) -> Form:
    if isinstance(trace, GroupTrace):
        members = [_traced_form(one) for one in trace.members]
        return {"kind": trace.kind, "result": trace.result, "members": members}
    return {
        "test": condition_form(trace.test),
        "result": trace.result,
        "found": trace.found,
        "is_cut": trace.is_cut,
    }


def _group_trace_of(form: Mapping[str, Any]) -> GroupTrace:
    members = tuple(_trace_member_of(one) for one in form["members"])
    return GroupTrace(GroupKind(form["kind"]), form["result"], members)


def _trace_member_of(form: Mapping[str, Any]) -> ConditionTrace:
    if "members" in form:
        return _group_trace_of(form)
    return FieldTrace(_test_of(form["test"]), form["result"], tuple(form["found"]), form["is_cut"])
