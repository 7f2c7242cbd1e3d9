"""Moments and durations as people read them, in local time."""

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago ``moment`` was, both aware: "just now", "2 min ago", "3 h ago"; None -> "Never"."""
    if moment is None:
        return translate("times", "Never")
    seconds = (now - moment).total_seconds()
    if seconds < _MINUTE:
        return translate("times", "just now")
    return translate("times", "{time} ago").replace("{time}", _coarse(seconds))


def ahead(moment: datetime | None, now: datetime) -> str:
    """How far off ``moment`` is: "now", "in 40 s", "in 2 min"; None -> an en dash."""
    if moment is None:
        return "–"
    seconds = (moment - now).total_seconds()
    if seconds < 1:
        return translate("times", "now")
    return translate("times", "in {time}").replace("{time}", _coarse(seconds))


def full(moment: datetime | None) -> str:
    """Year to second in local time, e.g. ``2026-11-23 14:20:05``; None -> "Never"."""
    if moment is None:
        return translate("times", "Never")
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def minute(moment: datetime) -> str:
    """Year to minute in local time, for long lists: ``2026-11-23 14:20``."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def clock_time(moment: datetime) -> str:
    """Hour and minute in local time, e.g. ``14:20``."""
    return moment.astimezone().strftime("%H:%M")


def duration(length: timedelta) -> str:
    """The two largest units that are not nothing: "45 s", "2 min", "1 h 5 min", "3 days 2 h"."""
    seconds = max(0, round(length.total_seconds()))
    parts = [
        (seconds // _DAY, _unit(seconds // _DAY, _DAY)),
        (seconds % _DAY // _HOUR, _unit(seconds % _DAY // _HOUR, _HOUR)),
        (seconds % _HOUR // _MINUTE, _unit(seconds % _HOUR // _MINUTE, _MINUTE)),
        (seconds % _MINUTE, _unit(seconds % _MINUTE, 1)),
    ]
    first = next((index for index, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown = [text for count, text in parts[first : first + 2] if count]
    return " ".join(shown) or _unit(0, 1)


def _coarse(seconds: float) -> str:
    size = next((size for size in (_DAY, _HOUR, _MINUTE) if seconds >= size), 1)
    return _unit(int(seconds // size), size)


def _unit(count: int, size: int) -> str:
    if size == _DAY:
        return translate("times", "1 day") if count == 1 else translate("times", "%n days", None, count)
    text = {
        _HOUR: translate("times", "{count} h"),
        _MINUTE: translate("times", "{count} min"),
        1: translate("times", "{count} s"),
    }[size]
    return text.replace("{count}", str(count))
