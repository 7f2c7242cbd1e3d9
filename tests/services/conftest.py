import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailint_gui.profile import Profile
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.store.database import Database
from tests.servers.certificates import Certificates
from tests.services.office import Office, OpenOffice


@pytest.fixture(scope="session")
def parser() -> Iterator[ParserProcess]:
    """One child for all tests: it takes half a second to start."""
    process = ParserProcess()
    yield process
    process.close()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of today's schema: copied, it saves each test the migrations."""
    path = tmp_path_factory.mktemp("blank") / "mailint.sqlite"
    Database.open(path).close()
    return path


@pytest.fixture
def open_office(
    tmp_path: Path, blank: Path, certificates: Certificates, parser: ParserProcess
) -> Iterator[OpenOffice]:
    opened: list[Office] = []

    def make(database_url: str | None = None) -> Office:
        directory = tmp_path / f"office-{len(opened)}"
        profile = Profile(directory / "profile")
        profile.create()
        if database_url is None:
            shutil.copy(blank, profile.database_path)
        office = Office(directory, parser, database_url)
        opened.append(office)
        office.services.properties.set({"extra_ca_file": str(certificates.ca)})
        return office

    yield make
    for office in opened:
        office.services.close()


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    """The services of a new profile on SQLite."""
    return open_office()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_office(request: pytest.FixtureRequest, open_office: OpenOffice) -> Office:
    """One of each kind of database: for the few promises that the database itself keeps."""
    if request.param == "sqlite":
        return open_office()
    return open_office(request.getfixturevalue("postgresql").database())
