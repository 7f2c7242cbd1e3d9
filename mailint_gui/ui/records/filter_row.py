"""Which records the list shows."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QComboBox

from mailint_gui.domain.record import RecordFilter
from mailint_gui.ui._generated.ui_records_window import Ui_RecordsWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.wording.text import one_line

TYPING_MS = 250
_OPEN, _CLOSED = "open", "closed"


class FilterRow(QObject):
    """It starts with what is open: that is the work."""

    changed = Signal()

    def __init__(self, ui: Ui_RecordsWindow, board: StatusBoard, parent: QObject) -> None:
        super().__init__(parent)
        self._ui = ui
        self._board = board
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typed.timeout.connect(self.changed)
        for text, standing in (
            (self.tr("Open"), _OPEN),
            (self.tr("Closed"), _CLOSED),
            (self.tr("Open and closed"), None),
        ):
            ui.standing.addItem(text, standing)
        self.take_names()
        self.take_statuses()
        ui.search.textChanged.connect(lambda _text: self._typed.start())
        for box in self._boxes():
            box.currentIndexChanged.connect(lambda _place: self.changed.emit())

    @property
    def is_set(self) -> bool:
        """Whether records may be hidden."""
        ui = self._ui
        narrowed = ui.standing.currentData() or ui.status.currentIndex() or ui.integration.currentIndex()
        return bool(ui.search.text().strip() or narrowed)

    def wanted(self) -> RecordFilter:
        ui = self._ui
        closed = self._board.surroundings.properties.closed_statuses
        status: str | None = ui.status.currentData()
        standing = ui.standing.currentData()
        statuses = (status,) if status else closed if standing == _CLOSED else ()
        return RecordFilter(
            text=ui.search.text(),
            statuses=statuses,
            integration_id=ui.integration.currentData(),
            open_only=standing == _OPEN and not status,
            closed_statuses=closed,
        )

    def show_all(self) -> None:
        self.blockSignals(True)
        self._ui.search.clear()
        self._typed.stop()
        self._ui.status.setCurrentIndex(0)
        self._ui.integration.setCurrentIndex(0)
        self._ui.standing.setCurrentIndex(self._ui.standing.findData(None))
        self.blockSignals(False)
        self.changed.emit()

    def take_names(self) -> None:
        names = [(one_line(status.name), status.id) for status in self._board.statuses()]
        _refill(self._ui.integration, self.tr("All integrations"), names)

    def take_statuses(self) -> None:
        statuses = self._board.surroundings.properties.record_statuses
        _refill(self._ui.status, self.tr("All statuses"), [(one_line(each), each) for each in statuses])

    def _boxes(self) -> tuple[QComboBox, ...]:
        return (self._ui.standing, self._ui.status, self._ui.integration)


def _refill(box: QComboBox, everything: str, entries: Sequence[tuple[str, object]]) -> None:
    shown = [(box.itemText(place), box.itemData(place)) for place in range(1, box.count())]
    if box.count() and shown == list(entries):
        return
    wanted = box.currentData()
    was_blocked = box.blockSignals(True)
    box.clear()
    box.addItem(everything, None)
    for text, value in entries:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(wanted)))
    box.blockSignals(was_blocked)
