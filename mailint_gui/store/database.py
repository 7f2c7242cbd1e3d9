"""Opening a database, and the two ways to use it: one transaction that writes, or one that only reads."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.store import postgresql, sqlite
from mailint_gui.store.errors import StoreRefusal, StoreRefusedError, closed
from mailint_gui.store.kept_connections import KeptConnections, Reading
from mailint_gui.store.migrations import HEAD, REVISIONS
from mailint_gui.store.turns import Turns
from mailint_gui.store.unit_of_work import UnitOfWork

LEAST_FREE_SPACE = 200 * 1024 * 1024  # bytes; below it no mail is taken in
_LOCK_OF_MIGRATION = 5_316_042  # PostgreSQL advisory lock: any number that is always the same
_POSTGRESQL = {"postgresql", "postgres"}
_POSTGRESQL_WRITERS = 8
_PATIENCE_AT_CLOSE = 0.5  # seconds

_Begin = Callable[[], AbstractContextManager[Connection]]


class Database:
    """One open database. All methods may be called from any thread."""

    def __init__(
        self,
        readers: Engine,
        writer: Engine | None,
        *,
        path: Path | None = None,
        sole_use: postgresql.SoleUse | None = None,
        writers: int = 1,
    ) -> None:
        self._readers = readers
        self._kept = KeptConnections(readers, sqlite.READERS, sqlite.BUSY_TIMEOUT) if path else None
        self._writer = writer
        self._path = path
        self._sole_use = sole_use
        self._turns = Turns(writers)
        self._closed = False

    @classmethod
    def open(cls, location: Path | str, *, read_only: bool = False, clock: Clock = system_clock) -> Self:
        """Opens the SQLite file at a path, or the PostgreSQL database of a URL.

        For writing, a missing SQLite file is made, and an older schema is brought up to date, after a copy
        of the file. For reading, nothing is changed. Raises StoreRefusedError.
        """
        if isinstance(location, Path):
            return cls._open_sqlite(location, read_only, clock)
        return cls._open_postgresql(location, read_only)

    @classmethod
    def _open_sqlite(cls, path: Path, read_only: bool, clock: Clock) -> Self:
        _prepare_file(path, read_only)
        readers = sqlite.readers(path)
        try:
            revision = _refused_unless_ours(readers, read_only, {"path": str(path)})
            if revision != HEAD:
                readers.dispose()  # a migration wants the file to itself
                _migrate_sqlite(path, revision, clock)
            return cls(readers, None if read_only else sqlite.writer(path), path=path)
        except BaseException:
            readers.dispose()
            raise

    @classmethod
    def _open_postgresql(cls, location: str, read_only: bool) -> Self:
        url = _url(location)
        facts = {"path": url.render_as_string(hide_password=True)}
        try:
            readers, writer = postgresql.readers(url), postgresql.writer(url)
        except ModuleNotFoundError as error:
            raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts | {"detail": str(error)}) from error
        sole_use = None
        try:
            revision = _refused_unless_ours(readers, read_only, facts)
            if not read_only:
                sole_use = _sole_use(url, facts)
            if revision != HEAD:
                _migrate_postgresql(writer, facts)
        except BaseException:
            readers.dispose()
            writer.dispose()
            if sole_use:
                sole_use.give_back()
            raise
        return cls(readers, None if read_only else writer, sole_use=sole_use, writers=_POSTGRESQL_WRITERS)

    @property
    def is_shared(self) -> bool:
        """Whether it lies where other computers may use it: it has no vault, whose key would be here alone."""
        return self._path is None

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """One transaction: kept when the block ends, gone when it raises.

        Raises ProblemError with STORE_FAILED or DISK_FULL, and with STORE_FAILED too when another writer
        did not come to its end within ``sqlite.BUSY_TIMEOUT``. Not to be nested.
        """
        if self._writer is None:
            raise RuntimeError("this database was opened for reading only")
        self._refuse_closed()
        if not self._turns.take(sqlite.BUSY_TIMEOUT):
            raise ProblemError(Problem(ProblemKind.STORE_FAILED, detail="another write did not end in time"))
        try:
            if self._sole_use:
                self._sole_use.renew()
            with self._transaction(self._writer.begin) as work:
                yield work
        finally:
            self._turns.give_back()

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """One moment of the database, beside a running write. Raises ProblemError as ``write`` does."""
        return Reading(self._kept) if self._kept else self._transaction(self._readers.begin)

    @contextmanager
    def _transaction(self, begin: _Begin) -> Iterator[UnitOfWork]:
        self._refuse_closed()
        try:
            with begin() as connection:
                yield UnitOfWork(connection)
        except PoolTimeoutError as error:
            raise ProblemError(Problem(ProblemKind.STORE_FAILED, detail=str(error))) from error

    def _refuse_closed(self) -> None:
        if self._closed:
            raise closed()

    def free_space_problem(self) -> Problem | None:
        """DISK_FULL when the disk of the file is nearly full; nothing is known of a server's disk."""
        if self._path is None:
            return None
        free = shutil.disk_usage(self._path.parent).free
        if free >= LEAST_FREE_SPACE:
            return None
        return Problem(ProblemKind.DISK_FULL, {"path": str(self._path), "free_mb": str(free // 1024**2)})

    def close(self) -> None:
        """Within a second, whatever other threads do: a transaction that still runs never was."""
        self._closed = True
        if self._kept:
            self._kept.close()
        self._readers.dispose()
        if self._writer is None or not self._turns.take(_PATIENCE_AT_CLOSE):
            return
        try:
            if self._path is not None:
                with suppress(ProblemError):  # a file that cannot be opened now has nothing to be tidied
                    sqlite.checkpoint(self._writer)
            self._writer.dispose()
            if self._sole_use:
                self._sole_use.give_back()
        finally:
            self._turns.give_back()


def _prepare_file(path: Path, read_only: bool) -> None:
    if path.exists():
        _refuse_emptied(path)
    elif read_only:
        raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, {"path": str(path), "detail": "no such file"})
    if not read_only:
        sqlite.create_file(path)
    sqlite.examine(path, writing=not read_only)


def _refuse_emptied(path: Path) -> None:
    """A file without a byte is a new database, unless copies of it tell of better days."""
    if path.is_file() and path.stat().st_size == 0 and sqlite.newest_backup(path):
        raise sqlite.corrupt(path, "the file is empty")


def _url(location: str) -> URL:
    facts = {"path": location.rpartition("@")[2]}  # no user, no password
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):  # whose text would repeat the URL; ValueError: its port
        facts |= {"detail": "this is no URL of a database"}
        raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts) from None
    if url.drivername.partition("+")[0] not in _POSTGRESQL:
        facts |= {"detail": f"{url.drivername} is not supported, postgresql is"}
        raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts)
    return url


def _refused_unless_ours(engine: Engine, read_only: bool, facts: dict[str, str]) -> str | None:
    """The revision of the schema, None for an empty database. Raises StoreRefusedError."""
    try:
        with engine.begin() as connection:
            revision = _revision(connection, facts)
    except ProblemError as error:
        facts = facts | {"detail": error.problem.detail}
        raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts) from error
    facts = facts | {"revision": revision or "", "known": HEAD}
    if revision is not None and revision not in REVISIONS:
        raise StoreRefusedError(StoreRefusal.NEWER, facts)
    if read_only and revision != HEAD:
        raise StoreRefusedError(StoreRefusal.NEEDS_MIGRATION, facts)
    return revision


def _revision(connection: Connection, facts: dict[str, str]) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables:
        detail = {"detail": "a database of another program"}
        raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts | detail)
    return None


def _migrate_sqlite(path: Path, revision: str | None, clock: Clock) -> None:
    if revision is not None:
        sqlite.examine(path, writing=True, thorough=True)
        sqlite.back_up(path, revision, clock())
    engine = sqlite.migrator(path)
    try:
        with engine.begin() as connection:
            _upgrade(connection)
            broken = connection.execute(text("PRAGMA foreign_key_check")).first()
            if broken is not None:
                raise sqlite.corrupt(path, f"{broken[0]} names rows of {broken[2]} that are not there")
    except ProblemError as error:
        facts = {"path": str(path), "detail": error.problem.detail}
        raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts) from error
    finally:
        engine.dispose()


def _sole_use(url: URL, facts: dict[str, str]) -> postgresql.SoleUse:
    """Raises StoreRefusedError."""
    sole_use = postgresql.SoleUse(url)
    try:
        taken = sole_use.take()
    except ProblemError as error:
        facts = facts | {"detail": error.problem.detail}
        raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts) from error
    if not taken:
        raise StoreRefusedError(StoreRefusal.IN_USE, facts)
    return sole_use


def _migrate_postgresql(writer: Engine, facts: dict[str, str]) -> None:
    """An older Mailint, which knows no lock of use, is waited for. Copies are the server's business."""
    try:
        with writer.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_OF_MIGRATION})"))
            _upgrade(connection)
    except ProblemError as error:
        facts = facts | {"detail": error.problem.detail}
        raise StoreRefusedError(StoreRefusal.NOT_OPENABLE, facts) from error


def _upgrade(connection: Connection) -> None:
    from mailint_gui.store.migration import upgrade  # imports Alembic, which most starts do not need

    upgrade(connection)
