"""SQLite as a store: how a connection is made, what a file must be like, and its copies.

One connection writes and checkpoints, all others are ``mode=ro``: SQLite 3.7.0 to 3.51.2 can corrupt a WAL
when two connections write or checkpoint at once.
"""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from mailint_gui.store.errors import StoreRefusal, StoreRefusedError, translate
from mailint_gui.store.file_system import network_file_system

BUSY_TIMEOUT = 5.0  # seconds
READERS = 32
READING = "BEGIN"
_WAL_LIMIT = 64 * 1024 * 1024  # bytes that the log keeps on disk after a checkpoint

_PRAGMAS = ("foreign_keys=ON", "trusted_schema=OFF")
_WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",  # macOS: fsync alone leaves the data in the drive's cache
    "checkpoint_fullfsync=ON",
    f"journal_size_limit={_WAL_LIMIT}",
)
_READ_ONLY = {
    "SQLITE_READONLY",
    "SQLITE_READONLY_DBMOVED",
    "SQLITE_READONLY_DIRECTORY",
    "SQLITE_READONLY_CANTINIT",
}


def _connect(path: Path, mode: str, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,  # SQLAlchemy's "begin" says which kind of transaction
        check_same_thread=False,  # the pool hands a connection to one thread at a time
    )
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _engine(connect: Callable[[], sqlite3.Connection], begin: str, size: int) -> Engine:
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        if begin == READING:  # asks for nothing, so nothing can fail; the long way costs as much as a query
            begin_reading(driver(connection))
        else:
            connection.exec_driver_sql(begin)

    event.listen(engine, "handle_error", translate)
    return engine


def driver(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def begin_reading(connection: sqlite3.Connection) -> None:
    """Unless a transaction runs: what is asked through SQLAlchemy and what is not see the same moment."""
    if not connection.in_transaction:
        connection.execute(READING)


def writer(path: Path) -> Engine:
    """An engine of one connection: its pool is the queue of those who want to write."""
    return _engine(lambda: _connect(path, "rw", _PRAGMAS + _WRITER_PRAGMAS), "BEGIN IMMEDIATE", 1)


def migrator(path: Path) -> Engine:
    """A writer without foreign keys: SQLite alters a table by copying it. A migration checks them after."""
    return _engine(lambda: _connect(path, "rw", _WRITER_PRAGMAS), "BEGIN IMMEDIATE", 1)


def readers(path: Path) -> Engine:
    return _engine(lambda: _connect(path, "ro", _PRAGMAS), READING, READERS)


def checkpoint(engine: Engine) -> None:
    """Moves the log into the file as far as readers let it, without waiting. For the writer only.

    What stays in the log is not lost: the next to open the file reads it too.
    """
    with closing(engine.raw_connection()) as connection, suppress(sqlite3.Error):
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")


def create_file(path: Path) -> None:
    """The folder for this user only, the file likewise; SQLite gives its log the mode of the file."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        read_only = isinstance(error, PermissionError) or error.errno == errno.EROFS
        reason = StoreRefusal.READ_ONLY if read_only else StoreRefusal.NOT_OPENABLE
        raise StoreRefusedError(reason, {"path": str(path), "detail": str(error)}) from error
    with suppress(OSError):  # somebody else's file that we may write
        path.chmod(0o600)


def examine(path: Path, *, writing: bool, thorough: bool = False) -> None:
    """Raises StoreRefusedError unless this is a sound SQLite database on a disk of this computer."""
    share = network_file_system(path)
    if share:
        raise StoreRefusedError(StoreRefusal.NETWORK_SHARE, {"path": str(path), "file_system": share})
    try:
        with closing(_connect(path, "rw" if writing else "ro", ())) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if writing:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            if thorough and (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise sqlite3.DatabaseError(found)
    except sqlite3.DatabaseError as error:
        raise refusal(path, error) from error


def refusal(path: Path, error: BaseException) -> StoreRefusedError:
    """What an error of opening means."""
    facts = {"path": str(path), "detail": str(error)}
    name = getattr(error, "sqlite_errorname", "")
    if name in _READ_ONLY or (
        name == "SQLITE_CANTOPEN" and path.exists() and not os.access(path.parent, os.W_OK)
    ):
        return StoreRefusedError(StoreRefusal.READ_ONLY, facts)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreRefusedError(StoreRefusal.LOCKED, facts)
    if isinstance(error, sqlite3.OperationalError):
        return StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts)
    return corrupt(path, str(error))


def corrupt(path: Path, detail: str) -> StoreRefusedError:
    """The file stays as it is; the newest copy is named."""
    facts = {"path": str(path), "detail": detail, "backup": str(newest_backup(path) or "")}
    return StoreRefusedError(StoreRefusal.CORRUPT, facts)


def back_up(path: Path, revision: str, now: datetime) -> Path:
    """A whole copy beside the file, for this user only; never over an older one."""
    target = path.with_name(f"{path.name}.{revision}.bak")
    if target.exists():
        target = path.with_name(f"{path.name}.{revision}.{now:%Y%m%dT%H%M%S%f}.bak")
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_connect(path, "ro", ())) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
    return part.replace(target)


def newest_backup(path: Path) -> Path | None:
    return max(
        path.parent.glob(f"{_escaped(path.name)}.*.bak"), key=lambda one: one.stat().st_mtime, default=None
    )


def _escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)
