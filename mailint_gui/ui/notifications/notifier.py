"""Where a notification is shown: what every place can do, and the tray's own way."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.ui.notifications.collector import Notice


class Notifier(QObject):
    activated = Signal(object)  # IntegrationEvent | None: what a clicked notification speaks of
    unavailable = Signal()  # it cannot show anything here; what was not shown is in ``unshown``

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.unshown: list[Notice] = []

    def show(self, notice: Notice) -> None:
        """Shows it, or takes back the last one and shows this instead when it replaces it."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what it holds."""


class TrayNotifier(Notifier):
    """Through the tray icon (Windows, macOS). Its click does not say on what: it means the newest."""

    def __init__(self, icon: QSystemTrayIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._newest: IntegrationEvent | None = None
        icon.messageClicked.connect(lambda: self.activated.emit(self._newest))

    def show(self, notice: Notice) -> None:
        self._newest = notice.event
        self._icon.showMessage(notice.title, notice.body)
