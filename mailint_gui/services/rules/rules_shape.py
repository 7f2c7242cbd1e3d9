"""Conditions and actions in the shape of the file: plain tables and lists, both ways."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from mailint_gui.domain.rule import (
    ALL,
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
)
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.rule_validation import MAX_DEPTH
from mailint_gui.domain.validation import FieldError, FieldFault

_Choice = TypeVar("_Choice", bound=StrEnum)
_TEST_KEYS = frozenset({"field", "header", "operator", "value"})


class ShapeRefused(Exception):
    """What cannot be read; ``errors`` with their whole paths."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(error.path for error in errors))
        self.errors = errors

    @classmethod
    def wrong_type(cls, path: str, expected: str) -> "ShapeRefused":
        return cls((FieldError(path, FieldFault.WRONG_TYPE, {"expected": expected}),))

    @classmethod
    def unknown_key(cls, path: str) -> "ShapeRefused":
        return cls((FieldError(path, FieldFault.UNKNOWN_KEY, {"value": path.rpartition(".")[2]}),))


class _Collected:
    """Faults of several places, told together."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def check(self) -> None:
        if self.errors:
            raise ShapeRefused(tuple(self.errors))


def read_condition(path: str, value: object, depth: int = 1) -> Group:
    """``{all = [...]}``, the same with ``any`` or ``none``. Raises ShapeRefused."""
    if depth > MAX_DEPTH:
        raise ShapeRefused((FieldError(path, FieldFault.TOO_DEEP, {"limit": str(MAX_DEPTH)}),))
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in set(GroupKind):
        raise ShapeRefused.wrong_type(path, "all = […], any = […], none = […]")
    (kind, members), collected = next(iter(value.items())), _Collected()
    if not isinstance(members, list):
        raise ShapeRefused.wrong_type(f"{path}.{kind}", "[…]")
    read: list[Condition] = []
    for number, member in enumerate(members, 1):
        try:
            read.append(_member(f"{path}.{kind}[{number}]", member, depth))
        except ShapeRefused as refused:
            collected.errors += refused.errors
    collected.check()
    return Group(GroupKind(kind), tuple(read))


def _member(path: str, member: object, depth: int) -> Condition:
    if isinstance(member, dict) and not _TEST_KEYS & member.keys():
        return read_condition(path, member, depth + 1)
    if not isinstance(member, dict):
        raise ShapeRefused.wrong_type(path, "{ field = …, operator = …, value = … }")
    collected = _Collected()
    collected.errors += _unknown(path, member, _TEST_KEYS)
    field = _choice(path, "field", member, Field, collected)
    operator = _choice(path, "operator", member, Operator, collected)
    header = _string(path, "header", member, collected)
    value = member.get("value")
    if "value" not in member:
        collected.errors.append(FieldError(f"{path}.value", FieldFault.REQUIRED))
    elif isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        value = tuple(value)
    elif not isinstance(value, str | int | bool):
        collected.errors.append(FieldError(f"{path}.value", FieldFault.WRONG_TYPE, {"expected": '"…"'}))
    collected.check()
    assert field is not None
    assert operator is not None
    return FieldTest(field, operator, value, header)  # type: ignore[arg-type]  # judged just above


def read_actions(value: object) -> tuple[Action, ...]:
    """Raises ShapeRefused."""
    if not isinstance(value, list):
        raise ShapeRefused.wrong_type("action", "[[rule.action]]")
    collected, actions = _Collected(), []
    for number, item in enumerate(value, 1):
        try:
            actions.append(_action(f"action[{number}]", item))
        except ShapeRefused as refused:
            collected.errors += refused.errors
    collected.check()
    return tuple(actions)


def _action(path: str, item: object) -> Action:
    if not isinstance(item, dict):
        raise ShapeRefused.wrong_type(path, "[[rule.action]]")
    collected = _Collected()
    collected.errors += _unknown(path, item, {"kind", *Parameter})
    kind = _choice(path, "kind", item, ActionKind, collected)
    texts = {name: _string(path, name, item, collected) for name in ("value", "subject", "text")}
    recipients = item.get("recipients", [])
    if not isinstance(recipients, list) or not all(isinstance(each, str) for each in recipients):
        collected.errors.append(
            FieldError(f"{path}.recipients", FieldFault.WRONG_TYPE, {"expected": '["…", "…"]'})
        )
    collected.check()
    assert kind is not None
    return Action(kind, recipients=tuple(recipients), **texts)


def _unknown(path: str, item: Mapping[str, object], known: frozenset[str] | set[str]) -> list[FieldError]:
    keys = [shortened(key) for key in item if key not in known]
    return [FieldError(f"{path}.{key}", FieldFault.UNKNOWN_KEY, {"value": key}) for key in keys]


def _choice(
    path: str, key: str, item: Mapping[str, object], choices: type[_Choice], collected: _Collected
) -> _Choice | None:
    value = item.get(key)
    if isinstance(value, str) and value in set(choices):
        return choices(value)
    place = f"{path}.{key}"
    if value is None:
        collected.errors.append(FieldError(place, FieldFault.REQUIRED))
    else:
        facts = {"value": shortened(str(value)), "allowed": ", ".join(choices)}
        collected.errors.append(FieldError(place, FieldFault.UNKNOWN_VALUE, facts))
    return None


def _string(path: str, key: str, item: Mapping[str, object], collected: _Collected) -> str:
    value = item.get(key, "")
    if isinstance(value, str):
        return value
    collected.errors.append(FieldError(f"{path}.{key}", FieldFault.WRONG_TYPE, {"expected": '"…"'}))
    return ""


def write_rule(rule: Rule, names: Mapping[int, str]) -> dict[str, Any]:
    """``names`` of integrations by id; one that is not known any more is left out."""
    addresses: object = ALL
    if rule.addresses != ALL:
        addresses = [names[id_] for id_ in rule.addresses if id_ in names]
    return {
        "name": rule.name,
        "enabled": rule.enabled,
        "addresses": addresses,
        "continue_with_later": rule.continue_with_later,
        "condition": write_condition(rule.condition),
        "action": [write_action(action) for action in rule.actions],
    }


def write_condition(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, Group):
        return {str(condition.kind): [write_condition(member) for member in condition.members]}
    value = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    header = {"header": condition.header} if condition.header else {}
    return {"field": str(condition.field), **header, "operator": str(condition.operator), "value": value}


def write_action(action: Action) -> dict[str, Any]:
    written: dict[str, Any] = {"kind": str(action.kind)}
    for parameter in Parameter:
        given = getattr(action, parameter)
        if given:
            written[str(parameter)] = list(given) if isinstance(given, tuple) else given
    return written
