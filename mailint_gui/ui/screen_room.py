"""How large a window may be, so that all of it is on its screen."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_USUAL_FRAME = QSize(
    16, 48
)  # about what a desktop draws around a window; of this one it is known once it is shown


def resize_within_screen(window: QWidget, wanted: QSize) -> None:
    """No larger than what panels leave of the screen, less the frame around the window."""
    window.resize(wanted.boundedTo(window.screen().availableSize() - _frame(window)))


def _frame(window: QWidget) -> QSize:
    """That of the window it belongs to, where that one is on the screen and has a larger one than is usual."""
    parent = window.parentWidget()
    if parent is None:
        return _USUAL_FRAME
    beside = parent.window()
    return (beside.frameSize() - beside.size()).expandedTo(_USUAL_FRAME)
