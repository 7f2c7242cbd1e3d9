"""The panel that lists what was notified in this run; the tray is never the only way to it."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QWidget

from mailint_gui.ui._generated.ui_notifications_panel import Ui_NotificationsPanel
from mailint_gui.ui.notifications.incidents import IncidentList
from mailint_gui.ui.notifications.log import TITLE, WHEN, NotificationLog
from mailint_gui.ui.theme import BETWEEN_CONTROLS

_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class NotificationsPanel(QDockWidget):
    event_requested = Signal(object)  # IntegrationEvent: the place to mend it is wanted

    def __init__(self, log: NotificationLog, incidents: IncidentList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self.ui = Ui_NotificationsPanel()
        self.ui.setupUi(self)
        self.incidents = incidents
        self.ui.layout.insertWidget(0, incidents)
        self._set_up_table()
        log.rowsInserted.connect(self._rows_changed)
        log.rowsRemoved.connect(self._rows_changed)
        self.visibilityChanged.connect(self._visibility_changed)
        self._rows_changed()

    def _set_up_table(self) -> None:
        table = self.ui.events
        table.setModel(self._log)
        table.installEventFilter(self)
        table.clicked.connect(self._open)
        metrics = table.fontMetrics()
        table.verticalHeader().setDefaultSectionSize(metrics.height() + BETWEEN_CONTROLS)
        table.setColumnWidth(WHEN, metrics.averageCharWidth() * 14)
        table.setColumnWidth(TITLE, metrics.averageCharWidth() * 56)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _OPENING_KEYS
        ):
            self._open(self.ui.events.currentIndex())
            return True
        if event.type() == QEvent.Type.PaletteChange:
            self._log.refresh()
        return super().eventFilter(watched, event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.event_requested.emit(self._log.event_at(index.row()))

    def _rows_changed(self) -> None:
        self.ui.pages.setCurrentWidget(self.ui.events if self._log.rowCount() else self.ui.nothing)
        if self.isVisible():
            self._log.mark_read()

    def _visibility_changed(self, visible: bool) -> None:
        if visible:
            self._log.mark_read()
