"""A program with the real window and tray on a desk in memory, for ``test_shell``. Ends on SIGTERM with 0.

Once the tray is there and the first notification was taken, it closes its window, opens it and closes it again.
"""

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.shell import Shell
from tests.ui.desk_double import DeskDouble
from tests.ui.samples import three

LOOK_EVERY_MS = 50


def main(settings_file: Path) -> int:
    application = QApplication(sys.argv)
    application.setQuitOnLastWindowClosed(False)
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    desk = DeskDouble(three())
    shell = Shell(desk, MainWindow(settings_file))
    desk.start()

    def begin() -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        looking.stop()
        shell.show()
        for _ in range(2):
            shell.window.close()
            shell.window.show_up()
        print("closed twice", flush=True)

    looking = QTimer(interval=LOOK_EVERY_MS)  # also what lets Python see the signal
    looking.timeout.connect(begin)
    looking.start()
    awake = QTimer(interval=LOOK_EVERY_MS)
    awake.timeout.connect(lambda: None)
    awake.start()
    code = application.exec()
    shell.close()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
