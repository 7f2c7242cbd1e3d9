"""A bug of ours: said plainly, with a report to copy. The program goes on where it can."""

import logging
import platform
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QMessageBox,
    QWidget,
)

from mailint_gui import __version__

_log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Shows one report at a time: the first fault is the one to mend."""

    def __init__(self, window: QWidget, log_lines: Callable[[], str]) -> None:
        super().__init__(window)
        self._window = window
        self._log_lines = log_lines
        self._open: QDialog | None = None
        sys.excepthook = self._uncaught

    def show(self, report: str) -> None:
        if self._open is None:
            from mailint_gui.ui.crash_dialog import (
                CrashDialog,  # seldom wanted, and never before the first paint
            )

            self._open = CrashDialog(self._whole(report), self._window)
            self._open.finished.connect(self._closed)
            self._open.open()

    def show_start_failure(self, words: str) -> None:
        """The profile cannot be opened: nothing to go on with. Ends the program when it was read."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Critical)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(self.tr("Mailint cannot start"))
        box.setText(words)
        box.addButton(self.tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
        box.finished.connect(lambda _result: QGuiApplication.exit(1))
        box.open()

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A fault in a slot: the event loop goes on, and nothing is printed on a terminal."""
        report = "".join(traceback.format_exception(kind, error, trace))
        _log.error("a fault of the program\n%s", report)
        self.show(report)

    def _whole(self, report: str) -> str:
        system = f"Mailint {__version__}, Qt {qVersion()}, Python {platform.python_version()}, {platform.platform()}"
        return f"{system}\n\n{report}\n\n{self._log_lines()}"

    def _closed(self) -> None:
        self._open = None
