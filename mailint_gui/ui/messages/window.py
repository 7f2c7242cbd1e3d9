"""The messages window: the log, searched and filtered, the message that is chosen, and what is done about it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QWidget

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.reply import ReplyKind
from mailint_gui.ui._generated.ui_messages_window import Ui_MessagesWindow
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.icons import action_icon
from mailint_gui.ui.messages.commands import MessageCommands
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.messages.filter_row import FilterRow
from mailint_gui.ui.messages.possible import possible
from mailint_gui.ui.messages.row import WIDTHS, Column, message_rows
from mailint_gui.ui.messages.rule_trial import RuleTrial
from mailint_gui.ui.paging.listing import Listing
from mailint_gui.ui.paging.model import PagedModel
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.theme import PALETTE_EVENTS, Role
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.wording.messages import messages_words
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.message_desk import MessageDesk

_MEMORY = "messages"
_ICONS = {
    "file_anyway": "enable",
    "retry": "check-now",
    "discard": "delete",
    "export": "export",
    "try_rules": "try",
    "record": "records",
    "reply": "reply",
    "reply_all": "reply-all",
    "forward": "forward",
    "find": "search",
}
_ROW_MENU = (
    "reply",
    "reply_all",
    "forward",
    "",
    "record",
    "",
    "file_anyway",
    "retry",
    "discard",
    "",
    "export",
    "try_rules",
)


class MessagesWindow(QMainWindow):
    closed = Signal()
    record_requested = Signal(int)
    reply_requested = Signal(int, object)  # id of the message, ReplyKind
    loops_requested = Signal()

    def __init__(
        self,
        desk: Desk,
        board: StatusBoard,
        clock: Clock,
        memory: WindowMemory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = MessageDesk(desk)
        self._memory = memory
        self.ui = Ui_MessagesWindow()
        self.ui.setupUi(self)
        self.banners = Banners(self.ui.banners, self)
        self.model = PagedModel(message_rows(self.palette()), self)
        self.filters = FilterRow(self.ui, board, clock, self)
        self._wanted: MessageFilter = self.filters.wanted()
        self._named: int | None = None  # shown by its number, until another is selected or looked for
        self.listing = Listing(self._ask, self.model, self)
        self.commands = MessageCommands(self._desk, self)
        self.trial = RuleTrial(desk, board, self)
        self.count = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._set_up()
        self._connect(desk, board)
        self._connect_commands()
        memory.restore_place(_MEMORY, self)
        self._dress()
        self.listing.restart()
        self.ui.table.setFocus()

    def action(self, name: str) -> QAction:
        action: QAction = getattr(self.ui, f"action_{name}")
        return action

    def show_only(self, integration_id: int | None = None, state: str = "") -> None:
        self.filters.show_only(integration_id, state)

    def show_message(self, message_id: int) -> None:
        """Whether or not the list shows it."""
        self.ui.table.clearSelection()
        self._named = message_id
        self._show_named()

    def _show_named(self) -> None:
        """Selected, once the list has read it."""
        if self._named is not None and self.model.place_of(self._named) is not None:
            self.ui.table.select([self._named])
        else:
            self.ui.viewer.show_message(self._named)

    def rows_selected(self) -> tuple[MessageRow, ...]:
        return tuple(self.model.row_at(place) for place in self.ui.table.selected_places())

    # Building

    def _set_up(self) -> None:
        self.ui.table.show_rows(self.model, WIDTHS, Column.SUBJECT)
        self.ui.table.follow(self.listing)
        self.ui.viewer.use(self._desk)
        self.ui.splitter.setSizes([self.height() * 2 // 5, self.height() * 3 // 5])
        self.ui.splitter.setStretchFactor(0, 1)
        self.ui.splitter.setStretchFactor(1, 1)
        self.statusBar().addWidget(self.count)
        self.ui.progress.hide()
        self.ui.cancel.hide()

    def _connect(self, desk: Desk, board: StatusBoard) -> None:
        self.filters.changed.connect(self._search)
        self.listing.changed.connect(self._show_listing)
        self.listing.merged.connect(self._look_again)
        self.listing.failed.connect(self._tell_failure)
        self.ui.table.selection_changed.connect(self._selection_changed)
        self.ui.table.open_requested.connect(lambda _id: self.ui.viewer.setFocus())
        self.ui.table.customContextMenuRequested.connect(self._show_row_menu)
        self.ui.empty.button.clicked.connect(self.filters.clear)
        self.ui.viewer.told.connect(self.tell)
        self.ui.viewer.record_requested.connect(self.record_requested)
        self.commands.told.connect(self.tell)
        self.commands.changed.connect(self._row_changed)
        self.commands.progressed.connect(self._show_progress)
        self.trial.told.connect(self.tell)
        self.ui.cancel.clicked.connect(self.commands.cancel)
        desk.messages_changed.connect(self.listing.refresh)
        for signal in (board.reset, board.changed, board.removed):
            signal.connect(self.filters.take_names)

    def _connect_commands(self) -> None:
        done: dict[str, Callable[[], object]] = {
            "file_anyway": lambda: self.commands.file_anyway(self.ui.table.selected_keys()),
            "retry": lambda: self.commands.retry(self.ui.table.selected_keys()),
            "discard": lambda: self.commands.ask_to_discard(self.rows_selected()),
            "export": self.ui.viewer.ask_where_to_save,
            "try_rules": lambda: self.trial.open(self.ui.table.selected_keys()),
            "record": lambda: self.record_requested.emit(self.rows_selected()[0].record),
            "reply": lambda: self._reply(ReplyKind.REPLY),
            "reply_all": lambda: self._reply(ReplyKind.REPLY_ALL),
            "forward": lambda: self._reply(ReplyKind.FORWARD),
            "loops": self.loops_requested.emit,
            "refresh": self.listing.restart,
            "find": self._find,
            "close": self.close,
        }
        for name, do in done.items():
            self.action(name).triggered.connect(lambda _checked=False, do=do: do())
        self.action("discard").setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.ui.table.addAction(self.action("discard"))
        self.addActions([self.action("find"), self.action("refresh"), self.action("close")])

    # The list

    def _ask(self, before: int | None, limit: int) -> Call:
        return self._desk.page(self._wanted, before, limit)

    def _search(self) -> None:
        self._wanted = self.filters.wanted()
        self._named = None
        self.listing.restart()

    def _look_again(self) -> None:
        """The message that is shown may have another place now."""
        shown = self.ui.viewer.shown
        place = self.model.place_of(shown.row.id) if shown else None
        self.ui.viewer.look_again(None if place is None else self.model.row_at(place))

    def _show_listing(self) -> None:
        empty = self.listing.is_read and not self.model.rowCount()
        self.ui.pages.setCurrentWidget(self.ui.empty if empty else self.ui.table)
        if empty and self.filters.is_set:
            self.ui.empty.say(self.tr("No message matches."), self.tr("Show a&ll messages"))
        elif empty:
            self.ui.empty.say(
                self.tr("No mail has come or gone yet. What an integration takes in is listed here.")
            )
        self.count.setText(self._count_words())
        self._show_commands()

    def _count_words(self) -> str:
        if not self.listing.is_read:
            return self.tr("Reading…") if self.listing.is_reading else ""
        count = self.model.rowCount()
        if self.listing.at_end:
            return messages_words(count)
        return self.tr("The newest %n messages; older ones follow as you scroll", None, count)

    def _selection_changed(self) -> None:
        keys = self.ui.table.selected_keys()
        if len(keys) > 1:
            self._named = None
            self.ui.viewer.show_message(None, self.tr("%n messages selected", None, len(keys)))
        elif keys:
            self._named = None
            self.ui.viewer.show_message(keys[0])
        else:
            self._show_named()
        self._show_commands()

    def _row_changed(self, row: MessageRow) -> None:
        self.model.put(row)
        self.ui.viewer.reread()
        self._show_commands()

    def _show_commands(self) -> None:
        for name, is_possible in possible(self.rows_selected(), self.commands.is_busy).items():
            self.action(name).setEnabled(is_possible)

    def _show_row_menu(self) -> None:
        if self.ui.table.selected_keys():
            self.row_menu().popup(self.cursor().pos())

    def row_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _ROW_MENU:
            if name:
                menu.addAction(self.action(name))
            else:
                menu.addSeparator()
        return menu

    def _reply(self, kind: ReplyKind) -> None:
        self.reply_requested.emit(self.ui.table.selected_keys()[0], kind)

    def _find(self) -> None:
        self.ui.search.setFocus()
        self.ui.search.selectAll()

    # What is told

    def _show_progress(self, done: int, total: int) -> None:
        for widget in (self.ui.progress, self.ui.cancel):
            widget.setVisible(total > 1)
        self.ui.progress.setRange(0, total)
        self.ui.progress.setValue(done)
        self._show_commands()

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
        if event.type() in PALETTE_EVENTS and hasattr(self, "commands"):  # it is made
            self._dress()
            self.model.use(message_rows(self.palette()))

    def keep_place(self) -> None:
        self._memory.keep_place(_MEMORY, self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_place()
        self.commands.cancel()
        super().closeEvent(event)
        self.closed.emit()
