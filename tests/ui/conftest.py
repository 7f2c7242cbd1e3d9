"""Fixtures of the window's tests: a desk in memory, and windows on it that are closed after the test."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.profile import Profile
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.store.database import Database
from mailint_gui.ui.main_window import MainWindow
from tests.services.office import Office
from tests.ui.desk_double import NOW, DeskDouble

OpenWindow = Callable[[Iterable[IntegrationStatus]], tuple[DeskDouble, MainWindow]]


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "window.ini"


@pytest.fixture
def open_window(qtbot: QtBot, settings_file: Path) -> OpenWindow:
    """A window that shows these integrations; opened twice, it remembers the first time."""

    def build(statuses: Iterable[IntegrationStatus]) -> tuple[DeskDouble, MainWindow]:
        desk = DeskDouble(statuses)
        window = MainWindow(settings_file)
        window.furnish(desk, lambda: NOW)
        desk.setParent(window)
        qtbot.addWidget(window)
        window.show()
        desk.start()
        desk.requests.clear()  # what a window asks for by itself at its start
        return desk, window

    return build


@pytest.fixture
def palette_back(qapp: QApplication) -> Iterator[QApplication]:
    """For a test that changes the colours of all windows."""
    before = QPalette(qapp.palette())
    yield qapp
    qapp.setPalette(before)


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
def office(tmp_path: Path, blank: Path, parser: ParserProcess) -> Iterator[Office]:
    """The services of a new profile, for windows of what is stored."""
    profile = Profile(tmp_path / "office" / "profile")
    profile.create()
    shutil.copy(blank, profile.database_path)
    made = Office(tmp_path / "office", parser)
    yield made
    made.services.close()
