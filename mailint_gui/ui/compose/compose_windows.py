"""The compose windows that are open: new ones, answers, drafts; one for each message."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.draft import MailDraft, StoredDraft
from mailint_gui.domain.reply import ReplyKind
from mailint_gui.ui.compose.window import ComposeWindow
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.workers.calls import Call
from mailint_gui.workers.compose_desk import ComposeDesk
from mailint_gui.workers.desk import Desk

_APART = 24  # pixels between a window and the next


class ComposeWindows(QObject):
    refused = Signal(str)  # why no window opened
    sent = Signal(object)  # OutboxItem, queued
    drafts_changed = Signal()  # a window closed, or opened a draft

    def __init__(self, desk: Desk, board: StatusBoard, memory: WindowMemory, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = ComposeDesk(desk)
        self._board = board
        self._memory = memory
        self._parent = parent
        self._calls = PendingCalls(self)
        self._open: list[ComposeWindow] = []
        self._then: Callable[[], object] | None = None

    @property
    def windows(self) -> tuple[ComposeWindow, ...]:
        return tuple(self._open)

    def new(self) -> None:
        self._begin(self._desk.blank())

    def reply(self, message_id: int, kind: ReplyKind) -> None:
        self._begin(self._desk.reply(message_id, kind))

    def reply_to_record(self, number: int, kind: ReplyKind, chosen: int | None) -> None:
        self._begin(self._desk.reply_to_record(number, kind, chosen))

    def again(self, outbox_id: int) -> None:
        """What was to be sent, to be edited; it takes the place of the item once it is queued."""
        self._begin(self._desk.again(outbox_id))

    def open_draft(self, stored: StoredDraft) -> None:
        """Raised, where it is open already."""
        for window in self._open:
            if window.keeper.draft_id == stored.id:
                _raise(window)
                return
        self._show(stored.draft, stored.id)

    def close(self, then: Callable[[], object]) -> bool:
        """Keeps what is typed and closes them all. False while that takes; ``then`` follows when it is done."""
        if not self._open:
            return True
        self._then = then
        for window in tuple(self._open):
            if window.is_unsent:
                window.save_and_close()
            else:
                window.close()
        return False

    def _begin(self, call: Call) -> None:
        self._calls.follow(call, self._show, self._tell)

    def _show(self, draft: MailDraft, draft_id: int = 0) -> None:
        window = ComposeWindow(self._desk, self._board, self._memory, draft, draft_id, self._parent)
        if self._open:
            window.move(self._open[-1].pos().x() + _APART, self._open[-1].pos().y() + _APART)
        self._open.append(window)
        window.sent.connect(self.sent)
        window.kept_open.connect(self._stay)
        window.closed.connect(lambda: self._forget(window))
        _raise(window)

    def _forget(self, window: ComposeWindow) -> None:
        self._open.remove(window)
        self.drafts_changed.emit()
        if not self._open and self._then is not None:
            then, self._then = self._then, None
            QTimer.singleShot(0, self, then)  # when the window has closed

    def _stay(self) -> None:
        self._then = None

    def _tell(self, failure: Failure) -> None:
        self.refused.emit(failure_words(failure))


def _raise(window: QWidget) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
