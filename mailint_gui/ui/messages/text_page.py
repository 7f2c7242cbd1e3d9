"""A foreign text in a plain view, with a word where only its start is shown."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.text import filled
from mailint_gui.workers.shown_text import ShownText


class TextPage(QWidget):
    """``row`` takes whatever stands below the text."""

    def __init__(self, name: str, parent: QWidget | None = None, *, is_source: bool = False) -> None:
        super().__init__(parent)
        self.view = QPlainTextEdit(readOnly=True, undoRedoEnabled=False)
        self.view.setAccessibleName(name)
        self.view.setTabChangesFocus(True)
        self.view.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        if is_source:
            fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            fixed.setStyleHint(QFont.StyleHint.Monospace)
            self.view.setFont(fixed)
        self.notice = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.row = QHBoxLayout()
        self.row.setSpacing(BETWEEN_CONTROLS)
        self.row.addWidget(self.notice)
        self.row.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(BETWEEN_CONTROLS)
        column.addWidget(self.view)
        column.addLayout(self.row)

    def show_text(self, shown: ShownText) -> None:
        self.view.setPlainText(shown.text)
        told = self.tr("Only the start is shown: {shown} of {size} characters.")
        counts = {"shown": f"{len(shown.text):n}", "size": f"{shown.size:n}"}
        self.notice.setText(filled(told, counts) if shown.is_cut else "")

    def show_words(self, words: str) -> None:
        """Why there is no text."""
        self.view.setPlainText(words)
        self.notice.clear()
