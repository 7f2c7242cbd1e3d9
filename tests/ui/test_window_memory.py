"""Where further windows are between runs."""

from pathlib import Path

from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from mailint_gui.ui.window_memory import WindowMemory


def a_window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    qtbot.addWidget(window)
    return window


def test_a_window_is_no_larger_than_the_screen_at_first(qtbot: QtBot, tmp_path: Path) -> None:
    memory = WindowMemory(tmp_path / "window.ini")
    window = a_window(qtbot)
    window.resize(5000, 300)
    assert not memory.restore_place("log", window)
    room = window.screen().availableSize()
    assert window.width() < room.width()
    assert window.height() == 300


def test_what_is_too_large_for_the_screen_scrolls(qtbot: QtBot, tmp_path: Path) -> None:
    memory = WindowMemory(tmp_path / "window.ini")
    window = a_window(qtbot)
    inside = window.centralWidget()
    inside.setMinimumSize(5000, 5000)
    memory.restore_place("log", window)
    window.show()
    room = window.screen().availableSize()
    assert window.size().boundedTo(room) == window.size()
    assert inside.isVisible()
    assert inside.height() == 5000


def test_a_window_comes_back_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    memory = WindowMemory(tmp_path / "window.ini")
    before, after = a_window(qtbot), a_window(qtbot)
    before.resize(310, 205)
    memory.keep_place("log", before)
    assert memory.restore_place("log", after)
    assert after.size() == before.size()
