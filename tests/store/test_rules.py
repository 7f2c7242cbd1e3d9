from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.rule import Rule, rule_key
from mailint_gui.domain.rule_validation import MAX_TEXT
from mailint_gui.store.database import Database
from tests.store.rule_samples import rules, texts
from tests.store.test_round_trips import same_database

_names = texts.map(lambda text: text.encode("ascii", "ignore").decode().replace("\x00", ""))
lists = st.lists(
    rules.flatmap(lambda rule: _names.map(lambda name: replace(rule, name=name))),
    max_size=4,
    unique_by=lambda rule: rule_key(rule.name),
)


@same_database
@given(drafts=lists)
def test_a_list_comes_back_as_it_was_put(database: Database, drafts: list[Rule]) -> None:
    with database.write() as work:
        stored = work.rules.replace_all(drafts)
        assert [replace(rule, id=0) for rule in stored] == drafts
        assert len({rule.id for rule in stored} - {0}) == len(drafts)
    with database.read() as work:
        assert work.rules.all() == stored


def test_rules_keep_their_ids_in_another_order(database: Database) -> None:
    with database.write() as work:
        first, _second, third = work.rules.replace_all([Rule(name="a"), Rule(name="b"), Rule(name="c")])
        swapped = replace(third, name="A"), Rule(name="new"), replace(first, name="c")
        c, new, a = work.rules.replace_all(swapped)
        assert (c.id, a.id) == (third.id, first.id)
        assert new.id > third.id
        assert work.rules.all() == (c, new, a)


def test_a_name_may_be_longer_than_what_can_be_indexed(database: Database) -> None:
    random = Random(1)
    name = "".join(chr(random.randrange(0x4E00, 0x9FFF)) for _ in range(MAX_TEXT))
    with database.write() as work:
        stored = work.rules.replace_all([Rule(name=name), Rule(name=name + "x")])
        assert work.rules.all() == stored


def test_an_id_of_a_rule_is_never_given_out_twice(database: Database) -> None:
    with database.write() as work:
        (gone,) = work.rules.replace_all([Rule(name="a")])
        work.rules.replace_all([])
        assert work.rules.all() == ()
        (new,) = work.rules.replace_all([Rule(name="a")])
        assert new.id > gone.id
