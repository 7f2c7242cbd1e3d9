"""Email rules in words: what is looked at, what is done, and how a rule came out."""

from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.rule import (
    ALL,
    PARAMETERS,
    Action,
    ActionKind,
    Addresses,
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
from mailint_gui.domain.rule_verdict import RuleOutcome, Verdict
from mailint_gui.domain.size import KB, MB
from mailint_gui.wording.text import QT_TRANSLATE_NOOP, filled, isolated, one_line

translate = QCoreApplication.translate

MAX_SHOWN = 60  # characters of a value in a sentence
MAX_LISTED = 3  # entries of a list in a sentence
MAX_SENTENCE = 2000  # characters of a whole condition, which may have hundreds of parts

_FIELDS: dict[Field, str] = {
    Field.SENDER: QT_TRANSLATE_NOOP("rules", "Sender"),
    Field.RECIPIENT: QT_TRANSLATE_NOOP("rules", "Recipient"),
    Field.SUBJECT: QT_TRANSLATE_NOOP("rules", "Subject"),
    Field.BODY: QT_TRANSLATE_NOOP("rules", "Body"),
    Field.HEADER: QT_TRANSLATE_NOOP("rules", "Header"),
    Field.ATTACHMENT_NAME: QT_TRANSLATE_NOOP("rules", "Attachment name"),
    Field.SIZE: QT_TRANSLATE_NOOP("rules", "Size"),
    Field.SPAM_MARK: QT_TRANSLATE_NOOP("rules", "Spam mark"),
}

_OPERATORS: dict[Operator, str] = {
    Operator.CONTAINS: QT_TRANSLATE_NOOP("rules", "contains"),
    Operator.IS: QT_TRANSLATE_NOOP("rules", "is"),
    Operator.STARTS_WITH: QT_TRANSLATE_NOOP("rules", "starts with"),
    Operator.ENDS_WITH: QT_TRANSLATE_NOOP("rules", "ends with"),
    Operator.MATCHES_PATTERN: QT_TRANSLATE_NOOP("rules", "matches pattern"),
    Operator.IN_LIST: QT_TRANSLATE_NOOP("rules", "is in list"),
    Operator.GREATER_THAN: QT_TRANSLATE_NOOP("rules", "is greater than"),
    Operator.SMALLER_THAN: QT_TRANSLATE_NOOP("rules", "is smaller than"),
}

_GROUPS: dict[GroupKind, str] = {
    GroupKind.ALL: QT_TRANSLATE_NOOP("rules", "All of these"),
    GroupKind.ANY: QT_TRANSLATE_NOOP("rules", "Any of these"),
    GroupKind.NONE: QT_TRANSLATE_NOOP("rules", "None of these"),
}

_ACTIONS: dict[ActionKind, str] = {
    ActionKind.ASSIGN_ADMIN: QT_TRANSLATE_NOOP("rules", "Assign to admin"),
    ActionKind.ASSIGN_GROUP: QT_TRANSLATE_NOOP("rules", "Assign to group"),
    ActionKind.SET_STATUS: QT_TRANSLATE_NOOP("rules", "Set status"),
    ActionKind.SET_CATEGORY: QT_TRANSLATE_NOOP("rules", "Set category"),
    ActionKind.SET_URGENCY: QT_TRANSLATE_NOOP("rules", "Set urgency"),
    ActionKind.SET_IMPACT: QT_TRANSLATE_NOOP("rules", "Set impact"),
    ActionKind.SET_PRIORITY: QT_TRANSLATE_NOOP("rules", "Set priority"),
    ActionKind.IGNORE: QT_TRANSLATE_NOOP("rules", "Ignore the message"),
    ActionKind.MOVE_TO_FOLDER: QT_TRANSLATE_NOOP("rules", "Move to folder"),
    ActionKind.FORWARD: QT_TRANSLATE_NOOP("rules", "Forward"),
    ActionKind.AUTO_REPLY: QT_TRANSLATE_NOOP("rules", "Reply automatically"),
    ActionKind.NOTIFY: QT_TRANSLATE_NOOP("rules", "Notify"),
    ActionKind.TAG: QT_TRANSLATE_NOOP("rules", "Tag"),
}

_ORDERS: dict[ActionKind, str] = {  # the action with what it needs, as in a list of orders
    ActionKind.ASSIGN_ADMIN: QT_TRANSLATE_NOOP("rules", "assign to {value}"),
    ActionKind.ASSIGN_GROUP: QT_TRANSLATE_NOOP("rules", "assign to group {value}"),
    ActionKind.SET_STATUS: QT_TRANSLATE_NOOP("rules", "set status to {value}"),
    ActionKind.SET_CATEGORY: QT_TRANSLATE_NOOP("rules", "set category to {value}"),
    ActionKind.SET_URGENCY: QT_TRANSLATE_NOOP("rules", "set urgency to {value}"),
    ActionKind.SET_IMPACT: QT_TRANSLATE_NOOP("rules", "set impact to {value}"),
    ActionKind.SET_PRIORITY: QT_TRANSLATE_NOOP("rules", "set priority to {value}"),
    ActionKind.IGNORE: QT_TRANSLATE_NOOP("rules", "ignore the message"),
    ActionKind.MOVE_TO_FOLDER: QT_TRANSLATE_NOOP("rules", "move to folder {value}"),
    ActionKind.FORWARD: QT_TRANSLATE_NOOP("rules", "forward to {recipients}"),
    ActionKind.AUTO_REPLY: QT_TRANSLATE_NOOP("rules", "reply automatically {subject}"),
    ActionKind.NOTIFY: QT_TRANSLATE_NOOP("rules", "notify {recipients}"),
    ActionKind.TAG: QT_TRANSLATE_NOOP("rules", "tag with {value}"),
}

_PARAMETERS: dict[Parameter, str] = {
    Parameter.VALUE: QT_TRANSLATE_NOOP("rules", "Value"),
    Parameter.RECIPIENTS: QT_TRANSLATE_NOOP("rules", "Recipients"),
    Parameter.SUBJECT: QT_TRANSLATE_NOOP("rules", "Subject"),
    Parameter.TEXT: QT_TRANSLATE_NOOP("rules", "Text"),
}

_OUTCOMES: dict[RuleOutcome, str] = {
    RuleOutcome.MATCHED: QT_TRANSLATE_NOOP("rules", "Matched"),
    RuleOutcome.NOT_MATCHED: QT_TRANSLATE_NOOP("rules", "Did not match"),
    RuleOutcome.UNDECIDED: QT_TRANSLATE_NOOP("rules", "Undecided: a pattern could not be run to its end"),
    RuleOutcome.DISABLED: QT_TRANSLATE_NOOP("rules", "Off"),
    RuleOutcome.OTHER_ADDRESS: QT_TRANSLATE_NOOP("rules", "For other addresses"),
    RuleOutcome.NOT_REACHED: QT_TRANSLATE_NOOP("rules", "Not reached: an earlier rule ended it"),
}


def field_name(field: Field) -> str:
    return translate("rules", _FIELDS[field])


def operator_name(operator: Operator) -> str:
    return translate("rules", _OPERATORS[operator])


def group_name(kind: GroupKind) -> str:
    return translate("rules", _GROUPS[kind])


def action_name(kind: ActionKind) -> str:
    return translate("rules", _ACTIONS[kind])


def parameter_name(parameter: Parameter) -> str:
    return translate("rules", _PARAMETERS[parameter])


def outcome_words(outcome: RuleOutcome) -> str:
    """How one rule came out for one message."""
    return translate("rules", _OUTCOMES[outcome])


def result_words(result: bool | None) -> str:
    """How one condition came out for one message."""
    if result is None:
        return translate("rules", "undecided")
    return translate("rules", "yes") if result else translate("rules", "no")


def size_words(octets: int) -> str:
    """In the largest unit that says it without a fraction, as the editor has it."""
    for unit, word in ((MB, "MB"), (KB, "KB")):
        if octets and octets % unit == 0:
            return f"{octets // unit} {word}"
    return filled(translate("rules", "{count} bytes"), {"count": str(octets)})


def addresses_words(addresses: Addresses, names: Mapping[int, str]) -> str:
    """``names`` of integrations by id; one that is not known any more is left out."""
    if addresses == ALL:
        return translate("rules", "All")
    known = [isolated(one_line(names[each])) for each in addresses if each in names]
    return ", ".join(known) or translate("rules", "None")


def comparison_words(test: FieldTest) -> str:
    """One comparison: ``Subject contains “invoice”``."""
    if test.field is Field.SPAM_MARK:
        marked = translate("rules", "Is marked as spam")
        return marked if test.value is True else translate("rules", "Is not marked as spam")
    template = translate("rules", "{field} {operator} {value}")
    field = f"{field_name(test.field)} {one_line(test.header)}".strip()
    return filled(
        template, {"field": field, "operator": operator_name(test.operator), "value": value_words(test)}
    )


def value_words(test: FieldTest) -> str:
    """What a test compares with, shortened."""
    if isinstance(test.value, tuple):
        return _listed(test.value)
    if isinstance(test.value, str):
        return _quoted(test.value)
    return size_words(test.value)


def condition_words(condition: Condition, limit: int = MAX_SENTENCE) -> str:
    """A whole condition in one line, groups within groups in brackets; cut at ``limit`` characters."""
    told = ""
    for piece in _pieces(condition):
        told += piece
        if len(told) > limit:  # what would be cut off is not put into words
            break
    return shortened(told, limit)


def _pieces(condition: Condition) -> Iterator[str]:
    if not isinstance(condition, Group):
        yield comparison_words(condition)
        return
    if not condition.members:
        yield translate("rules", "(no condition)")
    before, between = _joints(condition.kind)
    yield before if condition.members else ""
    for number, member in enumerate(condition.members):
        yield between if number else ""
        if isinstance(member, Group):
            yield "("
            yield from _pieces(member)
            yield ")"
        else:
            yield comparison_words(member)


def _joints(kind: GroupKind) -> tuple[str, str]:
    """What stands before the members of a group, and between them."""
    match kind:
        case GroupKind.ALL:
            return "", translate("rules", " and ")
        case GroupKind.ANY:
            return "", translate("rules", " or ")
    return translate("rules", "none of: "), "; "


def action_words(action: Action) -> str:
    """One order: ``set priority to “High”``."""
    recipients = _joined(action.recipients)
    if action.kind is ActionKind.NOTIFY and not action.recipients:
        return translate("rules", "notify whoever hears of the integration’s errors")
    facts = {
        "value": _quoted(action.value),
        "recipients": recipients or translate("rules", "(nobody)"),
        "subject": _quoted(action.subject) if action.subject else "",
    }
    return filled(translate("rules", _ORDERS[action.kind]), facts)


def actions_words(actions: Iterable[Action]) -> str:
    """All orders in one line, as the cell of a list has it."""
    text = "; ".join(map(action_words, actions))
    return shortened(text[:1].upper() + text[1:], MAX_SENTENCE)


def verdict_words(verdict: Verdict) -> str:
    """What is done with a message."""
    return actions_words(verdict.actions) or translate("rules", "Nothing")


def rule_words(rule: Rule, names: Mapping[int, str]) -> str:
    """The whole rule in two or three sentences, without its name."""
    whom = translate("rules", "Mail to {addresses}.")
    goes_on = translate("rules", "Later rules follow.") if rule.continue_with_later else ""
    parts = (
        whom.replace("{addresses}", _whom(rule.addresses, names)),
        condition_words(rule.condition) + ":",
        (actions_words(rule.actions) or translate("rules", "Nothing")) + ".",
        goes_on,
    )
    return " ".join(part for part in parts if part)


def _whom(addresses: Addresses, names: Mapping[int, str]) -> str:
    if addresses == ALL:
        return translate("rules", "all integrations")
    return addresses_words(addresses, names) if addresses else translate("rules", "no integration")


def needs(kind: ActionKind) -> tuple[Parameter, ...]:
    """What an action needs to know, in the order of the form."""
    return tuple(each for each in Parameter if each in PARAMETERS[kind])


def _quoted(text: str) -> str:
    return f"“{isolated(shortened(one_line(text), MAX_SHOWN))}”"


def _listed(entries: tuple[str, ...]) -> str:
    shown = ", ".join(map(_quoted, entries[:MAX_LISTED]))
    return shown + _and_more(len(entries) - MAX_LISTED)


def _joined(addresses: tuple[str, ...]) -> str:
    shown = ", ".join(isolated(shortened(one_line(each), MAX_SHOWN)) for each in addresses[:MAX_LISTED])
    return shown + _and_more(len(addresses) - MAX_LISTED)


def _and_more(count: int) -> str:
    return translate("rules", " and %n more", None, count) if count > 0 else ""
