"""The one place where a service's announcement, made on any thread, becomes a signal."""

import threading
import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance

from mailint_gui.domain.check import CheckOutcome, CheckProgress
from mailint_gui.services.announcements import Announcement, CheckStarted, MessagesChanged, RecordsChanged

AT_ONCE = 0.003  # seconds of passing on before other events of the window have their turn
LATER_MS = 100
_CAN_WAIT = (  # for what cannot, or ``LATER_MS``
    CheckStarted,
    CheckProgress,
    CheckOutcome,
    MessagesChanged,
    RecordsChanged,
)


class Relay(QObject):
    """Lives on the GUI thread; ``announce`` may be called from anywhere, and is passed on in the order of the calls.

    What piles up is passed on in one go: each turn of the GUI's thread must win Python's lock from the workers, and a
    worker that wakes it stands still for a tenth of a millisecond. So what comes by the hundred wakes nobody by
    itself, and of where a check was meanwhile only the last is passed on.
    """

    announced = Signal(object)
    _something_waits = Signal()
    _something_can_wait = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: deque[Announcement] = deque()
        self._told = False
        self._told_later = False
        self._closed = False
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._pass_on_late)
        self._something_waits.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._something_can_wait.connect(self._later.start, Qt.ConnectionType.QueuedConnection)

    def announce(self, announcement: Announcement) -> None:
        with self._lock:
            if self._closed:
                return
            self._waiting.append(announcement)
            wake = self._wake_now() if not isinstance(announcement, _CAN_WAIT) else self._wake_later()
        if wake:
            wake.emit()

    def _wake_now(self) -> SignalInstance | None:
        told, self._told = self._told, True
        return None if told else self._something_waits

    def _wake_later(self) -> SignalInstance | None:
        if self._told or self._told_later:
            return None
        self._told_later = True
        return self._something_can_wait

    def _pass_on_late(self) -> None:
        with self._lock:
            self._told_later = False
        self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            now, self._waiting = _without_outdated(self._waiting), deque()
            self._told = False
        until = time.perf_counter() + AT_ONCE
        while now and time.perf_counter() < until:
            self.announced.emit(now.popleft())
        if now:
            self._leave(now)

    def _leave(self, rest: deque[Announcement]) -> None:
        """For the next turn, before what came meanwhile."""
        with self._lock:
            if self._closed:
                return
            self._waiting.extendleft(reversed(rest))
            wake = self._wake_now()
        if wake:
            wake.emit()

    def close(self) -> None:
        """From now on nothing is passed on: whoever listened is going away."""
        with self._lock:
            self._closed = True
            self._waiting.clear()


def _without_outdated(announcements: deque[Announcement]) -> deque[Announcement]:
    """The same in order, without stages and counts of checks that are farther by now."""
    kept: deque[Announcement] = deque()
    over: set[int] = set()
    told: set[tuple[int, bool]] = set()
    for each in reversed(announcements):
        if isinstance(each, CheckProgress):
            what = each.integration_id, bool(each.total)
            if each.integration_id in over or what in told:
                continue
            told.add(what)
        elif isinstance(each, CheckStarted | CheckOutcome):
            over.add(each.integration_id)
        kept.appendleft(each)
    return kept
