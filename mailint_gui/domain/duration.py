"""Durations as people write them in files and on the command line: ``30s``, ``2m``, ``1h``, ``90d``."""

import re
from datetime import timedelta

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_PATTERN = re.compile(r"([0-9]{1,9})([smhd])")


def parse_duration(text: str) -> timedelta:
    """``"2m"`` -> two minutes. Raises ValueError for anything that is not digits and one of s, m, h, d."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    try:
        return int(match[1]) * _UNITS[match[2]]
    except OverflowError as error:
        raise ValueError(text) from error


def format_duration(duration: timedelta) -> str:
    """The shortest exact form: two minutes -> ``"2m"``, ninety seconds -> ``"90s"``, nothing -> ``"0s"``."""
    seconds = round(duration.total_seconds())
    for unit in ("d", "h", "m"):
        size = round(_UNITS[unit].total_seconds())
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
