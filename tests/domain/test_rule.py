"""Rules as values: names, addresses, the tables that say what goes with what."""

import pytest

from mailint_gui.domain.rule import (
    ALL,
    OPERATORS,
    PARAMETERS,
    Action,
    ActionKind,
    Field,
    Operator,
    Rule,
    rule_key,
    value_type,
    without_integration,
)


def test_every_field_has_operators_and_every_operator_a_field() -> None:
    assert set(OPERATORS) == set(Field)
    assert {operator for allowed in OPERATORS.values() for operator in allowed} == set(Operator)


def test_every_action_says_what_it_needs() -> None:
    assert set(PARAMETERS) == set(ActionKind)
    for parameters in PARAMETERS.values():
        assert all(hasattr(Action(ActionKind.IGNORE), parameter) for parameter in parameters)


@pytest.mark.parametrize(
    ("field", "operator", "expected"),
    [
        (Field.SUBJECT, Operator.CONTAINS, str),
        (Field.SENDER, Operator.IN_LIST, tuple),
        (Field.HEADER, Operator.MATCHES_PATTERN, str),
        (Field.SIZE, Operator.GREATER_THAN, int),
        (Field.SPAM_MARK, Operator.IS, bool),
    ],
)
def test_value_type(field: Field, operator: Operator, expected: type) -> None:
    assert value_type(field, operator) is expected


@pytest.mark.parametrize(
    ("one", "other"), [("Printers", " PRINTERS "), ("Café", "cafe\u0301"), ("a b", "A\n\tb")]
)
def test_names_are_the_same_without_regard_to_case_and_blanks(one: str, other: str) -> None:
    assert rule_key(one) == rule_key(other)


def test_all_covers_integrations_added_later() -> None:
    assert Rule(addresses=ALL).is_for(12345)
    assert Rule(addresses=(1, 2)).is_for(2)
    assert not Rule(addresses=(1, 2)).is_for(3)
    assert not Rule(addresses=()).is_for(3)


def test_a_rule_that_loses_its_last_address_is_disabled_and_never_for_all() -> None:
    rules = (
        Rule(1, "for all", addresses=ALL),
        Rule(2, "both", addresses=(5, 6)),
        Rule(3, "only this", addresses=(5,)),
        Rule(4, "off", addresses=(5, 6), enabled=False),
        Rule(5, "another", addresses=(6,)),
        Rule(6, "none", addresses=()),
    )
    left = without_integration(rules, 5)
    assert [(rule.addresses, rule.enabled) for rule in left] == [
        (ALL, True),
        ((6,), True),
        ((), False),
        ((6,), False),
        ((6,), True),
        ((), True),
    ]
    assert [rule.name for rule in left] == [rule.name for rule in rules]
