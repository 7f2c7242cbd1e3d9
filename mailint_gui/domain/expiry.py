"""When a credential ends, and when that is told: 30, 7 and 1 days before, and once it has expired.

Days are those of the calendar on this computer's wall, as a person counts them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from mailint_gui.domain.integration import Direction

EXPIRED = 0
WARNINGS = (30, 7, 1, EXPIRED)
"""Days before the end, from the mildest to the gravest."""
FIRST_DAY, LAST_DAY = date(2001, 1, 1), date(2999, 12, 31)
"""Of those that can be named: what is before or after was never meant. One that is over is as good as any."""
_LONG = timedelta(days=max(WARNINGS) + 2)
_YEARS = range(1971, 3000)  # that every system converts between zones


class ExpiryKind(StrEnum):
    """What ends; the values are part of the status file."""

    CLIENT_SECRET = "client_secret"
    CERTIFICATE = "certificate"
    KEY_FILE = "key_file"
    SIGN_IN = "sign_in"
    PASSWORD = "password"


@dataclass(frozen=True, slots=True)
class Expiry:
    """``direction``: whose settings name the credential. ``on``: the last moment at which it is good."""

    kind: ExpiryKind
    direction: Direction
    on: datetime

    @property
    def day(self) -> date:
        return day_of(self.on)


def end_of(day: date) -> datetime:
    """What ends on a day is good until its last moment here."""
    last = datetime.combine(day, time.max)
    return last.astimezone(UTC) if day.year in _YEARS else last.replace(tzinfo=UTC)


def day_of(moment: datetime) -> date:
    """Far off, as in the certificate that never ends (RFC 5280 section 4.1.2.5), a day more or less is nothing."""
    return moment.astimezone().date() if moment.year in _YEARS else moment.date()


def days_left(on: datetime, now: datetime) -> int:
    """0 on the last day; negative once it has expired, also on that very day."""
    days = (day_of(on) - day_of(now)).days
    return days if now <= on else min(days, -1)


def due_warning(on: datetime, now: datetime) -> int | None:
    """The gravest of ``WARNINGS`` that is due; None: it is too early for any."""
    if on - now > _LONG:  # as most are: no need to ask the calendar
        return None
    days = days_left(on, now)
    if days < 0:
        return EXPIRED
    due = [each for each in WARNINGS if each != EXPIRED and days <= each]
    return min(due, default=None)
