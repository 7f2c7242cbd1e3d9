"""What the rules make of a message: pure, top to bottom, with the reason for every answer.

Every condition is looked at, also where the answer is known earlier, so that the trace can show them all.
"""

from collections.abc import Iterable, Iterator, Sequence

from mailint_gui.domain.rule import (
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
from mailint_gui.domain.rule_verdict import (
    ConditionTrace,
    FieldTrace,
    GroupTrace,
    RuleMessage,
    RuleOutcome,
    RuleTrace,
    Verdict,
)
from mailint_gui.services.rules.comparisons import comparison
from mailint_gui.services.rules.values import Subject, Values, key_of


def evaluate(rules: Iterable[Rule], message: RuleMessage, integration_id: int) -> Verdict:
    """``rules`` in their order. A rule that matches ends it unless it says *continue with later rules*."""
    return verdict_of(_traces(rules, message, integration_id))


def _traces(rules: Iterable[Rule], message: RuleMessage, integration_id: int) -> Iterator[RuleTrace]:
    subject = Subject(message)
    ended = False
    for rule in rules:
        if ended:
            yield RuleTrace(rule.id, rule.name, RuleOutcome.NOT_REACHED)
            continue
        answer = judge(rule, subject, integration_id)
        yield answer
        ended = answer.outcome is RuleOutcome.MATCHED and not rule.continue_with_later


def verdict_of(trace: Iterable[RuleTrace]) -> Verdict:
    trace = tuple(trace)
    return Verdict(_settled(action for each in trace for action in each.actions), trace)


def judge(rule: Rule, subject: Subject, integration_id: int) -> RuleTrace:
    if not rule.enabled:
        return RuleTrace(rule.id, rule.name, RuleOutcome.DISABLED)
    if not rule.is_for(integration_id):
        return RuleTrace(rule.id, rule.name, RuleOutcome.OTHER_ADDRESS)
    condition = _group(rule.condition, subject)
    actions = rule.actions if condition.result else ()
    return RuleTrace(rule.id, rule.name, _OUTCOMES[condition.result], condition, actions)


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
    return _group(condition, subject) if isinstance(condition, Group) else field_trace(condition, subject)


def _group(group: Group, subject: Subject) -> GroupTrace:
    members = tuple(_trace(member, subject) for member in group.members)
    return GroupTrace(group.kind, _combined(group.kind, [member.result for member in members]), members)


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


def field_trace(test: FieldTest, subject: Subject) -> FieldTrace:
    match test.field:
        case Field.SIZE:
            return FieldTrace(test, _compare_size(test, subject.message.size), (str(subject.message.size),))
        case Field.SPAM_MARK:
            mark = subject.message.spam_mark
            return FieldTrace(test, mark is test.value, (str(mark).lower(),))
        case _:
            return _test_texts(test, subject.values(key_of(test)))


def _compare_size(test: FieldTest, size: int) -> bool:
    if not isinstance(test.value, int):
        return False
    return size > test.value if test.operator is Operator.GREATER_THAN else size < test.value


def _test_texts(test: FieldTest, values: Values) -> FieldTrace:
    """True with the first text that passes; otherwise undecided when one could not be looked at to its end."""
    compare = comparison(test)
    undecided, is_cut = False, False
    for text in values.texts:
        answer = compare(text)
        is_cut |= answer.is_cut
        if answer.result:
            return FieldTrace(test, True, values.shown_from(text, answer.start, answer.length), is_cut)
        undecided |= answer.result is None
    return FieldTrace(test, None if undecided else False, values.shown, is_cut)
