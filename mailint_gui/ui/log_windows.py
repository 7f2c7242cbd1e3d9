"""The windows of what came in: messages, service records, stopped loops; one of each, raised when asked for again."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.clock import Clock
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.workers.desk import Desk

if TYPE_CHECKING:
    from mailint_gui.ui.loops.dialog import StoppedLoops
    from mailint_gui.ui.messages.window import MessagesWindow
    from mailint_gui.ui.records.window import RecordsWindow


class LogWindows(QObject):
    reply_requested = Signal(int, object)  # id of the message, ReplyKind
    record_reply_requested = Signal(int, object, object)  # number, ReplyKind, id of the message or None

    def __init__(
        self, desk: Desk, board: StatusBoard, clock: Clock, memory: WindowMemory, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._board = board
        self._clock = clock
        self._memory = memory
        self._window = window
        self._messages: MessagesWindow | None = None
        self._records: RecordsWindow | None = None
        self._loops: StoppedLoops | None = None

    def open_messages(self) -> None:
        """As they are filtered already."""
        _raise(self._messages_window())

    def open_messages_of(self, integration_id: int, state: str = "") -> None:
        """Of one integration; ``state`` narrows it further."""
        window = self._messages_window()
        window.show_only(integration_id, state)
        _raise(window)

    def open_message(self, message_id: int) -> None:
        window = self._messages_window()
        window.show_message(message_id)
        _raise(window)

    def open_records(self) -> None:
        _raise(self._records_window())

    def open_record(self, number: int) -> None:
        window = self._records_window()
        window.show_record(number)
        _raise(window)

    def open_loops(self) -> None:
        from mailint_gui.ui.loops.dialog import StoppedLoops  # windows are loaded when first used

        if self._loops is None:
            self._loops = StoppedLoops(self._desk, self._window)
            self._loops.message_requested.connect(self.open_message)
            self._loops.finished.connect(self._forget_loops)
        _raise(self._loops)

    def tell(self, refusal: str) -> bool:
        """In the one of them that is in front, where somebody asked for it. -> whether one is."""
        for window in (self._messages, self._records):
            if window is not None and window.isActiveWindow():
                window.tell(refusal, True)
                return True
        return False

    def keep_places(self) -> None:
        """With the main window's own: they may go with it unasked."""
        for window in (self._messages, self._records):
            if window is not None:
                window.keep_place()

    def _messages_window(self) -> "MessagesWindow":
        from mailint_gui.ui.messages.window import MessagesWindow

        if self._messages is None:
            self._messages = MessagesWindow(self._desk, self._board, self._clock, self._memory, self._window)
            self._messages.closed.connect(self._forget_messages)
            self._messages.record_requested.connect(self.open_record)
            self._messages.reply_requested.connect(self.reply_requested)
            self._messages.loops_requested.connect(self.open_loops)
        return self._messages

    def _records_window(self) -> "RecordsWindow":
        from mailint_gui.ui.records.window import RecordsWindow

        if self._records is None:
            self._records = RecordsWindow(self._desk, self._board, self._memory, self._window)
            self._records.closed.connect(self._forget_records)
            self._records.messages_requested.connect(self.open_messages)
            self._records.reply_requested.connect(self.record_reply_requested)
        return self._records

    def _forget_messages(self) -> None:
        self._messages = None

    def _forget_records(self) -> None:
        self._records = None

    def _forget_loops(self) -> None:
        self._loops = None


def _raise(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
