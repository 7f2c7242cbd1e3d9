"""Rules in words: complete, plain, one line, whatever a rule holds."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.domain.rule import (
    OPERATORS,
    Action,
    ActionKind,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Parameter,
    Rule,
    value_type,
)
from mailint_gui.domain.rule_validation import PatternFault, validate_rule
from mailint_gui.domain.rule_verdict import RuleOutcome, Verdict
from mailint_gui.domain.size import MB
from mailint_gui.domain.validation import FieldError, FieldFault
from mailint_gui.wording.rule_faults import rule_fault_words, rule_number, rule_place_words
from mailint_gui.wording.rules import (
    MAX_SENTENCE,
    action_name,
    action_words,
    addresses_words,
    comparison_words,
    condition_words,
    field_name,
    group_name,
    operator_name,
    outcome_words,
    parameter_name,
    result_words,
    rule_words,
    size_words,
    verdict_words,
)
from tests.services.rules.samples import rules
from tests.wording.test_catalogue import assert_plain

NAMES = {1: "Support", 2: "Orders"}


def test_everything_that_can_be_chosen_has_a_word_of_its_own() -> None:
    for words in (
        [field_name(each) for each in Field],
        [operator_name(each) for each in Operator],
        [group_name(each) for each in GroupKind],
        [action_name(each) for each in ActionKind],
        [parameter_name(each) for each in Parameter],
        [outcome_words(each) for each in RuleOutcome],
        [result_words(each) for each in (True, False, None)],
    ):
        assert all(words)
        assert len(set(words)) == len(words)
        assert not [each for each in words if "_" in each]


@given(rules([1, 2, 3]))
def test_a_rule_is_one_line_without_fields_that_were_not_filled(rule: Rule) -> None:
    told = rule_words(
        replace(rule, condition=Group(GroupKind.ALL, (FieldTest(Field.SIZE, Operator.IS, 1),))), NAMES
    )
    for text in (rule_words(rule, NAMES), told):
        assert "\n" not in text
        assert text.startswith("Mail to ")


def test_a_rule_reads_as_a_sentence() -> None:
    rule = Rule(
        addresses=(1, 2),
        condition=Group(
            GroupKind.ALL,
            (
                FieldTest(Field.SUBJECT, Operator.CONTAINS, "invoice"),
                Group(
                    GroupKind.NONE,
                    (
                        FieldTest(Field.SPAM_MARK, Operator.IS, True),
                        FieldTest(Field.SIZE, Operator.GREATER_THAN, 2 * MB),
                    ),
                ),
            ),
        ),
        actions=(Action(ActionKind.SET_STATUS, "Waiting"), Action(ActionKind.TAG, "money")),
        continue_with_later=True,
    )
    assert rule_words(rule, NAMES) == (
        "Mail to Support, Orders. Subject contains “invoice” and (none of: Is marked as spam; Size is greater "
        "than 2 MB): Set status to “Waiting”; tag with “money”. Later rules follow."
    )


@pytest.mark.parametrize(
    ("octets", "words"), [(0, "0 bytes"), (1024, "1 KB"), (1025, "1025 bytes"), (5 * MB, "5 MB")]
)
def test_a_size_has_the_unit_that_says_it_whole(octets: int, words: str) -> None:
    assert size_words(octets) == words


def test_what_is_long_is_cut() -> None:
    test = FieldTest(Field.BODY, Operator.CONTAINS, "x" * 10_000)
    assert len(comparison_words(test)) < 100
    assert len(condition_words(Group(GroupKind.ANY, (test,) * 199))) == MAX_SENTENCE
    entries = FieldTest(Field.SENDER, Operator.IN_LIST, tuple(f"{each}@example.org" for each in range(1000)))
    assert comparison_words(entries).endswith("“2@example.org” and 997 more")


def test_nothing_typed_is_a_field_of_ours() -> None:
    test = FieldTest(Field.SUBJECT, Operator.CONTAINS, r"{field} \ “{value}”")
    assert comparison_words(test) == r"Subject contains “{field} \ “{value}””"


def test_integrations_are_named() -> None:
    assert addresses_words("all", NAMES) == "All"
    assert addresses_words((), NAMES) == addresses_words((9,), NAMES) == "None"
    assert addresses_words((2, 9, 1), NAMES) == "Orders, Support"


def test_what_is_done_is_told() -> None:
    assert action_words(Action(ActionKind.NOTIFY)) == "notify whoever hears of the integration’s errors"
    assert action_words(Action(ActionKind.AUTO_REPLY, text="x")) == "reply automatically"
    assert verdict_words(Verdict()) == "Nothing"
    assert verdict_words(Verdict((Action(ActionKind.IGNORE),))) == "Ignore the message"


# Faults


@st.composite
def broken_rules(draw: st.DrawFn) -> Rule:
    """With one part that is wrong, of every kind."""
    rule = draw(rules([1, 2]))
    field = draw(st.sampled_from(Field))
    operator = draw(st.sampled_from(Operator))
    value = draw(
        st.sampled_from(["", "a\0b", "x" * 10_001, ("", "x y"), ("a",) * 1001, -1, 10**9, True, "["])
    )
    test = FieldTest(field, operator, value, draw(st.sampled_from(["", "a b", "List-Id"])))
    action = Action(
        draw(st.sampled_from(ActionKind)),
        draw(st.sampled_from(["", "x"])),
        draw(st.sampled_from([(), ("x",), ("a@b.example",) * 101])),
    )
    return replace(
        rule,
        name=draw(st.sampled_from(["", "x", "n" * 10_001])),
        addresses=draw(st.sampled_from([(), "all"])),
        condition=Group(GroupKind.ALL, (test, Group(GroupKind.ANY))),
        actions=draw(st.sampled_from([(), (action, action), (action,) * 21])),
    )


@settings(max_examples=40)
@given(broken_rules(), st.sampled_from(["", "rules[3]."]))
def test_every_fault_of_a_rule_says_where_it_is_and_what_would_be_right(rule: Rule, before: str) -> None:
    faults = validate_rule(rule, (Rule(9, "X"),), lambda _pattern: PatternFault(FieldFault.BAD_PATTERN, "no"))
    for fault in faults:
        words = rule_fault_words(replace(fault, path=before + fault.path))
        assert_plain(re.sub("“.*”", "“x”", words))
        assert rule_place_words(before + fault.path) == rule_place_words(fault.path) != ""
        assert rule_number(before + fault.path) == (3 if before else None)


@pytest.mark.parametrize(
    ("path", "fault", "words", "place"),
    [
        ("name", FieldFault.REQUIRED, "Enter a name.", "Name"),
        ("addresses", FieldFault.REQUIRED, "Choose at least one integration", "Incoming addresses"),
        ("condition.all[2].any[1].value", FieldFault.REQUIRED, "Enter what to compare with", "Condition 2.1"),
        ("condition.all[1].value[7]", FieldFault.BAD_ADDRESS, "a domain", "Condition 1"),
        ("condition.any", FieldFault.EMPTY_GROUP, "Add a condition to this group", "Condition"),
        ("condition", FieldFault.TOO_DEEP, "at most 8 levels", "Condition"),
        ("action", FieldFault.REQUIRED, "at least one action", "Action"),
        ("action[2].kind", FieldFault.TOO_MANY, "done only once", "Action 2"),
        ("action[1].recipients[2]", FieldFault.BAD_ADDRESS, "is not an email address", "Action 1"),
    ],
)
def test_places_and_faults_are_those_of_the_editor(
    path: str, fault: FieldFault, words: str, place: str
) -> None:
    assert words in rule_fault_words(FieldError(path, fault, {"limit": "8"}))
    assert rule_place_words(path) == place


def test_every_comparison_has_words() -> None:
    values = {str: "x", int: 5, bool: True, tuple: ("a", "b")}
    for field in Field:
        for operator in OPERATORS[field]:
            assert comparison_words(FieldTest(field, operator, values[value_type(field, operator)], ""))
