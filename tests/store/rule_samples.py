"""Rules and traces of any kind, for property-based tests."""

from hypothesis import strategies as st

from mailint_gui.domain.rule import (
    ALL,
    Action,
    ActionKind,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Rule,
)
from mailint_gui.domain.rule_verdict import FieldTrace, GroupTrace, RuleOutcome, RuleTrace

texts = st.text(max_size=30)  # with NUL, lone surrogates, quotes and backslashes
results = st.none() | st.booleans()
values = st.one_of(texts, st.integers(-(2**63), 2**63), st.booleans(), st.lists(texts, max_size=3).map(tuple))
field_tests = st.builds(FieldTest, st.sampled_from(Field), st.sampled_from(Operator), values, texts)
_members = st.recursive(
    field_tests,
    lambda inner: st.builds(Group, st.sampled_from(GroupKind), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)
groups = st.builds(Group, st.sampled_from(GroupKind), st.lists(_members, max_size=3).map(tuple))
actions = st.builds(
    Action, st.sampled_from(ActionKind), texts, st.lists(texts, max_size=2).map(tuple), texts, texts
)
some_actions = st.lists(actions, max_size=3).map(tuple)
rules = st.builds(
    Rule,
    id=st.just(0),
    name=texts,
    enabled=st.booleans(),
    addresses=st.just(ALL) | st.lists(st.integers(1, 9), max_size=3).map(tuple),
    condition=groups,
    actions=some_actions,
    continue_with_later=st.booleans(),
)
_field_traces = st.builds(
    FieldTrace, field_tests, results, st.lists(texts, max_size=2).map(tuple), st.booleans()
)
_trace_members = st.recursive(
    _field_traces,
    lambda inner: st.builds(
        GroupTrace, st.sampled_from(GroupKind), results, st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
_group_traces = st.builds(
    GroupTrace, st.sampled_from(GroupKind), results, st.lists(_trace_members, max_size=3).map(tuple)
)
traces = st.builds(
    RuleTrace,
    st.integers(0, 2**31),
    texts,
    st.sampled_from(RuleOutcome),
    st.none() | _group_traces,
    some_actions,
)
