"""Whether conditions hold, and no more: made ready once, for many messages, and looked at no further than it takes.

What they answer is the result of the trace that ``evaluate`` makes.
"""

from collections.abc import Callable

from mailint_gui.domain.rule import Condition, Field, FieldTest, Group, GroupKind
from mailint_gui.services.rules.comparisons import comparison
from mailint_gui.services.rules.evaluate import field_trace
from mailint_gui.services.rules.values import Subject, key_of

Result = Callable[[Subject], bool | None]

_WITHOUT_TEXTS = frozenset({Field.SIZE, Field.SPAM_MARK})


def result_of(condition: Condition) -> Result:
    if isinstance(condition, Group):
        return _of_group(condition)
    if condition.field in _WITHOUT_TEXTS:
        return lambda subject: field_trace(condition, subject).result
    return _of_texts(condition)


def _of_group(group: Group) -> Result:
    members = tuple(map(result_of, group.members))
    if not members:
        return lambda _subject: False
    deciding = group.kind is not GroupKind.ALL  # one member that answers so decides
    decided = group.kind is GroupKind.ANY

    def result(subject: Subject) -> bool | None:
        undecided = False
        for member in members:
            answer = member(subject)
            if answer is deciding:
                return decided
            undecided |= answer is None
        return None if undecided else not decided

    return result


def _of_texts(test: FieldTest) -> Result:
    key, compare = key_of(test), comparison(test)

    def result(subject: Subject) -> bool | None:
        undecided = False
        for text in subject.values(key).texts:
            answer = compare(text).result
            if answer:
                return True
            undecided |= answer is None
        return None if undecided else False

    return result
