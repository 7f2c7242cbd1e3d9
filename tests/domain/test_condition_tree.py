"""The tree of conditions: nothing is lost by moving, and every place that is given leads somewhere."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain import condition_tree as tree
from mailint_gui.domain.condition_tree import Place
from mailint_gui.domain.rule import Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.rule_validation import validate_rule
from tests.services.rules.samples import field_tests, trees


def subject(value: str) -> FieldTest:
    return FieldTest(Field.SUBJECT, Operator.CONTAINS, value)


A, B, C = map(subject, "abc")
INNER = Group(GroupKind.ANY, (B, C))
ROOT = Group(GroupKind.ALL, (A, INNER))


def leaves(root: Group) -> Counter[FieldTest]:
    return Counter(each for _, each in tree.walk(root) if isinstance(each, FieldTest))


def places(root: Group) -> list[Place]:
    return [place for place, _ in tree.walk(root)]


def test_a_tree_is_walked_in_reading_order() -> None:
    assert list(tree.walk(ROOT)) == [((), ROOT), ((0,), A), ((1,), INNER), ((1, 0), B), ((1, 1), C)]
    assert (tree.count(ROOT), tree.depth(ROOT)) == (5, 2)


@pytest.mark.parametrize(
    ("beside", "place"), [((), (2,)), ((0,), (1,)), ((1,), (1, 2)), ((1, 0), (1, 1)), ((1, 1), (1, 2))]
)
def test_what_is_new_comes_into_the_group_or_behind_the_test(beside: Place, place: Place) -> None:
    new = subject("new")
    root, where = tree.inserted(ROOT, beside, new)
    assert where == place
    assert tree.at(root, place) == new
    assert leaves(root) == leaves(ROOT) + Counter([new])


def test_what_is_removed_leaves_the_choice_nearby() -> None:
    assert tree.removed(ROOT, (1, 0)) == (Group(GroupKind.ALL, (A, Group(GroupKind.ANY, (C,)))), (1, 0))
    assert tree.removed(ROOT, (1, 1))[1] == (1, 0)
    assert tree.removed(ROOT, (1,)) == (Group(GroupKind.ALL, (A,)), (0,))
    assert tree.removed(Group(GroupKind.ALL, (A,)), (0,)) == (Group(GroupKind.ALL), ())


def test_moving_stops_at_the_ends() -> None:
    assert tree.moved(ROOT, (0,), 1) == (Group(GroupKind.ALL, (INNER, A)), (1,))
    for place, by in (((0,), -1), ((1,), 1), ((1, 1), 1), ((), 1)):
        assert tree.moved(ROOT, place, by) == (ROOT, place)


def test_what_is_taken_out_stands_behind_its_group_and_takes_an_empty_one_away() -> None:
    assert tree.raised(ROOT, (1, 0)) == (Group(GroupKind.ALL, (A, Group(GroupKind.ANY, (C,)), B)), (2,))
    alone = Group(GroupKind.ALL, (Group(GroupKind.NONE, (A,)), B))
    assert tree.raised(alone, (0, 0)) == (Group(GroupKind.ALL, (A, B)), (0,))
    assert tree.raised(ROOT, (1,)) == (ROOT, (1,))


@given(trees(field_tests()), st.data())
def test_no_change_of_order_or_depth_loses_a_test(root: Group, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(places(root)))
    found = tree.at(root, place)
    for changed, where in (
        tree.moved(root, place, data.draw(st.sampled_from([-1, 1]))),
        tree.nested(root, place, GroupKind.ANY),
        tree.raised(root, place),
    ):
        assert leaves(changed) == leaves(root)
        assert tree.at(changed, where) == found


@given(trees(field_tests()), st.data())
def test_out_of_a_new_group_it_is_where_it_was(root: Group, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([each for each in places(root) if each]))
    assert tree.raised(*tree.nested(root, place, GroupKind.NONE)) == (root, place)


@given(trees(field_tests()), st.data())
def test_a_fault_leads_to_the_line_that_has_it(root: Group, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([at for at, each in tree.walk(root) if isinstance(each, FieldTest)]))
    broken = tree.replaced(root, place, FieldTest(Field.BODY, Operator.CONTAINS, ""))
    faults = validate_rule(Rule(condition=broken), (), lambda _pattern: None)
    assert place in {tree.place_of_fault(each.path) for each in faults if each.path.startswith("condition")}


def test_a_place_where_nothing_is_is_told() -> None:
    with pytest.raises(IndexError):
        tree.at(ROOT, (0, 0))
