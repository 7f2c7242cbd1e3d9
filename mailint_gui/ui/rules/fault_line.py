"""What is wrong with what stands above: a shape and words over the width there is; gone when all is well."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from mailint_gui.ui.icons import Shape, state_pixmap
from mailint_gui.ui.theme import PALETTE_EVENTS, TIGHT, Role, paint, role_colour

_ICON_SIZE = 14


class FaultLine(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._icon.setFixedWidth(_ICON_SIZE)
        self.text = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        self._dress()
        self.hide()

    def show_words(self, words: str) -> None:
        """Empty: nothing is wrong."""
        self.text.setText(words)
        self.setVisible(bool(words))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS:
            self._dress()

    def _dress(self) -> None:
        ground = self.palette()
        self._icon.setPixmap(
            state_pixmap(Shape.DISABLED_BY_ERRORS, ground, _ICON_SIZE, self.devicePixelRatioF())
        )
        paint(self.text, QPalette.ColorRole.WindowText, role_colour(Role.NEGATIVE, ground))
