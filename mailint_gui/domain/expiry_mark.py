"""What was told of the credentials of one integration, as the one number that a kind of event has for its mark.

An integration logs in with at most four that end: for each direction what it proves itself by, and a sign-in. Each
has 15 bits of the number: 13 for its last day (their like comes again after 22 years), 2 for the warning.
"""

from mailint_gui.domain.expiry import WARNINGS, Expiry, ExpiryKind
from mailint_gui.domain.integration import Direction

_PLACE_BITS, _WARNING_BITS = 15, 2
_PLACE = (1 << _PLACE_BITS) - 1
_DAYS = (1 << (_PLACE_BITS - _WARNING_BITS)) - 1


def was_told(mark: int, expiry: Expiry, warning: int) -> bool:
    """Whether this warning, or a graver one, was told for this last day; another day begins anew."""
    told = mark >> _shift(expiry) & _PLACE
    return told >> _WARNING_BITS == _day(expiry) and told >= _written(expiry, warning)


def told(mark: int, expiry: Expiry, warning: int) -> int:
    """The mark once it was told."""
    without = mark & ~(_PLACE << _shift(expiry))
    return without | _written(expiry, warning) << _shift(expiry)


def _written(expiry: Expiry, warning: int) -> int:
    return _day(expiry) << _WARNING_BITS | WARNINGS.index(warning)


def _day(expiry: Expiry) -> int:
    """Never 0, which stands for: nothing told."""
    return expiry.day.toordinal() % _DAYS + 1


def _shift(expiry: Expiry) -> int:
    outgoing, sign_in = expiry.direction is Direction.OUTGOING, expiry.kind is ExpiryKind.SIGN_IN
    return _PLACE_BITS * (2 * outgoing + sign_in)
