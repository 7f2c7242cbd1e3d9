"""What rules make of a message, and the reasons that they give."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailint_gui.domain.rule import (
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
)
from mailint_gui.domain.rule_verdict import FieldTrace, GroupTrace, RuleMessage, RuleOutcome
from mailint_gui.services.rules.evaluate import evaluate
from mailint_gui.services.rules.values import MAX_SHOWN, MAX_VALUES
from tests.services.rules.samples import TEXT, field_tests, groups, trees

MESSAGE = RuleMessage(
    sender="Ann@Example.org",
    recipients=("support@example.org", "it@example.org"),
    subject="Printer on floor 3 is BROKEN",
    body="Hello,\nthe Straße printer says PC LOAD LETTER.\n",
    headers=(("X-Priority", "1"), ("x-priority", "urgent"), ("Received", "by mx")),
    attachment_names=("photo.JPG", "log.txt"),
    size=5000,
    spam_mark=False,
)
IGNORE = Action(ActionKind.IGNORE)


SLOWLY_MADE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rule(condition: Condition, **others: object) -> Rule:
    group = condition if isinstance(condition, Group) else Group(GroupKind.ALL, (condition,))
    return replace(Rule(1, "one", condition=group, actions=(IGNORE,)), **others)  # type: ignore[arg-type]  # by name


def result(test: FieldTest, message: RuleMessage = MESSAGE) -> bool | None:
    return trace_of(test, message).result


def trace_of(test: FieldTest, message: RuleMessage = MESSAGE) -> FieldTrace:
    condition = evaluate([rule(test)], message, 1).trace[0].condition
    assert condition is not None
    [found] = condition.members
    assert isinstance(found, FieldTrace)
    return found


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        (Field.SENDER, Operator.IS, "ann@example.ORG", True),
        (Field.SENDER, Operator.ENDS_WITH, "@example.org", True),
        (Field.SENDER, Operator.IN_LIST, ("x.example", "example.org"), True),
        (Field.SENDER, Operator.IN_LIST, ("ann@*",), True),
        (Field.SENDER, Operator.IN_LIST, ("bob@example.org",), False),
        (Field.RECIPIENT, Operator.IS, "it@example.org", True),
        (Field.RECIPIENT, Operator.IS, "hr@example.org", False),
        (Field.SUBJECT, Operator.CONTAINS, "broken", True),
        (Field.SUBJECT, Operator.CONTAINS, "brocken", False),
        (Field.SUBJECT, Operator.STARTS_WITH, "PRINTER", True),
        (Field.SUBJECT, Operator.STARTS_WITH, "on", False),
        (Field.SUBJECT, Operator.ENDS_WITH, "Broken", True),
        (Field.SUBJECT, Operator.IS, "printer on floor 3 is broken", True),
        (Field.SUBJECT, Operator.IS, "printer", False),
        (Field.SUBJECT, Operator.IN_LIST, ("x", "PRINTER ON FLOOR 3 IS BROKEN"), True),
        (Field.SUBJECT, Operator.IN_LIST, ("printer*",), False),
        (Field.SUBJECT, Operator.MATCHES_PATTERN, r"floor \d+", True),
        (Field.SUBJECT, Operator.MATCHES_PATTERN, r"broken$", True),
        (Field.SUBJECT, Operator.MATCHES_PATTERN, r"(?-i)broken$", False),
        (Field.BODY, Operator.CONTAINS, "STRASSE", True),
        (Field.BODY, Operator.CONTAINS, "hello,\nthe", True),
        (Field.BODY, Operator.MATCHES_PATTERN, r"(?s)hello.*letter", True),
        (Field.ATTACHMENT_NAME, Operator.ENDS_WITH, ".jpg", True),
        (Field.ATTACHMENT_NAME, Operator.IN_LIST, ("LOG.TXT",), True),
        (Field.ATTACHMENT_NAME, Operator.ENDS_WITH, ".exe", False),
        (Field.SIZE, Operator.GREATER_THAN, 4999, True),
        (Field.SIZE, Operator.GREATER_THAN, 5000, False),
        (Field.SIZE, Operator.SMALLER_THAN, 5001, True),
        (Field.SIZE, Operator.SMALLER_THAN, 5000, False),
        (Field.SPAM_MARK, Operator.IS, False, True),
        (Field.SPAM_MARK, Operator.IS, True, False),
    ],
)
def test_each_comparison(field: Field, operator: Operator, value: Value, expected: bool) -> None:
    assert result(FieldTest(field, operator, value)) is expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("x-PRIORITY", "urgent", True),
        ("X-Priority", "1", True),
        ("X-Other", "", False),
        ("Received", "1", False),
    ],
)
def test_headers_by_name(name: str, value: str, expected: bool) -> None:
    assert result(FieldTest(Field.HEADER, Operator.IS, value, name)) is expected


@given(TEXT, TEXT, TEXT, st.sampled_from([Field.SUBJECT, Field.BODY, Field.ATTACHMENT_NAME]))
def test_no_character_breaks_a_comparison(before: str, value: str, after: str, field: Field) -> None:
    text = f"{before} {value} {after}"  # blanks, so that nothing composes across
    message = RuleMessage(subject=text, body=text, attachment_names=(text,))
    for written in (
        value,
        unicodedata.normalize("NFD", value),
        unicodedata.normalize("NFC", value.swapcase()),
    ):
        if value.swapcase().casefold() == value.casefold() or written != value.swapcase():
            assert result(FieldTest(field, Operator.CONTAINS, f" {written} "), message) is True
    assert result(FieldTest(field, Operator.IS, text), message) is True
    assert result(FieldTest(field, Operator.STARTS_WITH, f"{before} "), message) is True
    assert result(FieldTest(field, Operator.ENDS_WITH, f" {after}"), message) is True
    assert result(FieldTest(field, Operator.IN_LIST, ("another", text)), message) is True
    assert result(FieldTest(field, Operator.IS, text + "x"), message) is False


@pytest.mark.parametrize(
    "value", ["\\" * 10_000, "\"'" * 5000, "😀" * 10_000, "\u202eא" * 5000, "\r\n" * 5000]
)
def test_ten_thousand_characters(value: str) -> None:
    message = RuleMessage(body=f"<{value}>")
    assert result(FieldTest(Field.BODY, Operator.CONTAINS, value), message) is True
    assert result(FieldTest(Field.BODY, Operator.CONTAINS, value + "x"), message) is False


BAD = FieldTest(Field.SUBJECT, Operator.MATCHES_PATTERN, "(")
TRUE = FieldTest(Field.SPAM_MARK, Operator.IS, False)
FALSE = FieldTest(Field.SPAM_MARK, Operator.IS, True)


def naive(condition: Condition, leaves: dict[FieldTest, bool]) -> bool:
    if isinstance(condition, FieldTest):
        return leaves[condition]
    members = [naive(member, leaves) for member in condition.members]
    if condition.kind is GroupKind.NONE:
        return not any(members)
    return all(members) if condition.kind is GroupKind.ALL else any(members)


@SLOWLY_MADE
@given(trees(st.sampled_from([TRUE, FALSE])))
def test_groups_against_the_naive_model(tree: Group) -> None:
    expected = naive(tree, {TRUE: True, FALSE: False})
    verdict = evaluate([rule(tree)], MESSAGE, 1)
    assert verdict.trace[0].outcome is (RuleOutcome.MATCHED if expected else RuleOutcome.NOT_MATCHED)
    assert verdict.actions == ((IGNORE,) if expected else ())


@SLOWLY_MADE
@given(trees(st.sampled_from([TRUE, FALSE, BAD])))
def test_what_cannot_be_run_decides_nothing(tree: Group) -> None:
    """A definite answer is the one that either outcome of the pattern would give."""
    either = {naive(tree, {TRUE: True, FALSE: False, BAD: outcome}) for outcome in (True, False)}
    answer = evaluate([rule(tree)], MESSAGE, 1).trace[0]
    if answer.outcome is RuleOutcome.MATCHED:
        assert either == {True}
    elif answer.outcome is RuleOutcome.NOT_MATCHED:
        assert either == {False}
    else:
        assert answer.outcome is RuleOutcome.UNDECIDED
        assert answer.actions == ()


@pytest.mark.parametrize(
    ("kind", "other", "expected"),
    [
        (GroupKind.ALL, TRUE, None),
        (GroupKind.ALL, FALSE, False),
        (GroupKind.ANY, TRUE, True),
        (GroupKind.ANY, FALSE, None),
        (GroupKind.NONE, TRUE, False),
        (GroupKind.NONE, FALSE, None),
    ],
)
def test_what_is_known_decides_where_it_can(kind: GroupKind, other: FieldTest, expected: bool | None) -> None:
    condition = evaluate([rule(Group(kind, (BAD, other)))], MESSAGE, 1).trace[0].condition
    assert condition is not None
    assert condition.result is expected


@SLOWLY_MADE
@given(groups(field_tests()))
def test_de_morgan(group: Group) -> None:
    """none(x) is not any(x), and any(x) is not all(not x); whatever the tests."""

    def outcome(condition: Group) -> RuleOutcome:
        return evaluate([rule(condition)], MESSAGE, 1).trace[0].outcome

    found = outcome(replace(group, kind=GroupKind.ANY))
    assert {found, outcome(replace(group, kind=GroupKind.NONE))} == {
        RuleOutcome.MATCHED,
        RuleOutcome.NOT_MATCHED,
    }
    negated = tuple(Group(GroupKind.NONE, (member,)) for member in group.members)
    assert outcome(Group(GroupKind.NONE, (Group(GroupKind.ALL, negated),))) is found


@pytest.mark.parametrize("kind", GroupKind)
def test_an_empty_group_never_matches(kind: GroupKind) -> None:
    assert evaluate([rule(Group(kind))], MESSAGE, 1).actions == ()


def tag(text: str) -> tuple[Action, ...]:
    return (Action(ActionKind.TAG, text),)


def test_from_top_to_bottom_until_one_matches_and_does_not_go_on() -> None:
    verdict = evaluate(
        [
            rule(TRUE, id=1, actions=tag("off"), enabled=False),
            rule(TRUE, id=2, actions=tag("elsewhere"), addresses=(2, 3)),
            rule(FALSE, id=3, actions=tag("no")),
            rule(TRUE, id=4, actions=tag("first"), continue_with_later=True, addresses=(9, 1)),
            rule(BAD, id=5, actions=tag("undecided")),
            rule(TRUE, id=6, actions=tag("second")),
            rule(TRUE, id=7, actions=tag("late")),
        ],
        MESSAGE,
        1,
    )
    assert verdict.actions == (*tag("first"), *tag("second"))
    assert [(each.rule_id, each.outcome) for each in verdict.trace] == [
        (1, RuleOutcome.DISABLED),
        (2, RuleOutcome.OTHER_ADDRESS),
        (3, RuleOutcome.NOT_MATCHED),
        (4, RuleOutcome.MATCHED),
        (5, RuleOutcome.UNDECIDED),
        (6, RuleOutcome.MATCHED),
        (7, RuleOutcome.NOT_REACHED),
    ]
    assert [each.condition is None for each in verdict.trace] == [
        True,
        True,
        False,
        False,
        False,
        False,
        True,
    ]
    assert [each.actions for each in verdict.trace if each.actions] == [tag("first"), tag("second")]


def test_the_last_of_what_can_stand_once_stands_and_nothing_is_done_twice_alike() -> None:
    low, high = Action(ActionKind.SET_URGENCY, "low"), Action(ActionKind.SET_URGENCY, "high")
    mail = Action(ActionKind.FORWARD, recipients=("a@b.example",))
    verdict = evaluate(
        [
            rule(TRUE, id=1, actions=(low, mail, *tag("x")), continue_with_later=True),
            rule(TRUE, id=2, actions=(mail, *tag("y"), high), continue_with_later=True),
        ],
        MESSAGE,
        1,
    )
    assert verdict.actions == (*tag("x"), mail, *tag("y"), high)


def test_no_rules() -> None:
    assert evaluate([], MESSAGE, 1).actions == ()


def test_the_trace_shows_every_condition_with_value_and_outcome() -> None:
    subject = FieldTest(Field.SUBJECT, Operator.CONTAINS, "broken")
    size = FieldTest(Field.SIZE, Operator.SMALLER_THAN, 10)
    files = FieldTest(Field.ATTACHMENT_NAME, Operator.IS, "log.txt")
    condition = Group(GroupKind.ALL, (size, Group(GroupKind.ANY, (subject, files))))
    assert evaluate([rule(condition)], MESSAGE, 1).trace[0].condition == GroupTrace(
        GroupKind.ALL,
        False,
        (
            FieldTrace(size, False, ("5000",)),
            GroupTrace(
                GroupKind.ANY,
                True,
                (
                    FieldTrace(subject, True, ("Printer on floor 3 is BROKEN",)),
                    FieldTrace(files, True, ("log.txt", "photo.JPG")),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        (Operator.CONTAINS, "NEEDLE"),
        (Operator.MATCHES_PATTERN, "n[e]+dle"),
        (Operator.ENDS_WITH, "needle" + "-" * 3000),
        (Operator.STARTS_WITH, "+"),
    ],
)
def test_long_text_is_shown_around_what_was_found(operator: Operator, value: str) -> None:
    message = RuleMessage(body="+" * 3000 + "ж Needle" + "-" * 3000)
    [shown] = trace_of(FieldTest(Field.BODY, operator, value), message).found
    assert len(shown) <= MAX_SHOWN
    assert ("Needle" in shown) == (operator is not Operator.STARTS_WITH)


def test_of_many_values_some_are_shown() -> None:
    message = RuleMessage(recipients=tuple(f"a{number}@example.org" for number in range(1000)))
    found = trace_of(FieldTest(Field.RECIPIENT, Operator.IS, "a999@example.org"), message).found
    assert found[0] == "a999@example.org"
    assert len(found) == MAX_VALUES
    assert len(trace_of(FieldTest(Field.RECIPIENT, Operator.IS, "x"), message).found) == MAX_VALUES


def test_half_surrogates_in_a_message_break_nothing() -> None:
    message = RuleMessage(subject=b"a\xffb".decode(errors="surrogateescape"))
    assert result(FieldTest(Field.SUBJECT, Operator.MATCHES_PATTERN, "^a.b$"), message) is True
    assert result(FieldTest(Field.SUBJECT, Operator.CONTAINS, "a"), message) is True
