"""A list that is typed: one entry a line."""

from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

_LINES = 4


class EntriesEdit(QPlainTextEdit):
    """As high as four lines, and scrolls beyond. Which entries are right is for the validation to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tabChangesFocus=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        line = self.fontMetrics().lineSpacing()
        margins = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        self.setFixedHeight(line * _LINES + margins + line // 2)  # less than a line's room makes it scroll

    def entries(self) -> tuple[str, ...]:
        """Without the lines that are empty, and without blanks around."""
        return tuple(filter(None, map(str.strip, self.toPlainText().split("\n"))))

    def set_entries(self, entries: tuple[str, ...]) -> None:
        self.setPlainText("\n".join(entries))
