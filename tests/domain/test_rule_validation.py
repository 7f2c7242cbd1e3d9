"""Every fault of a rule, found at its place; and no fault where there is none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.rule import (
    ALL,
    OPERATORS,
    Action,
    ActionKind,
    Condition,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Rule,
    Value,
    value_type,
)
from mailint_gui.domain.rule_validation import (
    MAX_ACTIONS,
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_SIZE,
    MAX_TEXT,
    PatternFault,
    trimmed_rule,
    validate_rule,
)
from mailint_gui.domain.validation import MAX_WORD, FieldFault

F = FieldFault
SUBJECT = FieldTest(Field.SUBJECT, Operator.CONTAINS, "printer")
GOOD = Rule(
    id=7,
    name="Printers",
    condition=Group(GroupKind.ALL, (SUBJECT,)),
    actions=(Action(ActionKind.ASSIGN_GROUP, "Hardware"),),
)
LONE_SURROGATE = b"\xff".decode(errors="surrogateescape")


def no_a(pattern: str) -> PatternFault | None:
    """An engine that refuses every pattern with an *a* in it."""
    return PatternFault(F.BAD_PATTERN, "an a") if "a" in pattern else None


def found(draft: Rule, *others: Rule) -> list[tuple[str, FieldFault]]:
    return [(error.path, error.fault) for error in validate_rule(draft, others, no_a)]


def found_in(*members: Condition) -> list[tuple[str, FieldFault]]:
    faults = found(replace(GOOD, condition=Group(GroupKind.ANY, members)))
    return [(path.removeprefix("condition.any"), fault) for path, fault in faults]


def test_a_good_one_has_no_fault() -> None:
    assert found(GOOD) == []
    assert found(GOOD, GOOD, replace(GOOD, id=8, name="Others")) == []


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_character_is_welcome_in_names_and_values(text: str) -> None:
    draft = replace(
        GOOD,
        name=text,
        condition=Group(GroupKind.NONE, (replace(SUBJECT, value=text),)),
        actions=(Action(ActionKind.AUTO_REPLY, subject=text, text=text),),
    )
    assert found(draft) == []
    assert found(trimmed_rule(replace(draft, name="x" + text))) == []


@pytest.mark.parametrize(
    "text", ["\\" * MAX_TEXT, "\"'" * (MAX_TEXT // 2), "😀" * MAX_TEXT, "\u202e\n" * 5000]
)
def test_ten_thousand_characters_are_welcome(text: str) -> None:
    assert (
        found(replace(GOOD, name=text, condition=Group(GroupKind.ALL, (replace(SUBJECT, value=text),)))) == []
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": ""}, ("name", F.REQUIRED)),
        ({"name": "x" * (MAX_TEXT + 1)}, ("name", F.TOO_LONG)),
        ({"name": "a\0b"}, ("name", F.UNSTORABLE_CHARACTER)),
        ({"name": LONE_SURROGATE}, ("name", F.UNSTORABLE_CHARACTER)),
        ({"addresses": ()}, ("addresses", F.REQUIRED)),
        ({"actions": ()}, ("action", F.REQUIRED)),
        ({"condition": Group(GroupKind.ALL)}, ("condition.all", F.EMPTY_GROUP)),
        ({"actions": (Action(ActionKind.TAG, "x"),) * (MAX_ACTIONS + 1)}, ("action", F.TOO_MANY)),
    ],
)
def test_faults_of_the_rule(change: dict[str, object], expected: tuple[str, FieldFault]) -> None:
    assert found(replace(GOOD, **change)) == [expected]  # type: ignore[arg-type]  # of several types by its name


def test_a_disabled_rule_may_be_without_address() -> None:
    assert found(replace(GOOD, enabled=False, addresses=())) == []


@pytest.mark.parametrize("id_", [0, 8])
def test_names_are_unique_without_regard_to_case(id_: int) -> None:
    assert found(replace(GOOD, id=id_, name="PRINTERS"), GOOD) == [("name", F.NOT_UNIQUE)]


SUBGROUP = Group(GroupKind.ALL, (SUBJECT, replace(SUBJECT, value="")))


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (replace(SUBJECT, value=""), ("[1].value", F.REQUIRED)),
        (replace(SUBJECT, value="x" * (MAX_TEXT + 1)), ("[1].value", F.TOO_LONG)),
        (replace(SUBJECT, value="\0"), ("[1].value", F.UNSTORABLE_CHARACTER)),
        (replace(SUBJECT, value=("a", "b")), ("[1].value", F.WRONG_TYPE)),
        (replace(SUBJECT, value=5), ("[1].value", F.WRONG_TYPE)),
        (replace(SUBJECT, header="X-A"), ("[1].header", F.UNKNOWN_KEY)),
        (replace(SUBJECT, operator=Operator.GREATER_THAN), ("[1].operator", F.UNKNOWN_VALUE)),
        (FieldTest(Field.SIZE, Operator.CONTAINS, "5"), ("[1].operator", F.UNKNOWN_VALUE)),
        (FieldTest(Field.SIZE, Operator.GREATER_THAN, "5"), ("[1].value", F.WRONG_TYPE)),
        (FieldTest(Field.SIZE, Operator.GREATER_THAN, True), ("[1].value", F.WRONG_TYPE)),
        (FieldTest(Field.SIZE, Operator.GREATER_THAN, -1), ("[1].value", F.OUT_OF_RANGE)),
        (FieldTest(Field.SIZE, Operator.SMALLER_THAN, MAX_SIZE + 1), ("[1].value", F.OUT_OF_RANGE)),
        (FieldTest(Field.SPAM_MARK, Operator.IS, "yes"), ("[1].value", F.WRONG_TYPE)),
        (FieldTest(Field.SPAM_MARK, Operator.IS, 1), ("[1].value", F.WRONG_TYPE)),
        (FieldTest(Field.HEADER, Operator.IS, "1"), ("[1].header", F.REQUIRED)),
        (FieldTest(Field.HEADER, Operator.IS, "1", "X: Y"), ("[1].header", F.UNKNOWN_VALUE)),
        (FieldTest(Field.SUBJECT, Operator.IN_LIST, ()), ("[1].value", F.REQUIRED)),
        (FieldTest(Field.SUBJECT, Operator.IN_LIST, ("x", "")), ("[1].value[2]", F.REQUIRED)),
        (FieldTest(Field.SUBJECT, Operator.IN_LIST, ("x",) * (MAX_ENTRIES + 1)), ("[1].value", F.TOO_MANY)),
        (FieldTest(Field.SENDER, Operator.IN_LIST, ("a@b.example", "@")), ("[1].value[2]", F.BAD_ADDRESS)),
        (FieldTest(Field.BODY, Operator.MATCHES_PATTERN, "a"), ("[1].value", F.BAD_PATTERN)),
        (FieldTest(Field.BODY, Operator.MATCHES_PATTERN, ""), ("[1].value", F.REQUIRED)),
        (SUBGROUP, ("[1].all[2].value", F.REQUIRED)),
        (Group(GroupKind.NONE), ("[1].none", F.EMPTY_GROUP)),
    ],
)
def test_faults_of_a_condition(test: Condition, expected: tuple[str, FieldFault]) -> None:
    assert found_in(test) == [expected]


SAMPLES: dict[type, Value] = {str: "xyz", int: 5, bool: False, tuple: ("b.example",)}


@pytest.mark.parametrize("field", Field)
@pytest.mark.parametrize("operator", Operator)
def test_each_field_takes_exactly_its_operators(field: Field, operator: Operator) -> None:
    header = "X-Priority" if field is Field.HEADER else ""
    faults = found_in(FieldTest(field, operator, SAMPLES[value_type(field, operator)], header))
    assert bool(faults) == (operator not in OPERATORS[field])


def test_an_empty_subject_can_be_asked_for() -> None:
    assert found_in(FieldTest(Field.SUBJECT, Operator.IS, "")) == []


def nested(depth: int) -> Group:
    group = Group(GroupKind.ALL, (SUBJECT,))
    for _ in range(depth - 1):
        group = Group(GroupKind.ANY, (group,))
    return group


def test_depth_and_number_have_limits() -> None:
    assert found(replace(GOOD, condition=nested(MAX_DEPTH))) == []
    assert found(replace(GOOD, condition=nested(MAX_DEPTH + 1))) == [("condition", F.TOO_DEEP)]
    assert found(replace(GOOD, condition=nested(100_000))) == [("condition", F.TOO_DEEP)]
    assert found_in(*[SUBJECT] * (MAX_CONDITIONS - 1)) == []
    assert found(replace(GOOD, condition=Group(GroupKind.ALL, (SUBJECT,) * MAX_CONDITIONS))) == [
        ("condition", F.TOO_MANY)
    ]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Action(ActionKind.SET_STATUS), ("action[1].value", F.REQUIRED)),
        (Action(ActionKind.SET_STATUS, "x" * (MAX_WORD + 1)), ("action[1].value", F.TOO_LONG)),
        (Action(ActionKind.TAG, "x" * (MAX_WORD + 1)), ("action[1].value", F.TOO_LONG)),
        (Action(ActionKind.MOVE_TO_FOLDER, "a\0"), ("action[1].value", F.UNSTORABLE_CHARACTER)),
        (Action(ActionKind.IGNORE, "x"), ("action[1].value", F.UNKNOWN_KEY)),
        (Action(ActionKind.TAG, "x", text="y"), ("action[1].text", F.UNKNOWN_KEY)),
        (Action(ActionKind.FORWARD), ("action[1].recipients", F.REQUIRED)),
        (
            Action(ActionKind.FORWARD, recipients=("a@b.example", "b")),
            ("action[1].recipients[2]", F.BAD_ADDRESS),
        ),
        (Action(ActionKind.FORWARD, recipients=("a@b.example",) * 101), ("action[1].recipients", F.TOO_MANY)),
        (Action(ActionKind.AUTO_REPLY, subject="x"), ("action[1].text", F.REQUIRED)),
    ],
)
def test_faults_of_an_action(action: Action, expected: tuple[str, FieldFault]) -> None:
    assert found(replace(GOOD, actions=(action,))) == [expected]


def test_what_can_stand_once_stands_once() -> None:
    status, tag = Action(ActionKind.SET_STATUS, "open"), Action(ActionKind.TAG, "x")
    assert found(replace(GOOD, actions=(status, tag, tag, status))) == [("action[4].kind", F.TOO_MANY)]


def test_actions_without_parameters_that_need_none() -> None:
    assert found(replace(GOOD, actions=(Action(ActionKind.IGNORE), Action(ActionKind.NOTIFY)))) == []


def test_every_fault_is_told_at_once() -> None:
    draft = Rule(name="", addresses=(), condition=Group(GroupKind.ALL, (Group(GroupKind.ANY),)), actions=())
    assert [path for path, _ in found(draft)] == ["name", "addresses", "condition.all[1].any", "action"]


def test_blanks_go_where_they_mean_nothing_and_stay_where_they_are_compared() -> None:
    forward = Action(ActionKind.FORWARD, recipients=(" a@b.example ",))
    condition = Group(GroupKind.ALL, (replace(SUBJECT, value=" x "),))
    draft = trimmed_rule(Rule(name=" n ", addresses=ALL, condition=condition, actions=(forward,)))
    assert (draft.name, draft.actions[0].recipients, draft.condition) == ("n", ("a@b.example",), condition)
