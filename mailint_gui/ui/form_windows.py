"""The open integration forms: one for each integration, raised when it is asked for again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.notification import EventKind
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.workers.desk import Desk

if TYPE_CHECKING:
    from mailint_gui.ui.integration_form import IntegrationForm


class FormWindows(QObject):
    added = Signal(int)  # id of a new integration that was stored
    rules_requested = Signal(int)  # integration id, 0 for one that is not stored

    def __init__(self, desk: Desk, board: StatusBoard, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._board = board
        self._window = window
        self._open: dict[int, IntegrationForm] = {}

    def open_new(self) -> None:
        self._show(0, "general")

    def open(self, integration_id: int, tab: str = "general") -> None:
        """``tab``: general, incoming, outgoing, rules or history; or the path of a field, as ``incoming.password``.

        Nothing happens when it was deleted meanwhile.
        """
        if self._board.status(integration_id) is not None:
            self._show(integration_id, tab)

    def open_settings(self) -> None:
        from mailint_gui.ui.settings import SettingsDialog  # dialogs are loaded when first used

        SettingsDialog(self._desk, self._board.surroundings.properties, self._window).open()

    def open_notification_settings(self, event_of: Callable[[EventKind], IntegrationEvent]) -> None:
        """``event_of``: what the preview of each kind is made of."""
        from mailint_gui.ui.notifications.settings_dialog import NotificationSettings

        properties = self._board.surroundings.properties
        NotificationSettings(self._desk, properties, event_of, self._window).open()

    def _show(self, integration_id: int, tab: str) -> None:
        from mailint_gui.ui.integration_form import IntegrationForm  # dialogs are loaded when first used

        form = self._open.get(integration_id)
        if form is None:
            form = IntegrationForm(
                self._desk,
                self._board.status(integration_id),
                self._window,
                tab=tab,
                properties=self._board.surroundings.properties,
            )
            self._open[integration_id] = form
            form.rules_requested.connect(self.rules_requested)
            form.saved.connect(lambda stored: self._file_under(form, stored.id))
            form.finished.connect(lambda _result: self._forget(form))
            form.show()
        else:
            form.open_tab(tab)
        form.raise_()
        form.activateWindow()

    def _file_under(self, form: "IntegrationForm", integration_id: int) -> None:
        """A new one that was stored is found by its id from now on, and another new one may be opened."""
        new = self._open.get(integration_id) is not form
        self._forget(form)
        self._open[integration_id] = form
        if new:
            self.added.emit(integration_id)

    def _forget(self, form: "IntegrationForm") -> None:
        self._open = {number: each for number, each in self._open.items() if each is not form}
