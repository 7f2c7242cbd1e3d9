"""Requests to the desk that are under way: kept alive until their end, and answered on the GUI thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from mailint_gui.workers.calls import Call

Answer = Callable[[Any], None]


class PendingCalls(QObject):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: set[Call] = set()

    def follow(
        self,
        call: Call,
        succeeded: Answer | None = None,
        failed: Answer | None = None,
        finished: Callable[[], None] | None = None,
    ) -> Call:
        self._calls.add(call)
        if succeeded:
            call.succeeded.connect(succeeded)
        if failed:
            call.failed.connect(failed)
        if finished:
            call.finished.connect(finished)
        call.finished.connect(lambda: self._calls.discard(call))
        return call

    def __len__(self) -> int:
        return len(self._calls)
