"""Rules and messages of every shape, for hypothesis."""

from hypothesis import strategies as st

from mailint_gui.domain.rule import (
    ALL,
    OPERATORS,
    PARAMETERS,
    Action,
    ActionKind,
    Condition,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Parameter,
    Rule,
    value_type,
)

# Everything that a database and an encoding can carry.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
SOME_TEXT = TEXT.filter(bool)
ADDRESS = st.sampled_from(["a@example.org", "b@example.org", "ä@bücher.example", "o'hara@example.org"])
PATTERN = st.sampled_from(["a+", "^re:", r"\d{3,}", r"\pL", "é|ß", r"\\"])


def values(field: Field, operator: Operator) -> st.SearchStrategy[str | int | bool | tuple[str, ...]]:
    kind = value_type(field, operator)
    if kind is int:
        return st.integers(0, 10**9 - 1)
    if kind is bool:
        return st.booleans()
    if kind is tuple:
        entries = ADDRESS if field in (Field.SENDER, Field.RECIPIENT) else SOME_TEXT
        return st.lists(entries, min_size=1, max_size=4).map(tuple)
    return PATTERN if operator is Operator.MATCHES_PATTERN else SOME_TEXT


@st.composite
def field_tests(draw: st.DrawFn) -> FieldTest:
    field = draw(st.sampled_from(Field))
    operator = draw(st.sampled_from(OPERATORS[field]))
    header = draw(st.sampled_from(["X-Priority", "List-Id"])) if field is Field.HEADER else ""
    return FieldTest(field, operator, draw(values(field, operator)), header)


def groups(members: st.SearchStrategy[Condition]) -> st.SearchStrategy[Group]:
    return st.builds(Group, st.sampled_from(GroupKind), st.lists(members, min_size=1, max_size=3).map(tuple))


def trees(leaves: st.SearchStrategy[FieldTest]) -> st.SearchStrategy[Group]:
    """At most three deep."""
    members: st.SearchStrategy[Condition] = leaves
    for _ in range(2):
        members = leaves | groups(members)
    return groups(members)


@st.composite
def actions(draw: st.DrawFn) -> Action:
    kind = draw(st.sampled_from(ActionKind))
    given: dict[str, str | tuple[str, ...]] = {}
    for parameter in PARAMETERS[kind]:
        if parameter is Parameter.RECIPIENTS:
            given[parameter] = tuple(draw(st.lists(ADDRESS, min_size=1, max_size=3)))
        elif parameter is Parameter.VALUE:
            given[parameter] = draw(TEXT.map(str.strip).filter(bool))
        else:
            given[parameter] = draw(SOME_TEXT)
    return Action(kind, **given)  # type: ignore[arg-type]  # each of the type that its name has


def rules(integrations: list[int]) -> st.SearchStrategy[Rule]:
    chosen = st.lists(st.sampled_from(integrations), min_size=1, unique=True).map(tuple)
    return st.builds(
        Rule,
        id=st.just(0),
        name=TEXT.map(str.strip).filter(bool),
        enabled=st.booleans(),
        addresses=st.just(ALL) | chosen,
        condition=trees(field_tests()),
        actions=st.lists(actions(), min_size=1, max_size=4, unique_by=lambda action: action.kind).map(tuple),
        continue_with_later=st.booleans(),
    )
