"""Reads a long list page by page: from the start, further on as it is scrolled, and anew where it changed."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from mailint_gui.ui.paging.model import PagedModel
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.workers.calls import Call

PAGE = 100
MOST_ANEW = 400  # rows that are read again when something changed; older ones stay as they were
REFRESH_MS = 300  # changes within it are one

Ask = Callable[[int | None, int], Call]
"""(below which key, how many) -> a Call with the rows."""


class Listing(QObject):
    """The answer to the last question counts, whenever others come."""

    changed = Signal()  # the rows, or whether they are being read
    about_to_merge = Signal()
    merged = Signal()  # what changed was taken in
    failed = Signal(object)

    def __init__(self, ask: Ask, model: PagedModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._model = model
        self._calls = PendingCalls(self)
        self._running: Call | None = None
        self._stale = False
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._later.timeout.connect(self._refresh_now)
        self.is_read = False
        self.at_end = False

    @property
    def is_reading(self) -> bool:
        return self._running is not None

    def restart(self) -> None:
        """Another question: the rows of the last one stay until its first answer."""
        if self._running is not None:
            self._running.cancel()
            self._running = None
        self._stale = False
        self._read(None, PAGE, self._fill)

    def more(self) -> None:
        """The next page; nothing while something is read, or at the end."""
        if self._running is None and self.is_read and not self.at_end:
            self._read(self._model.last_key(), PAGE, self._append)

    def stop(self) -> None:
        """Its window goes: no answer is taken any more."""
        self._stale = False
        self._later.stop()
        running, self._running = self._running, None
        if running is not None:
            running.cancel()

    def refresh(self) -> None:
        """Soon: how the start of the list is now."""
        self._stale = True
        if not self._later.isActive():
            self._later.start()

    def _refresh_now(self) -> None:
        if self._running is None and self._stale:
            self._stale = False
            self._read(None, min(max(self._model.rowCount(), PAGE), MOST_ANEW), self._merge)

    def _read(self, before: int | None, limit: int, take: Callable[[tuple[Any, ...], int], None]) -> None:
        call = self._running = self._ask(before, limit)

        def succeeded(rows: tuple[Any, ...]) -> None:
            if self._running is call:
                self.is_read = True
                take(rows, limit)

        def failed(problem: object) -> None:
            if self._running is call:
                self.failed.emit(problem)

        def finished() -> None:
            if self._running is call:
                self._running = None
                self._refresh_now()
                self.changed.emit()

        self._calls.follow(call, succeeded, failed, finished)
        self.changed.emit()

    def _fill(self, rows: tuple[Any, ...], limit: int) -> None:
        self.at_end = len(rows) < limit
        self.about_to_merge.emit()
        self._model.fill(rows)

    def _append(self, rows: tuple[Any, ...], limit: int) -> None:
        self.at_end = len(rows) < limit
        self._model.append(rows)

    def _merge(self, rows: tuple[Any, ...], limit: int) -> None:
        ended = len(rows) < limit
        if ended or self._model.meets(rows):
            self.at_end |= ended
            self.about_to_merge.emit()
            self._model.merge(rows, ended)
            self.merged.emit()
        elif limit < MOST_ANEW:
            self._read(None, MOST_ANEW, self._merge)
        else:  # so much came that nothing shows how much lies between
            self._fill(rows, limit)
