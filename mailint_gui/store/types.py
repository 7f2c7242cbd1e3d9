"""Column types that keep domain values, alike on SQLite and PostgreSQL."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from mailint_gui.domain.secret import SecretReference

_encoded = json.JSONEncoder(separators=(",", ":")).encode  # ``json.dumps`` makes an encoder for each value
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


class StorableText(TypeDecorator[str]):
    """Text of any origin. PostgreSQL takes no NUL and UTF-8 no lone surrogate: both become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _NOT_STORABLE.sub("\ufffd", value)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in, aware out, always UTC. SQLite keeps ``YYYY-MM-DD HH:MM:SS.ffffff``, which sorts as time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WholeSeconds(TypeDecorator[timedelta]):
    """A duration as people set it: whole seconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else round(value.total_seconds())

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(seconds=value)


class Reference(TypeDecorator[SecretReference]):
    """Where a secret is kept, in its text form."""

    impl = StorableText
    cache_ok = True

    def process_bind_param(self, value: SecretReference | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> SecretReference | None:
        return None if value is None else SecretReference.parse(value)


class Json(TypeDecorator[Any]):
    """JSON as ASCII text: PostgreSQL's own types refuse the escapes that hostile mail can lead to."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return _encoded(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def storable_date(date: datetime | None) -> datetime | None:
    """A Date header may say what UTC cannot: the last hours of the year 9999 west of Greenwich."""
    if date is None or date.tzinfo is None:
        return date and date.replace(tzinfo=UTC)
    try:
        return date.astimezone(UTC)
    except OverflowError:
        return None
