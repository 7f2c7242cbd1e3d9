"""What rules look at, what they decided, and why."""

from dataclasses import dataclass
from enum import StrEnum

from mailint_gui.domain.rule import Action, FieldTest, GroupKind

Headers = tuple[tuple[str, str], ...]  # name and decoded value, in the order of the message


@dataclass(frozen=True, slots=True)
class RuleMessage:
    """A message as rules see it. ``sender`` and ``recipients`` are bare addresses, ``size`` is in octets."""

    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    headers: Headers = ()
    attachment_names: tuple[str, ...] = ()
    size: int = 0
    spam_mark: bool = False


class RuleOutcome(StrEnum):
    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    UNDECIDED = "undecided"  # it hangs on a pattern that cannot be run here; nothing of it is done
    DISABLED = "disabled"
    OTHER_ADDRESS = "other_address"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class FieldTrace:
    """``result`` None: could not be run here. ``found``: the field's values, shortened; the one that passed first.

    ``is_cut``: the pattern is so large that it saw only the start of the text.
    """

    test: FieldTest
    result: bool | None
    found: tuple[str, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class GroupTrace:
    kind: GroupKind
    result: bool | None
    members: tuple["ConditionTrace", ...] = ()


ConditionTrace = GroupTrace | FieldTrace


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """``condition`` None: it was not looked at. ``actions``: what this rule ordered, empty unless it matched."""

    rule_id: int
    name: str
    outcome: RuleOutcome
    condition: GroupTrace | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """What rules say of a message, for whoever has the same rules: of each that did not simply not match its place in
    the list, its outcome, and its condition where that was looked at.
    """

    told: tuple[tuple[int, RuleOutcome, GroupTrace | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """``actions``: of all rules that matched, to be done in this order. ``trace``: every rule, in order."""

    actions: tuple[Action, ...] = ()
    trace: tuple[RuleTrace, ...] = ()
