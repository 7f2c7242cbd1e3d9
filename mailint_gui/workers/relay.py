"""The one place where a service's announcement, made on any thread, becomes a signal."""

from PySide6.QtCore import QObject, Signal

from mailint_gui.services.announcements import Announcement


class Relay(QObject):
    """Lives on the GUI thread; ``announce`` may be called from anywhere."""

    announced = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False

    def announce(self, announcement: Announcement) -> None:
        if not self._closed:
            self.announced.emit(announcement)

    def close(self) -> None:
        """From now on nothing is passed on: whoever listened is going away."""
        self._closed = True
