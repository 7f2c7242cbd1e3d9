"""Connections that read, kept open from one transaction to the next.

To take one out of SQLAlchemy's pool, begin, and put it back costs as much as three short queries, and a check makes
five transactions. For a database in a file alone: the connections of a server may die while nobody looks.
"""

from collections import deque
from queue import Empty, SimpleQueue

from sqlalchemy import Connection, Engine

from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.store.errors import closed
from mailint_gui.store.sqlite import driver
from mailint_gui.store.unit_of_work import UnitOfWork


class KeptConnections:
    """Thread-safe; no more than ``size`` at a time, which is what the pool of ``engine`` has."""

    def __init__(self, engine: Engine, size: int, seconds: float) -> None:
        """``seconds`` to wait for a connection at most."""
        self._engine = engine
        self._seconds = seconds
        self._turns: SimpleQueue[None] = SimpleQueue()  # a semaphore in C
        for _ in range(size):
            self._turns.put(None)
        self._idle: deque[Connection] = deque()
        self._closed = False

    def take(self) -> Connection:
        """To be given back. Raises ProblemError when it is closed, and when others have them all."""
        if self._closed:
            raise closed()
        try:
            self._turns.get(timeout=self._seconds)
        except Empty:
            detail = "all connections that read are in use"
            raise ProblemError(Problem(ProblemKind.STORE_FAILED, detail=detail)) from None
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened()

    def give_back(self, connection: Connection, *, failed: bool) -> None:
        try:
            if failed:
                connection.close()  # which rolls back
            else:
                self._end(connection)
        finally:
            self._turns.put(None)
        if self._closed:
            self._close_idle()

    def close(self) -> None:
        """Those in use are closed by who has them."""
        self._closed = True
        self._close_idle()

    def _opened(self) -> Connection:
        try:
            return self._engine.connect()
        except BaseException:
            self._turns.put(None)
            raise

    def _end(self, connection: Connection) -> None:
        try:
            connection.commit()
            driver(connection).commit()  # where all was asked of the driver; else nothing is left to do
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()
        self._engine.dispose()


class Reading:
    """One transaction of a kept connection, which begins with the first statement.

    No generator: to enter and leave one takes as long as all that is done here.
    """

    __slots__ = ("_connection", "_kept")

    def __init__(self, kept: KeptConnections) -> None:
        self._kept = kept

    def __enter__(self) -> UnitOfWork:
        self._connection = self._kept.take()
        return UnitOfWork(self._connection)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._kept.give_back(self._connection, failed=kind is not None)
