"""Foreign text where Qt guesses whether it is markup."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def plain_tip(text: str) -> str:
    """Text for a tool tip that is never read as rich text, whatever an admin or a server wrote."""
    return text.replace("<", "‹").replace(">", "›")


def wrapped_label() -> QLabel:
    """Sentences that can be selected and copied."""
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setMinimumWidth(1)  # a long word of a server must not widen the pane
    return label
