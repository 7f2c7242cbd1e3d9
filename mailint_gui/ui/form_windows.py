"""The open integration forms: one for each integration, raised when it is asked for again."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.workers.desk import Desk


class FormWindows(QObject):
    def __init__(self, desk: Desk, board: StatusBoard, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._board = board
        self._window = window
        self._open: dict[int, QDialog] = {}

    def open_new(self) -> None:
        self._show(0, "general")

    def open(self, integration_id: int, tab: str = "general") -> None:
        """``tab``: general, incoming or outgoing. Nothing happens when it was deleted meanwhile."""
        if self._board.status(integration_id) is not None:
            self._show(integration_id, tab)

    def open_settings(self) -> None:
        from mailint_gui.ui.settings import SettingsDialog  # dialogs are loaded when first used

        SettingsDialog(self._desk, self._board.surroundings.properties, self._window).open()

    def _show(self, integration_id: int, tab: str) -> None:
        from mailint_gui.ui.integration_form import IntegrationForm  # dialogs are loaded when first used

        form = self._open.get(integration_id)
        if form is None:
            form = IntegrationForm(self._desk, self._board.status(integration_id), self._window, tab=tab)
            self._open[integration_id] = form
            form.finished.connect(lambda _result: self._open.pop(integration_id, None))
            form.show()
        form.raise_()
        form.activateWindow()
