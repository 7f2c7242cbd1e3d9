"""The empty window of the first moments: what it loads, when it appears, what is asked of it meanwhile."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from mailint_gui.ui.integration_form.dialog import IntegrationForm
from mailint_gui.ui.main_window import MainWindow
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.samples import three

LOADS = """
import sys
from mailint_gui.application import modes
from mailint_gui.ui.window_frame import WindowFrame

def appeared(_window):
    print(*sorted(each for each in sys.modules if each.startswith("mailint_gui.")))
    sys.stdout.flush()
    modes.leave(0)

WindowFrame.show = appeared
from mailint_gui.__main__ import main
main(["--profile", sys.argv[1]])
"""
_LATER = ("domain.health", "services", "workers", "wording", "cli.parser", "ui.integration_list", "ui.shell")
_WITH_THE_FIRST_WORDS = {
    "mailint_gui.wording",
    "mailint_gui.wording.language",
}  # the language, not the catalogue


def test_the_first_paint_waits_for_nothing_but_the_frame(tmp_path: Path) -> None:
    run = [sys.executable, "-c", LOADS, str(tmp_path / "profile")]
    loaded = subprocess.run(run, check=True, timeout=60, capture_output=True, text=True).stdout.split()
    assert "mailint_gui.ui.window_frame" in loaded
    early = {each for each in loaded if each.removeprefix("mailint_gui.").startswith(_LATER)}
    assert early <= _WITH_THE_FIRST_WORDS


def test_it_appears_once_and_is_furnished_without_a_jump(qtbot: QtBot, settings_file: Path) -> None:
    desk = DeskDouble(three())
    window = MainWindow(settings_file)
    desk.setParent(window)
    qtbot.addWidget(window)
    appeared = QSignalSpy(window.appeared)
    with qtbot.waitSignal(window.appeared):
        window.show()
    assert window.ui.pages.currentWidget() is window.ui.opening_page
    before = [each.geometry() for each in (window, window.ui.pages, window.ui.tool_bar, window.bell)]
    window.furnish(desk, lambda: NOW)
    desk.start()
    qtbot.waitUntil(lambda: window.list.table.viewport().isVisible())
    assert [each.geometry() for each in (window, window.ui.pages, window.ui.tool_bar, window.bell)] == before
    assert appeared.count() == 1


def test_what_is_asked_of_an_empty_window_is_done_once_it_can(qtbot: QtBot, settings_file: Path) -> None:
    desk = DeskDouble(three())
    window = MainWindow(settings_file)
    desk.setParent(window)
    qtbot.addWidget(window)
    window.show()
    for name in ("new", "pause", "delete"):  # there is nothing to delete yet
        window.action(name).trigger()
    window.action("notifications").trigger()
    assert not window.findChildren(IntegrationForm)
    window.furnish(desk, lambda: NOW)
    assert len(window.findChildren(IntegrationForm)) == 1
    assert [request for request in desk.requests if request[0] in {"set_paused", "delete"}] == [
        ("set_paused", (True,))
    ]
    assert window.panel.isVisible()


def test_an_empty_window_can_be_closed_and_remembers_nothing(qtbot: QtBot, settings_file: Path) -> None:
    window = MainWindow(settings_file)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.quit_requested):
        window.close()
    assert not settings_file.exists()
