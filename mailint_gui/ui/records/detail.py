"""One record: its fields, its correspondence, and the message of it that is chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.record import RecordRow
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui.elided_label import ElidedLabel
from mailint_gui.ui.fields.layout import PageArea
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.messages.quiet_page import QuietPage
from mailint_gui.ui.messages.viewer import MessageViewer
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.records.correspondence import Correspondence
from mailint_gui.ui.records.fields import RecordFields
from mailint_gui.ui.theme import BETWEEN_CONTROLS, emphasised
from mailint_gui.wording.text import filled, isolated, one_line
from mailint_gui.wording.times import minute
from mailint_gui.workers.calls import Call
from mailint_gui.workers.message_desk import MessageDesk
from mailint_gui.workers.record_desk import OpenedRecord, RecordDesk

_LEAST, _LEFT = 56, 72  # characters that fields and correspondence are wide, at least and at first


class RecordDetail(QWidget):
    changed = Signal(object, str, object)  # RecordRow as it is, field, new value
    record_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk: RecordDesk | None = None
        self._number: int | None = None
        self._row: RecordRow | None = None
        self._opening: Call | None = None
        self._calls = PendingCalls(self)
        self.quiet = QuietPage()
        self.title = ElidedLabel()
        self.title.setFont(emphasised(self.font(), 1))
        self.about = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.linked = QPushButton(autoDefault=False)
        self.following = QPushButton(autoDefault=False)
        self._goes_on_in: int | None = None
        self.fields = RecordFields()
        self.correspondence = Correspondence()
        self.viewer = MessageViewer()
        self._lay_out()
        self._connect()
        self.show_record(None)

    def use(self, records: RecordDesk, messages: MessageDesk) -> None:
        self._desk = records
        self.viewer.use(messages)

    def use_properties(self, properties: AccountProperties) -> None:
        self.fields.use(properties)

    @property
    def number(self) -> int | None:
        return self._number

    @property
    def row(self) -> RecordRow | None:
        """What is shown of it; None while it is being read."""
        return self._row

    def show_record(self, number: int | None) -> None:
        if number is not None and number == self._number:
            return
        self._number = number
        self._row = None
        if number is None:
            self._say(self.tr("Select a service record to see its correspondence."))
        else:
            self.reread()

    def reread(self) -> None:
        if self._number is None or self._desk is None:
            return
        if self._opening is not None:
            self._opening.cancel()
        call = self._opening = self._desk.open(self._number)

        def taken(opened: OpenedRecord) -> None:
            if self._opening is call:
                self._opening = None
                self._take(opened)

        def failed(failure: Failure) -> None:
            if self._opening is call:
                self._opening = None
                self._say(failure_words(failure))

        self._calls.follow(call, taken, failed)

    def put(self, row: RecordRow) -> None:
        """Its fields as they are now."""
        if row.number == self._number and self._row is not None:
            self._show_row(row)

    def refuse(self, number: int, refusal: ValidationError) -> None:
        if number == self._number:
            self.fields.mark(refusal)

    def _take(self, opened: OpenedRecord) -> None:
        same = self._row is not None
        self._show_row(opened.row)
        self._goes_on_in = opened.goes_on_in
        self.following.setVisible(opened.goes_on_in is not None)
        goes_on = self.tr("Goes on in record {number}: open it")
        self.following.setText(filled(goes_on, {"number": str(opened.goes_on_in)}))
        self.correspondence.show_messages(opened.messages, keep=same)
        self.pages.setCurrentWidget(self.splitter)

    def _show_row(self, row: RecordRow) -> None:
        self._row = row
        title = filled(self.tr("Record {number}: "), {"number": str(row.number)})
        self.title.set_line(f"{title} {isolated(one_line(row.subject))}")
        about = self.tr("Opened {opened} through {integration} for {requester}.")
        facts = {
            "opened": minute(row.created_at),
            "integration": row.integration,
            "requester": row.requester or self.tr("nobody known"),
        }
        self.about.setText(filled(about, facts))
        self.linked.setVisible(row.linked_to is not None)
        goes_on = self.tr("Goes on from record {number}: open it")
        self.linked.setText(filled(goes_on, {"number": str(row.linked_to)}))
        self.fields.show_record(row)

    def _say(self, words: str) -> None:
        self.quiet.say(words)
        self.pages.setCurrentWidget(self.quiet)

    def _show_message(self, message_id: int | None) -> None:
        self.viewer.show_message(message_id, self.tr("No message is left of this record."))

    def _connect(self) -> None:
        self.fields.changed.connect(lambda name, value: self.changed.emit(self._row, name, value))
        self.linked.clicked.connect(self._open_linked)
        self.following.clicked.connect(lambda: self.record_requested.emit(self._goes_on_in))
        self.correspondence.chosen.connect(self._show_message)
        self.viewer.record_requested.connect(self.record_requested)

    def _open_linked(self) -> None:
        if self._row is not None and self._row.linked_to is not None:
            self.record_requested.emit(self._row.linked_to)

    def _lay_out(self) -> None:
        self.area = PageArea(self.fields)
        self.area.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustIgnored)
        lists = QSplitter(Qt.Orientation.Vertical)
        lists.setChildrenCollapsible(False)
        lists.setHandleWidth(BETWEEN_CONTROLS)
        lists.addWidget(self.area)
        lists.addWidget(self.correspondence)
        lists.setStretchFactor(0, 3)
        lists.setStretchFactor(1, 2)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN_CONTROLS)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addWidget(self.linked, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.following, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(lists, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(BETWEEN_CONTROLS)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.viewer)
        em = self.fontMetrics().averageCharWidth()
        left.setMinimumWidth(em * _LEAST)
        self.splitter.setSizes([em * _LEFT, em * 2 * _LEFT])
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.quiet)
        self.pages.addWidget(self.splitter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
