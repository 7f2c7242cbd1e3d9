"""Fixtures of the window's tests: a desk in memory, and windows on it that are closed after the test."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.main_window import MainWindow
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
        return desk, window

    return build


@pytest.fixture
def palette_back(qapp: QApplication) -> Iterator[QApplication]:
    """For a test that changes the colours of all windows."""
    before = QPalette(qapp.palette())
    yield qapp
    qapp.setPalette(before)
