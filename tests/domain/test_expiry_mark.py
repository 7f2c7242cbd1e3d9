"""What was told of up to four credentials, in one number that the store can keep."""

from datetime import date, timedelta
from itertools import product

import pytest

from mailint_gui.domain.expiry import WARNINGS, Expiry, ExpiryKind, end_of
from mailint_gui.domain.expiry_mark import told, was_told
from mailint_gui.domain.integration import Direction

DAY = date(2027, 3, 3)
LARGEST = 2**63 - 1  # of a signed column of 64 bits


def expiry(kind: ExpiryKind, direction: Direction = Direction.INCOMING, day: date = DAY) -> Expiry:
    return Expiry(kind, direction, end_of(day))


@pytest.mark.parametrize(("first", "then"), list(product(WARNINGS, WARNINGS)))
def test_a_warning_and_the_milder_ones_are_told_once(first: int, then: int) -> None:
    secret = expiry(ExpiryKind.CLIENT_SECRET)
    assert not was_told(0, secret, first)
    assert was_told(told(0, secret, first), secret, then) == (then >= first)


@pytest.mark.parametrize("days", [-400, -1, 1, 30, 3000])
def test_another_day_begins_anew(days: int) -> None:
    mark = told(0, expiry(ExpiryKind.CERTIFICATE), 1)
    later = expiry(ExpiryKind.CERTIFICATE, day=DAY + timedelta(days=days))
    assert not was_told(mark, later, 30)
    mark = told(mark, later, 7)
    assert was_told(mark, later, 7)
    assert not was_told(mark, expiry(ExpiryKind.CERTIFICATE), 30)


def test_each_credential_keeps_its_own() -> None:
    all_four = [
        expiry(kind, direction, DAY + timedelta(days=place))
        for place, (kind, direction) in enumerate(
            product((ExpiryKind.CLIENT_SECRET, ExpiryKind.SIGN_IN), Direction)
        )
    ]
    mark = 0
    for each, warning in zip(all_four, WARNINGS, strict=True):
        mark = told(mark, each, warning)
    assert 0 < mark <= LARGEST
    for each, warning in zip(all_four, WARNINGS, strict=True):
        assert [was_told(mark, each, other) for other in WARNINGS] == [other >= warning for other in WARNINGS]


@pytest.mark.parametrize("day", [date.min, date.max, date(1970, 1, 1)])
def test_it_fits_whatever_the_day(day: date) -> None:
    mark = told(0, expiry(ExpiryKind.SIGN_IN, Direction.OUTGOING, day), 0)
    assert 0 < mark <= LARGEST
