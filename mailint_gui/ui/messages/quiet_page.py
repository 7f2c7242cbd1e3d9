"""A page that has nothing to show, and says why; with a button for what to do where there is something."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from mailint_gui.ui.theme import BETWEEN_GROUPS


class QuietPage(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton(autoDefault=False)
        self.button.hide()
        column = QVBoxLayout(self)
        column.setSpacing(BETWEEN_GROUPS)
        column.addStretch()
        column.addWidget(self.text)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()

    def say(self, words: str, act: str = "") -> None:
        """``act``: what the button says; empty: there is none."""
        self.text.setText(words)
        self.button.setText(act)
        self.button.setVisible(bool(act))
