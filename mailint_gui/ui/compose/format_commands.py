"""Bold, italic, underlined, lists: what the cursor is in, and what is made of what is selected."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QFont, QTextBlockFormat, QTextCharFormat, QTextListFormat

from mailint_gui.ui.compose.body_edit import BodyEdit

_Style = QTextListFormat.Style
_LISTS = {"bullets": _Style.ListDisc, "numbers": _Style.ListDecimal}
NAMES = ("bold", "italic", "underline", "bullets", "numbers", "plain")


class FormatCommands(QObject):
    def __init__(self, body: BodyEdit, actions: Mapping[str, QAction], parent: QObject | None = None) -> None:
        """``actions`` by ``NAMES``."""
        super().__init__(parent)
        self._body = body
        self._actions = actions
        done: dict[str, Callable[[bool], object]] = {
            "bold": lambda on: body.setFontWeight(QFont.Weight.Bold if on else QFont.Weight.Normal),
            "italic": body.setFontItalic,
            "underline": body.setFontUnderline,
            "bullets": lambda on: self._make_list("bullets", on),
            "numbers": lambda on: self._make_list("numbers", on),
            "plain": lambda _on: self._make_plain(),
        }
        for name, do in done.items():
            actions[name].triggered.connect(do)
        body.currentCharFormatChanged.connect(self._show_characters)
        body.cursorPositionChanged.connect(self._show_list)
        self._show_characters(body.currentCharFormat())
        self._show_list()

    def allow(self, possible: bool) -> None:
        self._body.takes_formatting = possible
        for name in NAMES:
            self._actions[name].setEnabled(possible)

    def _show_characters(self, written: QTextCharFormat) -> None:
        self._actions["bold"].setChecked(written.fontWeight() > QFont.Weight.Medium)
        self._actions["italic"].setChecked(written.fontItalic())
        self._actions["underline"].setChecked(written.fontUnderline())

    def _show_list(self) -> None:
        items = self._body.textCursor().currentList()
        for name, style in _LISTS.items():
            self._actions[name].setChecked(items is not None and items.format().style() == style)

    def _make_list(self, name: str, on: bool) -> None:
        cursor = self._body.textCursor()
        if on:
            cursor.createList(_LISTS[name])
        else:
            cursor.setBlockFormat(QTextBlockFormat())
        self._show_list()

    def _make_plain(self) -> None:
        cursor = self._body.textCursor()
        cursor.setCharFormat(QTextCharFormat())
        cursor.setBlockFormat(QTextBlockFormat())
        self._body.setCurrentCharFormat(QTextCharFormat())
        self._show_list()
