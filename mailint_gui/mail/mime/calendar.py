"""What an invitation (RFC 5545) is about, for mail that has no other text."""

import re

_MAX_LINES = 2000
_MAX_VALUE = 500
_SHOWN = ("SUMMARY", "DTSTART", "DTEND", "LOCATION")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\([\\;,nN])")


def calendar_summary(text: str) -> str:
    """Subject, times and place of the first event in one line; empty when it has none of them."""
    values: dict[str, str] = {}
    lines = text.replace("\n ", "").replace("\n\t", "").split("\n")[:_MAX_LINES]
    inside = False
    for line in lines:
        head, _, value = line.partition(":")
        name = head.partition(";")[0].strip().upper()
        if name == "BEGIN":
            inside = value.strip().upper() in ("VEVENT", "VTODO")
        elif name == "END" and inside:
            break
        elif inside and name in _SHOWN:
            values.setdefault(name, _readable(value.strip()[:_MAX_VALUE]))
    return " · ".join(values[name] for name in _SHOWN if values.get(name))


def _readable(value: str) -> str:
    stamp = _STAMP.fullmatch(value)
    if stamp is None:
        return " ".join(_ESCAPED.sub(lambda mark: " " if mark[1] in "nN" else mark[1], value).split())
    year, month, day, hour, minute, zone = stamp.groups()
    return f"{year}-{month}-{day}" + (f" {hour}:{minute}{' UTC' if zone else ''}" if hour else "")
