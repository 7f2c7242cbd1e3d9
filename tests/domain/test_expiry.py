"""Days before an end as a person counts them, in any zone and across every change of the calendar."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from mailint_gui.domain.expiry import EXPIRED, WARNINGS, day_of, days_left, due_warning, end_of

ZONES = ["UTC", "America/Los_Angeles", "Europe/Lisbon", "Asia/Kathmandu", "Pacific/Kiritimati"]
DAY = timedelta(days=1)


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def here(text: str) -> datetime:
    """A time on this computer's wall."""
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("on", "now", "days"),
    [
        ("2027-03-03", "2027-02-01 00:00", 30),
        ("2027-03-03", "2027-02-01 23:59", 30),
        ("2027-03-03", "2027-03-02 23:59", 1),
        ("2027-03-03", "2027-03-03 00:00", 0),
        ("2027-03-03", "2027-03-03 23:59", 0),
        ("2027-03-03", "2027-03-04 00:00", -1),
        ("2027-03-03", "2027-04-03 12:00", -31),
        ("2028-03-01", "2028-02-28 12:00", 2),  # a leap year
        ("2027-03-01", "2027-02-28 12:00", 1),
        ("2028-02-29", "2028-02-28 23:59", 1),
        ("2027-01-01", "2026-12-31 23:59", 1),
        ("2027-03-28", "2027-03-27 12:00", 1),  # the clocks go forward in Lisbon
        ("2027-10-31", "2027-10-30 23:30", 1),  # and back
        ("2027-04-12", "2027-03-13 12:00", 30),  # across the change in Los Angeles
    ],
)
def test_a_date_is_good_until_the_end_of_its_day(on: str, now: str, days: int) -> None:
    assert days_left(end_of(date.fromisoformat(on)), here(now)) == days


@pytest.mark.usefixtures("zone")
def test_what_ends_in_the_middle_of_a_day_has_expired_from_then_on() -> None:
    on = here("2027-03-03 10:00")
    assert [days_left(on, here(f"2027-03-03 {hour}")) for hour in ("09:59", "10:00", "10:01")] == [0, 0, -1]


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("days", "due"),
    [(400, None), (31, None), (30, 30), (29, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, EXPIRED)],
)
@pytest.mark.parametrize("hour", ["00:00", "12:00", "23:59"])
def test_the_gravest_warning_that_is_due(days: int, due: int | None, hour: str) -> None:
    on = date(2028, 3, 3)
    assert due_warning(end_of(on), here(f"{on - days * DAY} {hour}")) == due


def test_warnings_become_graver() -> None:
    assert sorted(WARNINGS, reverse=True) == list(WARNINGS)


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("far", [date.min, date(1969, 12, 31), date(9999, 12, 31)])
def test_a_date_out_of_all_bounds(far: date) -> None:
    """An import may say anything, and a certificate that never ends says 9999."""
    assert day_of(end_of(far)) == far
    assert due_warning(end_of(far), here("2027-03-03 12:00")) == (None if far.year > 2000 else EXPIRED)


@pytest.mark.usefixtures("zone")
def test_a_certificate_that_never_ends() -> None:
    assert due_warning(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), here("2027-03-03 12:00")) is None
