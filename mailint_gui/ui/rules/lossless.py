"""Text widgets that give back exactly what they were given where nothing was typed.

A QPlainTextEdit knows one kind of line break; a list has one entry a line, whatever breaks an entry has in itself.
"""

import re
from collections.abc import Iterable

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

MOST = 1_000_000  # characters that a field takes; what is too long is said, and never cut off in silence
_PARAGRAPH = "\N{PARAGRAPH SEPARATOR}"
_BREAKS = re.compile("\r\n|[\r\n\u2028\u2029\ufdd0\ufdd1]")  # what the widget would break a line at
_BREAK_SIGN = "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"


class TextLine(QLineEdit):
    """Keeps every character, line breaks too, which it shows as blanks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(MOST)


class _Area(QPlainTextEdit):
    """The Tab key goes on to the next field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def _raw(self) -> str:
        """``toPlainText`` would make a blank of each no-break space."""
        return self.document().toRawText().replace(_PARAGRAPH, "\n")


class TextArea(_Area):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given = ""
        self._shown = ""

    def set_text(self, text: str) -> None:
        if text != self.text():
            self._given = text
            self.setPlainText(text)
            self._shown = self._raw()

    def text(self) -> str:
        raw = self._raw()
        return self._given if raw == self._shown else raw


class EntriesArea(_Area):
    """A list, one entry a line. A break within an entry is shown as a sign, and kept while its line is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._originals: dict[str, str] = {}
        self._given: tuple[str, ...] = ()
        self._shown = ""

    def set_entries(self, entries: Iterable[str]) -> None:
        given = tuple(entries)
        if given == self.entries():
            return
        shown = [_BREAKS.sub(_BREAK_SIGN, entry) for entry in given]
        self._given = given
        self._originals = dict(zip(shown, given, strict=True))
        self.setPlainText("\n".join(shown))
        self._shown = self._raw()

    def entries(self) -> tuple[str, ...]:
        """Lines with nothing on them are no entries."""
        raw = self._raw()
        if raw == self._shown:
            return self._given
        lines = (line for line in raw.split("\n") if line.strip() or line in self._originals)
        return tuple(self._originals.get(line, line) for line in lines)
