from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.template import escaped, faults_of, fields_of, rendered

NAMES = ("name", "what")


def test_fields_are_replaced_and_braces_can_be_written() -> None:
    assert rendered("{name}: {{x}} {what}", {"name": "Support", "what": "down"}) == "Support: {x} down"


def test_a_line_with_nothing_to_say_is_left_out() -> None:
    assert rendered("a {name}\nb {what}\nc\n", {"name": "1", "what": ""}) == "a 1\nc\n"
    assert rendered("{name} {what}", {"name": "1", "what": ""}) == "1 "


def test_unknown_fields_and_lone_braces_are_found_where_they_stand() -> None:
    found = faults_of("{name} {nam} }{", NAMES)
    assert [(each.at, each.text, each.is_brace) for each in found] == [
        (7, "{nam}", False),
        (13, "}", True),
        (14, "{", True),
    ]
    assert faults_of("{{name}} {what}", NAMES) == ()


def test_nothing_is_evaluated() -> None:
    for template in (
        "{name.__class__}",
        "{name!r}",
        "{name:>999999999}",
        "{0}",
        "{}",
        "{name[0]}",
        "%(name)s",
    ):
        assert rendered(template, {"name": "x"}) == template
    assert [each.text for each in faults_of("{name.__class__}{}", NAMES)] == ["{name.__class__}", "{}"]


def test_a_fact_is_never_read_as_a_template() -> None:
    assert rendered("{name}", {"name": "{what}", "what": "secret"}) == "{what}"


PARTS = st.one_of(
    st.sampled_from(NAMES).map(lambda name: ("{" + name + "}", name)),
    st.text().map(lambda text: (escaped(text), "")),
)


@given(st.lists(PARTS), st.text(min_size=1), st.text(min_size=1))
def test_whatever_is_typed_or_told_is_put_together_as_it_is(
    parts: list[tuple[str, str]], name: str, what: str
) -> None:
    facts = {"name": name, "what": what}
    template = "".join(part for part, _ in parts)
    said = (facts[field] if field else rendered(part, {}) for part, field in parts)
    assert rendered(template, facts) == "".join(said)


@given(st.text(), st.dictionaries(st.sampled_from(NAMES), st.text()))
def test_nothing_that_is_typed_raises(template: str, facts: dict[str, str]) -> None:
    rendered(template, facts)
    faults_of(template, NAMES)


@given(st.text())
def test_escaped_text_says_itself(text: str) -> None:
    assert rendered(escaped(text), {"name": "x"}) == text
    assert faults_of(escaped(text), ()) == ()


@given(st.text(alphabet="{}ab \n"))
def test_without_faults_every_field_is_known(template: str) -> None:
    if not faults_of(template, ("a",)):
        assert set(fields_of(template)) <= {"a"}
