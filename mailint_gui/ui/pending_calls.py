"""Requests to the desk that are under way: kept alive until their end, and answered on the GUI thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from shiboken6 import isValid

from mailint_gui.workers.calls import Call

Answer = Callable[[Any], None]
End = Callable[[], None]


class PendingCalls(QObject):
    """Whoever asked and is gone is not answered: a window may close while it reads."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: set[Call] = set()

    def follow(
        self,
        call: Call,
        succeeded: Answer | None = None,
        failed: Answer | None = None,
        finished: End | None = None,
        *,
        progressed: Answer | None = None,
        cancelled: End | None = None,
    ) -> Call:
        self._calls.add(call)
        for signal, answer in (
            (call.progressed, progressed),
            (call.succeeded, succeeded),
            (call.failed, failed),
        ):
            if answer:
                signal.connect(self._answering(answer))
        for signal, end in ((call.cancelled, cancelled), (call.finished, finished)):
            if end:
                signal.connect(self._answering(end))
        call.finished.connect(lambda: self._calls.discard(call))
        return call

    def _answering(self, answer: Callable[..., None]) -> Callable[..., None]:
        def hear(*values: object) -> None:
            if isValid(self):
                answer(*values)

        return hear

    def __len__(self) -> int:
        return len(self._calls)
