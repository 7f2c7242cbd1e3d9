"""The one place where a service's announcement, made on any thread, becomes a signal."""

import threading

from PySide6.QtCore import QObject, Qt, Signal

from mailint_gui.services.announcements import Announcement

AT_ONCE = 200  # announcements passed on before other events of the window have their turn


class Relay(QObject):
    """Lives on the GUI thread; ``announce`` may be called from anywhere.

    What piles up while the window is busy is passed on in one go: each turn of its thread must win Python's lock
    from the workers, and a signal for each announcement would wait for it each time.
    """

    announced = Signal(object)
    _something_waits = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: list[Announcement] = []
        self._told = False
        self._closed = False
        self._something_waits.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def announce(self, announcement: Announcement) -> None:
        with self._lock:
            if self._closed:
                return
            self._waiting.append(announcement)
            told, self._told = self._told, True
        if not told:
            self._something_waits.emit()

    def _pass_on(self) -> None:
        with self._lock:
            now, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            self._told = bool(self._waiting)
        if self._told:
            self._something_waits.emit()
        for announcement in now:
            self.announced.emit(announcement)

    def close(self) -> None:
        """From now on nothing is passed on: whoever listened is going away."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
