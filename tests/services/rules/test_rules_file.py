"""Rules to a file and back: all of it or nothing, with every fault told."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
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
    rule_key,
)
from mailint_gui.domain.rule_validation import validate_rule
from mailint_gui.domain.validation import FieldFault
from mailint_gui.services.rules.patterns import pattern_fault
from mailint_gui.services.rules.rules_file import RulesFileError, export_rules, import_rules
from tests.services.rules.samples import rules

F = FieldFault
INTEGRATIONS = {"Support": 1, 'Sales \\ "EU" 😀': 2}
FILE = """
[[rule]]
name = "Printers"
addresses = ["support"]
continue_with_later = true
[rule.condition]
all = [
  { field = "subject", operator = "contains", value = "printer" },
  { none = [ { field = "header", header = "X-Test", operator = "is", value = "1" } ] },
  { field = "sender", operator = "in_list", value = ["example.org", "*@b.example"] },
  { field = "size", operator = "smaller_than", value = 1000000 },
  { field = "spam_mark", operator = "is", value = false },
]
[[rule.action]]
kind = "assign_group"
value = "Hardware"
[[rule.action]]
kind = "forward"
recipients = ["a@example.org"]
"""
PRINTERS = Rule(
    name="Printers",
    addresses=(1,),
    continue_with_later=True,
    condition=Group(
        GroupKind.ALL,
        (
            FieldTest(Field.SUBJECT, Operator.CONTAINS, "printer"),
            Group(GroupKind.NONE, (FieldTest(Field.HEADER, Operator.IS, "1", "X-Test"),)),
            FieldTest(Field.SENDER, Operator.IN_LIST, ("example.org", "*@b.example")),
            FieldTest(Field.SIZE, Operator.SMALLER_THAN, 1_000_000),
            FieldTest(Field.SPAM_MARK, Operator.IS, False),
        ),
    ),
    actions=(
        Action(ActionKind.ASSIGN_GROUP, "Hardware"),
        Action(ActionKind.FORWARD, recipients=("a@example.org",)),
    ),
)
CONDITION = Group(GroupKind.ALL, (FieldTest(Field.SUBJECT, Operator.CONTAINS, "x"),))


def imported(text: str, *stored: Rule) -> tuple[Rule, ...]:
    return import_rules(text.encode(), stored, INTEGRATIONS, pattern_fault)


def refused(text: str | bytes, *stored: Rule) -> list[tuple[str, str, FieldFault]]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(RulesFileError) as caught:
        import_rules(data, stored, INTEGRATIONS, pattern_fault)
    return [(each.subject, error.path, error.fault) for each in caught.value.refused for error in each.errors]


def simple(name: str, **others: Any) -> Rule:
    return replace(Rule(name=name, condition=CONDITION, actions=(Action(ActionKind.IGNORE),)), **others)


def test_a_file_as_written_by_hand() -> None:
    assert imported(FILE) == (PRINTERS,)
    assert imported("\ufeff" + FILE.replace("\n", "\r\n")) == (PRINTERS,)
    assert imported("") == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rules(list(INTEGRATIONS.values())), max_size=3, unique_by=lambda rule: rule_key(rule.name)))
def test_what_is_exported_and_imported_is_the_same(originals: list[Rule]) -> None:
    for original in originals:
        assert validate_rule(original, (), pattern_fault) == ()
    text = export_rules(originals, INTEGRATIONS)
    assert imported(text) == tuple(originals)
    stored = tuple(replace(rule, id=number) for number, rule in enumerate(originals, 1))
    assert imported(text, *stored) == stored


@pytest.mark.parametrize(
    "text",
    [
        "\\" * 9_998,
        "\"'" * 4999,
        "'''\"\"\"",
        "😀\u202eא",
        "a\r\nb\rc\nd",
        "\x01\x1f\x7f\x85\u2028",
        "{}[]=#",
    ],
)
def test_any_text_survives(text: str) -> None:
    original = simple(
        f"<{text}>",
        condition=Group(GroupKind.ANY, (FieldTest(Field.BODY, Operator.IN_LIST, (text, "x")),)),
        actions=(Action(ActionKind.AUTO_REPLY, subject=text, text=text),),
    )
    assert imported(export_rules([original], INTEGRATIONS)) == (original,)


def test_a_rule_of_a_known_name_is_changed_and_what_is_left_out_keeps_its_value() -> None:
    stored = simple("Printers", id=9, enabled=False, addresses=(2,), continue_with_later=True)
    [changed] = imported(
        '[[rule]]\nname = " PRINTERS "\n[[rule.action]]\nkind = "tag"\nvalue = "x"\n', stored
    )
    assert changed == replace(stored, name="PRINTERS", actions=(Action(ActionKind.TAG, "x"),))


def test_the_rules_of_the_file_stand_in_its_order_and_others_where_they_were() -> None:
    a, b, c, d = (simple(name, id=number) for number, name in enumerate("abcd", 1))
    new, newer = simple("new"), simple("newer")
    text = export_rules([c, new, a, newer], INTEGRATIONS)
    assert imported(text, a, b, c, d) == (c, b, new, d, a, newer)
    assert imported(export_rules([d, c, b, a], INTEGRATIONS), a, b, c, d) == (d, c, b, a)


def test_a_rule_without_address_is_exported_and_stays_without() -> None:
    orphan = simple("orphan", id=3, enabled=False, addresses=())
    text = export_rules([orphan], INTEGRATIONS)
    assert imported(text, orphan) == (orphan,)
    assert refused(text.replace("enabled = false", "enabled = true")) == [("orphan", "addresses", F.REQUIRED)]


TEST = '{ field = "subject", operator = "contains", value = "x" }'
RULE = '[[rule]]\nname = "n"\ncondition = { all = [ %s ] }\naction = [ %s ]\n'
TAG = '{ kind = "tag", value = "x" }'


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('{ field = "subjct", operator = "is", value = "x" }', ("condition.all[1].field", F.UNKNOWN_VALUE)),
        ('{ field = 5, operator = "is", value = "x" }', ("condition.all[1].field", F.UNKNOWN_VALUE)),
        ('{ operator = "is", value = "x" }', ("condition.all[1].field", F.REQUIRED)),
        ('{ field = "subject", operator = "is" }', ("condition.all[1].value", F.REQUIRED)),
        (
            '{ field = "subject", operator = "=", value = "x" }',
            ("condition.all[1].operator", F.UNKNOWN_VALUE),
        ),
        ('{ field = "subject", operator = "is", value = 1.5 }', ("condition.all[1].value", F.WRONG_TYPE)),
        ('{ field = "subject", operator = "is", value = [1] }', ("condition.all[1].value", F.WRONG_TYPE)),
        ('{ field = "subject", operator = "is", value = 7 }', ("condition.all[1].value", F.WRONG_TYPE)),
        ('{ field = "size", operator = "is", value = 7 }', ("condition.all[1].operator", F.UNKNOWN_VALUE)),
        (
            '{ field = "body", operator = "matches_pattern", value = "(" }',
            ("condition.all[1].value", F.BAD_PATTERN),
        ),
        (f"{TEST[:-1]}, case = true }}", ("condition.all[1].case", F.UNKNOWN_KEY)),
        (f"{TEST[:-1]}, header = 5 }}", ("condition.all[1].header", F.WRONG_TYPE)),
        ("{ any = [] }", ("condition.all[1].any", F.EMPTY_GROUP)),
        ("{ any = 5 }", ("condition.all[1].any", F.WRONG_TYPE)),
        (f"{{ some = [ {TEST} ] }}", ("condition.all[1]", F.WRONG_TYPE)),
        (f"{{ any = [ {TEST} ], all = [ {TEST} ] }}", ("condition.all[1]", F.WRONG_TYPE)),
        ('"subject"', ("condition.all[1]", F.WRONG_TYPE)),
        (f"{TEST}, 5", ("condition.all[2]", F.WRONG_TYPE)),
    ],
)
def test_faults_of_a_condition(test: str, expected: tuple[str, FieldFault]) -> None:
    assert refused(RULE % (test, TAG)) == [("n", *expected)]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ('{ kind = "explode" }', ("action[1].kind", F.UNKNOWN_VALUE)),
        ('{ value = "x" }', ("action[1].kind", F.REQUIRED)),
        ('{ kind = "tag", value = 5 }', ("action[1].value", F.WRONG_TYPE)),
        ('{ kind = "tag", value = "x", colour = "red" }', ("action[1].colour", F.UNKNOWN_KEY)),
        ('{ kind = "tag" }', ("action[1].value", F.REQUIRED)),
        ('{ kind = "forward", recipients = "a@b.example" }', ("action[1].recipients", F.WRONG_TYPE)),
        ('{ kind = "forward", recipients = ["a"] }', ("action[1].recipients[1]", F.BAD_ADDRESS)),
        ("5", ("action[1]", F.WRONG_TYPE)),
        ("", ("action", F.REQUIRED)),
    ],
)
def test_faults_of_an_action(action: str, expected: tuple[str, FieldFault]) -> None:
    assert refused(RULE % (TEST, action)) == [("n", *expected)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('addresses = "support"', ("addresses", F.WRONG_TYPE)),
        ("addresses = [1]", ("addresses", F.WRONG_TYPE)),
        ('addresses = ["Support", "Suport"]', ("addresses[2]", F.UNKNOWN_INTEGRATION)),
        ("addresses = []", ("addresses", F.REQUIRED)),
        ("enabled = 1", ("enabled", F.WRONG_TYPE)),
        ('continue_with_later = "yes"', ("continue_with_later", F.WRONG_TYPE)),
        ("actions = []", ("actions", F.UNKNOWN_KEY)),
        ("id = 5", ("id", F.UNKNOWN_KEY)),
    ],
)
def test_faults_of_a_rule(line: str, expected: tuple[str, FieldFault]) -> None:
    assert refused(RULE % (TEST, TAG) + line) == [("n", *expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"\xff", [("", "", F.UNREADABLE)]),
        ("[[rule", [("", "", F.UNREADABLE)]),
        ("a = " + "[" * 100_000, [("", "", F.UNREADABLE)]),
        ("a = " + "9" * 10_000, [("", "", F.UNREADABLE)]),
        ("rule = 5", [("", "rule", F.WRONG_TYPE)]),
        ("[rule]\nname = 'x'", [("", "rule", F.WRONG_TYPE)]),
        ("[[rules]]", [("", "rules", F.UNKNOWN_KEY)]),
        (
            "[[rule]]",
            [("", "name", F.REQUIRED), ("", "condition.all", F.EMPTY_GROUP), ("", "action", F.REQUIRED)],
        ),
        ("[[rule]]\nname = 5\ncondition = 5\naction = 5", None),
    ],
)
def test_faults_of_the_file(text: str | bytes, expected: list[tuple[str, str, FieldFault]] | None) -> None:
    wrong = [("", path, F.WRONG_TYPE) for path in ("name", "condition", "action")]
    assert refused(text) == (wrong if expected is None else expected)


def test_a_condition_of_any_depth_is_answered() -> None:
    path, lines = "rule.condition", [f'[[rule]]\nname = "n"\naction = [ {TAG} ]\n']
    for _ in range(400):
        path += ".all"
        lines.append(f"[[{path}]]\n")
    faults = refused("".join(lines))
    assert [(subject, fault) for subject, _, fault in faults] == [("n", F.TOO_DEEP)]


def test_every_fault_of_every_rule_is_told_and_nothing_is_changed() -> None:
    stored = simple("kept", id=1)
    text = (
        RULE % ('{ field = "x", operator = "y", value = "z" }, 5', '{ kind = "tag" }, { kind = "no" }')
        + "enabled = 3\n"
        + RULE % (TEST, TAG)
    )
    assert refused(text, stored) == [
        ("n", "condition.all[1].field", F.UNKNOWN_VALUE),
        ("n", "condition.all[1].operator", F.UNKNOWN_VALUE),
        ("n", "condition.all[2]", F.WRONG_TYPE),
        ("n", "action[2].kind", F.UNKNOWN_VALUE),
        ("n", "enabled", F.WRONG_TYPE),
        ("n", "name", F.NOT_UNIQUE),
    ]


def test_names_of_one_file_are_unique_and_their_number_is_limited() -> None:
    text = RULE % (TEST, TAG)
    assert refused(text + text.replace('"n"', '"N "')) == [("N", "name", F.NOT_UNIQUE)]
    many = "".join(text.replace('"n"', f'"{number}"') for number in range(1001))
    assert refused(many) == [("", "", F.TOO_MANY)]


def test_an_integration_that_is_gone_is_left_out() -> None:
    rule = simple("n", addresses=(1, 77))
    assert imported(export_rules([rule], INTEGRATIONS))[0].addresses == (1,)
    assert imported(export_rules([simple("n")], INTEGRATIONS))[0].addresses == ALL
