"""Commands on what is chosen in a list beside them: a button each, with its key in the tool tip."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from mailint_gui.ui.theme import TIGHT


class CommandColumn(QVBoxLayout):
    """``watched`` has the keys while it has the focus, so that Del in a text field still deletes a letter."""

    def __init__(self, actions: Iterable[QAction], watched: QWidget) -> None:
        super().__init__()
        self.setSpacing(TIGHT)
        native = QKeySequence.SequenceFormat.NativeText
        for action in actions:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            watched.addAction(action)
            keys = action.shortcut().toString(native)
            plain = action.text().replace("&", "")
            action.setIconText(action.text())  # a button takes this one, and would drop the letter for Alt
            action.setToolTip(f"{plain} ({keys})" if keys else plain)
            self.addWidget(_button(action))
        self.addStretch()


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().replace("&", ""))
    if action.menu() is not None:
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
