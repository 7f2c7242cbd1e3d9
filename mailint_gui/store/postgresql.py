"""PostgreSQL as a store."""

import threading
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.store.errors import translate

_CONNECT_TIMEOUT = 10  # seconds
_WAIT_FOR_CONNECTION = 5.0
# Times far from now overflow in a local zone; a statement that waits for a lock ends as on SQLite.
_SESSION = "-c timezone=UTC -c lock_timeout=5s"
# A computer that vanished must not hold its lock for the two hours that systems take to notice.
_NOTICED_SOON = " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
_LOCK_OF_USE = 5_316_043  # an advisory lock: any number that is always the same
_PATIENCE_FOR_USE = 2.0  # seconds: the session of one that just ended lives on for a moment


def _engine(url: URL, session: str = _SESSION, **options: Any) -> Engine:
    """Raises ModuleNotFoundError without the ``postgresql`` extra."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "options": session,
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


class SoleUse:
    """The lock that keeps a second Mailint from writing to the same database, held by a session of its own.

    Until work is claimed by leases, two would take each other's half-sent mail for lost and send it again.
    """

    def __init__(self, url: URL) -> None:
        session = _SESSION + _NOTICED_SOON
        self._engine = _engine(url, session, pool_size=1, max_overflow=0, isolation_level="AUTOCOMMIT")
        self._renewing = threading.Lock()
        self._connection: Connection | None = None

    def take(self) -> bool:
        """False when another has it. Raises ProblemError."""
        connection = self._engine.connect()
        connection.detach()  # closing it ends the session, and so gives the lock back
        until = time.monotonic() + _PATIENCE_FOR_USE
        while not connection.execute(text(f"SELECT pg_try_advisory_lock({_LOCK_OF_USE})")).scalar():
            if time.monotonic() > until:
                connection.close()
                return False
            time.sleep(0.05)
        self._connection = connection
        return True

    def renew(self) -> None:
        """To be called before each write: a session may be lost, and its lock with it.

        Raises ProblemError when another took the lock meanwhile, and when the server does not answer.
        """
        with self._renewing:
            if self._connection and _lives(self._connection):
                return
            self.give_back()
            if not self.take():
                detail = "another Mailint has begun to use this database"
                raise ProblemError(Problem(ProblemKind.STORE_FAILED, detail=detail))

    def give_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def _lives(connection: Connection) -> bool:
    try:
        connection.execute(text("SELECT 1"))
    except ProblemError:
        return False
    return True
