"""The window of service records: the list, and the record that is chosen."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QMainWindow, QWidget

from mailint_gui.domain.record import RecordRow
from mailint_gui.domain.reply import ReplyKind
from mailint_gui.ui._generated.ui_records_window import Ui_RecordsWindow
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.icons import action_icon
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.paging.listing import Listing
from mailint_gui.ui.paging.model import PagedModel
from mailint_gui.ui.records.changes import RecordChanges
from mailint_gui.ui.records.filter_row import FilterRow
from mailint_gui.ui.records.row import WIDTHS, Column, record_rows
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.theme import PALETTE_EVENTS, Role
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.wording.fields import field_label
from mailint_gui.wording.text import filled
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.message_desk import MessageDesk
from mailint_gui.workers.record_desk import RecordDesk

_MEMORY = "records"
_ICONS = {
    "reply": "reply",
    "reply_all": "reply-all",
    "forward": "forward",
    "undo": "undo",
    "messages": "messages",
    "find": "search",
}
_ANSWERS = {each.value: each for each in ReplyKind}  # by the names of their commands


class RecordsWindow(QMainWindow):
    closed = Signal()
    messages_requested = Signal()
    reply_requested = Signal(int, object, object)  # number, ReplyKind, id of the message chosen or None

    def __init__(
        self, desk: Desk, board: StatusBoard, memory: WindowMemory, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = RecordDesk(desk)
        self._board = board
        self._memory = memory
        self._asked_for: int | None = None  # shown although the list may not have it
        self.ui = Ui_RecordsWindow()
        self.ui.setupUi(self)
        self.banners = Banners(self.ui.banners, self)
        self.model = PagedModel(record_rows(), self)
        self.filters = FilterRow(self.ui, board, self)
        self._wanted = self.filters.wanted()
        self.listing = Listing(self._ask, self.model, self)
        self.changes = RecordChanges(self._desk, self)
        self.count = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._set_up(MessageDesk(desk))
        self._connect(desk)
        self._connect_commands()
        memory.restore_place(_MEMORY, self)
        self._dress()
        self._show_undo()
        self.listing.restart()
        self.ui.table.setFocus()

    def action(self, name: str) -> QAction:
        action: QAction = getattr(self.ui, f"action_{name}")
        return action

    def show_record(self, number: int) -> None:
        """Whether or not the list shows it."""
        self._asked_for = number
        if self.model.place_of(number) is None:
            self.ui.table.clearSelection()
            self.ui.detail.show_record(number)
            self._show_possible()
        else:
            self.ui.table.select([number])

    # Building

    def _set_up(self, messages: MessageDesk) -> None:
        self.ui.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.ui.table.show_rows(self.model, WIDTHS, Column.SUBJECT)
        self.ui.table.follow(self.listing)
        self.ui.detail.use(self._desk, messages)
        self.ui.detail.use_properties(self._board.surroundings.properties)
        self.ui.splitter.setSizes([self.height() // 3, self.height() * 2 // 3])
        self.ui.splitter.setStretchFactor(0, 1)
        self.ui.splitter.setStretchFactor(1, 2)
        self.statusBar().addWidget(self.count)

    def _connect(self, desk: Desk) -> None:
        detail = self.ui.detail
        self.filters.changed.connect(self._search)
        self.listing.changed.connect(self._show_listing)
        self.listing.failed.connect(self._tell_failure)
        self.ui.table.selection_changed.connect(self._selection_changed)
        self.ui.empty.button.clicked.connect(self.filters.show_all)
        detail.changed.connect(self.changes.change)
        detail.record_requested.connect(self.show_record)
        detail.viewer.told.connect(self.tell)
        self.changes.stored.connect(self._stored)
        self.changes.refused.connect(lambda number, _field, refusal: detail.refuse(number, refusal))
        self.changes.failed.connect(self._failed)
        self.changes.can_undo_changed.connect(self._show_undo)
        desk.records_changed.connect(self._records_changed)
        for signal in (self._board.reset, self._board.changed, self._board.removed):
            signal.connect(self.filters.take_names)
        self._board.surroundings_changed.connect(self._take_surroundings)

    def _connect_commands(self) -> None:
        done: dict[str, Callable[[], object]] = {
            "undo": self.changes.undo,
            **{name: partial(self._answer, kind) for name, kind in _ANSWERS.items()},
            "messages": self.messages_requested.emit,
            "find": self._find,
            "refresh": self.listing.restart,
            "close": self.close,
        }
        for name, do in done.items():
            self.action(name).triggered.connect(lambda _checked=False, do=do: do())

    # The list

    def _ask(self, before: int | None, limit: int) -> Call:
        return self._desk.page(self._wanted, before, limit)

    def _search(self) -> None:
        self._wanted = self.filters.wanted()
        self.listing.restart()

    def _records_changed(self, numbers: frozenset[int]) -> None:
        self.listing.refresh()
        if self.ui.detail.number in numbers:
            self.ui.detail.reread()

    def _show_listing(self) -> None:
        empty = self.listing.is_read and not self.model.rowCount()
        self.ui.pages.setCurrentWidget(self.ui.empty if empty else self.ui.table)
        if empty and self.filters.is_set:
            self.ui.empty.say(self.tr("No service record matches."), self.tr("Show a&ll records"))
        elif empty:
            self.ui.empty.say(self.tr("There are no service records yet. Mail that is filed opens them."))
        self.count.setText(self._count_words())

    def _count_words(self) -> str:
        if not self.listing.is_read:
            return self.tr("Reading…") if self.listing.is_reading else ""
        count = self.model.rowCount()
        if not self.listing.at_end:
            return self.tr("The newest %n records; older ones follow as you scroll", None, count)
        return self.tr("1 record") if count == 1 else self.tr("%n records", None, count)

    def _selection_changed(self) -> None:
        keys = self.ui.table.selected_keys()
        if keys:
            self._asked_for = keys[0]
        self.ui.detail.show_record(self._asked_for)
        self._show_possible()

    def _show_possible(self) -> None:
        for name in _ANSWERS:
            self.action(name).setEnabled(self._asked_for is not None)

    def _answer(self, kind: ReplyKind) -> None:
        detail = self.ui.detail
        self.reply_requested.emit(detail.number, kind, detail.correspondence.current_id())

    # Changes

    def _stored(self, row: RecordRow) -> None:
        self.model.put(row)
        self.ui.detail.put(row)

    def _failed(self, number: int, failure: Failure) -> None:
        self._tell_failure(failure)
        if number == self.ui.detail.number:
            self.ui.detail.reread()  # back to what is stored

    def _show_undo(self) -> None:
        last = self.changes.last
        self.action("undo").setEnabled(last is not None)
        text = self.tr("&Undo change")
        if last is not None:
            facts = {"field": field_label(last.field).lower(), "number": str(last.number)}
            text = filled(self.tr("&Undo change of {field} of record {number}"), facts)
        self.action("undo").setText(text)
        self.action("undo").setIconText(self.tr("Undo change"))

    def _find(self) -> None:
        self.ui.search.setFocus()
        self.ui.search.selectAll()

    def _take_surroundings(self) -> None:
        self.filters.take_statuses()
        self.ui.detail.use_properties(self._board.surroundings.properties)

    # What is told

    def tell(self, text: str, is_bad: bool) -> None:
        role = Role.NEGATIVE if is_bad else Role.POSITIVE
        self.banners.show(Subject.RESULT, role, text, closable=True)

    def _tell_failure(self, failure: Failure) -> None:
        self.tell(failure_words(failure), True)

    # The window itself

    def _dress(self) -> None:
        for name, icon in _ICONS.items():
            self.action(name).setIcon(action_icon(icon, self.palette()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "changes"):  # it is made
            self._dress()
            self.ui.detail.reread()

    def keep_place(self) -> None:
        self._memory.keep_place(_MEMORY, self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_place()
        super().closeEvent(event)
        self.closed.emit()
