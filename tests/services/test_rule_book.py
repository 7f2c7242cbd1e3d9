"""The list of rules: kept as a whole, true to integrations that go and come back."""

from dataclasses import replace

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.rule import (
    ALL,
    Action,
    ActionKind,
    Addresses,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Rule,
)
from mailint_gui.domain.rule_validation import MAX_RULES, PatternFault
from mailint_gui.domain.validation import FieldFault, ValidationError
from mailint_gui.services.announcements import RulesChanged
from mailint_gui.services.rules.rules_file import RulesFileError
from tests.services.office import Office


def rule(name: str = "a", addresses: Addresses = ALL, *, enabled: bool = True, word: str = "hello") -> Rule:
    return Rule(
        name=name,
        enabled=enabled,
        addresses=addresses,
        condition=Group(GroupKind.ALL, (FieldTest(Field.SUBJECT, Operator.CONTAINS, word),)),
        actions=(Action(ActionKind.TAG, value="t"),),
    )


def integration(office: Office, name: str) -> int:
    return office.services.integrations.save(Integration(name=name)).id


def shown(office: Office) -> list[tuple[Addresses, bool]]:
    return [(each.addresses, each.enabled) for each in office.services.rule_book.all()]


def faults(error: ValidationError) -> list[tuple[str, FieldFault]]:
    return [(each.path, each.fault) for each in error.errors]


def test_kept_in_order_with_their_ids(any_office: Office) -> None:
    book = any_office.services.rule_book
    first, second = book.save([rule("a"), rule("b")])
    assert book.save([second, rule("c"), first]) == book.all()
    assert [each.name for each in book.all()] == ["b", "c", "a"]
    assert [each.id for each in book.all()[::2]] == [second.id, first.id]
    assert len(any_office.of(RulesChanged)) == 2
    any_office.restart()
    assert [each.name for each in any_office.services.rule_book.all()] == ["b", "c", "a"]


def test_names_may_change_places(office: Office) -> None:
    book = office.services.rule_book
    first, second = book.save([rule("a", word="1"), rule("b", word="2")])
    book.save([replace(first, name="b"), replace(second, name="a")])
    assert [each.name for each in book.all()] == ["b", "a"]


def test_every_fault_has_its_place_and_nothing_is_stored(office: Office) -> None:
    book = office.services.rule_book
    before = book.save([rule("kept")])
    bad_pattern = FieldTest(Field.BODY, Operator.MATCHES_PATTERN, "(")
    broken = Rule(name="", condition=Group(GroupKind.ANY, (bad_pattern,)), actions=())
    with pytest.raises(ValidationError) as raised:
        book.save([rule("a"), broken, rule(" A ")])
    assert faults(raised.value) == [
        ("rules[2].name", FieldFault.REQUIRED),
        ("rules[2].condition.any[1].value", FieldFault.BAD_PATTERN),
        ("rules[2].action", FieldFault.REQUIRED),
        ("rules[3].name", FieldFault.NOT_UNIQUE),
    ]
    assert book.all() == before


def test_too_many(office: Office) -> None:
    with pytest.raises(ValidationError) as raised:
        office.services.rule_book.save([rule(str(number)) for number in range(MAX_RULES + 1)])
    assert faults(raised.value) == [("rules", FieldFault.TOO_MANY)]


def test_a_deleted_integration_leaves_the_rules_and_comes_back(any_office: Office) -> None:
    office = any_office
    one, two = integration(office, "one"), integration(office, "two")
    office.services.rule_book.save([rule("both", (one, two)), rule("one", (one,)), rule("all")])
    effects = office.services.integrations.deletion_effects([one])
    assert effects.rules == ("both", "one")
    office.announced.clear()
    office.services.integrations.delete([one])
    assert shown(office) == [((two,), True), ((), False), (ALL, True)]
    office.services.integrations.restore([one])
    assert shown(office) == [((one, two), True), ((one,), True), (ALL, True)]
    assert len(office.of(RulesChanged)) == 2


def test_comes_back_after_the_list_was_saved_meanwhile(office: Office) -> None:
    one, two = integration(office, "one"), integration(office, "two")
    book = office.services.rule_book
    book.save([rule("both", (one, two)), rule("one", (one,)), rule("off", (one,), enabled=False)])
    office.services.integrations.delete([one])
    book.save([*book.all(), rule("new")])
    assert shown(office) == [((two,), True), ((), False), ((), False), (ALL, True)]
    office.services.integrations.restore([one])
    assert shown(office) == [((two, one), True), ((one,), True), ((one,), False), (ALL, True)]


def test_saved_by_a_window_that_did_not_know_of_the_deletion(office: Office) -> None:
    one = integration(office, "one")
    book = office.services.rule_book
    old = book.save([rule("one", (one,))])
    office.services.integrations.delete([one])
    book.save(old)
    assert shown(office) == [((), False)]


def test_gone_for_good_after_the_next_start(any_office: Office) -> None:
    office = any_office
    one = integration(office, "one")
    office.services.rule_book.save([rule("one", (one,))])
    office.services.integrations.delete([one])
    office.restart()
    assert shown(office) == [((), False)]
    with office.services.database.read() as unit:
        assert unit.rules.all()[0].addresses == ()


def test_export_and_import(office: Office) -> None:
    one = integration(office, "one")
    book = office.services.rule_book
    saved = book.save([rule("a", (one,)), rule('"\\ \N{PILE OF POO}')])
    text = book.export_text().encode()
    book.save([])
    assert [each.name for each in book.import_text(text)] == [each.name for each in saved]
    assert book.import_text(text) == book.all()
    with pytest.raises(RulesFileError):
        book.import_text(b"[[rule]]\n")
    assert len(book.all()) == 2


def test_a_pattern_that_is_stored_stays_where_patterns_cannot_be_run(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_pattern(text: str) -> Rule:
        condition = Group(GroupKind.ALL, (FieldTest(Field.BODY, Operator.MATCHES_PATTERN, text),))
        return replace(rule("p"), condition=condition)

    book = office.services.rule_book
    stored = book.save([with_pattern("a+"), rule("q")])
    missing = PatternFault(FieldFault.PATTERNS_UNAVAILABLE)
    monkeypatch.setattr("mailint_gui.services.rule_book.pattern_fault", lambda _pattern: missing)
    assert book.save(stored[::-1]) == stored[::-1]
    with pytest.raises(ValidationError) as refused:
        book.save([replace(with_pattern("b+"), id=stored[0].id)])
    assert faults(refused.value) == [("rules[1].condition.all[1].value", FieldFault.PATTERNS_UNAVAILABLE)]
    assert book.all() == stored[::-1]


def test_mail_is_judged_by_what_was_saved_while_an_older_moment_is_read(any_office: Office) -> None:
    book = any_office.services.rule_book
    with any_office.services.database.read() as unit:
        unit.integrations.all()  # this moment stays as it is
        saved = book.save([rule("new")])
        assert book.stored() == saved
    assert book.stored() == saved
