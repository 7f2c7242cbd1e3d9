"""Stopped loops: each pair of sender and integration, its chain of messages, and the button that releases it."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.loop import LoopStop
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.messages.row import shape_of
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.spoken import speak_line
from mailint_gui.ui.theme import BETWEEN_CONTROLS, BETWEEN_GROUPS, Role
from mailint_gui.wording.loops import loop_words, pace_words, standing_words
from mailint_gui.wording.messages import message_state_words
from mailint_gui.wording.text import filled, isolated, one_line
from mailint_gui.wording.times import full, minute
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.loop_desk import Chain, LoopDesk

_ID = Qt.ItemDataRole.UserRole


class _Column(IntEnum):
    STANDING = 0
    SENDER = 1
    INTEGRATION = 2
    SINCE = 3
    PACE = 4


class StoppedLoops(QDialog):
    message_requested = Signal(int)  # message id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Stopped loops"))
        self._desk = LoopDesk(desk)
        self._calls = PendingCalls(self)
        self._stops: dict[int, LoopStop] = {}
        self.hint = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.stops = _list(
            self.tr("Stopped loops"),
            [self.tr("State"), self.tr("Sender"), self.tr("To"), self.tr("Since"), self.tr("Pace")],
        )
        self.chain = _list(
            self.tr("Messages of the chain, the newest first"),
            [self.tr("State"), self.tr("Subject"), self.tr("Received")],
        )
        self.release = QPushButton(self.tr("&Release…"), autoDefault=False)
        self.show_message = QPushButton(self.tr("Show &message"), autoDefault=False)
        self.close_button = QPushButton(self.tr("Close"), autoDefault=False)
        self._lay_out()
        self.banners = Banners(self.column, self)
        self._connect(desk)
        self._show_possible()
        self.read()

    def read(self) -> None:
        self._calls.follow(self._desk.all(), self._take, self._failed)

    def _take(self, stops: Sequence[LoopStop]) -> None:
        chosen = self._chosen_stop()
        self._stops = {stop.id: stop for stop in stops}
        self.stops.clear()
        items = [self._stop_item(stop) for stop in stops]
        wanted = next((item for item in items if chosen and item.data(0, _ID) == chosen.id), None)
        if items:
            self.stops.setCurrentItem(wanted or items[0])
        else:
            self.chain.clear()
        self._show_hint()
        self._show_possible()

    def _show_hint(self) -> None:
        stopping = self.tr(
            "Where two programs answer each other without end, the loop breaker stops that mail. It is "
            "listed as ignored until you release the pair."
        )
        self.hint.setText(stopping if self._stops else self.tr("The loop breaker has stopped nothing."))

    def _stop_item(self, stop: LoopStop) -> QTreeWidgetItem:
        texts = [
            standing_words(stop),
            isolated(one_line(stop.sender)),
            isolated(one_line(stop.integration)),
            minute(stop.stopped_at),
            pace_words(stop),
        ]
        item = QTreeWidgetItem(self.stops, texts)
        speak_line(self.stops, item)
        item.setData(0, _ID, stop.id)
        item.setIcon(0, state_icon(Shape.FAILING if stop.released_at is None else Shape.OK, self.palette()))
        item.setToolTip(_Column.STANDING, plain_tip(texts[_Column.STANDING]))
        item.setToolTip(_Column.SENDER, plain_tip(texts[_Column.SENDER]))
        item.setToolTip(_Column.SINCE, full(stop.stopped_at))
        return item

    def _stop_chosen(self) -> None:
        stop = self._chosen_stop()
        self._show_possible()
        if stop is not None:
            self._calls.follow(self._desk.chain(stop), self._show_chain, self._failed)

    def _show_chain(self, chain: Chain) -> None:
        stop = self._chosen_stop()
        if stop is None or stop.id != chain.stop.id:
            return
        self.chain.clear()
        for row in chain.messages:
            subject = isolated(one_line(row.subject)) or self.tr("(no subject)")
            texts = [message_state_words(row.state, row.partly_sent), subject, minute(row.received_at)]
            item = QTreeWidgetItem(self.chain, texts)
            speak_line(self.chain, item)
            item.setData(0, _ID, row.id)
            item.setIcon(0, state_icon(shape_of(row.state, row.partly_sent), self.palette()))
            item.setToolTip(1, plain_tip(subject))
        self._show_possible()

    def _chosen_stop(self) -> LoopStop | None:
        selected = self.stops.selectedItems()
        return self._stops.get(selected[0].data(0, _ID)) if selected else None

    def _ask_to_release(self) -> None:
        stop = self._chosen_stop()
        if stop is None:
            return
        question = self.tr("Release the automatic mail of {sender} to {integration}?")
        dialog = ConfirmDialog(
            self,
            filled(question, {"sender": stop.sender, "integration": stop.integration}),
            [
                loop_words(stop),
                self.tr(
                    "From now on it is treated as the integration is set up to treat automatic mail, and counted anew. "
                    "What was ignored stays so."
                ),
            ],
            self.tr("Release"),
            (),
        )
        dialog.accepted.connect(lambda: self._release(stop.id))
        dialog.open()

    def _release(self, stop_id: int) -> None:
        self._calls.follow(self._desk.release(stop_id), lambda _stop: self.read(), self._failed)

    def _tell_message(self) -> None:
        selected = self.chain.selectedItems()
        if selected:
            self.message_requested.emit(selected[0].data(0, _ID))

    def _failed(self, failure: Failure) -> None:
        self.banners.show(Subject.RESULT, Role.NEGATIVE, failure_words(failure), closable=True)

    def _show_possible(self) -> None:
        stop = self._chosen_stop()
        self.release.setEnabled(stop is not None and stop.released_at is None)
        self.show_message.setEnabled(bool(self.chain.selectedItems()))

    def _connect(self, desk: Desk) -> None:
        self.stops.itemSelectionChanged.connect(self._stop_chosen)
        self.chain.itemSelectionChanged.connect(self._show_possible)
        self.chain.itemActivated.connect(lambda *_: self._tell_message())
        self.release.clicked.connect(self._ask_to_release)
        self.show_message.clicked.connect(self._tell_message)
        self.close_button.clicked.connect(self.reject)
        desk.loops_changed.connect(self.read)

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(BETWEEN_CONTROLS)
        splitter.addWidget(self.stops)
        splitter.addWidget(self.chain)
        row = QHBoxLayout()
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(self.release)
        row.addWidget(self.show_message)
        row.addStretch()
        row.addWidget(self.close_button)
        self.column = QVBoxLayout()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(BETWEEN_GROUPS, BETWEEN_GROUPS, BETWEEN_GROUPS, BETWEEN_GROUPS)
        outer.setSpacing(BETWEEN_CONTROLS)
        outer.addLayout(self.column)
        outer.addWidget(self.hint)
        outer.addWidget(splitter, 1)
        outer.addLayout(row)
        em = self.fontMetrics().averageCharWidth()
        for column, width in ((_Column.STANDING, 44), (_Column.INTEGRATION, 18), (_Column.PACE, 14)):
            self.stops.setColumnWidth(column, em * width)
        self.stops.header().setSectionResizeMode(_Column.SENDER, QHeaderView.ResizeMode.Stretch)
        self.stops.header().setSectionResizeMode(_Column.SINCE, QHeaderView.ResizeMode.ResizeToContents)
        self.chain.setColumnWidth(0, em * 18)
        self.chain.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.chain.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        fit_dialog(self, QSize(em * 128, self.fontMetrics().lineSpacing() * 28))


def _list(name: str, headings: list[str]) -> QTreeWidget:
    made = QTreeWidget()
    made.setAccessibleName(name)
    made.setHeaderLabels(headings)
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.header().setStretchLastSection(False)
    return made
