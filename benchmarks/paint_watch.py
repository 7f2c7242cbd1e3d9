"""A process that ends with its first paint, and prints when that was: ``bare``, or ``mailint PROFILE``."""

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _end_with_first_paint(window: "QWidget") -> None:
    from PySide6.QtCore import QEvent, QObject

    class FirstPaint(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
            if event.type() is QEvent.Type.Paint:
                print(time.monotonic(), flush=True)
                os._exit(0)
            return False

    window.installEventFilter(FirstPaint(window))


def _bare() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])
    window = QMainWindow()
    window.resize(800, 600)
    _end_with_first_paint(window)
    window.show()
    application.exec()


def _mailint(profile: str) -> None:
    from PySide6.QtWidgets import QMainWindow

    def watched(window: QMainWindow) -> None:
        _end_with_first_paint(window)
        window.setVisible(True)  # what QWidget.show does

    QMainWindow.show = watched  # type: ignore[method-assign]  # the first window that is shown
    from mailint_gui.__main__ import main

    sys.argv = ["mailint", "--profile", profile]
    sys.exit(main())


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        _bare()
    else:
        _mailint(sys.argv[2])
