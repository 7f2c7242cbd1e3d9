"""How large a window may be, so that all of it is on its screen, and how its contents scroll where that is small."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QFrame, QMainWindow, QScrollArea, QVBoxLayout, QWidget

_USUAL_FRAME = QSize(
    16, 48
)  # about what a desktop draws around a window; of this one it is known once it is shown


class _Room(QWidget):
    """Of what is in a scroll area, which Qt else keeps as tall as it likes to be where a text in it wraps: lists too,
    and they scroll by themselves.
    """

    def __init__(self, parent: QWidget, inside: QWidget) -> None:
        super().__init__(parent)
        self._inside = inside
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(inside)

    def heightForWidth(self, width: int) -> int:
        inside = self._inside.layout()
        return super().heightForWidth(width) if inside is None else inside.totalMinimumHeightForWidth(width)


class Contents(QScrollArea):
    """What is in a window. It asks for all its room, and takes less."""

    def __init__(self, window: QWidget, inside: QWidget) -> None:
        """``inside`` does not leave the window on its way: its fields keep their order for the Tab key."""
        super().__init__(window)
        self._inside = inside
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room = _Room(self, inside)
        self.setWidget(room)
        for ground in (self.viewport(), room, inside):
            ground.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()


def fit_dialog(dialog: QDialog, wanted: QSize | None = None) -> None:
    """As large as ``wanted``, or as it asks for; on a small screen all but its last row, the buttons, scrolls."""
    column = dialog.layout()
    assert isinstance(column, QVBoxLayout)
    hint, focused = dialog.sizeHint(), dialog.focusWidget()
    page = QWidget(dialog)
    page.setLayout(column)  # takes all that is laid out in it along
    contents = Contents(dialog, page)
    outer = QVBoxLayout(dialog)
    outer.setContentsMargins(column.contentsMargins())
    outer.setSpacing(column.spacing())
    column.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(contents, 1)
    _move_last(column, outer)
    if focused is not None:
        focused.setFocus()  # what moves loses it
    resize_within_screen(dialog, wanted or hint)


def let_contents_scroll(window: QMainWindow) -> None:
    """All but its bars."""
    inside = window.centralWidget()
    assert inside is not None
    window.setCentralWidget(Contents(window, inside))


def resize_within_screen(window: QWidget, wanted: QSize) -> None:
    """No larger than what panels leave of the screen, less the frame around the window."""
    window.resize(wanted.boundedTo(window.screen().availableSize() - _frame(window)))
    if window.isVisible():
        _keep_within_screen(window)


def _keep_within_screen(window: QWidget) -> None:
    """One that grew past an edge."""
    room, taken = window.screen().availableGeometry(), window.frameGeometry()
    taken.moveRight(min(taken.right(), room.right()))
    taken.moveBottom(min(taken.bottom(), room.bottom()))
    taken.moveLeft(max(taken.left(), room.left()))
    taken.moveTop(max(taken.top(), room.top()))
    window.move(taken.topLeft())


def _move_last(source: QVBoxLayout, target: QVBoxLayout) -> None:
    item = source.takeAt(source.count() - 1)
    assert item is not None
    widget, row = item.widget(), item.layout()
    if widget is not None:
        target.addWidget(widget)
    elif row is not None:
        target.addLayout(row)


def _frame(window: QWidget) -> QSize:
    """That of the window it belongs to, where that one is on the screen and has a larger one than is usual."""
    parent = window.parentWidget()
    if parent is None:
        return _USUAL_FRAME
    beside = parent.window()
    return (beside.frameSize() - beside.size()).expandedTo(_USUAL_FRAME)
