"""Tells the desktop what happened: gathers events, shows them where that works, and opens what is clicked."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.notification import Channel
from mailint_gui.domain.telling import Telling
from mailint_gui.ui.notifications.collector import Collector, Notice
from mailint_gui.ui.notifications.notifier import Notifier

REPLACE_MS = 1_000  # a summary that grows is shown again at most this often
HELD_MS = 15_000  # what quiet hours hold back is shown at most this late


MakeNotifier = Callable[[], Notifier]


class Announcer(QObject):
    event_requested = Signal(object)  # IntegrationEvent: the place to mend it is wanted
    panel_requested = Signal()

    def __init__(
        self, places: Sequence[MakeNotifier], clock: Clock = system_clock, parent: QObject | None = None
    ) -> None:
        """``places`` in order of preference: the first is made when there is something to show, the next when
        that says that it cannot show anything."""
        super().__init__(parent)
        self._collector = Collector()
        self._clock = clock
        self._places = list(places)
        self._notifier: Notifier | None = None
        self._growing: Notice | None = None
        self._timer = QTimer(self, interval=REPLACE_MS, singleShot=True)
        self._timer.timeout.connect(self._show_grown)
        self._telling = Telling()
        self._held: list[IntegrationEvent] = []
        self._quiet = QTimer(self, interval=HELD_MS)
        self._quiet.timeout.connect(self.tell_held)

    def show(self, notice: Notice) -> None:
        if self._notifier is None:
            self._go_on_to_next()
        if self._notifier is not None:
            self._notifier.show(notice)

    def set_telling(self, telling: Telling) -> None:
        self._telling = telling
        self.tell_held()

    def announce(self, event: IntegrationEvent) -> None:
        """Now, after the quiet hours, or not at all."""
        now = self._clock()
        if self._telling.due(event, Channel.SOUND, now) == now:
            QApplication.beep()
        due = self._telling.due(event, Channel.TRAY, now)
        if due == now:
            self._announce(event)
        elif due is not None:
            self._held.append(event)
            self._quiet.start()

    def tell_held(self) -> None:
        """What is not held back any more: the collector makes one notification of it."""
        held, self._held = self._held, []
        self._quiet.stop()
        now = self._clock()
        for event in held:
            due = self._telling.due(event, Channel.TRAY, now)
            if due == now:
                self._announce(event)
            elif due is not None:
                self._held.append(event)
        if self._held:
            self._quiet.start()

    def _announce(self, event: IntegrationEvent) -> None:
        notice = self._collector.take(event, self._clock())
        if not notice.replaces:
            self._growing = None
            self._timer.stop()
            self.show(notice)
            return
        self._growing = notice
        if not self._timer.isActive():
            self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        self._quiet.stop()
        if self._notifier is not None:
            self._notifier.close()

    def _show_grown(self) -> None:
        if self._growing is not None:
            self.show(self._growing)
            self._growing = None

    def _go_on_to_next(self) -> None:
        """What the one before could not show goes to the next; after the last it is only in the panel."""
        if not self._places:
            return
        unshown = self._notifier.unshown if self._notifier else []
        self._notifier = self._places.pop(0)()
        self._notifier.setParent(self)
        self._notifier.activated.connect(self._activated)
        self._notifier.unavailable.connect(self._go_on_to_next)
        for notice in unshown:
            self._notifier.show(notice)

    def _activated(self, event: IntegrationEvent | None) -> None:
        if event is None:
            self.panel_requested.emit()
        else:
            self.event_requested.emit(event)
