import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.store import database as database_module
from mailint_gui.store import sqlite as sqlite_module
from mailint_gui.store.database import Database
from mailint_gui.store.errors import StoreRefusal, StoreRefusedError
from mailint_gui.store.migrations import HEAD
from tests.servers.postgresql import PostgreSql
from tests.servers.wait import LIMIT
from tests.store.samples import NOW, received

NEWER = "9999"


def refused(location: Path | str, *, read_only: bool = False) -> StoreRefusedError:
    with pytest.raises(StoreRefusedError) as caught:
        Database.open(location, read_only=read_only)
    return caught.value


def set_revision(file: Path, revision: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


@pytest.fixture
def closed(file: Path) -> Path:
    """A database of today with one integration, closed."""
    database = Database.open(file)
    with database.write() as work:
        work.integrations.add(Integration(name="Support"))
    database.close()
    return file


def test_only_its_user_may_read_it(sqlite: Database, file: Path) -> None:
    with sqlite.write() as work:
        work.properties.set({"a": "b"})
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()} == {0o600}
    assert {each.name for each in file.parent.iterdir()} > {file.name, f"{file.name}-wal"}


def test_tightens_the_mode_of_an_older_file(closed: Path) -> None:
    closed.chmod(0o644)
    Database.open(closed).close()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["a b", "50%", "q?mode=ro", "h#ash", "ü", "st*r[x]"])
def test_any_name_of_a_folder(tmp_path: Path, name: str) -> None:
    file = tmp_path / name / "mailint.db"
    for _ in range(2):
        Database.open(file).close()
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_how_the_writer_is_set_up(sqlite: Database) -> None:
    assert sqlite._writer is not None
    with sqlite._writer.begin() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "fullfsync", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "fullfsync": 1,
        "busy_timeout": 5000,
    }


def test_what_reads_cannot_write(sqlite: Database, closed: Path) -> None:
    with pytest.raises(ProblemError, match="readonly"), sqlite.read() as work:
        work.properties.set({"a": "b"})
    reading = Database.open(closed, read_only=True)
    with pytest.raises(RuntimeError), reading.write():
        pass
    reading.close()


def test_what_reads_cannot_write_in_postgresql(postgresql: PostgreSql) -> None:
    database = Database.open(postgresql.database())
    with pytest.raises(ProblemError), database.read() as work:
        work.properties.set({"a": "b"})
    database.close()


def test_reads_beside_a_running_write(database: Database, support: Integration) -> None:
    with database.write() as writing:
        writing.messages.add_received([received(support.id, 1)])
        with database.read() as reading:
            assert list(reading.messages.list()) == []
    with database.read() as reading:
        assert len(list(reading.messages.list())) == 1


def test_a_reader_sees_one_moment(database: Database, support: Integration) -> None:
    with database.read() as reading:
        assert reading.integrations.all() == (support,)
        with database.write() as work:
            work.integrations.soft_delete([support.id], NOW)
        assert reading.integrations.all() == (support,)


def test_many_threads_write_and_read(database: Database, support: Integration) -> None:
    def write(first_uid: int) -> None:
        for uid in range(first_uid, first_uid + 25):
            with database.write() as work:
                work.messages.add_received([received(support.id, uid)])

    def read(_: int) -> None:
        for _ in range(25):
            with database.read() as work:
                count = len(list(work.messages.list()))
                assert work.messages.unfiled_counts().get(support.id, 0) == count

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(write, number * 100 + 1) for number in range(4)]
        jobs += [pool.submit(read, number) for number in range(4)]
        for job in jobs:
            job.result(LIMIT)
    with database.read() as work:
        assert work.messages.unfiled_counts() == {support.id: 100}


def test_a_reader_of_another_process_sees_it_live_and_after(sqlite: Database, file: Path) -> None:
    with sqlite.write() as work:
        work.integrations.add(Integration(name="Support"))
    program = """
import sys
from pathlib import Path
from mailint_gui.store.database import Database
database = Database.open(Path(sys.argv[1]), read_only=True)
with database.read() as work:
    print([one.name for one in work.integrations.all()])
database.close()
print("alembic" in sys.modules)
"""
    for _ in range(2):  # live; then closed
        done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True)
        assert (done.stdout, done.stderr) == ("['Support']\nFalse\n", "")
        sqlite.close()


def test_a_killed_writer_loses_only_what_it_had_not_finished(closed: Path) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from mailint_gui.store.database import Database
database = Database.open(Path(sys.argv[1]))
with database.write() as work:
    work.properties.set({"kept": "yes"})
with database.write() as work:
    work.properties.set({"lost": "yes"})
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program, str(closed)], capture_output=True)
    assert done.returncode == -9, done.stderr
    for read_only in (True, False):
        database = Database.open(closed, read_only=read_only)
        with database.read() as work:
            assert work.properties.all() == {"kept": "yes"}
        database.close()


def test_closes_at_once_while_others_still_work(sqlite: Database) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with sqlite.write() as work:
            work.properties.set({"a": "b"})
            inside.set()
            leave.wait(LIMIT)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(LIMIT)
    closer = threading.Thread(target=sqlite.close)
    closer.start()
    closer.join(LIMIT)
    assert not closer.is_alive()
    assert holder.is_alive()
    for use in (sqlite.read, sqlite.write):
        with pytest.raises(ProblemError, match="closed"), use():
            pass
    leave.set()
    holder.join(LIMIT)


def test_closing_leaves_one_file(closed: Path) -> None:
    assert [each.name for each in closed.parent.iterdir()] == [closed.name]


def test_refuses_a_newer_schema_and_says_which(closed: Path) -> None:
    set_revision(closed, NEWER)
    before = closed.read_bytes()
    for read_only in (False, True):
        error = refused(closed, read_only=read_only)
        assert error.reason is StoreRefusal.NEWER
        assert (error.facts["revision"], error.facts["known"]) == (NEWER, HEAD)
    assert closed.read_bytes() == before


@pytest.fixture
def older(closed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database as of a revision before the one that is known: its migration changes nothing but the number."""
    monkeypatch.setattr(database_module, "REVISIONS", ("0000", HEAD))
    monkeypatch.setattr(database_module, "_upgrade", lambda connection: _to_head(connection))
    set_revision(closed, "0000")
    return closed


def _to_head(connection: object) -> None:
    connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")  # type: ignore[attr-defined]  # SQLAlchemy's


def test_only_one_writes_to_a_shared_database(postgresql: PostgreSql) -> None:
    """A second one would take the first one's half-sent mail for lost, and send it again."""
    url = postgresql.database()

    def opened() -> Database | StoreRefusal:
        try:
            return Database.open(url)
        except StoreRefusedError as error:
            return error.reason

    with ThreadPoolExecutor(2) as pool:
        ends = [each.result(LIMIT) for each in [pool.submit(opened) for _ in range(2)]]
    [first] = [each for each in ends if isinstance(each, Database)]
    assert StoreRefusal.IN_USE in ends
    reader = Database.open(url, read_only=True)
    reader.close()
    first.close()
    Database.open(url).close()


def test_a_lock_that_was_lost_is_taken_again_unless_another_has_it(postgresql: PostgreSql) -> None:
    url = postgresql.database()
    first = Database.open(url)
    for others in (False, True):
        with postgresql.connect() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        if not others:
            with first.write() as work:
                work.properties.set({"a": "b"})
    second = Database.open(url)
    with pytest.raises(ProblemError) as caught, first.write():
        pass
    assert caught.value.problem.kind is ProblemKind.STORE_FAILED
    second.close()
    with first.write() as work:
        work.properties.set({"a": "c"})
    first.close()


def test_copies_an_older_file_before_it_migrates(older: Path) -> None:
    assert refused(older, read_only=True).reason is StoreRefusal.NEEDS_MIGRATION
    assert list(older.parent.glob("*.bak")) == []
    for count in (1, 2):  # a second copy of the same revision leaves the first alone
        database = Database.open(older, clock=lambda: NOW)
        with database.read() as work:
            assert [one.name for one in work.integrations.all()] == ["Support"]
        database.close()
        copies = sorted(older.parent.glob("mailint.db.0000*.bak"))
        assert len(copies) == count
        set_revision(older, "0000")
    for copy in copies:
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
            assert connection.execute("SELECT name FROM integration").fetchone() == ("Support",)
    assert list(older.parent.glob("*.part")) == []


def test_a_corrupt_file_stays_and_the_newest_backup_is_named(closed: Path) -> None:
    backup = sqlite_module.back_up(closed, HEAD, NOW)
    content = closed.read_bytes()
    for broken in (b"not a database at all " * 500, content[:100] + b"\xff" * (len(content) - 100), b""):
        closed.write_bytes(broken)
        for read_only in (False, True):
            error = refused(closed, read_only=read_only)
            assert error.reason is StoreRefusal.CORRUPT
            assert error.facts["backup"] == str(backup)
        assert closed.read_bytes() == broken


def test_refuses_what_it_cannot_open(tmp_path: Path, closed: Path) -> None:
    assert refused(tmp_path).reason is StoreRefusal.NOT_OPENABLE
    assert refused(closed / "below a file" / "mailint.db").reason is StoreRefusal.NOT_OPENABLE
    missing = refused(tmp_path / "nothing" / "mailint.db", read_only=True)
    assert missing.reason is StoreRefusal.NOT_OPENABLE
    assert not (tmp_path / "nothing").exists()


def test_says_that_another_program_keeps_it_locked(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "BUSY_TIMEOUT", 0.0)
    with closing(sqlite3.connect(closed, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refused(closed).reason is StoreRefusal.LOCKED
    Database.open(closed).close()


def test_leaves_a_database_of_another_program_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = file.read_bytes()
    assert refused(file).reason is StoreRefusal.NOT_OPENABLE
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "canary@nonsense",
        "mysql://u:canary@host/db",
        "postgresql://u:canary@host:port/db",
        "postgresql://u:canary@127.0.0.1:1/none",
    ],
)
def test_refuses_a_url_without_telling_its_password(url: str) -> None:
    error = refused(url)
    assert error.reason is StoreRefusal.NOT_OPENABLE
    assert error.facts.keys() >= {"path", "detail"}
    assert "canary" not in f"{error} {error.facts} {error.__cause__}"


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_refuses_what_is_read_only(server_directory: Path, what: str) -> None:
    folder = server_directory / f"read-only-{what}"  # where another user may look
    Database.open(folder / "mailint.db").close()
    (folder / "mailint.db").chmod(0o444 if what == "file" else 0o644)
    folder.chmod(0o777 if what == "file" else 0o555)
    program = """
import os, sys
from pathlib import Path
from mailint_gui.store.database import Database
from mailint_gui.store.errors import StoreRefusedError
if os.geteuid() == 0:
    os.setuid(65534)
try:
    Database.open(Path(sys.argv[1]))
except StoreRefusedError as error:
    print(error.reason)
"""
    arguments = [sys.executable, "-c", program, str(folder / "mailint.db")]
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("read_only\n", "")


def test_says_when_the_disk_is_nearly_full(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sqlite.free_space_problem() is None
    monkeypatch.setattr(database_module, "LEAST_FREE_SPACE", 2**62)
    problem = sqlite.free_space_problem()
    assert problem is not None
    assert problem.kind is ProblemKind.DISK_FULL
    assert problem.facts["path"].endswith("mailint.db")
