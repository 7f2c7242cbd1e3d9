"""The text of a message: formatted a little, and nothing foreign in it but words."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QUrl, Signal
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit, QWidget

from mailint_gui.ui.compose.rich_text import plain_text, rich_text

_MOST_FORMATTED = 200_000  # characters of pasted HTML; above, its words alone are taken


class _Document(QTextDocument):
    """Loads nothing, whatever what is pasted points to."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return None


class BodyEdit(QTextEdit):
    files_given = Signal(object)  # tuple[Path, ...]: dropped or pasted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocument(_Document(self))
        self.setTabChangesFocus(True)
        self.takes_formatting = True

    def put(self, text: str, rich: str) -> None:
        """In place of all; the cursor before it."""
        if rich:
            self.setHtml(rich)
        else:
            self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.document().clearUndoRedoStacks()

    def text(self) -> str:
        return plain_text(self.document())

    def rich(self) -> str:
        return rich_text(self.document())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(source.hasText() or source.hasHtml() or _files(source))

    def insertFromMimeData(self, source: QMimeData) -> None:
        if files := _files(source):
            self.files_given.emit(files)
        elif self.takes_formatting and source.hasHtml() and len(source.html()) <= _MOST_FORMATTED:
            self._insert_formatted(source.html())
        else:
            self.textCursor().insertText(source.text())
        self.ensureCursorVisible()

    def _insert_formatted(self, foreign: str) -> None:
        """No more of it than can be typed here."""
        document = _Document()
        document.setHtml(foreign)
        if rich := rich_text(document):
            self.textCursor().insertHtml(rich)
        else:
            self.textCursor().insertText(plain_text(document))


def _files(source: QMimeData) -> tuple[Path, ...]:
    local = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
    return tuple(Path(each) for each in local) if len(local) == len(source.urls()) else ()
