"""Open incidents: one line each, from the first error to the end; acknowledged, snoozed, or opened to be mended."""

from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.incident import Incident, open_incidents
from mailint_gui.domain.telling import Telling
from mailint_gui.ui.error_card import place_of_error
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.incidents import incident_words, mark_words
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.notification_desk import NotificationDesk

_MOST_LINES = 5
_SHAPES = {
    DirectionState.DISABLED_BY_ERRORS: Shape.DISABLED_BY_ERRORS,
    DirectionState.NEEDS_SIGN_IN: Shape.NEEDS_SIGN_IN,
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class IncidentList(QWidget):
    """Hidden while there are none."""

    place_requested = Signal(int, str)  # integration id, tab or field of its form

    def __init__(self, desk: Desk, board: StatusBoard, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = NotificationDesk(desk)
        self._board = board
        self._clock = clock
        self._telling = Telling()
        self._calls = PendingCalls(self)
        self._shown: tuple[Incident, ...] = ()
        self.list = QTreeWidget()
        self.acknowledge = QPushButton(self.tr("Acknowledge"), autoDefault=False)
        self.snooze = QPushButton(self.tr("Snooze"), autoDefault=False)
        self.open = QPushButton(self.tr("Open"), autoDefault=False)
        self.failure = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._lay_out()
        for signal in (board.reset, board.changed, board.removed):
            signal.connect(self.refresh)
        desk.telling_changed.connect(self._take_telling)
        self.refresh()

    def refresh(self) -> None:
        """Time went by, or something changed. What is chosen stays."""
        chosen = self._chosen()
        self._shown = open_incidents(self._board.known(self._board.ids()), self._telling.marks)
        self.setVisible(bool(self._shown))
        while self.list.topLevelItemCount() > len(self._shown):
            self.list.takeTopLevelItem(self.list.topLevelItemCount() - 1)
        while self.list.topLevelItemCount() < len(self._shown):
            QTreeWidgetItem(self.list)
        now = self._clock()
        for place, incident in enumerate(self._shown):
            item = self.list.topLevelItem(place)
            assert item is not None
            shape = _SHAPES.get(incident.state, Shape.FAILING)
            item.setIcon(0, state_icon(shape, self.palette()))
            item.setText(0, incident_words(incident, now))
            item.setText(1, mark_words(incident, now))
        self._choose(chosen)
        line = self.list.sizeHintForRow(0) if self._shown else 0
        self.list.setFixedHeight(
            max(1, min(len(self._shown), _MOST_LINES)) * line + 2 * self.list.frameWidth()
        )
        self._show_possible()

    def _take_telling(self, telling: Telling) -> None:
        self._telling = telling
        self.refresh()

    def _chosen(self) -> Incident | None:
        place = self.list.currentIndex().row()
        return self._shown[place] if 0 <= place < len(self._shown) else None

    def _choose(self, wanted: Incident | None) -> None:
        for place, incident in enumerate(self._shown):
            same = wanted and (incident.integration_id, incident.direction) == (
                wanted.integration_id,
                wanted.direction,
            )
            if same or (wanted is None and place == 0):
                self.list.setCurrentIndex(self.list.model().index(place, 0))
                return

    def _acknowledge(self) -> None:
        if incident := self._chosen():
            self._ask(self._desk.acknowledge(incident.integration_id, incident.direction))

    def _snooze_for(self, length: timedelta) -> None:
        if incident := self._chosen():
            until = self._clock() + length
            self._ask(self._desk.snooze(incident.integration_id, incident.direction, until))

    def _ask(self, call: Call) -> None:
        self.failure.hide()
        self._calls.follow(call, None, self._failed)

    def _failed(self, failure: Failure) -> None:
        self.failure.setText(failure_words(failure))
        self.failure.show()

    def _open(self) -> None:
        if incident := self._chosen():
            for status in self._board.known([incident.integration_id]):
                self.place_requested.emit(status.id, place_of_error(status, incident.direction))

    def _show_possible(self) -> None:
        incident = self._chosen()
        for button in (self.snooze, self.open):
            button.setEnabled(incident is not None)
        mark = incident.mark if incident else None
        acknowledged = mark is not None and mark.acknowledged_at is not None
        self.acknowledge.setEnabled(incident is not None and not acknowledged)

    def _lay_out(self) -> None:
        self.list.setAccessibleName(self.tr("Open incidents"))
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.currentItemChanged.connect(self._show_possible)
        self.list.itemActivated.connect(self._open)
        silent = self.tr("Nothing more of this incident interrupts: until it is over, or until then.")
        menu = QMenu(self.snooze)
        for text, length in (
            (self.tr("For an hour"), _HOUR),
            (self.tr("For a day"), _DAY),
            (self.tr("For a week"), 7 * _DAY),
        ):
            menu.addAction(text).triggered.connect(lambda _=False, length=length: self._snooze_for(length))
        self.snooze.setMenu(menu)
        for button in (self.acknowledge, self.snooze):
            button.setToolTip(silent)
        self.acknowledge.clicked.connect(self._acknowledge)
        self.open.clicked.connect(self._open)
        buttons = QHBoxLayout()
        buttons.setSpacing(BETWEEN_CONTROLS)
        for button in (self.acknowledge, self.snooze, self.open):
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN_CONTROLS)
        column.addWidget(self.list)
        column.addLayout(buttons)
        column.addWidget(self.failure)
        self.failure.hide()
