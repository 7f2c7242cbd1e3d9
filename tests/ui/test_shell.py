"""Window, tray and notifications together: without a tray here, and on a real desktop with one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from mailint_gui.domain.events import ErrorsReached, IntegrationEvent
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.secret import VaultState
from mailint_gui.ui import theme
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.shell import Shell
from tests.servers import wait
from tests.servers.desktop import Desktop
from tests.servers.session_bus import SessionBus
from tests.ui.conftest import OpenWindow
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.palettes import palette
from tests.ui.samples import REFUSED, three


@pytest.fixture
def shell(
    qtbot: QtBot, settings_file: Path, empty_bus: SessionBus, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[DeskDouble, Shell]]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", empty_bus.address)
    desk = DeskDouble(three())
    made = Shell(desk, MainWindow(settings_file))
    qtbot.addWidget(made.window)
    desk.start()
    made.show()
    yield desk, made
    made.close()


def test_without_a_tray_the_status_bar_says_so_and_closing_asks(
    shell: tuple[DeskDouble, Shell], qtbot: QtBot
) -> None:
    _, shown = shell
    qtbot.waitUntil(lambda: "no tray" in shown.window.statusBar().currentMessage(), timeout=20_000)
    quits = QSignalSpy(shown.quit_requested)
    shown.window.close()
    assert (quits.count(), shown.window.isVisible()) == (0, True)
    assert shown.window.findChildren(QMessageBox)


LOADS = """
import os
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.qt_application import make_application
from mailint_gui.ui.shell import Shell
from tests.ui.desk_double import NOW, DeskDouble

application = make_application(sys.argv)
desk = DeskDouble()
shell = Shell(desk, MainWindow(Path(sys.argv[1])))
desk.start()
looks = QTimer()
looks.timeout.connect(lambda: "mailint_gui.ui.notifications.freedesktop" in sys.modules and application.quit())
looks.start(20)
application.exec()
shell.close()
sys.stdout.flush()
os._exit(0)  # as the program ends
"""


def test_what_notifications_need_is_loaded_before_the_first_one(settings_file: Path) -> None:
    subprocess.run([sys.executable, "-c", LOADS, str(settings_file)], check=True, timeout=60)


def test_what_the_tray_asks_for_reaches_the_window(shell: tuple[DeskDouble, Shell]) -> None:
    _, shown = shell
    shown.window.hide()
    shown.tray.open_requested.emit()
    assert shown.window.isVisible()
    shown.announcer.panel_requested.emit()
    assert shown.window.panel.isVisible()


def test_a_click_on_a_notification_opens_the_field_that_mends_it(
    shell: tuple[DeskDouble, Shell], qtbot: QtBot
) -> None:
    _, shown = shell
    shown.window.hide()
    reached = ErrorsReached(Direction.INCOMING, 3, NOW, REFUSED)
    shown.announcer.event_requested.emit(IntegrationEvent(2, "Orders", NOW, reached))
    assert shown.window.isVisible()
    assert shown.window.list.table.selected_ids() == (2,)
    [form] = shown.window.findChildren(IntegrationForm)
    assert form.ui.tabs.currentIndex() == 1
    qtbot.waitUntil(form.isActiveWindow)
    assert form.pages.incoming.ui.password.hasFocus()
    form.close()


def test_colours_follow_the_system_live(open_window: OpenWindow, palette_back: QApplication) -> None:
    desk, window = open_window(three())
    desk.vault_changed.emit(VaultState.LOCKED)
    window.list.table.select(2)
    for dark in (True, False):
        palette_back.setPalette(palette(dark))
        palette_back.processEvents()
        page = palette_back.palette().color(QPalette.ColorRole.Window)
        label = window.list.detail.ui.last_check_label.palette().color(QPalette.ColorRole.WindowText)
        assert theme.contrast(label, page) >= theme.TEXT_CONTRAST
        banner = window.banners.shown(Subject.VAULT)
        assert banner is not None
        ground = banner.palette().color(QPalette.ColorRole.Window)
        text = banner.label.palette().color(QPalette.ColorRole.WindowText)
        assert theme.contrast(text, ground) >= theme.TEXT_CONTRAST
        assert theme.is_dark(banner.palette()) is dark


def test_closing_to_the_tray_is_told_once(desktop: Desktop, tmp_path: Path) -> None:
    """The program in a process of its own, on a desktop with a tray: closed, opened and closed again."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.shell_on_desktop", str(tmp_path / "window.ini")],
        env=os.environ | desktop.environment | {"QT_QPA_PLATFORM": "xcb"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        told = desktop.wait_for_notification("still running")
        assert told.body.startswith("Checking goes on.")
        assert program.stdout is not None
        assert program.stdout.readline().strip() == "closed twice"
        program.send_signal(signal.SIGTERM)
        assert program.wait(wait.LIMIT) == 0
        assert len([each for each in desktop.notifications() if "still running" in each.summary]) == 1
    finally:
        program.kill()
        program.wait()


def test_the_window_can_be_left_by_key(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(three())
    quits = QSignalSpy(window.quit_requested)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert quits.count() == 1
