"""Window, tray and notifications put together: what the application makes when there is a display."""

import sys
import threading
from functools import partial
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.ui.close_question import OnClose
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.notifications.announcer import Announcer, MakeNotifier
from mailint_gui.ui.notifications.collector import Notice
from mailint_gui.ui.notifications.notifier import Notifier, TrayNotifier
from mailint_gui.ui.tray import Tray
from mailint_gui.workers.desk import Desk

LOOK_FOR_TRAY_MS = 3000
_ON_LINUX = sys.platform.startswith("linux")
_FREEDESKTOP = "mailint_gui.ui.notifications.freedesktop"


class Shell(QObject):
    """``quit_requested`` asks the application to stop; ``demo_requested`` to start again on demo data."""

    quit_requested = Signal()
    demo_requested = Signal()

    def __init__(self, desk: Desk, window: MainWindow, clock: Clock = system_clock) -> None:
        """Furnishes the ``window``, which may be on the screen already."""
        super().__init__()
        self.window = window
        window.furnish(desk, clock)
        self.tray = Tray(desk, self.window.board, self)
        self._without_tray = OnClose.QUIT if window.demo else OnClose.ASK  # a demo loses nothing
        self._has_tray = False
        self._told_no_tray = False
        self._looks = QTimer(self)
        self._looks.timeout.connect(self._look_for_tray)
        if _ON_LINUX:
            desk.statuses_reset.connect(_load_freedesktop)
        self.announcer = Announcer(self._notifiers(), clock, self)
        desk.event_happened.connect(self.announcer.announce)
        desk.telling_changed.connect(self.announcer.set_telling)
        self.announcer.event_requested.connect(self.window.open_place_of)
        self.announcer.panel_requested.connect(self.window.show_notifications)
        self.tray.open_requested.connect(self.window.show_up)
        self.tray.integration_requested.connect(self.window.open_integration)
        self.tray.quit_requested.connect(self.window.quit)
        self.window.quit_requested.connect(self.quit_requested)
        self.window.demo_requested.connect(self.demo_requested)
        self.window.hidden_to_tray.connect(self._tell_once)

    def show(self) -> None:
        self._use_tray(QSystemTrayIcon.isSystemTrayAvailable())
        self._looks.start(LOOK_FOR_TRAY_MS)
        self.window.show()

    def _look_for_tray(self) -> None:
        """A desktop's panel may start after us, and may be restarted."""
        has_tray = QSystemTrayIcon.isSystemTrayAvailable()
        if has_tray is not self._has_tray:
            self._use_tray(has_tray)
        elif not has_tray and not self._told_no_tray:
            self._told_no_tray = True
            self.window.tell_no_tray()

    def _use_tray(self, has_tray: bool) -> None:
        """Without a tray the window is the only way in, so it is never left hidden."""
        self._has_tray = has_tray
        self.window.set_on_close(OnClose.TO_TRAY if has_tray else self._without_tray)
        if has_tray:
            self.tray.show()
            return
        self.tray.hide()
        if self._looks.isActive() and self.window.isHidden():
            self.window.show_up()

    def close(self) -> None:
        """After the desk stopped: let go of the tray and the bus."""
        self._looks.stop()
        self.tray.hide()
        self.announcer.close()

    def _tell_once(self) -> None:
        if not self.window.memory.told("closed_to_tray"):
            body = self.tr("Checking goes on. Open the window from the tray, or choose Quit there to stop.")
            self.announcer.show(Notice(self.tr("Mailint is still running"), body, None))

    def _notifiers(self) -> tuple[MakeNotifier, ...]:
        in_tray = partial(TrayNotifier, self.tray.icon, self)
        return (_freedesktop, in_tray) if _ON_LINUX else (in_tray,)


def _load_freedesktop() -> None:
    """Beside the event loop: it takes 0.2 s, which would be felt with the first notification."""
    threading.Thread(target=import_module, args=(_FREEDESKTOP,), name="load", daemon=True).start()


def _freedesktop() -> Notifier:
    from mailint_gui.ui.notifications.freedesktop import FreedesktopNotifier  # Linux only

    return FreedesktopNotifier()
