"""What is wrong with a rule as typed or imported: every fault, each at its place.

Paths are dotted as in the import file, members counted from 1: ``condition.all[2].any[1].value``, ``action[1].value``.
Any character is welcome but NUL and half surrogates, which neither a database nor an encoding can carry.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from mailint_gui.domain.address import is_address
from mailint_gui.domain.filtering import is_address_entry
from mailint_gui.domain.record_filing import FIELD_OF
from mailint_gui.domain.rule import (
    ADDRESS_FIELDS,
    OPERATORS,
    PARAMETERS,
    REPEATABLE,
    Action,
    ActionKind,
    Field,
    FieldTest,
    Group,
    Operator,
    Parameter,
    Rule,
    rule_key,
    value_type,
)
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.validation import MAX_WORD, FieldError, FieldFault

MAX_TEXT = 10_000
MAX_DEPTH = 8
MAX_CONDITIONS = 200  # of one rule, groups included
MAX_ENTRIES = 1000  # of one list
MAX_ACTIONS = 20
MAX_RECIPIENTS = 100
MAX_RULES = 1000
MAX_SIZE = 10**9 - 1  # octets

_OF_RECORD = frozenset({*FIELD_OF, ActionKind.TAG})  # held to what a record's fields may be
_HEADER_NAME = re.compile(r"[!-9;-~]{1,200}")  # RFC 5322 section 2.2
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PatternFault:
    """BAD_PATTERN, PATTERN_TOO_LARGE or PATTERNS_UNAVAILABLE; ``detail``: the engine's words, untrusted."""

    fault: FieldFault
    detail: str = ""


PatternChecker = Callable[[str], PatternFault | None]


def trimmed_rule(draft: Rule) -> Rule:
    """The same without blanks around what is never meant to have them. Values to compare with stay as typed."""
    actions = (
        replace(each, value=each.value.strip(), recipients=tuple(to.strip() for to in each.recipients))
        for each in draft.actions
    )
    return replace(draft, name=draft.name.strip(), actions=tuple(actions))


def validate_rule(
    draft: Rule, others: Iterable[Rule], check_pattern: PatternChecker
) -> tuple[FieldError, ...]:
    """Every fault of a trimmed draft. ``others``: the rules it will stand beside; its own row is left out by id."""
    return tuple(_faults(draft, others, check_pattern))


def _faults(draft: Rule, others: Iterable[Rule], check_pattern: PatternChecker) -> Iterator[FieldError]:
    yield from _text("name", draft.name, required=True)
    if draft.name and rule_key(draft.name) in {
        rule_key(each.name) for each in others if _is_other(each, draft)
    }:
        yield FieldError("name", FieldFault.NOT_UNIQUE, {"value": shortened(draft.name)})
    if draft.enabled and not draft.addresses:
        yield FieldError("addresses", FieldFault.REQUIRED)
    yield from _size_of(draft.condition) or _group("condition", draft.condition, check_pattern)
    yield from _actions(draft.actions)


def _is_other(each: Rule, draft: Rule) -> bool:
    return each is not draft and (not draft.id or each.id != draft.id)


def _size_of(condition: Group) -> tuple[FieldError, ...]:
    """Depth and number, level by level, before anything walks down: a tree from a file may be of any size."""
    count, depth = 1, 0
    level: list[Group] = [condition]
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return (FieldError("condition", FieldFault.TOO_DEEP, {"limit": str(MAX_DEPTH)}),)
        count += sum(len(group.members) for group in level)
        if count > MAX_CONDITIONS:
            return (FieldError("condition", FieldFault.TOO_MANY, {"limit": str(MAX_CONDITIONS)}),)
        level = [member for group in level for member in group.members if isinstance(member, Group)]
    return ()


def _group(path: str, group: Group, check_pattern: PatternChecker) -> Iterator[FieldError]:
    if not group.members:
        yield FieldError(f"{path}.{group.kind}", FieldFault.EMPTY_GROUP)
    for number, member in enumerate(group.members, 1):
        place = f"{path}.{group.kind}[{number}]"
        if isinstance(member, Group):
            yield from _group(place, member, check_pattern)
        else:
            yield from _test(place, member, check_pattern)


def _test(path: str, test: FieldTest, check_pattern: PatternChecker) -> Iterator[FieldError]:
    yield from _header(path, test)
    if test.operator not in OPERATORS[test.field]:
        allowed = ", ".join(OPERATORS[test.field])
        facts = {"value": test.operator, "allowed": allowed}
        yield FieldError(f"{path}.operator", FieldFault.UNKNOWN_VALUE, facts)
        return
    expected = value_type(test.field, test.operator)
    if type(test.value) is not expected:  # True is an int to isinstance
        facts = {"expected": _EXPECTED[expected]}
        yield FieldError(f"{path}.value", FieldFault.WRONG_TYPE, facts)
    elif isinstance(test.value, tuple):
        yield from _entries(f"{path}.value", test.value, are_addresses=test.field in ADDRESS_FIELDS)
    elif isinstance(test.value, str):
        yield from _compared(f"{path}.value", test.value, test.operator, check_pattern)
    elif test.field is Field.SIZE and not 0 <= test.value <= MAX_SIZE:
        yield FieldError(f"{path}.value", FieldFault.OUT_OF_RANGE, {"low": "0", "high": str(MAX_SIZE)})


_EXPECTED: dict[type, str] = {str: '"…"', int: "0, 1, 2 …", bool: "true / false", tuple: '["…", "…"]'}


def _header(path: str, test: FieldTest) -> Iterator[FieldError]:
    if test.field is not Field.HEADER:
        if test.header:
            yield FieldError(f"{path}.header", FieldFault.UNKNOWN_KEY, {"value": "header"})
    elif not test.header:
        yield FieldError(f"{path}.header", FieldFault.REQUIRED)
    elif not _HEADER_NAME.fullmatch(test.header):
        facts = {"value": shortened(test.header), "allowed": "Subject, X-Priority …"}
        yield FieldError(f"{path}.header", FieldFault.UNKNOWN_VALUE, facts)


def _entries(path: str, entries: tuple[str, ...], are_addresses: bool) -> Iterator[FieldError]:
    if not entries:
        yield FieldError(path, FieldFault.REQUIRED)
    if len(entries) > MAX_ENTRIES:
        yield FieldError(path, FieldFault.TOO_MANY, {"limit": str(MAX_ENTRIES)})
        return
    for number, entry in enumerate(entries, 1):
        faults = tuple(_text(f"{path}[{number}]", entry, required=True))
        yield from faults
        if are_addresses and not faults and not is_address_entry(entry):
            yield FieldError(f"{path}[{number}]", FieldFault.BAD_ADDRESS, {"value": shortened(entry)})


def _compared(
    path: str, value: str, operator: Operator, check_pattern: PatternChecker
) -> Iterator[FieldError]:
    # Nothing but "is" means something with nothing to compare with.
    faults = tuple(_text(path, value, required=operator is not Operator.IS))
    yield from faults
    if operator is Operator.MATCHES_PATTERN and not faults and (fault := check_pattern(value)):
        yield FieldError(path, fault.fault, {"value": shortened(value), "detail": shortened(fault.detail)})


def _actions(actions: tuple[Action, ...]) -> Iterator[FieldError]:
    if not actions:
        yield FieldError("action", FieldFault.REQUIRED)
    if len(actions) > MAX_ACTIONS:
        yield FieldError("action", FieldFault.TOO_MANY, {"limit": str(MAX_ACTIONS)})
        return
    for number, action in enumerate(actions, 1):
        earlier = {each.kind for each in actions[: number - 1]}
        if action.kind in earlier - REPEATABLE:
            yield FieldError(f"action[{number}].kind", FieldFault.TOO_MANY, {"limit": "1"})
        yield from _parameters(f"action[{number}]", action)


def _parameters(path: str, action: Action) -> Iterator[FieldError]:
    used = PARAMETERS[action.kind]
    for parameter in Parameter:
        given, place = getattr(action, parameter), f"{path}.{parameter}"
        if parameter not in used:
            if given:
                yield FieldError(place, FieldFault.UNKNOWN_KEY, {"value": parameter})
        elif parameter is Parameter.RECIPIENTS:
            yield from _recipients(place, given, required=used[parameter])
        else:
            limit = MAX_WORD if parameter is Parameter.VALUE and action.kind in _OF_RECORD else MAX_TEXT
            yield from _text(place, given, required=used[parameter], limit=limit)


def _recipients(path: str, recipients: tuple[str, ...], required: bool) -> Iterator[FieldError]:
    if required and not recipients:
        yield FieldError(path, FieldFault.REQUIRED)
    if len(recipients) > MAX_RECIPIENTS:
        yield FieldError(path, FieldFault.TOO_MANY, {"limit": str(MAX_RECIPIENTS)})
        return
    for number, address in enumerate(recipients, 1):
        if not is_address(address):
            yield FieldError(f"{path}[{number}]", FieldFault.BAD_ADDRESS, {"value": shortened(address)})


def _text(path: str, value: str, *, required: bool, limit: int = MAX_TEXT) -> Iterator[FieldError]:
    if required and not value:
        yield FieldError(path, FieldFault.REQUIRED)
    if len(value) > limit:
        yield FieldError(path, FieldFault.TOO_LONG, {"limit": str(limit)})
    if _UNSTORABLE.search(value):
        yield FieldError(path, FieldFault.UNSTORABLE_CHARACTER)
