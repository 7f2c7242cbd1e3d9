"""The hours in which nobody is to be disturbed, as ``22:00-07:00`` of the clock on the wall."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_FORM = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\s*-\s*([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``begin`` until ``end``, which may be of the next day."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours | None":
        """None for empty text. Raises ValueError for another form, and for hours without length."""
        if not text.strip():
            return None
        found = _FORM.fullmatch(text.strip())
        if found is None or found[1] + found[2] == found[3] + found[4]:
            raise ValueError(text)
        return cls(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def end_after(self, local: datetime) -> datetime | None:
        """When the quiet ends that ``local`` (aware, in the zone of the wall) lies in; None when it lies in none."""
        now = local.time()
        if self.begin <= self.end:
            inside, next_day = self.begin <= now < self.end, False
        else:
            inside, next_day = now >= self.begin or now < self.end, now >= self.begin
        if not inside:
            return None
        day = local.date() + timedelta(days=1) if next_day else local.date()
        return datetime.combine(day, self.end, local.tzinfo)


def quiet_until(hours: "QuietHours | None", now: datetime) -> datetime | None:
    """The same on this computer's wall."""
    return hours.end_after(now.astimezone()) if hours else None
