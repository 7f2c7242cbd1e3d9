from collections.abc import Iterator
from pathlib import Path

import pytest

from mailint_gui.domain.integration import Integration
from mailint_gui.store.database import Database
from tests.servers.postgresql import PostgreSql


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a SQLite database may be made."""
    return tmp_path / "profile" / "mailint.db"


@pytest.fixture
def sqlite(file: Path) -> Iterator[Database]:
    database = Database.open(file)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh one of each kind: what a repository promises holds on both."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    server: PostgreSql = request.getfixturevalue("postgresql")
    database = Database.open(server.database())
    yield database
    database.close()


@pytest.fixture
def support(database: Database) -> Integration:
    """One stored integration."""
    with database.write() as work:
        return work.integrations.add(Integration(name="Support"))
