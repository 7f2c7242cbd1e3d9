"""The file of rules: TOML text to rules, with every fault in it; and rules to TOML text.

One ``[[rule]]`` each. ``addresses`` is ``"all"`` or a list of names of integrations. ``condition`` holds one group,
``all``, ``any`` or ``none``, a list of tests and further groups. Sizes are in octets.
A rule of a name that is known (any case) is changed, not doubled, and what is left out keeps its value.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mailint_gui.domain.integration import name_key
from mailint_gui.domain.rule import ALL, Addresses, Rule, rule_key
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.rule_validation import MAX_RULES, PatternChecker, trimmed_rule, validate_rule
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.services.rules.rules_shape import ShapeRefused, read_actions, read_condition, write_rule

_RULE = "rule"


class RulesFileError(Exception):
    """Nothing was changed. ``refused``: the faults of each rule of the file, in its order, by its name."""

    def __init__(self, refused: Iterable[ValidationError]) -> None:
        self.refused = tuple(refused)
        super().__init__("; ".join(f"{each.subject}: {each}" for each in self.refused))


@dataclass(slots=True)
class _Entry:
    """One ``[[rule]]``: the attributes that it gives, and what is wrong with them."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)


def import_rules(
    text: bytes, stored: Iterable[Rule], integrations: Mapping[str, int], check_pattern: PatternChecker
) -> tuple[Rule, ...]:
    """All rules once the file is merged in, to be stored as they are; new ones have the id 0.

    The file's rules stand in the file's order, in the places of those that they change; new ones beyond these
    follow at the end. ``integrations``: ids by name. Raises RulesFileError with every fault.
    """
    before = tuple(stored)
    entries = _entries(text, {name_key(name): id_ for name, id_ in integrations.items()})
    known = {rule_key(rule.name): rule for rule in before}
    drafts = [
        trimmed_rule(replace(known.get(rule_key(each.name), Rule()), **each.values)) for each in entries
    ]
    after = _merged(before, drafts)
    _refuse(entries, drafts, after, check_pattern)
    return after


def export_rules(rules: Iterable[Rule], integrations: Mapping[str, int]) -> str:
    """A file that changes nothing where it came from. ``integrations``: ids by name."""
    import tomli_w  # only export needs it

    names = {id_: name for name, id_ in integrations.items()}
    return tomli_w.dumps({_RULE: [write_rule(rule, names) for rule in rules]})


def _merged(before: tuple[Rule, ...], drafts: list[Rule]) -> tuple[Rule, ...]:
    changed = {rule_key(draft.name) for draft in drafts}
    coming = iter(drafts)
    merged = [next(coming, rule) if rule_key(rule.name) in changed else rule for rule in before]
    return (*merged, *coming)


def _refuse(
    entries: list[_Entry], drafts: list[Rule], after: tuple[Rule, ...], check_pattern: PatternChecker
) -> None:
    refused: list[ValidationError] = []
    if len(after) > MAX_RULES:
        refused.append(ValidationError([FieldError("", FieldFault.TOO_MANY, {"limit": str(MAX_RULES)})]))
    seen: set[str] = set()
    for entry, draft in zip(entries, drafts, strict=True):
        broken = {_attribute(error.path) for error in entry.errors}
        found = (
            each for each in validate_rule(draft, (), check_pattern) if _attribute(each.path) not in broken
        )
        errors = [*entry.errors, *found]
        if draft.name and rule_key(draft.name) in seen:
            errors.append(FieldError("name", FieldFault.NOT_UNIQUE, {"value": shortened(draft.name)}))
        seen.add(rule_key(draft.name))
        if errors:
            refused.append(ValidationError(errors, shortened(entry.name)))
    if refused:
        raise RulesFileError(refused)


def _attribute(path: str) -> str:
    """What a fault is about: of a value that could not be read, what stands instead is not judged."""
    return path.partition(".")[0].partition("[")[0]


def _entries(text: bytes, integrations: Mapping[str, int]) -> list[_Entry]:
    document = _document(text)
    errors = [
        FieldError(shortened(key), FieldFault.UNKNOWN_KEY, {"value": shortened(key)})
        for key in document
        if key != _RULE
    ]
    items = document.get(_RULE, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        errors.append(FieldError(_RULE, FieldFault.WRONG_TYPE, {"expected": "[[rule]]"}))
    if errors:
        raise RulesFileError([ValidationError(errors)])
    return [_entry(item, integrations) for item in items]


def _document(text: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        where = "UTF-8"
    except RecursionError:
        where = "TOML"
    except ValueError as error:  # TOMLDecodeError, and int() of more digits than it takes
        where = str(error)
    unreadable = FieldError("", FieldFault.UNREADABLE, {"where": f" ({where})"})
    raise RulesFileError([ValidationError([unreadable])])


def _entry(item: Mapping[str, object], integrations: Mapping[str, int]) -> _Entry:
    name = item.get("name")
    entry = _Entry(name.strip() if isinstance(name, str) else "")
    if "name" not in item:
        entry.errors.append(FieldError("name", FieldFault.REQUIRED))
    for key, value in item.items():
        try:
            attribute, read = _read(key, value, integrations)
            entry.values[attribute] = read
        except ShapeRefused as refused:
            entry.errors.extend(refused.errors)
    return entry


def _read(key: str, value: object, integrations: Mapping[str, int]) -> tuple[str, Any]:
    """The attribute of Rule and its value. Raises ShapeRefused."""
    match key, value:
        case "name", str():
            return "name", value
        case (("enabled" | "continue_with_later"), bool()):
            return key, value
        case "addresses", _:
            return "addresses", _addresses(value, integrations)
        case "condition", _:
            return "condition", read_condition("condition", value)
        case "action", _:
            return "actions", read_actions(value)
        case "name", _:
            raise ShapeRefused.wrong_type(key, '"…"')
        case (("enabled" | "continue_with_later"), _):
            raise ShapeRefused.wrong_type(key, "true / false")
        case _:
            raise ShapeRefused.unknown_key(shortened(key))


def _addresses(value: object, integrations: Mapping[str, int]) -> Addresses:
    if value == ALL:
        return ALL
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ShapeRefused.wrong_type("addresses", '"all", ["…", "…"]')
    unknown = tuple(_unknown_names(value, integrations))
    if unknown:
        raise ShapeRefused(unknown)
    return tuple(dict.fromkeys(integrations[name_key(name)] for name in value))


def _unknown_names(names: list[str], integrations: Mapping[str, int]) -> Iterator[FieldError]:
    for number, name in enumerate(names, 1):
        if name_key(name) not in integrations:
            yield FieldError(
                f"addresses[{number}]", FieldFault.UNKNOWN_INTEGRATION, {"value": shortened(name)}
            )
