"""The unsaved list of rules: order, copies, and what counts as changed."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.rule import Rule
from mailint_gui.ui.rules.rule_set import RuleSet


def named(*names: str) -> RuleSet:
    return RuleSet(Rule(number, name) for number, name in enumerate(names, 1))


def names(rules: RuleSet) -> str:
    return "".join(rule.name for rule in rules.rules)


def test_moving_keeps_the_order_of_what_moves() -> None:
    rules = named(*"abcde")
    assert rules.move((3, 1), 0) == (0, 1)
    assert names(rules) == "bdace"
    assert rules.move((0,), 5) == (4,)
    assert names(rules) == "daceb"
    assert rules.move((1, 2), 2) == (1, 2)
    assert names(rules) == "daceb"


@given(st.integers(1, 12), st.data())
def test_no_move_loses_a_rule(count: int, data: st.DataObject) -> None:
    rules = RuleSet(Rule(number, str(number)) for number in range(count))
    chosen = data.draw(st.lists(st.integers(0, count - 1), min_size=1, unique=True))
    moving = [rules.rules[place] for place in sorted(chosen)]
    places = rules.move(chosen, data.draw(st.integers(0, count)))
    assert [rules.rules[place] for place in places] == moving
    assert sorted(rule.id for rule in rules.rules) == list(range(count))
    staying = [rule.id for rule in rules.rules if rule not in moving]
    assert staying == sorted(staying)


def test_changes_are_counted_by_rule() -> None:
    rules = named("a", "b", "c")
    assert (rules.dirty, rules.changes()) == (False, 0)
    rules.put(0, replace(rules.rules[0], name="x"))
    assert rules.changes() == 1
    rules.insert(1, Rule(0, "new"))
    assert rules.changes() == 2
    rules.remove([3])
    assert rules.changes() == 3
    rules.discard()
    rules.move((0,), 3)
    assert rules.changes() == 3
    rules.discard()
    assert (rules.dirty, names(rules)) == (False, "abc")


def test_a_copy_is_off_and_has_a_name_of_its_own() -> None:
    rules = named("a", "B")
    rules.duplicate(0, "{name} (copy)")
    rules.duplicate(0, "{name} (copy)")
    assert [(rule.id, rule.name, rule.enabled) for rule in rules.rules] == [
        (1, "a", True),
        (0, "a (copy) 2", False),
        (0, "a (copy)", False),
        (2, "B", True),
    ]


def test_others_are_all_but_itself() -> None:
    rules = named("a", "b")
    assert [rule.name for rule in rules.others(0)] == ["b"]
    assert len(rules.others(None)) == 2


def test_several_are_turned_at_once() -> None:
    rules = named("a", "b", "c")
    rules.turn((0, 2), False)
    assert [rule.enabled for rule in rules.rules] == [False, True, False]
