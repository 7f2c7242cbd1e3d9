"""The values of a message that rules compare, each in the forms that this takes, and how a trace shows them."""

from collections.abc import Iterable
from functools import cached_property

from mailint_gui.domain.rule import Field, FieldTest
from mailint_gui.domain.rule_text import fold, nfc, shortened
from mailint_gui.domain.rule_verdict import RuleMessage

MAX_SHOWN = 200  # characters of a value in the trace
MAX_VALUES = 10  # values of a field in the trace
_BEFORE = 60  # characters shown before what was found


class Text:
    """One value of a field, and the forms that comparisons need, each made once."""

    def __init__(self, original: str) -> None:
        self.original = original

    @cached_property
    def folded(self) -> str:
        return fold(self.original)

    @cached_property
    def composed(self) -> bytes:
        return nfc(self.original).encode(errors="replace")

    def around(self, start: int, length: int) -> str:
        """An excerpt; the place is exact unless folding changed the number of characters before it."""
        end = min(start + length + _BEFORE, start + MAX_SHOWN - _BEFORE)
        if len(self.original) <= MAX_SHOWN or end <= MAX_SHOWN:
            return shortened(self.original, MAX_SHOWN)
        return "…" + shortened(self.original[start - _BEFORE :], MAX_SHOWN - 1)


class Values:
    """The values of one field, and how they are shown."""

    def __init__(self, values: Iterable[str]) -> None:
        self.texts = tuple(Text(value) for value in values)

    @cached_property
    def shown(self) -> tuple[str, ...]:
        return tuple(text.around(0, 0) for text in self.texts[:MAX_VALUES])

    def shown_from(self, first: Text, start: int, length: int) -> tuple[str, ...]:
        others = [text.around(0, 0) for text in self.texts[:MAX_VALUES] if text is not first]
        return (first.around(start, length), *others)[:MAX_VALUES]


Key = tuple[str, str]  # of a field, as plain texts: a member of an enumeration takes long to be looked up


def key_of(test: FieldTest) -> Key:
    return test.field.value, test.header.lower()


class Subject:
    """A message with what was made of it so far, for all rules."""

    def __init__(self, message: RuleMessage) -> None:
        self.message = message
        self._known: dict[Key, Values] = {}

    def values(self, key: Key) -> Values:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Values(self._values(*key))
        return known

    def _values(self, field: str, header: str) -> Iterable[str]:
        message = self.message
        match field:
            case Field.SENDER:
                return (message.sender,)
            case Field.RECIPIENT:
                return message.recipients
            case Field.SUBJECT:
                return (message.subject,)
            case Field.BODY:
                return (message.body,)
            case Field.ATTACHMENT_NAME:
                return message.attachment_names
            case Field.HEADER:
                return (value for name, value in message.headers if name.lower() == header)
            case _:
                return ()
