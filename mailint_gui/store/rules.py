"""Email rules, as one list in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select

from mailint_gui.domain.rule import ALL, Rule, rule_key
from mailint_gui.store.rows import Repository, table_of
from mailint_gui.store.rule_forms import action_forms, actions_of, condition_form, group_of
from mailint_gui.store.schema import RuleTable

_IN_ORDER = select(table_of(RuleTable)).order_by(RuleTable.position)  # built once: each filing asks


class Rules(Repository):
    __slots__ = ()

    def all(self) -> tuple[Rule, ...]:
        return tuple(_rule(row) for row in self._rows(_IN_ORDER))

    def replace_all(self, rules: Sequence[Rule]) -> tuple[Rule, ...]:
        """The whole list. A rule with an id keeps it, any other one gets its own; returns them as stored.

        No two may have the same ``rule_key``: whoever calls has looked.
        """
        self._connection.execute(delete(RuleTable))
        old = [_columns(rule, position) for position, rule in enumerate(rules) if rule.id]
        if old:
            self._connection.execute(insert(table_of(RuleTable)), old)
        return tuple(rule if rule.id else self._added(rule, position) for position, rule in enumerate(rules))

    def _added(self, rule: Rule, position: int) -> Rule:
        columns = _columns(rule, position)
        del columns["id"]
        statement = insert(RuleTable).values(columns).returning(RuleTable.id)
        return replace(rule, id=self._connection.execute(statement).scalar_one())


def _columns(rule: Rule, position: int) -> dict[str, Any]:
    return {
        "id": rule.id,
        "position": position,
        "name": rule.name,
        # A digest: a name may be longer than what PostgreSQL indexes
        "name_key": sha256(rule_key(rule.name).encode(errors="replace")).hexdigest(),
        "enabled": rule.enabled,
        "addresses": None if rule.addresses == ALL else rule.addresses,
        "condition": condition_form(rule.condition),
        "actions": action_forms(rule.actions),
        "continue_with_later": rule.continue_with_later,
    }


def _rule(row: Mapping[Any, Any]) -> Rule:
    return Rule(
        id=row["id"],
        name=row["name"],
        enabled=row["enabled"],
        addresses=ALL if row["addresses"] is None else tuple(row["addresses"]),
        condition=group_of(row["condition"]),
        actions=actions_of(row["actions"]),
        continue_with_later=row["continue_with_later"],
    )
