"""What few need, behind a button that shows it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget


class DisclosureButton(QToolButton):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setArrowType(Qt.ArrowType.RightArrow)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._point)

    def _point(self, opened: bool) -> None:
        self.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)


class Disclosed(QWidget):
    """Hidden until ``button`` is pressed, or ``disclose`` is called."""

    def hide_behind(self, button: DisclosureButton) -> None:
        self._button = button
        button.toggled.connect(self.setVisible)
        self.setVisible(button.isChecked())

    def disclose(self) -> None:
        self._button.setChecked(True)
