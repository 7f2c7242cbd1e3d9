import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.servers.postgresql import PostgreSql


def test_databases_are_fresh_and_apart(postgresql: PostgreSql) -> None:
    first, second = (create_engine(postgresql.database(), poolclass=NullPool) for _ in range(2))
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE t (n integer)"))
        assert str(connection.scalar(text("SHOW server_version"))).startswith("15.")
    with second.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('t')")) is None


def test_stops_and_keeps(postgresql: PostgreSql) -> None:
    engine = create_engine(postgresql.database(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t AS SELECT 1 AS n"))
    postgresql.stop()
    with pytest.raises(DBAPIError):
        engine.connect()
    postgresql.start()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT n FROM t")) == 1
