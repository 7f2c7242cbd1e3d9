"""What is wrong with a rule: where, and what would be right."""

import re

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.validation import FieldError, FieldFault
from mailint_gui.wording.fields import field_words
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled

translate = QCoreApplication.translate
_F = FieldFault

# What can be said better of a rule than of any field: by the kind of place, and the fault.
_FAULTS: dict[tuple[str, FieldFault], str] = {
    ("name", _F.NOT_UNIQUE): QT_TRANSLATE_NOOP(
        "faults", "Another rule is called {value}. Choose a name that is not in use."
    ),
    ("addresses", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Choose at least one integration, or all; or turn the rule off."
    ),
    ("condition", _F.TOO_MANY): QT_TRANSLATE_NOOP(
        "faults", "Use at most {limit} conditions and groups in one rule. Use two rules instead."
    ),
    ("action", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Add what is to be done: at least one action."),
    ("action", _F.TOO_MANY): QT_TRANSLATE_NOOP("faults", "Use at most {limit} actions in one rule."),
    ("action.kind", _F.TOO_MANY): QT_TRANSLATE_NOOP(
        "faults", "This is done only once. Remove this action or the earlier one of its kind."
    ),
    ("condition.value", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Enter what to compare with; only “is” may be empty."
    ),
    ("condition.value", _F.TOO_MANY): QT_TRANSLATE_NOOP(
        "faults", "Use at most {limit} entries in one list. Use two conditions instead."
    ),
    ("condition.value", _F.OUT_OF_RANGE): QT_TRANSLATE_NOOP("faults", "Enter a size below 1000 MB."),
    ("condition.entry", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Remove the empty line from the list."),
    ("condition.entry", _F.BAD_ADDRESS): QT_TRANSLATE_NOOP(
        "faults",
        "{value} is no address to compare with. Enter an address, a domain, or either with * for any text.",
    ),
    ("condition.header", _F.REQUIRED): QT_TRANSLATE_NOOP(
        "faults", "Enter the name of the header, for example List-Id."
    ),
    ("condition.header", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "{value} is not the name of a header. Use letters, digits and hyphens, as in List-Id."
    ),
    ("condition.operator", _F.UNKNOWN_VALUE): QT_TRANSLATE_NOOP(
        "faults", "This field cannot be compared so. Choose one of the comparisons that are offered."
    ),
    ("action.value", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Choose or enter a value."),
    ("action.recipients", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Enter at least one email address."),
    ("action.recipients", _F.TOO_MANY): QT_TRANSLATE_NOOP("faults", "Use at most {limit} addresses."),
    ("action.text", _F.REQUIRED): QT_TRANSLATE_NOOP("faults", "Enter the text of the reply."),
}

_RULE = re.compile(r"rules?\[(\d+)\]\.?")
_NUMBER = re.compile(r"\[(\d+)\]")


def rule_fault_words(error: FieldError) -> str:
    """What would be right at this place. The path may begin with ``rules[3].`` or not."""
    template = _FAULTS.get((_kind_of_place(error.path), error.fault))
    if template is None:
        return field_words(within_rule(error))
    facts = {name: f"“{value}”" if name == "value" else value for name, value in error.facts.items() if value}
    absent = {"value": translate("faults", "What was entered"), "limit": translate("faults", "fewer")}
    return filled(translate("faults", template), absent | facts)


def rule_place_words(path: str) -> str:
    """Where it is, in the words of the editor: ``Condition 2.1``, ``Action 3``."""
    rest = _RULE.sub("", path, count=1)
    part, _, within = rest.partition(".")
    if part == "condition":
        numbers = ".".join(_NUMBER.findall(within.partition(".value")[0]))
        return filled(translate("faults", "Condition {number}"), {"number": numbers})
    if part.startswith("action"):
        numbers = ".".join(_NUMBER.findall(part))
        return filled(translate("faults", "Action {number}"), {"number": numbers})
    places = {
        "name": translate("faults", "Name"),
        "addresses": translate("faults", "Incoming addresses"),
    }
    return places.get(part.partition("[")[0], part)


def within_rule(error: FieldError) -> FieldError:
    """The same fault, told of the rule alone: without ``rules[3].``."""
    return FieldError(_RULE.sub("", error.path, count=1), error.fault, error.facts)


def rule_number(path: str) -> int | None:
    """The place in the list, from 1, of the rule that a path such as ``rules[3].name`` is about."""
    found = _RULE.match(path)
    return int(found[1]) if found else None


def _kind_of_place(path: str) -> str:
    """``rules[3].condition.all[2].value[7]`` -> ``condition.entry``."""
    rest = _RULE.sub("", path, count=1)
    part, _, within = rest.partition(".")
    part = part.partition("[")[0]
    last = within.rpartition(".")[2]
    if part not in ("condition", "action") or not within:
        return part
    if part == "condition" and last.startswith("value["):
        return "condition.entry"
    return f"{part}.{last.partition('[')[0]}"
