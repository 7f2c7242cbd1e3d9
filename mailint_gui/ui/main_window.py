"""The main window: the list, its commands and what lies around it. It asks the desk and shows what it hears."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from mailint_gui.ui.close_question import OnClose
from mailint_gui.ui.session_end import session_ends
from mailint_gui.ui.window_frame import WindowFrame

if TYPE_CHECKING:  # what the first paint does not need is imported after it, where it is made
    from mailint_gui.domain.clock import Clock
    from mailint_gui.domain.events import IntegrationEvent
    from mailint_gui.domain.notification import EventKind
    from mailint_gui.domain.outbox import OutboxItem
    from mailint_gui.workers.desk import Desk

NOTICE_MS = 10_000
TICK_MS = 15_000  # relative times are at most this late; only cells whose text changed are repainted

_ROW_MENU = ("", "edit", "duplicate", "delete", "", "enable", "disable")


class MainWindow(WindowFrame):
    """An empty frame until ``furnish``. What is asked of it before is done then."""

    furnished = False

    def __init__(self, settings_file: Path, demo: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(settings_file, demo, parent)
        self._ticker = QTimer(self, interval=TICK_MS)
        self._asked_early: list[QAction] = []
        for action in self.findChildren(QAction):
            action.triggered.connect(partial(self._note_if_early, action))

    def furnish(self, desk: "Desk", clock: "Clock") -> None:
        """Once, soon: with the list, everything around it, and the desk that all of it asks."""
        from mailint_gui.ui.banners import Banners
        from mailint_gui.ui.check_progress import CheckProgressBar
        from mailint_gui.ui.compose.draft_notice import DraftNotice
        from mailint_gui.ui.editing_dialog import OpenEditors
        from mailint_gui.ui.form_windows import FormWindows
        from mailint_gui.ui.further_windows import FurtherWindows
        from mailint_gui.ui.integration_commands import IntegrationCommands
        from mailint_gui.ui.integration_list.page import IntegrationListPage
        from mailint_gui.ui.log_windows import LogWindows
        from mailint_gui.ui.loops.notice import LoopNotice
        from mailint_gui.ui.notifications.incidents import IncidentList
        from mailint_gui.ui.notifications.log import NotificationLog
        from mailint_gui.ui.notifications.panel import NotificationsPanel
        from mailint_gui.ui.status_board import StatusBoard
        from mailint_gui.ui.window_notices import WindowNotices

        self._desk = desk
        self._clock = clock
        self.board = StatusBoard(desk, self)
        self.list = IntegrationListPage(self.ui.list_page, self.board, clock)
        self.log = NotificationLog(clock, self)
        self.banners = Banners(self.ui.banners, self)
        self.notices = WindowNotices(desk, self.banners, self)
        self.forms = FormWindows(desk, self.board, self)
        self.editors = OpenEditors(self)
        self.further = FurtherWindows(desk, self.board, self.memory, self)
        self.logs = LogWindows(desk, self.board, clock, self.memory, self)
        self.loops = LoopNotice(desk, self.banners, self)
        self.left_drafts = DraftNotice(
            desk, self.banners, lambda one: self.further.compose.open_draft(one), self
        )
        self.commands = IntegrationCommands(desk, self.board, self)
        self.panel = NotificationsPanel(self.log, IncidentList(desk, self.board, clock), self)
        self.progress = CheckProgressBar()
        self._connect_list()
        self._set_up_bars_content()
        self._connect_actions()
        self._connect_desk()
        self._restore()
        if self.demo:
            self.notices.show_demo()
        self._board_changed()
        self.furnished = True
        self._do_what_was_asked_early()

    def open_integration(self, integration_id: int, tab: str = "general") -> None:
        """Bring the window up with this row selected, and its form open at this tab, or field."""
        self.show_up()
        self.list.table.select(integration_id)
        self.forms.open(integration_id, tab)

    def show_notifications(self) -> None:
        self.show_up()
        self.panel.show()

    def tell_no_tray(self) -> None:
        self.statusBar().showMessage(
            self.tr("This desktop has no tray. What is notified is listed under Notifications."),
            NOTICE_MS,
        )

    # Building

    def _connect_list(self) -> None:
        self.list.table.customContextMenuRequested.connect(self._show_row_menu)
        self.list.table.open_requested.connect(self.forms.open)
        self.list.selection_changed.connect(self._update_actions)
        self.list.detail.form_requested.connect(self.forms.open)
        self.list.detail.enable_requested.connect(lambda one: self.commands.enable((one,)))
        self.list.detail.messages_requested.connect(self.logs.open_messages_of)
        self.ui.empty_new.clicked.connect(self.forms.open_new)
        self.ui.empty_demo.clicked.connect(self.demo_requested)
        self._ticker.timeout.connect(self._tick)

    def _set_up_bars_content(self) -> None:
        self.statusBar().messageChanged.connect(self._show_summary_beside)
        self._show_summary_beside(self.statusBar().currentMessage())  # the mouse may lie on a button already
        self.statusBar().addPermanentWidget(self.progress)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.panel)
        self.panel.hide()
        self.progress.cancel_requested.connect(self._cancel_checks)
        self.progress.begun_or_over.connect(self._update_actions)

    def _connect_actions(self) -> None:
        ui, table = self.ui, self.list.table
        ui.action_new.triggered.connect(self.forms.open_new)
        ui.action_edit.triggered.connect(lambda: self.forms.open(table.selected_ids()[0]))
        ui.action_duplicate.triggered.connect(lambda: self.commands.duplicate(table.selected_ids()[0]))
        ui.action_delete.triggered.connect(lambda: self.commands.delete(table.selected_ids()))
        ui.action_undo.triggered.connect(self.commands.undo)
        ui.action_check.triggered.connect(lambda: self._desk.check_now(table.selected_ids()))
        ui.action_check_all.triggered.connect(lambda: self._desk.check_now(None))
        ui.action_cancel.triggered.connect(self._cancel_checks)
        ui.action_enable.triggered.connect(lambda: self.commands.enable(table.selected_ids()))
        ui.action_disable.triggered.connect(lambda: self.commands.disable(table.selected_ids()))
        ui.action_pause.triggered.connect(self._desk.set_paused)
        ui.action_settings.triggered.connect(self.forms.open_settings)
        ui.action_notification_settings.triggered.connect(self._open_notification_settings)
        ui.action_rules.triggered.connect(lambda: self.further.open_rules())
        ui.action_messages.triggered.connect(self.logs.open_messages)
        ui.action_compose.triggered.connect(self.further.open_compose)
        ui.action_outbox.triggered.connect(self.further.open_outbox)
        self.logs.record_reply_requested.connect(
            lambda one, kind, chosen: self.further.compose.reply_to_record(one, kind, chosen)
        )
        self.logs.reply_requested.connect(lambda one, kind: self.further.compose.reply(one, kind))
        self.further.queued.connect(self._tell_queued)
        self.further.refused.connect(self._tell_refusal)
        ui.action_records.triggered.connect(self.logs.open_records)
        ui.action_loops.triggered.connect(self.logs.open_loops)
        self.loops.loops_requested.connect(self.logs.open_loops)
        ui.action_notifications.toggled.connect(self.panel.setVisible)
        self.panel.visibilityChanged.connect(ui.action_notifications.setChecked)
        ui.action_export.triggered.connect(self._export)
        ui.action_find.triggered.connect(self.list.find)
        ui.action_keys.triggered.connect(self._show_keys)
        ui.action_about.triggered.connect(self._show_about)
        self.commands.deleted.connect(self._offer_undo)
        self.commands.noticed.connect(self.notices.show_notice)
        self.commands.refused.connect(self._show_refusal)
        self.commands.working.connect(self.statusBar().showMessage)
        self.commands.added.connect(self.list.select_soon)
        self.commands.restored.connect(lambda ids: self.list.select_soon(*ids))
        self.forms.added.connect(self.list.select_soon)
        self.forms.rules_requested.connect(lambda one: self.further.open_rules(one or None))
        self.panel.event_requested.connect(self.open_place_of)
        self.panel.incidents.place_requested.connect(self.open_integration)
        self.log.unread_changed.connect(self.show_unread)

    def _connect_desk(self) -> None:
        self._desk.batch_progressed.connect(self.progress.show_progress)
        self._desk.event_happened.connect(self.log.add)
        self.board.reset.connect(self._board_changed)
        self.board.changed.connect(self._board_changed)
        self.board.removed.connect(self._board_changed)
        self.board.surroundings_changed.connect(self._surroundings_changed)

    # What is heard

    def _board_changed(self) -> None:
        from mailint_gui.ui.summary import summary_words

        self.ui.pages.setCurrentWidget(self._page())
        self.summary.setText(summary_words(self.board))

    def _page(self) -> QWidget:
        if not self.board.is_read:
            return self.ui.opening_page
        return self.ui.list_page if self.board.ids() else self.ui.empty_page

    def _surroundings_changed(self) -> None:
        from mailint_gui.ui.summary import summary_words

        self.ui.action_pause.setChecked(self.board.surroundings.paused)
        self.summary.setText(summary_words(self.board))

    def _offer_undo(self, names: tuple[str, ...]) -> None:
        self.notices.offer_undo(names, self.commands.undo)
        self._update_actions()

    def _show_refusal(self, integration_id: int, text: str) -> None:
        there = self.board.status(integration_id) is not None
        self.notices.show_refusal(text, partial(self.forms.open, integration_id) if there else None)

    def _tell_queued(self, item: "OutboxItem") -> None:
        from mailint_gui.wording.outbox import queued_words

        self.statusBar().showMessage(queued_words(item), NOTICE_MS)

    def _show_summary_beside(self, message: str) -> None:
        """A status bar writes its message over what lies there."""
        self.summary.setVisible(not message)

    # Its commands

    def _update_actions(self) -> None:
        from mailint_gui.ui.possible_commands import possible_commands

        possible = possible_commands(
            self.board.known(self.list.table.selected_ids()),
            any_there=bool(self.board.ids()),
            running=not self.progress.isHidden() or self.board.any_running,
            can_undo=self.commands.can_undo,
        )
        for name, is_possible in possible.items():
            self.action(name).setEnabled(is_possible)

    def _cancel_checks(self) -> None:
        self._desk.cancel_checks(None)

    def _show_row_menu(self) -> None:
        self.row_menu(self.list.table.selected_ids()).popup(self.cursor().pos())

    def row_menu(self, ids: tuple[int, ...]) -> QMenu:
        """The commands for these rows; ending checks ends theirs and no others."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.action("check"))
        cancel = menu.addAction(self._cancel_text(len(ids)))
        cancel.setEnabled(any(self.board.progress(one) for one in ids))
        cancel.triggered.connect(lambda: self._desk.cancel_checks(ids))
        if len(ids) == 1:
            menu.addAction(self.tr("Show its &messages")).triggered.connect(
                lambda: self.logs.open_messages_of(ids[0])
            )
        for name in _ROW_MENU:
            if name:
                menu.addAction(self.action(name))
            else:
                menu.addSeparator()
        return menu

    def _cancel_text(self, count: int) -> str:
        return self.tr("Ca&ncel check") if count == 1 else self.tr("Ca&ncel these checks")

    def _export(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export list"), "integrations.csv", self.tr("CSV files (*.csv)")
        )
        if path:
            self.export_list(Path(path))

    def export_list(self, path: Path) -> None:
        """What is shown, in the order shown."""
        from mailint_gui.ui.integration_list.csv_export import save_csv

        shown = self.board.known(self.list.shown.ids_in_order())
        if reason := save_csv(path, shown, self.board.surroundings.properties):
            told = self.tr("The list could not be saved: {reason}. Choose another folder.")
            self._show_refusal(0, told.replace("{reason}", reason))

    def _tell_refusal(self, text: str) -> None:
        if not self.logs.tell(text):
            self._show_refusal(0, text)

    def _open_notification_settings(self) -> None:
        from mailint_gui.domain.notification_sample import sample_event

        def event_of(kind: "EventKind") -> "IntegrationEvent":
            known = self.board.known(self.board.ids())
            owner = known[0].integration if known else None
            return self.log.latest(kind) or sample_event(kind, owner, self._clock())

        self.forms.open_notification_settings(event_of)

    def open_place_of(self, event: "IntegrationEvent") -> None:
        """Bring the window up, and what opens where that which happened can be mended."""
        from mailint_gui.domain.events import (
            LoopWasStopped,
            MessagesNotSent,
            MessagesQuarantined,
            OutboxStuck,
        )
        from mailint_gui.domain.mending import place_of_event

        match event.event:
            case MessagesQuarantined():
                self.logs.open_messages_of(event.integration_id, "quarantined")
            case LoopWasStopped():
                self.logs.open_loops()
            case OutboxStuck() | MessagesNotSent():
                self.further.open_outbox()
            case happened:
                status = self.board.status(event.integration_id)
                place = place_of_event(status.integration, happened) if status else str(happened.direction)
                self.open_integration(event.integration_id, place)

    def _show_about(self) -> None:
        from PySide6.QtWidgets import QMessageBox

        from mailint_gui import __version__

        text = self.tr(
            "Mailint {version}\nSets up, tests, runs and watches the mail integrations of a help desk."
        )
        QMessageBox.about(self, self.tr("About Mailint"), text.replace("{version}", __version__))

    def _show_keys(self) -> None:
        from mailint_gui.ui.keys_dialog import KeysDialog

        KeysDialog([each for each in self.findChildren(QAction) if each.parent() is self], self).open()

    # The window itself

    def quit(self) -> None:
        """Once the other windows have nothing that is not saved."""
        if not self.furnished or self._others_close():
            super().quit()

    def _others_close(self) -> bool:
        """False while one of them asks about what is not saved; quitting goes on once that is answered."""
        return self.editors.close(then=self.quit) and self.further.close(then=self.quit)

    def closeEvent(self, event: QCloseEvent) -> None:
        asks = self.furnished and self._closes_now() is OnClose.QUIT and not session_ends()
        if asks and not self._others_close():
            event.ignore()
        else:
            super().closeEvent(event)

    def keep_place(self) -> None:
        if self.furnished:
            self.memory.save(self, self.list.splitter, self.list.table.horizontalHeader())
            self.logs.keep_places()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.furnished:
            self._tick()
        self._ticker.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ticker.stop()

    def _tick(self) -> None:
        self.list.tick()
        self.log.refresh()
        self.panel.incidents.refresh()

    def _restore(self) -> None:
        if self.memory.restore(self, self.list.splitter, self.list.table.horizontalHeader()):
            self.list.table.keep_columns()
        self.list.table.setFocus()

    def _note_if_early(self, action: QAction, _checked: bool = False) -> None:
        if not self.furnished and action is not self.ui.action_quit:
            self._asked_early.append(action)

    def _do_what_was_asked_early(self) -> None:
        for action in self._asked_early:
            if action.isCheckable():
                action.toggle()  # back, since triggering turns it over
            if action.isEnabled():
                action.trigger()
        self._asked_early.clear()
