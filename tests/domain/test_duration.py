"""Durations as in files and on the command line."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", timedelta(0)),
        ("30s", timedelta(seconds=30)),
        ("2m", timedelta(minutes=2)),
        ("1h", timedelta(hours=1)),
        ("90d", timedelta(days=90)),
        ("007m", timedelta(minutes=7)),
        ("999999999d", timedelta(days=999_999_999)),
    ],
)
def test_parse(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s",
        "30",
        "30 s",
        " 30s",
        "30s\n",
        "-1s",
        "+1s",
        "1.5h",
        "1h30m",
        "1S",
        "1w",
        "٣m",
        "1" * 5000 + "s",
    ],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"^" if not text else None):
        parse_duration(text)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (timedelta(0), "0s"),
        (timedelta(seconds=59), "59s"),
        (timedelta(seconds=60), "1m"),
        (timedelta(seconds=90), "90s"),
        (timedelta(minutes=90), "90m"),
        (timedelta(hours=24), "1d"),
        (timedelta(hours=36), "36h"),
        (timedelta(days=90), "90d"),
    ],
)
def test_format(duration: timedelta, expected: str) -> None:
    assert format_duration(duration) == expected


@given(st.integers(0, 999_999_999), st.sampled_from("smhd"))
def test_round_trip(count: int, unit: str) -> None:
    duration = parse_duration(f"{count}{unit}")
    if duration <= timedelta(days=36_500):
        assert parse_duration(format_duration(duration)) == duration
