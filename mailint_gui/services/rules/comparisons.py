"""How a text is compared with the value of a test: made ready once, for many texts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from mailint_gui.domain.filtering import AddressList, address_list
from mailint_gui.domain.rule import ADDRESS_FIELDS, FieldTest, Operator
from mailint_gui.domain.rule_text import fold
from mailint_gui.services.rules.patterns import PatternRefused, search
from mailint_gui.services.rules.values import Text


@dataclass(frozen=True, slots=True)
class Answer:
    """``start`` and ``length`` in characters: where it was found. ``result`` None: it could not be looked at here."""

    result: bool | None
    start: int = 0
    length: int = 0
    is_cut: bool = False


Comparison = Callable[[Text], Answer]
_NO = Answer(False)
_YES = Answer(True)

# Tests are made ready for each message where a trace is wanted, with the same few values.
_wanted = lru_cache(maxsize=4096)(fold)


def comparison(test: FieldTest) -> Comparison:
    return _COMPARISONS[test.operator](test)


def _contains(test: FieldTest) -> Comparison:
    wanted = _wanted(str(test.value))

    def compare(text: Text) -> Answer:
        start = text.folded.find(wanted)
        return _NO if start < 0 else Answer(True, start, len(wanted))

    return compare


def _is(test: FieldTest) -> Comparison:
    wanted = _wanted(str(test.value))
    return lambda text: _YES if text.folded == wanted else _NO


def _starts_with(test: FieldTest) -> Comparison:
    wanted = _wanted(str(test.value))
    return lambda text: _YES if text.folded.startswith(wanted) else _NO


def _ends_with(test: FieldTest) -> Comparison:
    wanted = _wanted(str(test.value))

    def compare(text: Text) -> Answer:
        if not text.folded.endswith(wanted):
            return _NO
        return Answer(True, max(len(text.original) - len(wanted), 0), len(wanted))

    return compare


def _in_list(test: FieldTest) -> Comparison:
    entries = test.value if isinstance(test.value, tuple) else ()
    if test.field in ADDRESS_FIELDS:
        addresses = _wanted_addresses(entries)
        return lambda text: _YES if addresses.has(text.original) else _NO
    wanted = _wanted_list(entries)
    return lambda text: _YES if text.folded in wanted else _NO


def _matches_pattern(test: FieldTest) -> Comparison:
    pattern = str(test.value)

    def compare(text: Text) -> Answer:
        try:
            found = search(pattern, text.composed)
        except PatternRefused:
            return Answer(None)
        if found.span is None:
            return Answer(None, is_cut=True) if found.is_cut else _NO
        start, end = found.span
        before, inside = text.composed[:start], text.composed[start:end]
        return Answer(True, len(before.decode(errors="replace")), len(inside.decode(errors="replace")))

    return compare


def _never(_test: FieldTest) -> Comparison:
    return lambda _text: _NO


_COMPARISONS: Mapping[Operator, Callable[[FieldTest], Comparison]] = MappingProxyType(
    {
        Operator.CONTAINS: _contains,
        Operator.IS: _is,
        Operator.STARTS_WITH: _starts_with,
        Operator.ENDS_WITH: _ends_with,
        Operator.IN_LIST: _in_list,
        Operator.MATCHES_PATTERN: _matches_pattern,
        Operator.GREATER_THAN: _never,  # no texts; validation refuses them
        Operator.SMALLER_THAN: _never,
    }
)


@lru_cache(maxsize=256)
def _wanted_list(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, entries))


@lru_cache(maxsize=256)
def _wanted_addresses(entries: tuple[str, ...]) -> AddressList:
    return address_list(entries)
