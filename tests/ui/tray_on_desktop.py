"""The window and the tray with a notification, on the desktop that the environment names, until SIGTERM.

``python -m tests.ui.tray_on_desktop SETTINGS_FILE light|dark``, for ``tests.ui.screenshots``.
"""

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSystemTrayIcon

from mailint_gui.domain.events import ErrorsReached, IntegrationEvent
from mailint_gui.domain.integration import Direction
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.qt_application import make_application
from mailint_gui.ui.shell import Shell
from tests.ui.desk_double import NOW, DeskDouble, ago
from tests.ui.palettes import use_theme
from tests.ui.samples import REFUSED, disabled_by_errors, failing, ok

LOOK_EVERY_MS = 50
ERRORS = 3


def main(settings_file: Path, dark: bool) -> int:
    application = make_application(sys.argv[:1])
    use_theme(application, dark)
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    desk = DeskDouble([ok(is_default=True), failing(errors=ERRORS), disabled_by_errors()])
    shell = Shell(desk, MainWindow(settings_file), clock=lambda: NOW)
    desk.start()

    def begin() -> None:
        if shell.window.isVisible() or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        shell.show()
        shell.window.list.table.select(2)
        reached = ErrorsReached(Direction.INCOMING, ERRORS, ago(hours=1), REFUSED)
        desk.event_happened.emit(IntegrationEvent(2, "Orders", ago(minutes=2), reached))

    looking = QTimer(interval=LOOK_EVERY_MS)  # also what lets Python see the signal
    looking.timeout.connect(begin)
    looking.start()
    code = application.exec()
    shell.close()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2] == "dark"))
