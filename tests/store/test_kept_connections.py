"""Connections that read are kept, each sees its own moment, and none is left when the store closes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.store import sqlite as files
from mailint_gui.store.database import Database
from mailint_gui.store.kept_connections import KeptConnections, Reading

SIZE = 2


@pytest.fixture
def engine(sqlite: Database, file: Path) -> Iterator[Engine]:
    made = files.readers(file)
    yield made
    made.dispose()


@pytest.fixture
def kept(engine: Engine) -> Iterator[KeptConnections]:
    made = KeptConnections(engine, SIZE, seconds=0.2)
    yield made
    made.close()


@contextmanager
def reading(kept: KeptConnections) -> Iterator[Connection]:
    with Reading(kept) as work:
        yield work.messages._connection


def in_transaction(connection: Connection) -> bool:
    return bool(connection.connection.driver_connection.in_transaction)  # type: ignore[union-attr]  # sqlite3's


def test_the_next_transaction_has_the_same_connection_and_a_moment_of_its_own(
    kept: KeptConnections, sqlite: Database
) -> None:
    count = text("SELECT count(*) FROM account_property")
    with reading(kept) as first:
        assert first.execute(count).scalar_one() == 0
        assert in_transaction(first)
        with sqlite.write() as work:
            work.properties.set({"reply_key_secret": "x"})
        assert first.execute(count).scalar_one() == 0
    assert not in_transaction(first)
    with reading(kept) as second:
        assert second is first
        assert second.execute(count).scalar_one() == 1


def test_no_more_than_there_are_and_each_comes_back(kept: KeptConnections) -> None:
    with reading(kept) as one, reading(kept) as other:
        assert one is not other
        with pytest.raises(ProblemError) as refused, reading(kept):
            pass
    assert refused.value.problem.kind is ProblemKind.STORE_FAILED
    with reading(kept) as one, reading(kept) as other:
        assert one is not other


def test_what_fails_leaves_no_transaction_and_no_connection_of_its_own(
    kept: KeptConnections, engine: Engine
) -> None:
    for _ in range(2 * SIZE):
        with pytest.raises((ProblemError, OperationalError)), reading(kept) as connection:
            connection.execute(text("SELECT gone FROM nowhere"))
        assert connection.closed
    with reading(kept) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_closed_while_one_is_in_use(kept: KeptConnections, engine: Engine) -> None:
    inside, go_on = threading.Event(), threading.Event()
    used: list[Connection] = []

    def read() -> None:
        with reading(kept) as connection:
            used.append(connection)
            inside.set()
            go_on.wait(20)

    thread = threading.Thread(target=read)
    thread.start()
    assert inside.wait(20)
    with reading(kept) as idle:
        pass
    kept.close()
    assert idle.closed
    with pytest.raises(ProblemError), reading(kept):
        pass
    go_on.set()
    thread.join(20)
    assert used[0].closed
