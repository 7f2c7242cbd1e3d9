"""Where further windows are between runs."""

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mailint_gui.ui.window_memory import WindowMemory


def test_a_window_is_no_larger_than_the_screen_at_first(qtbot: QtBot, tmp_path: Path) -> None:
    memory = WindowMemory(tmp_path / "window.ini")
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(5000, 300)
    assert not memory.restore_place("log", window)
    room = window.screen().availableSize()
    assert window.width() < room.width()
    assert window.height() == 300


def test_a_window_comes_back_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    memory = WindowMemory(tmp_path / "window.ini")
    before, after = QWidget(), QWidget()
    qtbot.addWidget(before)
    qtbot.addWidget(after)
    before.resize(310, 205)
    memory.keep_place("log", before)
    assert memory.restore_place("log", after)
    assert after.size() == before.size()
