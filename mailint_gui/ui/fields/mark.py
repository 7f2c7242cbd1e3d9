"""The words beside a field that is refused: a shape, a colour and what would be right."""

import re

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from mailint_gui.ui.icons import Shape, state_pixmap
from mailint_gui.ui.theme import PALETTE_EVENTS, TIGHT, Role, paint, role_colour

_ICON_SIZE = 14
_WIDTH_IN_CHARACTERS = 40
_UNBROKEN = re.compile(r"\S{24}(?=\S)")  # a label breaks no word, and would cut what is typed without blanks


class FieldMark(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ""
        self._icon = QLabel()
        self._icon.setFixedWidth(_ICON_SIZE)
        self.text = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.text.setFixedWidth(self.fontMetrics().averageCharWidth() * _WIDTH_IN_CHARACTERS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, TIGHT)
        row.setSpacing(TIGHT)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text)
        row.addStretch()
        self._dress()

    def show_words(self, words: str) -> None:
        self.words = words
        self.text.setText(_UNBROKEN.sub("\\g<0>\N{ZERO WIDTH SPACE}", words))
        self.text.setMinimumHeight(0)  # that of the words before would count as needed
        # Fixed, since a form asks a row for its height before it knows the width that wraps the words.
        self.text.setFixedHeight(self.text.heightForWidth(self.text.width()))

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
