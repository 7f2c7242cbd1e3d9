import contextlib
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.message import FolderCursor
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.store import sqlite as sqlite_module
from mailint_gui.store.database import Database
from tests.servers.postgresql import PostgreSql
from tests.servers.wait import LIMIT
from tests.store.samples import NOW, UIDVALIDITY, received


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "BUSY_TIMEOUT", 0.2)


def test_locked_by_another_process(impatient: None, sqlite: Database, file: Path) -> None:
    program = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(ProblemError) as caught, sqlite.write() as work:
            work.properties.set({"a": "b"})
        assert caught.value.problem.kind is ProblemKind.STORE_FAILED
        with sqlite.read() as work:
            assert work.properties.all() == {}
        other.communicate()
    with sqlite.write() as work:
        work.properties.set({"a": "b"})


def test_another_thread_writes_for_too_long(impatient: None, sqlite: Database) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with sqlite.write():
            inside.set()
            leave.wait(LIMIT)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(LIMIT)
    with pytest.raises(ProblemError) as caught, sqlite.write():
        pass
    assert caught.value.problem.kind is ProblemKind.STORE_FAILED
    leave.set()
    holder.join(LIMIT)
    with sqlite.write() as work:
        work.properties.set({"a": "b"})


def test_disk_full_loses_the_batch_whole_and_goes_on_after(sqlite: Database) -> None:
    with sqlite.write() as work:
        support = work.integrations.add(Integration(name="Support"))
    assert sqlite._writer is not None
    with closing(sqlite._writer.raw_connection()) as connection:
        cursor = connection.cursor()
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(ProblemError) as caught, sqlite.write() as work:
        work.messages.add_received([received(support.id, uid, b"x" * 5000) for uid in range(1, 100)])
    assert caught.value.problem.kind is ProblemKind.DISK_FULL
    with sqlite.read() as work:
        assert list(work.messages.list()) == []
    with closing(sqlite._writer.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA max_page_count = 1000000")
    with sqlite.write() as work:
        work.messages.add_received([received(support.id, uid, b"x" * 5000) for uid in range(1, 100)])
    with sqlite.read() as work:
        assert len(list(work.messages.list())) == 99


def test_wherever_the_disk_is_full_a_batch_is_there_whole_or_not_at_all(sqlite: Database) -> None:
    with sqlite.write() as work:
        support = work.integrations.add(Integration(name="Support"))
    assert sqlite._writer is not None
    with closing(sqlite._writer.raw_connection()) as connection:
        pages = connection.cursor().execute("PRAGMA page_count").fetchall()[0][0]
    failures = 0
    for more in range(1, 100):
        with closing(sqlite._writer.raw_connection()) as connection:
            connection.cursor().execute(f"PRAGMA max_page_count = {pages + more}").fetchall()
        with contextlib.suppress(ProblemError):
            take_in_ten(sqlite, support.id)
        with sqlite.read() as work:
            taken = [work.messages.raw(row.id) for row in work.messages.list()]
            cursor = work.cursors.get(support.id, "INBOX")
        assert (len(taken), cursor is not None) in [(0, False), (10, True)]
        if cursor:
            break
        failures += 1
    assert failures > 5
    assert taken == [b"x" * 5000] * 10


def take_in_ten(database: Database, integration_id: int) -> None:
    with database.write() as work:
        work.messages.add_received([received(integration_id, uid, b"x" * 5000) for uid in range(1, 11)])
        work.cursors.save(FolderCursor(integration_id, "INBOX", UIDVALIDITY, 10, 0, NOW))


def test_a_problem_never_tells_what_was_to_be_stored(sqlite: Database) -> None:
    assert sqlite._writer is not None
    with closing(sqlite._writer.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA query_only = ON")
    with pytest.raises(ProblemError) as caught, sqlite.write() as work:
        work.properties.set({"proxy": "http://user:canary@proxy"})
    assert "canary" not in f"{caught.value} {caught.value.__cause__} {caught.value.problem}"


def test_damage_found_while_reading(sqlite: Database, file: Path) -> None:
    with sqlite.write() as work:
        support = work.integrations.add(Integration(name="Support"))
        work.messages.add_received([received(support.id, uid, b"x" * 5000) for uid in range(1, 100)])
    sqlite.close()
    content = bytearray(file.read_bytes())
    with closing(sqlite3.connect(file)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'message'").fetchone()
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    file.write_bytes(content)
    database = Database.open(file)
    with pytest.raises(ProblemError) as caught, database.read() as work:
        list(work.messages.list())
    assert caught.value.problem.kind is ProblemKind.STORE_FAILED
    with database.read() as work:
        assert work.integrations.all() == (support,)
    database.close()


def test_a_server_that_went_away_and_came_back(postgresql: PostgreSql) -> None:
    url = postgresql.database()
    database = Database.open(url)
    with database.write() as work:
        work.properties.set({"a": "b"})
    postgresql.stop()
    try:
        for use in (database.read, database.write):
            with pytest.raises(ProblemError) as caught, use() as work:
                work.properties.all()
            assert caught.value.problem.kind is ProblemKind.STORE_FAILED
    finally:
        postgresql.start()
    with database.read() as work:
        assert work.properties.all() == {"a": "b"}
    with database.write() as work:
        work.properties.set({"a": "c"})
    database.close()
