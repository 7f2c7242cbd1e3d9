"""Requests to the desk that are under way: kept alive until their end, and answered on the GUI thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

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
                signal.connect(_Listener(answer, call, self).hear)
        for signal, end in ((call.cancelled, cancelled), (call.finished, finished)):
            if end:
                signal.connect(_Listener(end, call, self).hear_end)
        call.finished.connect(lambda: self._calls.discard(call))
        return call

    def __len__(self) -> int:
        return len(self._calls)


class _Listener(QObject):
    """Until the call is over, or whoever asked is gone: Qt ends a connection with the object that it leads to."""

    def __init__(self, answer: Callable[..., None], call: Call, parent: QObject) -> None:
        super().__init__(parent)
        self._answer = answer
        call.destroyed.connect(self.deleteLater)

    def hear(self, value: object) -> None:
        self._answer(value)

    def hear_end(self) -> None:
        self._answer()
