"""What the window remembers between runs: its place, its splitter, the columns, what was told and chosen."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QHeaderView, QMainWindow, QSplitter, QWidget

from mailint_gui.ui.screen_room import let_contents_scroll, resize_within_screen

_LAYOUT = 1  # counts up when columns or docks change, so that an older memory is not applied to them


class WindowMemory:
    def __init__(self, settings_file: Path) -> None:
        self._settings = QSettings(str(settings_file), QSettings.Format.IniFormat)

    def restore_geometry(self, window: QMainWindow) -> bool:
        """False when there is nothing to remember."""
        return self._remembers() and window.restoreGeometry(self._bytes("window/geometry"))

    def restore(self, window: QMainWindow, splitter: QSplitter, header: QHeaderView) -> bool:
        """What is in the window. False when there is nothing to remember."""
        if not self._remembers():
            return False
        window.restoreState(self._bytes("window/state"), _LAYOUT)
        splitter.restoreState(self._bytes("window/splitter"))
        return header.restoreState(self._bytes("list/header"))

    def save(self, window: QMainWindow, splitter: QSplitter, header: QHeaderView) -> None:
        self._settings.setValue("window/layout", _LAYOUT)
        self._settings.setValue("window/geometry", window.saveGeometry())
        self._settings.setValue("window/state", window.saveState(_LAYOUT))
        self._settings.setValue("window/splitter", splitter.saveState())
        self._settings.setValue("list/header", header.saveState())
        self._settings.sync()

    def restore_place(self, name: str, window: QMainWindow) -> bool:
        """Where a further window was. False when there is nothing to remember.

        Either way it fits the screen, and its contents scroll where that is small. To be called once.
        """
        let_contents_scroll(window)
        if window.restoreGeometry(self._bytes(f"{name}/geometry")):
            return True
        resize_within_screen(window, window.size())
        return False

    def keep_place(self, name: str, window: QWidget) -> None:
        self._settings.setValue(f"{name}/geometry", window.saveGeometry())

    def told(self, what: str) -> bool:
        """Whether ``what`` was told before; from now on it was."""
        key = f"told/{what}"
        before = bool(self._settings.value(key, False, bool))
        self._settings.setValue(key, True)
        return before

    def choice(self, what: str, default: str) -> str:
        """What the admin chose for good, else ``default``."""
        return str(self._settings.value(f"chosen/{what}", default, str))

    def choose(self, what: str, choice: str) -> None:
        self._settings.setValue(f"chosen/{what}", choice)

    def _remembers(self) -> bool:
        return self._settings.value("window/layout", 0, int) == _LAYOUT

    def _bytes(self, key: str) -> QByteArray:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
