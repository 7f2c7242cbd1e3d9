"""Connections that read, kept open from one transaction to the next.

To take one out of SQLAlchemy's pool, begin, and put it back costs as much as three short queries, and a check makes
five transactions. For a database in a file alone: the connections of a server may die while nobody looks.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mailint_gui.store.sqlite import driver


class KeptConnections:
    """Thread-safe; no more than ``size`` at a time, which is what the pool of ``engine`` has."""

    def __init__(self, engine: Engine, size: int, seconds: float) -> None:
        """``seconds`` to wait for a connection at most."""
        self._engine = engine
        self._seconds = seconds
        self._turns: SimpleQueue[int] = SimpleQueue()  # a semaphore in C
        for turn in range(size):
            self._turns.put(turn)
        self._idle: deque[Connection] = deque()
        self._closed = False

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """It begins with the first statement. Raises sqlalchemy's TimeoutError when others have them all."""
        try:
            turn = self._turns.get(timeout=self._seconds)
        except Empty:
            raise PoolTimeoutError("all connections that read are in use") from None
        try:
            connection = self._take()
            try:
                yield connection
                connection.commit()
                driver(connection).commit()  # where all was asked of the driver; else nothing is left to do
            except BaseException:
                connection.close()  # which rolls back
                raise
            self._idle.append(connection)
        finally:
            self._turns.put(turn)
        if self._closed:
            self._close_idle()

    def close(self) -> None:
        """Those in use are closed by who has them."""
        self._closed = True
        self._close_idle()

    def _take(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._engine.connect()

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()
        self._engine.dispose()
