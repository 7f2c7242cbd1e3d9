"""The token in a subject that names a record: written by us, found again in an answer."""

from mailint_gui.domain.rule_text import fold

_PLACE = "{id}"
_DIGITS = frozenset("0123456789")  # those of other scripts are no numbers of ours
_MOST_DIGITS = 18  # what a database can hold as a key, and more records than there will ever be
_MOST_NUMBERS = 10  # of one subject; who writes more of them has no record in mind


def token(pattern: str, number: int) -> str:
    """``pattern``: the account property, with ``{id}`` once."""
    return pattern.replace(_PLACE, str(number))


def record_numbers(pattern: str, subject: str) -> tuple[int, ...]:
    """The numbers of all tokens in ``subject``, each once, in order; without regard to case. Linear time.

    A number is as we write it: plain digits, no zero in front, and the whole run of digits.
    """
    text = _comparable(subject)
    before, _, after = _comparable(pattern).partition(_PLACE)
    of_after = _leading_digits(after, 0)
    found: dict[int, None] = {}
    position = 0
    while len(found) < _MOST_NUMBERS:
        start = text.find(before, position) if before else _next_digit(text, position)
        if start < 0:
            break
        first = start + len(before)
        run = _leading_digits(text, first)
        last = first + run - of_after
        if _is_number(text[first:last]) and text.startswith(after, last):
            found[int(text[first:last])] = None
        position = start + 1 if before else first + max(run, 1)
    return tuple(found)


def _comparable(text: str) -> str:
    """A folded subject may have other blanks than the one that was sent (RFC 5322 section 2.2.3)."""
    return " ".join(fold(text).split())


def _next_digit(text: str, position: int) -> int:
    return next((at for at in range(position, len(text)) if text[at] in _DIGITS), -1)


def _leading_digits(text: str, start: int) -> int:
    """How many there are; more than can be a number are not counted to their end."""
    most = min(len(text), start + 2 * _MOST_DIGITS)
    return next((at - start for at in range(start, most) if text[at] not in _DIGITS), max(most - start, 0))


def _is_number(digits: str) -> bool:
    return 0 < len(digits) <= _MOST_DIGITS and digits[0] != "0"
