"""PostgreSQL as a store."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL

from mailint_gui.store.errors import translate

_CONNECT_TIMEOUT = 10  # seconds
_WAIT_FOR_CONNECTION = 5.0
# Times far from now overflow in a local zone; a statement that waits for a lock ends as on SQLite.
_SESSION = "-c timezone=UTC -c lock_timeout=5s"


def _engine(url: URL, **options: Any) -> Engine:
    """Raises ModuleNotFoundError without the ``postgresql`` extra."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "options": _SESSION,
            "connect_timeout": _CONNECT_TIMEOUT,
            "application_name": "mailint",
        },
        pool_timeout=_WAIT_FOR_CONNECTION,
        pool_pre_ping=True,
        hide_parameters=True,
        **options,
    )
    event.listen(engine, "handle_error", translate)
    return engine


def writer(url: URL) -> Engine:
    return _engine(url, pool_size=4, max_overflow=4)


def readers(url: URL) -> Engine:
    """A reading unit of work sees one moment, as in SQLite."""
    return _engine(
        url,
        pool_size=4,
        max_overflow=28,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
