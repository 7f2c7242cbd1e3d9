"""Keeps what is typed: a moment after a key, one save after the other, on a worker."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from mailint_gui.domain.draft import MailDraft
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.workers.compose_desk import ComposeDesk

SAVE_MS = 1000
LONGEST_SAVE_MS = 10_000
_RESTS = (
    100  # times as long as reading took: a long text is read in the GUI's thread, and typing must not feel it
)


class DraftKeeper(QObject):
    saved = Signal()
    failed = Signal(object)
    idle = Signal()  # nothing is being saved any more

    def __init__(
        self,
        desk: ComposeDesk,
        read: Callable[[], MailDraft],
        draft_id: int,
        stored: MailDraft,
        parent: QObject | None = None,
    ) -> None:
        """``stored``: how it is in the store, or how it began: that is not worth keeping."""
        super().__init__(parent)
        self._desk = desk
        self._read = read
        self._stored = stored
        self._is_open = False  # what is stored says that a window has it
        self._calls = PendingCalls(self)
        self._later = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._later.timeout.connect(self.save)
        self.draft_id = draft_id

    @property
    def is_busy(self) -> bool:
        return len(self._calls) > 0

    @property
    def is_kept(self) -> bool:
        """Whether what is typed is what is stored."""
        return self._read() == self._stored

    def touch(self) -> None:
        """Something was typed."""
        if not self._later.isActive():
            self._later.start()

    def stop(self) -> None:
        """No save begins any more by itself."""
        self._later.stop()

    def save(self) -> None:
        """Now, unless it is kept already; ``idle`` follows if ``is_busy``."""
        self._save(is_open=True)

    def put_away(self) -> None:
        """The same for the last time: the window is about to go."""
        self._save(is_open=False)

    def _save(self, is_open: bool) -> None:
        self._later.stop()
        draft = self._read_timed()
        if self.is_busy:
            self.touch()
        elif draft != self._stored or (self._is_open and not is_open):
            call = self._desk.save(self.draft_id, draft, is_open=is_open)
            self._calls.follow(
                call, lambda draft_id: self._take(draft_id, draft, is_open), self.failed.emit, self._ended
            )

    def _read_timed(self) -> MailDraft:
        """The longer it takes, the longer the next one waits."""
        began = time.perf_counter()
        draft = self._read()
        took_ms = (time.perf_counter() - began) * 1000
        self._later.setInterval(round(min(max(SAVE_MS, took_ms * _RESTS), LONGEST_SAVE_MS)))
        return draft

    def _take(self, draft_id: int, draft: MailDraft, is_open: bool) -> None:
        self.draft_id, self._stored, self._is_open = draft_id, draft, is_open
        self.saved.emit()

    def _ended(self) -> None:
        QTimer.singleShot(0, self, self._tell_idle)  # once the call is let go of

    def _tell_idle(self) -> None:
        if not self.is_busy:
            self.idle.emit()
