"""What the rules make of a message: pure, top to bottom, with the reason for every answer.

Every condition is looked at, also where the answer is known earlier, so that the trace can show them all; of a rule
that does not match only where somebody wants to know why.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailint_gui.domain.filtering import AddressList, address_list
from mailint_gui.domain.rule import (
    ADDRESS_FIELDS,
    REPEATABLE,
    Action,
    Condition,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Rule,
)
from mailint_gui.domain.rule_text import fold
from mailint_gui.domain.rule_verdict import (
    ConditionTrace,
    FieldTrace,
    GroupTrace,
    RuleMessage,
    RuleOutcome,
    RuleTrace,
    Verdict,
)
from mailint_gui.services.rules.patterns import PatternRefused, search
from mailint_gui.services.rules.values import Subject, Text, Values

_WITHOUT_TEXTS = frozenset({Field.SIZE, Field.SPAM_MARK})


def evaluate(rules: Iterable[Rule], message: RuleMessage, integration_id: int) -> Verdict:
    """``rules`` in their order. A rule that matches ends it unless it says *continue with later rules*."""
    return verdict_of(traces(rules, message, integration_id))


def traces(
    rules: Iterable[Rule], message: RuleMessage, integration_id: int, *, in_full: bool = True
) -> Iterator[RuleTrace]:
    """Of rule after rule, judged when it is asked for. Not ``in_full``: why a rule did not match is left out."""
    subject = Subject(message)
    ended = False
    for rule in rules:
        if ended:
            yield RuleTrace(rule.id, rule.name, RuleOutcome.NOT_REACHED)
            continue
        answer = _judge(rule, subject, integration_id, in_full)
        yield answer
        ended = answer.outcome is RuleOutcome.MATCHED and not rule.continue_with_later


def verdict_of(trace: Iterable[RuleTrace]) -> Verdict:
    trace = tuple(trace)
    return Verdict(_settled(action for each in trace for action in each.actions), trace)


def _judge(rule: Rule, subject: Subject, integration_id: int, in_full: bool) -> RuleTrace:
    if not rule.enabled:
        return RuleTrace(rule.id, rule.name, RuleOutcome.DISABLED)
    if not rule.is_for(integration_id):
        return RuleTrace(rule.id, rule.name, RuleOutcome.OTHER_ADDRESS)
    if not in_full and _result(rule.condition, subject) is False:  # as nearly always: no trace has to be made
        return not_matched(rule.id, rule.name)
    condition = _group(rule.condition, subject)
    actions = rule.actions if condition.result else ()
    return RuleTrace(rule.id, rule.name, _OUTCOMES[condition.result], condition, actions)


@lru_cache(maxsize=1024)
def not_matched(rule_id: int, name: str) -> RuleTrace:
    """Without the reason: the same for nearly every message."""
    return RuleTrace(rule_id, name, RuleOutcome.NOT_MATCHED)


_OUTCOMES = {True: RuleOutcome.MATCHED, False: RuleOutcome.NOT_MATCHED, None: RuleOutcome.UNDECIDED}


def _settled(actions: Iterable[Action]) -> tuple[Action, ...]:
    """As if done one after the other: of what can be done once the last stands; nothing is done twice alike."""
    kept: dict[object, Action] = {}
    for action in actions:
        key = action if action.kind in REPEATABLE else action.kind
        kept.pop(key, None)
        kept[key] = action
    return tuple(kept.values())


def _trace(condition: Condition, subject: Subject) -> ConditionTrace:
    return _group(condition, subject) if isinstance(condition, Group) else _test(condition, subject)


def _group(group: Group, subject: Subject) -> GroupTrace:
    members = tuple(_trace(member, subject) for member in group.members)
    return GroupTrace(group.kind, _combined(group.kind, [member.result for member in members]), members)


def _result(condition: Condition, subject: Subject) -> bool | None:
    """That of its trace, looked at no further than it takes to know."""
    if isinstance(condition, FieldTest):
        return _test_result(condition, subject)
    deciding = condition.kind is not GroupKind.ALL
    results: list[bool | None] = []
    for member in condition.members:
        results.append(_result(member, subject))
        if results[-1] is deciding:
            break
    return _combined(condition.kind, results)


def _combined(kind: GroupKind, results: Sequence[bool | None]) -> bool | None:
    """Kleene's three-valued logic: undecided only where the undecided members could change the answer.

    A group without members, which validation refuses, never matches.
    """
    if not results:
        return False
    if kind is GroupKind.ALL:
        return False if False in results else None if None in results else True
    found = True if True in results else None if None in results else False
    return found if kind is GroupKind.ANY or found is None else not found


def _test_result(test: FieldTest, subject: Subject) -> bool | None:
    if test.field in _WITHOUT_TEXTS:
        return _test(test, subject).result
    compare = _COMPARE[test.operator]
    answers = [compare(text, test).result for text in subject.values(test).texts]
    return _combined(GroupKind.ANY, answers)


def _test(test: FieldTest, subject: Subject) -> FieldTrace:
    match test.field:
        case Field.SIZE:
            return FieldTrace(test, _compare_size(test, subject.message.size), (str(subject.message.size),))
        case Field.SPAM_MARK:
            mark = subject.message.spam_mark
            return FieldTrace(test, mark is test.value, (str(mark).lower(),))
        case _:
            return _test_texts(test, subject.values(test))


def _compare_size(test: FieldTest, size: int) -> bool:
    if not isinstance(test.value, int):
        return False
    return size > test.value if test.operator is Operator.GREATER_THAN else size < test.value


def _test_texts(test: FieldTest, values: Values) -> FieldTrace:
    """True with the first text that passes; otherwise undecided when one could not be looked at to its end."""
    compare = _COMPARE[test.operator]
    undecided, is_cut = False, False
    for text in values.texts:
        answer = compare(text, test)
        is_cut |= answer.is_cut
        if answer.result:
            return FieldTrace(test, True, values.shown_from(text, answer.start, answer.length), is_cut)
        undecided |= answer.result is None
    return FieldTrace(test, None if undecided else False, values.shown, is_cut)


@dataclass(frozen=True, slots=True)
class _Answer:
    """``start`` and ``length`` in characters: where it was found."""

    result: bool | None
    start: int = 0
    length: int = 0
    is_cut: bool = False


_NO = _Answer(False)
_YES = _Answer(True)


def _contains(text: Text, test: FieldTest) -> _Answer:
    wanted = _wanted(str(test.value))
    start = text.folded.find(wanted)
    return _NO if start < 0 else _Answer(True, start, len(wanted))


def _is(text: Text, test: FieldTest) -> _Answer:
    return _YES if text.folded == _wanted(str(test.value)) else _NO


def _starts_with(text: Text, test: FieldTest) -> _Answer:
    return _YES if text.folded.startswith(_wanted(str(test.value))) else _NO


def _ends_with(text: Text, test: FieldTest) -> _Answer:
    wanted = _wanted(str(test.value))
    if not text.folded.endswith(wanted):
        return _NO
    return _Answer(True, max(len(text.original) - len(wanted), 0), len(wanted))


def _in_list(text: Text, test: FieldTest) -> _Answer:
    entries = test.value if isinstance(test.value, tuple) else ()
    if test.field in ADDRESS_FIELDS:
        return _YES if _wanted_addresses(entries).has(text.original) else _NO
    return _YES if text.folded in _wanted_list(entries) else _NO


def _matches_pattern(text: Text, test: FieldTest) -> _Answer:
    try:
        found = search(str(test.value), text.composed)
    except PatternRefused:
        return _Answer(None)
    if found.span is None:
        return _Answer(None if found.is_cut else False, is_cut=found.is_cut)
    start, end = found.span
    before, inside = text.composed[:start], text.composed[start:end]
    return _Answer(True, len(before.decode(errors="replace")), len(inside.decode(errors="replace")))


def _never(text: Text, test: FieldTest) -> _Answer:
    return _NO


_COMPARE: dict[Operator, Callable[[Text, FieldTest], _Answer]] = {
    Operator.CONTAINS: _contains,
    Operator.IS: _is,
    Operator.STARTS_WITH: _starts_with,
    Operator.ENDS_WITH: _ends_with,
    Operator.IN_LIST: _in_list,
    Operator.MATCHES_PATTERN: _matches_pattern,
    Operator.GREATER_THAN: _never,  # no texts; validation refuses them
    Operator.SMALLER_THAN: _never,
}

# The same few values are asked of every message.
_wanted = lru_cache(maxsize=4096)(fold)


@lru_cache(maxsize=256)
def _wanted_list(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, entries))


@lru_cache(maxsize=256)
def _wanted_addresses(entries: tuple[str, ...]) -> AddressList:
    return address_list(entries)
