"""Dialogs in which something is typed: closing one, or quitting with it open, asks before that is thrown away."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from mailint_gui.ui.discard_question import ask_to_discard
from mailint_gui.ui.session_end import session_ends


class EditingDialog(QDialog):
    kept_open = Signal()  # the admin goes on with what is typed

    @property
    def dirty(self) -> bool:
        """Whether something is typed that is not stored."""
        raise NotImplementedError

    def reject(self) -> None:
        """Closes; asks first when something is typed that is not stored."""
        if self.dirty and not session_ends():
            ask_to_discard(self, partial(QDialog.reject, self), self.kept_open.emit)
        else:
            super().reject()


class OpenEditors(QObject):
    """Those of a window and of the windows beside it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._gone: set[EditingDialog] = set()
        self._then: Callable[[], object] | None = None

    def close(self, then: Callable[[], object]) -> bool:
        """False while one asks about what is typed in it; ``then`` follows when it closed, and not when it stays."""
        for dialog in self._window.findChildren(EditingDialog):
            if dialog not in self._gone and dialog.dirty:
                self._then = then
                dialog.finished.connect(partial(self._went, dialog))
                dialog.kept_open.connect(self._stay)
                _raise(dialog)
                dialog.reject()
                return False
        self._gone.clear()
        return True

    def _went(self, dialog: EditingDialog, _result: int) -> None:
        self._gone.add(dialog)  # Qt deletes it a little later
        then, self._then = self._then, None
        if then is not None:
            QTimer.singleShot(0, self, then)

    def _stay(self) -> None:
        self._then = None


def _raise(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
