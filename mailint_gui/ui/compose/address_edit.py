"""Recipients in one line, each completed from those whom we write with."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QWidget

_PARTS = re.compile(r"[,;]")
_LEAST = 2  # characters before anything is offered
_MOST_SHOWN = 8


class AddressEdit(QLineEdit):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = QStringListModel(self)
        self.completions = QCompleter(self._known, self)
        self.completions.setWidget(self)
        self.completions.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completions.setFilterMode(Qt.MatchFlag.MatchContains)
        self.completions.setMaxVisibleItems(_MOST_SHOWN)
        self.completions.activated.connect(self._complete)
        self.textEdited.connect(self._offer)

    def know(self, addresses: Sequence[str]) -> None:
        """The latest first."""
        self._known.setStringList(list(addresses))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self._popup()
        if popup.isVisible() and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}:
            self._complete(popup.currentIndex().data() or self.completions.currentCompletion())
            popup.hide()
        else:
            super().keyPressEvent(event)

    def _popup(self) -> QAbstractItemView:
        popup = self.completions.popup()
        assert popup is not None  # Qt makes one where there is none
        return popup

    def _offer(self) -> None:
        begun = self.text()[self._start() : self.cursorPosition()].strip()
        if len(begun) < _LEAST:
            self._popup().hide()
            return
        self.completions.setCompletionPrefix(begun)
        if self.completions.completionCount():
            self.completions.complete()

    def _complete(self, address: str) -> None:
        """In place of the entry that the cursor is in."""
        start, end = self._start(), self._end()
        before, after = self.text()[:start], self.text()[end:]
        filled = f"{before}{' ' if before else ''}{address}"
        self.setText(f"{filled}{after}" if after else f"{filled}, ")
        self.setCursorPosition(len(filled) if after else len(self.text()))
        self.textEdited.emit(self.text())

    def _start(self) -> int:
        places = [each.end() for each in _PARTS.finditer(self.text()[: self.cursorPosition()])]
        return places[-1] if places else 0

    def _end(self) -> int:
        found = _PARTS.search(self.text(), self.cursorPosition())
        return found.start() if found else len(self.text())
