"""Which messages the list shows: what is typed and chosen above it, as one value."""

from datetime import datetime, timedelta
from enum import IntEnum

from PySide6.QtCore import QDate, QObject, QTimer, Signal
from PySide6.QtWidgets import QComboBox

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageState
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.ui._generated.ui_messages_window import Ui_MessagesWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.wording.messages import message_state_words
from mailint_gui.wording.text import one_line

TYPING_MS = 250


class Period(IntEnum):
    ANY = 0
    TODAY = 1
    WEEK = 2
    MONTH = 3
    RANGE = 4


_DAYS = {Period.TODAY: 0, Period.WEEK: 6, Period.MONTH: 29}


class FilterRow(QObject):
    changed = Signal()

    def __init__(self, ui: Ui_MessagesWindow, board: StatusBoard, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._ui = ui
        self._board = board
        self._clock = clock
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typed.timeout.connect(self.changed)
        self._fill()
        self.take_names()
        ui.search.textChanged.connect(lambda _text: self._typed.start())
        for box in self._boxes():
            box.currentIndexChanged.connect(self._choice_changed)
        for edit in (ui.since, ui.until):
            edit.dateChanged.connect(lambda _date: self._typed.start())
        self._show_range()

    @property
    def is_set(self) -> bool:
        return bool(self._ui.search.text().strip()) or any(box.currentIndex() > 0 for box in self._boxes())

    def wanted(self) -> MessageFilter:
        ui = self._ui
        since, until = self._bounds()
        direction = ui.direction.currentData()  # Qt gives a plain text back
        return MessageFilter(
            integration_id=ui.integration.currentData(),
            direction=Direction(direction) if direction else None,
            state=ui.state.currentData() or "",
            since=since,
            until=until,
            text=ui.search.text(),
        )

    def show_only(self, integration_id: int | None = None, state: str = "") -> None:
        """As asked for from elsewhere; whatever was typed and chosen before is gone."""
        self.blockSignals(True)
        self._ui.search.clear()
        for box in self._boxes():
            box.setCurrentIndex(0)
        self._ui.integration.setCurrentIndex(max(0, self._ui.integration.findData(integration_id)))
        self._ui.state.setCurrentIndex(max(0, self._ui.state.findData(state)))
        self._typed.stop()
        self.blockSignals(False)
        self.changed.emit()

    def clear(self) -> None:
        self.show_only()

    def take_names(self) -> None:
        """The integrations that there are."""
        box = self._ui.integration
        names = [(one_line(status.name), status.id) for status in self._board.statuses()]
        shown = [(box.itemText(place), box.itemData(place)) for place in range(1, box.count())]
        if box.count() and shown == names:
            return
        wanted = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem(self.tr("All integrations"), None)
        for name, integration_id in names:
            box.addItem(name, integration_id)
        box.setCurrentIndex(max(0, box.findData(wanted)))
        box.blockSignals(False)
        if box.currentData() != wanted:
            self.changed.emit()

    def _boxes(self) -> tuple[QComboBox, ...]:
        ui = self._ui
        return (ui.integration, ui.state, ui.direction, ui.period)

    def _fill(self) -> None:
        ui = self._ui
        ui.state.addItem(self.tr("All states"), "")
        for state in (*MessageState, *OutboxState):
            ui.state.addItem(message_state_words(state), str(state))
        ui.state.insertSeparator(1 + len(MessageState))
        for text, direction in (
            (self.tr("In and out"), None),
            (self.tr("Incoming"), Direction.INCOMING),
            (self.tr("Outgoing"), Direction.OUTGOING),
        ):
            ui.direction.addItem(text, direction)
        for text, period in (
            (self.tr("Any time"), Period.ANY),
            (self.tr("Today"), Period.TODAY),
            (self.tr("Last 7 days"), Period.WEEK),
            (self.tr("Last 30 days"), Period.MONTH),
            (self.tr("From … to …"), Period.RANGE),
        ):
            ui.period.addItem(text, period)
        today = QDate.currentDate()
        ui.since.setDate(today.addDays(-7))
        ui.until.setDate(today)

    def _choice_changed(self) -> None:
        self._show_range()
        self._typed.stop()
        self.changed.emit()

    def _show_range(self) -> None:
        is_range = self._ui.period.currentData() == Period.RANGE
        for widget in (self._ui.since, self._ui.until):
            widget.setVisible(is_range)

    def _bounds(self) -> tuple[datetime | None, datetime | None]:
        """Whole days of local time."""
        period = self._ui.period.currentData()
        if period == Period.RANGE:
            since, until = self._ui.since.date(), self._ui.until.date()
            return _midnight(min(since, until)), _midnight(max(since, until).addDays(1))
        if period in _DAYS:
            today = self._clock().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
            return today - timedelta(days=_DAYS[period]), None
        return None, None


def _midnight(day: QDate) -> datetime:
    return datetime.fromtimestamp(day.startOfDay().toSecsSinceEpoch()).astimezone()
