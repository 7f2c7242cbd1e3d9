"""The Date header (RFC 5322 section 3.3), as far as anything can be made of it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_DATE = 200


def read_date(value: str) -> datetime | None:
    """Aware, in UTC; without a zone it is taken as UTC (RFC 5322 section 4.3). None for what is no date."""
    try:
        moment = parsedate_to_datetime(value[:MAX_DATE])
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
