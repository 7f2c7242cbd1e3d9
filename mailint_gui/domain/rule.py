"""Email rules: for which addresses, on what condition, what is done with a message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from mailint_gui.domain.rule_text import fold

ALL: Literal["all"] = "all"
Addresses = Literal["all"] | tuple[int, ...]  # ids of integrations; ALL also covers those added later


class Field(StrEnum):
    """What of a message is looked at."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    SUBJECT = "subject"
    BODY = "body"
    HEADER = "header"
    ATTACHMENT_NAME = "attachment_name"
    SIZE = "size"
    SPAM_MARK = "spam_mark"


class Operator(StrEnum):
    CONTAINS = "contains"
    IS = "is"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    MATCHES_PATTERN = "matches_pattern"
    IN_LIST = "in_list"
    GREATER_THAN = "greater_than"
    SMALLER_THAN = "smaller_than"


_TEXT_OPERATORS = (
    Operator.CONTAINS,
    Operator.IS,
    Operator.STARTS_WITH,
    Operator.ENDS_WITH,
    Operator.MATCHES_PATTERN,
    Operator.IN_LIST,
)
ADDRESS_FIELDS = frozenset({Field.SENDER, Field.RECIPIENT})
OPERATORS: Mapping[Field, tuple[Operator, ...]] = MappingProxyType(
    dict.fromkeys(Field, _TEXT_OPERATORS)
    | {Field.SIZE: (Operator.GREATER_THAN, Operator.SMALLER_THAN), Field.SPAM_MARK: (Operator.IS,)}
)

Value = str | int | bool | tuple[str, ...]


def value_type(
    field: Field, operator: Operator
) -> type[str] | type[int] | type[bool] | type[tuple[str, ...]]:
    """What a test compares with: octets for the size, entries for a list, else text.

    Entries for an address are as in ``filtering.address_matches``: an address, a domain, or with ``*`` for any text.
    """
    if field is Field.SIZE:
        return int
    if field is Field.SPAM_MARK:
        return bool
    return tuple if operator is Operator.IN_LIST else str


@dataclass(frozen=True, slots=True)
class FieldTest:
    """One comparison. A field of several values (recipients, headers, attachments) passes when one of them does.

    ``header``: the name of the header field for HEADER, else empty.
    """

    field: Field
    operator: Operator
    value: Value
    header: str = ""


class GroupKind(StrEnum):
    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Group:
    kind: GroupKind
    members: tuple["Condition", ...] = ()


Condition = Group | FieldTest


class ActionKind(StrEnum):
    ASSIGN_ADMIN = "assign_admin"
    ASSIGN_GROUP = "assign_group"
    SET_STATUS = "set_status"
    SET_CATEGORY = "set_category"
    SET_URGENCY = "set_urgency"
    SET_IMPACT = "set_impact"
    SET_PRIORITY = "set_priority"
    IGNORE = "ignore"
    MOVE_TO_FOLDER = "move_to_folder"
    FORWARD = "forward"
    AUTO_REPLY = "auto_reply"
    NOTIFY = "notify"
    TAG = "tag"


class Parameter(StrEnum):
    """What an action needs to know; an attribute of Action each."""

    VALUE = "value"
    RECIPIENTS = "recipients"
    SUBJECT = "subject"
    TEXT = "text"


# The parameters of each action, and whether they must be given.
_VALUE = {Parameter.VALUE: True}
PARAMETERS: Mapping[ActionKind, Mapping[Parameter, bool]] = MappingProxyType(
    dict.fromkeys(ActionKind, _VALUE)
    | {
        ActionKind.IGNORE: {},
        ActionKind.FORWARD: {Parameter.RECIPIENTS: True},
        ActionKind.AUTO_REPLY: {Parameter.SUBJECT: False, Parameter.TEXT: True},
        ActionKind.NOTIFY: {Parameter.RECIPIENTS: False},  # without: whoever is notified of the integration
    }
)
# These may be done several times; of all others the last one stands.
REPEATABLE = frozenset({ActionKind.FORWARD, ActionKind.AUTO_REPLY, ActionKind.NOTIFY, ActionKind.TAG})


@dataclass(frozen=True, slots=True)
class Action:
    """``value``: whom, what or where to; what a kind does not use (see PARAMETERS) is empty."""

    kind: ActionKind
    value: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as stored; its place is that in the list. ``id`` 0: not stored yet."""

    id: int = 0
    name: str = ""
    enabled: bool = True
    addresses: Addresses = ALL
    condition: Group = Group(GroupKind.ALL)
    actions: tuple[Action, ...] = ()
    continue_with_later: bool = False

    def is_for(self, integration_id: int) -> bool:
        return self.addresses == ALL or integration_id in self.addresses


def rule_key(name: str) -> str:
    """What two names of rules are compared by."""
    return " ".join(fold(name).split())


def without_integration(rules: Iterable[Rule], integration_id: int) -> tuple[Rule, ...]:
    """The rules once an integration is deleted: one that has no address left is disabled, and never for all."""
    return tuple(_without(rule, integration_id) for rule in rules)


def _without(rule: Rule, integration_id: int) -> Rule:
    if rule.addresses == ALL or integration_id not in rule.addresses:
        return rule
    left = tuple(each for each in rule.addresses if each != integration_id)
    return replace(rule, addresses=left, enabled=rule.enabled and bool(left))
