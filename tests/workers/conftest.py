import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mailint_gui.profile import Profile
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.schedule import Schedule
from mailint_gui.store.database import Database
from mailint_gui.workers import checking
from tests.servers.certificates import Certificates
from tests.workers.running_desk import RunningDesk


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
def running(
    qtbot: QtBot,
    tmp_path: Path,
    blank: Path,
    parser: ParserProcess,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[RunningDesk]:
    """A desk that is not started yet. Its schedule has no jitter, so that everything is due when it starts."""
    monkeypatch.setattr(checking, "Schedule", partial(Schedule, jitter=lambda: 0.0))
    profile = Profile(tmp_path / "profile")
    profile.create()
    shutil.copy(blank, profile.database_path)
    made = RunningDesk(qtbot, tmp_path, parser)
    made.office.services.properties.set({"extra_ca_file": str(certificates.ca)})
    yield made
    made.close()
