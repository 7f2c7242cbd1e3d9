"""A program that shows one window after another on a real desktop, for ``test_small_screen``.

Arguments: light or dark, and names of screens; one that begins with a colon is a tab of the form of an integration,
opened from the main window. Of each it prints a line of JSON, and waits for a line before it goes on.
"""

import json
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QScrollArea, QWidget

from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.screen_room import resize_within_screen
from mailint_gui.ui.theme import use_platform_style
from tests.servers import wait
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.form_screens import stored
from tests.ui.palettes import use_theme
from tests.ui.samples import three
from tests.ui.screenshots import SCREENS


def main_window() -> MainWindow:
    desk = DeskDouble([stored(each) for each in three()])
    shown = MainWindow(Path(tempfile.mkdtemp()) / "window.ini")
    shown.furnish(desk, lambda: NOW)
    desk.setParent(shown)
    shown.show()
    desk.start()
    wait_for_frame(shown)
    return shown


def form_at(main: MainWindow, tab: str) -> QWidget:
    main.forms.open(2, tab)
    [form] = main.findChildren(IntegrationForm)
    return form


def wait_for_frame(window: QWidget) -> None:
    """Until the window manager has drawn it."""
    QTest.qWaitForWindowExposed(window)
    wait.until(lambda: _turn() or window.frameGeometry() != window.geometry(), "a frame")


def _turn() -> None:
    QApplication.processEvents()


def scrolls(widget: QWidget) -> bool:
    """Whether it can be brought into view, wherever it is."""
    around = widget.parentWidget()
    while around is not None and not around.isWindow():
        if isinstance(around, QScrollArea):
            return True
        around = around.parentWidget()
    return False


def told(name: str, window: QWidget) -> str:
    buttons = [each for each in window.findChildren(QPushButton) if each.isVisible() and not scrolls(each)]
    places = [QRect(each.mapTo(window, each.rect().topLeft()), each.size()) for each in buttons]
    return json.dumps(
        {
            "name": name.removeprefix(":"),
            "frame": window.frameGeometry().getRect(),
            "room": window.screen().availableGeometry().getRect(),
            "fits": window.screen().availableGeometry().contains(window.frameGeometry()),
            "buttons": all(window.rect().contains(place) for place in places),
        }
    )


def main(theme: str, names: list[str]) -> None:
    application = QApplication([])
    use_platform_style(application)
    use_theme(application, theme == "dark")
    over = main_window()
    kept = []
    for name in names:
        widget = form_at(over, name[1:]) if name.startswith(":") else SCREENS[name]()
        window = widget.window()
        kept.append(window)
        wait_for_frame(window)
        if not isinstance(window, QDialog):  # a picture has its own size, and these take what they remember
            resize_within_screen(window, window.size())
        print(told(name, window), flush=True)
        sys.stdin.readline()
        if not name.startswith(":"):
            window.hide()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
