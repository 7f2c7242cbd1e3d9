"""The clock: one QTimer that says what time it is, and notices that the computer slept."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

TICK_MS = 250
SLEPT = 5.0  # seconds that are missing between two ticks


class Ticker(QObject):
    """``ticked`` gives monotonic seconds; ``woke`` comes first when the clocks ran on without us.

    Wall time that jumped ahead of monotonic time is sleep, or a clock that was set; both only make checks due
    sooner. A clock that was set back means nothing to a monotonic schedule.
    """

    ticked = Signal(float)
    woke = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = time.monotonic(), time.time()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.monotonic(), time.time()
        self._timer.start(TICK_MS)

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        self.tick(time.monotonic(), time.time())

    def tick(self, monotonic: float, wall: float) -> None:
        before, wall_before = self._last
        self._last = monotonic, wall
        if max(monotonic - before, wall - wall_before) > SLEPT + TICK_MS / 1000:
            self.woke.emit(monotonic)
        self.ticked.emit(monotonic)
