"""Tabs within a tab."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTabWidget

_AROUND = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_STEPS: dict[int, int] = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}


class Sections(QTabWidget):
    """Ctrl+Tab is left to the tabs around, which could not be reached by it otherwise; Ctrl+Page goes between these."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        with_ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in _AROUND:
            event.ignore()
        elif with_ctrl and event.key() in _STEPS:
            self.setCurrentIndex((self.currentIndex() + _STEPS[event.key()]) % self.count())
        else:
            super().keyPressEvent(event)
