"""The windows beside the main one: one of each, raised when it is asked for again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.workers.desk import Desk

if TYPE_CHECKING:
    from mailint_gui.ui.compose.compose_windows import ComposeWindows
    from mailint_gui.ui.outbox.window import OutboxWindow
    from mailint_gui.ui.rules.window import RulesWindow


class FurtherWindows(QObject):
    refused = Signal(str)  # why no window opened
    queued = Signal(object)  # OutboxItem, that an admin typed

    def __init__(self, desk: Desk, board: StatusBoard, memory: WindowMemory, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._board = board
        self._memory = memory
        self._window = window
        self._compose: ComposeWindows | None = None
        self._outbox: OutboxWindow | None = None
        self._rules: RulesWindow | None = None
        self._then: Callable[[], object] | None = None

    def open_rules(self, integration_id: int | None = None) -> None:
        """The rules of one integration; None: all of them."""
        from mailint_gui.ui.rules.window import RulesWindow  # windows are loaded when first used

        if self._rules is None:
            self._rules = RulesWindow(self._desk, self._board, self._memory, self._window)
            self._rules.closed.connect(self._forget_rules)
            self._rules.kept_open.connect(self._stay)
        self._rules.show_for(integration_id)
        _raise(self._rules)

    @property
    def compose(self) -> "ComposeWindows":
        from mailint_gui.ui.compose.compose_windows import ComposeWindows

        if self._compose is None:
            self._compose = ComposeWindows(self._desk, self._board, self._memory, self._window)
            self._compose.refused.connect(self.refused)
            self._compose.sent.connect(self.queued)
        return self._compose

    def open_compose(self) -> None:
        self.compose.new()

    def open_outbox(self) -> None:
        from mailint_gui.ui.outbox.window import OutboxWindow

        if self._outbox is None:
            self._outbox = OutboxWindow(self._desk, self.compose, self._memory, self._window)
            self._outbox.closed.connect(self._forget_outbox)
        _raise(self._outbox)

    def close(self, then: Callable[[], object]) -> bool:
        """Closes them all. False while one has to ask about what is not saved; ``then`` follows when it closed."""
        if self._outbox is not None:
            self._outbox.close()
        if self._compose is not None and not self._compose.close(then):
            return False  # ``then`` comes here again
        if self._rules is None:
            return True
        asks = self._rules.rules.dirty
        if asks:
            self._then = then
            _raise(self._rules)
        self._rules.close()
        return not asks

    def _forget_outbox(self) -> None:
        self._outbox = None

    def _forget_rules(self) -> None:
        self._rules = None
        then, self._then = self._then, None
        if then is not None:
            QTimer.singleShot(0, self, then)  # when the window has closed

    def _stay(self) -> None:
        self._then = None


def _raise(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
