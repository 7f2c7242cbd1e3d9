"""Tells the desktop what happened: gathers events, shows them where that works, and opens what is clicked."""

from PySide6.QtCore import QObject, QTimer, Signal

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.ui.notifications.collector import Collector, Notice
from mailint_gui.ui.notifications.notifier import Notifier

REPLACE_MS = 1_000  # a summary that grows is shown again at most this often


class Announcer(QObject):
    integration_requested = Signal(int)
    panel_requested = Signal()

    def __init__(
        self,
        notifier: Notifier,
        fallback: Notifier | None = None,
        clock: Clock = system_clock,
        parent: QObject | None = None,
    ) -> None:
        """``fallback`` takes over for good when ``notifier`` says that it cannot show anything."""
        super().__init__(parent)
        self._collector = Collector()
        self._clock = clock
        self._notifier = notifier
        self._fallback = fallback
        self._growing: Notice | None = None
        self._timer = QTimer(self, interval=REPLACE_MS, singleShot=True)
        self._timer.timeout.connect(self._show_grown)
        self._listen_to(notifier)

    def announce(self, event: IntegrationEvent) -> None:
        notice = self._collector.take(event, self._clock())
        if not notice.replaces:
            self._growing = None
            self._timer.stop()
            self._notifier.show(notice)
            return
        self._growing = notice
        if not self._timer.isActive():
            self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        self._notifier.close()

    def _show_grown(self) -> None:
        if self._growing is not None:
            self._notifier.show(self._growing)
            self._growing = None

    def _listen_to(self, notifier: Notifier) -> None:
        notifier.activated.connect(self._activated)
        notifier.unavailable.connect(self._fall_back)

    def _activated(self, integration_id: int | None) -> None:
        if integration_id is None:
            self.panel_requested.emit()
        else:
            self.integration_requested.emit(integration_id)

    def _fall_back(self) -> None:
        if self._fallback is None or self._notifier is self._fallback:
            return
        unshown = self._notifier.unshown
        self._notifier, unshown = self._fallback, list(unshown)
        self._listen_to(self._notifier)
        for notice in unshown:
            self._notifier.show(notice)
