"""The outbox window: what is to be sent, why it waits, and what is done about it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMessageBox, QWidget

from mailint_gui.domain.outbox import OutboxFilter, OutboxItem, OutboxState
from mailint_gui.ui._generated.ui_outbox_window import Ui_OutboxWindow
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.compose.compose_windows import ComposeWindows
from mailint_gui.ui.icons import action_icon
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.outbox.draft_menu import DraftMenu
from mailint_gui.ui.outbox.possible import NOT_SENT, possible
from mailint_gui.ui.outbox.questions import ask_whether_it_arrived, ask_whether_to_give_up
from mailint_gui.ui.outbox.row import WIDTHS, Column, outbox_rows
from mailint_gui.ui.paging.listing import Listing
from mailint_gui.ui.paging.model import PagedModel
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.theme import PALETTE_EVENTS, Role
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.wording.messages import messages_words
from mailint_gui.wording.outbox import outbox_state_words
from mailint_gui.workers.calls import Call
from mailint_gui.workers.compose_desk import ComposeDesk
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.outbox_desk import OutboxDesk

_MEMORY = "outbox"
_ICONS = {"compose": "compose", "retry": "check-now", "edit": "edit", "arrived": "done", "cancel": "cancel"}


class OutboxWindow(QMainWindow):
    closed = Signal()

    def __init__(
        self, desk: Desk, compose: ComposeWindows, memory: WindowMemory, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = OutboxDesk(desk)
        self._compose = compose
        self._memory = memory
        self._calls = PendingCalls(self)
        self.ui = Ui_OutboxWindow()
        self.ui.setupUi(self)
        self.setCentralWidget(self.ui.central)
        self.banners = Banners(self.ui.banners, self)
        self.model = PagedModel(outbox_rows(self.palette()), self)
        self.listing = Listing(self._ask, self.model, self)
        self.drafts = DraftMenu(self.ui.menu_drafts, ComposeDesk(desk), compose.open_draft)
        self.count = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._set_up()
        self._connect(desk)
        self._connect_commands()
        memory.restore_place(_MEMORY, self)
        self._dress()
        self.listing.restart()
        self.drafts.read()
        self.ui.table.setFocus()

    def action(self, name: str) -> QAction:
        action: QAction = getattr(self.ui, f"action_{name}")
        return action

    def items_selected(self) -> tuple[OutboxItem, ...]:
        return tuple(self.model.row_at(place) for place in self.ui.table.selected_places())

    # Building

    def _set_up(self) -> None:
        self.ui.table.show_rows(self.model, WIDTHS, Column.SUBJECT)
        self.ui.table.follow(self.listing)
        self.ui.splitter.setSizes([self.height() * 3 // 5, self.height() * 2 // 5])
        box = self.ui.state_filter
        box.addItem(self.tr("What is not sent"), NOT_SENT)
        box.addItem(self.tr("All"), OutboxFilter())
        for state in OutboxState:
            box.addItem(outbox_state_words(state), OutboxFilter(frozenset({state})))
        self.statusBar().addWidget(self.count)

    def _connect(self, desk: Desk) -> None:
        self.ui.state_filter.currentIndexChanged.connect(self.listing.restart)
        self.listing.changed.connect(self._show_listing)
        self.listing.failed.connect(self._tell_failure)
        self.ui.table.selection_changed.connect(self._show_chosen)
        self.model.dataChanged.connect(self._show_chosen)
        self.ui.table.open_requested.connect(lambda _id: self._edit_if_possible())
        self.ui.empty.button.clicked.connect(lambda: self.ui.state_filter.setCurrentIndex(1))
        desk.outbox_changed.connect(self.listing.refresh)
        desk.send_finished.connect(self.listing.refresh)
        self._compose.drafts_changed.connect(self.drafts.read)
        self._compose.refused.connect(self._tell)

    def _connect_commands(self) -> None:
        done: dict[str, Callable[[], object]] = {
            "compose": self._compose.new,
            "retry": self._retry,
            "edit": self._edit_if_possible,
            "arrived": self._ask_whether_it_arrived,
            "cancel": self._ask_whether_to_give_up,
            "refresh": self.listing.restart,
            "close": self.close,
        }
        for name, do in done.items():
            self.action(name).triggered.connect(lambda _checked=False, do=do: do())
        self.action("cancel").setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.ui.table.addAction(self.action("cancel"))

    # The list

    def _ask(self, before: int | None, limit: int) -> Call:
        return self._desk.page(self.ui.state_filter.currentData(), before, limit)

    def _show_listing(self) -> None:
        empty = self.listing.is_read and not self.model.rowCount()
        self.ui.pages.setCurrentWidget(self.ui.empty if empty else self.ui.table)
        wanted = self.ui.state_filter.currentData()
        if empty and wanted == NOT_SENT:
            self.ui.empty.say(self.tr("Nothing waits to be sent."), self.tr("Show a&ll messages"))
        elif empty and wanted != OutboxFilter():
            self.ui.empty.say(self.tr("No message is in this state."), self.tr("Show a&ll messages"))
        elif empty:
            self.ui.empty.say(self.tr("Nothing was sent yet."))
        more = "" if self.listing.at_end else "+"
        self.count.setText(messages_words(self.model.rowCount()) + more)
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = self.items_selected()
        instead = self.tr("%n messages selected", None, len(chosen)) if chosen else ""
        self.ui.detail.show_item(chosen[0] if len(chosen) == 1 else None, instead)
        for name, is_possible in possible(chosen, len(self._calls) > 0).items():
            self.action(name).setEnabled(is_possible)

    # Commands

    def _retry(self) -> None:
        """What may have arrived already is not sent again without a question."""
        chosen = self.items_selected()
        ids = tuple(item.id for item in chosen)
        if any(item.state is OutboxState.UNCERTAIN for item in chosen):
            self._ask_to_send_again(lambda: self._do(self._desk.retry(ids, may_repeat=True)))
        else:
            self._do(self._desk.retry(ids, may_repeat=False))

    def _ask_to_send_again(self, send: Callable[[], object]) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(self.tr("Send again"))
        box.setText(self.tr("The connection broke before the server said whether it took the message."))
        box.setInformativeText(
            self.tr(
                "Sent again, it may arrive twice. Not sent again, it may never arrive. Ask a recipient, or look "
                "into the folder of sent mail, before you decide."
            )
        )
        again = box.addButton(self.tr("&Send again"), QMessageBox.ButtonRole.DestructiveRole)
        leave = box.addButton(self.tr("&Leave it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(leave)
        box.setEscapeButton(leave)
        again.clicked.connect(lambda: send())
        box.open()

    def _ask_whether_it_arrived(self) -> None:
        keys = self.ui.table.selected_keys()  # as they are asked about, whatever is selected afterwards
        ask_whether_it_arrived(self, self.items_selected(), lambda: self._do(self._desk.arrived(keys)))

    def _ask_whether_to_give_up(self) -> None:
        keys = self.ui.table.selected_keys()
        ask_whether_to_give_up(self, self.items_selected(), lambda: self._do(self._desk.cancel(keys)))

    def _edit_if_possible(self) -> None:
        if self.action("edit").isEnabled():
            self._compose.again(self.ui.table.selected_keys()[0])

    def _do(self, call: Call) -> None:
        self.banners.hide(Subject.RESULT)
        self._calls.follow(call, None, self._tell_failure, self._done)
        self._show_chosen()

    def _done(self) -> None:
        self.listing.refresh()

    def _tell(self, text: str) -> None:
        self.banners.show(Subject.RESULT, Role.NEGATIVE, text, closable=True)

    def _tell_failure(self, failure: Failure) -> None:
        self._tell(failure_words(failure))

    # The window itself

    def _dress(self) -> None:
        for name, icon in _ICONS.items():
            self.action(name).setIcon(action_icon(icon, self.palette()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "count"):  # it is made
            self._dress()
            self.model.use(outbox_rows(self.palette()))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._memory.keep_place(_MEMORY, self)
        self.listing.stop()
        super().closeEvent(event)
        self.closed.emit()
