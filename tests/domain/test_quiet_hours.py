from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.quiet_hours import QuietHours

ZONE = timezone(timedelta(hours=2))


def parsed(text: str) -> QuietHours:
    hours = QuietHours.parse(text)
    assert hours
    return hours


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def test_hours_over_midnight() -> None:
    night = parsed("22:00-07:30")
    assert night.end_after(at(21, 59)) is None
    assert night.end_after(at(22)) == at(7, 30, day=25)
    assert night.end_after(at(3)) == at(7, 30)
    assert night.end_after(at(7, 30)) is None


def test_hours_of_one_day() -> None:
    noon = parsed("12:00 - 13:00")
    assert noon.end_after(at(12, 30)) == at(13)
    assert noon.end_after(at(13)) is None
    assert noon.end_after(at(11, 59)) is None
    assert str(noon) == "12:00-13:00"


@pytest.mark.parametrize("text", ["22-7", "24:00-07:00", "07:00-07:00", "7:00-8:00", "x", "07:00–08:00"])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        QuietHours.parse(text)


def test_empty_is_none() -> None:
    assert QuietHours.parse(" ") is None


@given(st.times(), st.times(), st.datetimes(timezones=st.just(ZONE)))
def test_quiet_ends_within_a_day_and_is_over_then(begin, end, now) -> None:  # type: ignore[no-untyped-def]
    hours = QuietHours(begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))
    if hours.begin == hours.end or now.year > 9998:
        return
    until = hours.end_after(now)
    if until is not None:
        assert timedelta() < until - now <= timedelta(days=1)
        assert hours.end_after(until) is None
