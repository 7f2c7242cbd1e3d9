"""The main window: the list, its commands and what lies around it. It asks the desk and shows what it hears."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSaveFile, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.ui._generated.ui_main_window import Ui_MainWindow
from mailint_gui.ui.banners import Banners
from mailint_gui.ui.check_progress import CheckProgressBar
from mailint_gui.ui.close_question import OnClose, ask_how_to_close
from mailint_gui.ui.form_windows import FormWindows
from mailint_gui.ui.icons import action_icon, application_icon, marked_icon
from mailint_gui.ui.integration_commands import IntegrationCommands
from mailint_gui.ui.integration_list.csv_export import as_csv
from mailint_gui.ui.integration_list.filter import FILTER_ORDER, IntegrationFilter
from mailint_gui.ui.integration_list.model import IntegrationModel
from mailint_gui.ui.keys_dialog import KeysDialog
from mailint_gui.ui.notifications.log import NotificationLog
from mailint_gui.ui.notifications.panel import NotificationsPanel
from mailint_gui.ui.possible_commands import possible_commands
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.summary import summary_words
from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.ui.window_notices import WindowNotices
from mailint_gui.wording.states import condition_name
from mailint_gui.workers.desk import BatchProgress, Desk

_SHARE_OF_WIDTH, _SHARE_OF_HEIGHT = 0.98, 0.9  # all columns fit on a screen 1366 pixels wide
DEMO_NAME = "Mailint – DEMO"
NOTICE_MS = 10_000
_ON_CLOSE = "close_without_tray"
TICK_MS = 15_000  # relative times are at most this late; only cells whose text changed are repainted

_ICONS = {
    "new": "new",
    "edit": "edit",
    "duplicate": "duplicate",
    "delete": "delete",
    "undo": "undo",
    "check": "check-now",
    "check_all": "check-now",
    "cancel": "cancel",
    "enable": "enable",
    "disable": "disable",
    "pause": "pause",
    "settings": "settings",
    "find": "search",
}
_ROW_MENU = ("", "edit", "duplicate", "delete", "", "enable", "disable")


class MainWindow(QMainWindow):
    demo_requested = Signal()
    quit_requested = Signal()
    hidden_to_tray = Signal()

    def __init__(
        self,
        desk: Desk,
        settings_file: Path,
        demo: bool = False,
        clock: Clock = system_clock,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._on_close = OnClose.QUIT
        self._quitting = False
        self.ui = Ui_MainWindow()
        self.ui.setupUi(self)
        self.setWindowIcon(application_icon())
        self.board = StatusBoard(desk, self)
        self.model = IntegrationModel(self.board, clock, self)
        self.rows = IntegrationFilter(self.model, self)
        self.log = NotificationLog(clock, self)
        self.memory = WindowMemory(settings_file)
        self.banners = Banners(self.ui.banners, self)
        self.notices = WindowNotices(desk, self.banners, self)
        self.forms = FormWindows(desk, self.board, self)
        self.commands = IntegrationCommands(desk, self.board, self)
        self.panel = NotificationsPanel(self.log, self)
        self.progress = CheckProgressBar()
        self.summary = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._ticker = QTimer(self, interval=TICK_MS)
        self._set_up_list(clock)
        self._set_up_bars()
        self._connect_actions()
        self._connect_desk()
        self._restore()
        self._show_demo(demo)
        self._board_changed()
        self._dress()

    def open_integration(self, integration_id: int, tab: str = "general") -> None:
        """Bring the window up with this row selected, and its form open at this tab."""
        self.show_up()
        self.ui.table.select(integration_id)
        self.forms.open(integration_id, tab)

    def show_up(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_notifications(self) -> None:
        self.show_up()
        self.panel.show()

    def set_on_close(self, on_close: OnClose) -> None:
        """With a tray, closing hides the window and checking goes on; without, that is for the admin to say."""
        self._on_close = on_close

    def tell_no_tray(self) -> None:
        self.statusBar().showMessage(
            self.tr("This desktop has no tray. What is notified is listed under Notifications."),
            NOTICE_MS,
        )

    # Building

    def _set_up_list(self, clock: Clock) -> None:
        self.ui.table.show_rows(self.rows)
        self.ui.table.installEventFilter(self.model)
        self.ui.detail.watch(self.board, clock)
        self.ui.splitter.setStretchFactor(0, 1)
        self.ui.splitter.setStretchFactor(1, 0)
        self.ui.splitter.setCollapsible(1, True)
        least = self.ui.detail.minimumWidth()
        self.ui.splitter.setSizes([self.width() - least, least])
        self.ui.status_filter.addItem(self.tr("All"), None)
        for condition in FILTER_ORDER:
            self.ui.status_filter.addItem(condition_name(condition), condition)
        self.ui.table.customContextMenuRequested.connect(self._show_row_menu)
        self.ui.table.open_requested.connect(self.forms.open)
        self.ui.table.selection_changed.connect(self._selection_changed)
        self.ui.detail.form_requested.connect(self.forms.open)
        self.ui.detail.enable_requested.connect(lambda one: self.commands.enable((one,)))
        self.ui.search.textChanged.connect(self._filter_changed)
        self.ui.status_filter.currentIndexChanged.connect(self._filter_changed)
        self.ui.clear_filter.clicked.connect(self._clear_filter)
        self.ui.empty_new.clicked.connect(self.forms.open_new)
        self.ui.empty_demo.clicked.connect(self.demo_requested)
        self._ticker.timeout.connect(self._tick)

    def _set_up_bars(self) -> None:
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.ui.tool_bar.addWidget(spacer)
        self.bell = QToolButton()
        self.bell.setDefaultAction(self.ui.action_notifications)
        self.ui.tool_bar.addWidget(self.bell)
        self.statusBar().addWidget(self.summary)
        self.statusBar().messageChanged.connect(self._show_summary_beside)
        self.statusBar().addPermanentWidget(self.progress)
        self.statusBar().setContentsMargins(BETWEEN_CONTROLS, 0, BETWEEN_CONTROLS, 0)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.panel)
        self.panel.hide()
        self.progress.cancel_requested.connect(self._cancel_checks)

    def _connect_actions(self) -> None:
        ui, table = self.ui, self.ui.table
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
        ui.action_notifications.toggled.connect(self.panel.setVisible)
        self.panel.visibilityChanged.connect(ui.action_notifications.setChecked)
        ui.action_export.triggered.connect(self._export)
        ui.action_find.triggered.connect(self._find)
        ui.action_quit.triggered.connect(self.quit)
        ui.action_keys.triggered.connect(lambda: KeysDialog(self.findChildren(QAction), self).open())
        ui.action_about.triggered.connect(self._show_about)
        self.commands.deleted.connect(self._offer_undo)
        self.commands.noticed.connect(self.notices.show_notice)
        self.commands.refused.connect(self._show_refusal)
        self.commands.working.connect(self.statusBar().showMessage)
        self.commands.added.connect(self._select_soon)
        self.commands.restored.connect(lambda ids: self._select_soon(*ids))
        self.forms.added.connect(self._select_soon)
        self.panel.integration_requested.connect(self.open_integration)
        self.log.unread_changed.connect(self._show_unread)

    def _connect_desk(self) -> None:
        self._desk.batch_progressed.connect(self._batch_progressed)
        self._desk.event_happened.connect(self.log.add)
        self.board.reset.connect(self._board_changed)
        self.board.changed.connect(self._board_changed)
        self.board.removed.connect(self._board_changed)
        self.board.surroundings_changed.connect(self._surroundings_changed)

    # What is heard

    def _board_changed(self) -> None:
        self.ui.pages.setCurrentWidget(self._page())
        self.summary.setText(summary_words(self.board))
        self._show_match()
        self._selection_changed()

    def _page(self) -> QWidget:
        if not self.board.is_read:
            return self.ui.opening_page
        return self.ui.list_page if self.board.ids() else self.ui.empty_page

    def _surroundings_changed(self) -> None:
        self.ui.action_pause.setChecked(self.board.surroundings.paused)
        self.summary.setText(summary_words(self.board))

    def _batch_progressed(self, progress: BatchProgress) -> None:
        self.progress.show_progress(progress)
        self._update_actions()

    def _offer_undo(self, names: tuple[str, ...]) -> None:
        self.notices.offer_undo(names, self.commands.undo)
        self._update_actions()

    def _show_refusal(self, integration_id: int, text: str) -> None:
        there = self.board.status(integration_id) is not None
        self.notices.show_refusal(text, partial(self.forms.open, integration_id) if there else None)

    def _show_unread(self, unread: int) -> None:
        draw = marked_icon if unread else action_icon
        styles = Qt.ToolButtonStyle
        self.ui.action_notifications.setIcon(draw("notifications", self.palette()))
        self.ui.action_notifications.setIconText(str(unread))
        self.bell.setToolButtonStyle(styles.ToolButtonTextBesideIcon if unread else styles.ToolButtonIconOnly)
        spoken = self.tr("%n unread notifications", None, unread) if unread else self.tr("Notifications")
        self.bell.setAccessibleName(spoken)
        self.bell.setToolTip(spoken)

    def _show_summary_beside(self, message: str) -> None:
        """A status bar writes its message over what lies there."""
        self.summary.setVisible(not message)

    def _show_demo(self, demo: bool) -> None:
        self.ui.empty_demo.setVisible(not demo)
        if demo:
            self.setWindowTitle(DEMO_NAME)
            self.notices.show_demo()

    # The list

    def _selection_changed(self) -> None:
        self.ui.detail.show_integrations(self.ui.table.selected_ids())
        self._update_actions()

    def _update_actions(self) -> None:
        possible = possible_commands(
            self.board.known(self.ui.table.selected_ids()),
            any_there=bool(self.board.ids()),
            running=not self.progress.isHidden() or self.board.any_running,
            can_undo=self.commands.can_undo,
        )
        for name, is_possible in possible.items():
            self._action(name).setEnabled(is_possible)

    def _filter_changed(self) -> None:
        self.rows.set_text(self.ui.search.text())
        self.rows.set_condition(self.ui.status_filter.currentData())
        self._show_match()

    def _show_match(self) -> None:
        none = self.rows.filters and not self.rows.rowCount()
        self.ui.rows.setCurrentWidget(self.ui.no_match_page if none else self.ui.table)

    def _clear_filter(self) -> None:
        self.ui.search.clear()
        self.ui.status_filter.setCurrentIndex(0)
        self.ui.table.setFocus()

    def _find(self) -> None:
        self.ui.search.setFocus()
        self.ui.search.selectAll()

    def _select_soon(self, *ids: int) -> None:
        self.board.flush()
        self.ui.table.select(*ids)

    def _cancel_checks(self) -> None:
        self._desk.cancel_checks(None)

    def _show_row_menu(self) -> None:
        self.row_menu(self.ui.table.selected_ids()).popup(self.cursor().pos())

    def row_menu(self, ids: tuple[int, ...]) -> QMenu:
        """The commands for these rows; ending checks ends theirs and no others."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._action("check"))
        cancel = menu.addAction(self._cancel_text(len(ids)))
        cancel.setEnabled(any(self.board.progress(one) for one in ids))
        cancel.triggered.connect(lambda: self._desk.cancel_checks(ids))
        for name in _ROW_MENU:
            if name:
                menu.addAction(self._action(name))
            else:
                menu.addSeparator()
        return menu

    def _cancel_text(self, count: int) -> str:
        return self.tr("Ca&ncel check") if count == 1 else self.tr("Ca&ncel these checks")

    def _export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export list"), "integrations.csv", self.tr("CSV files (*.csv)")
        )
        if path:
            self.export_list(Path(path))

    def export_list(self, path: Path) -> None:
        """What is shown, in the order shown."""
        text = as_csv(self.board.known(self.rows.ids_in_order()), self.board.surroundings.properties)
        file = QSaveFile(str(path))
        written = file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(text.encode("utf-8-sig")) >= 0
        if not (written and file.commit()):
            told = self.tr("The list could not be saved: {reason}. Choose another folder.")
            self._show_refusal(0, told.replace("{reason}", file.errorString()))

    def _show_about(self) -> None:
        from mailint_gui import __version__

        text = self.tr(
            "Mailint {version}\nSets up, tests, runs and watches the mail integrations of a help desk."
        )
        QMessageBox.about(self, self.tr("About Mailint"), text.replace("{version}", __version__))

    # The window itself

    def quit(self) -> None:
        self._quitting = True
        if self.isVisible():
            self.close()
        else:
            self.quit_requested.emit()  # Qt closes no window that is hidden; its place was kept when it hid

    def closeEvent(self, event: QCloseEvent) -> None:
        self.memory.save(self, self.ui.splitter, self.ui.table.horizontalHeader())
        on_close = self._closes_now()
        event.setAccepted(on_close in {OnClose.QUIT, OnClose.TO_TRAY})
        match on_close:
            case OnClose.QUIT:
                self.quit_requested.emit()
            case OnClose.TO_TRAY:
                self.hide()
                self.hidden_to_tray.emit()
            case OnClose.MINIMISE:
                self.showMinimized()
            case OnClose.ASK:
                ask_how_to_close(self, self._close_as)

    def _closes_now(self) -> OnClose:
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        if self._quitting or application.isSavingSession():  # nobody is asked while the session ends
            return OnClose.QUIT
        if self._on_close is OnClose.ASK:
            return OnClose(self.memory.choice(_ON_CLOSE, OnClose.ASK))
        return self._on_close

    def _close_as(self, chosen: OnClose, for_good: bool) -> None:
        if for_good:
            self.memory.choose(_ON_CLOSE, chosen)
        if chosen is OnClose.QUIT:
            self.quit()
        else:
            self.showMinimized()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick()
        self._ticker.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ticker.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "bell"):
            self._dress()

    def _tick(self) -> None:
        self.model.refresh()
        self.log.refresh()
        self.ui.detail.refresh()

    def _restore(self) -> None:
        if self.memory.restore(self, self.ui.splitter, self.ui.table.horizontalHeader()):
            self.ui.table.keep_columns()
        else:
            room = self.screen().availableSize()
            most = QSize(int(room.width() * _SHARE_OF_WIDTH), int(room.height() * _SHARE_OF_HEIGHT))
            self.resize(self.size().boundedTo(most))
        self.ui.table.setFocus()

    def _dress(self) -> None:
        for name, icon in _ICONS.items():
            self._action(name).setIcon(action_icon(icon, self.palette()))
            self._action(name).setIconVisibleInMenu(False)  # a style draws it dark on the chosen entry
        self.ui.action_notifications.setIconVisibleInMenu(False)  # else the mark is a box around the icon
        self._show_unread(self.log.unread)

    def _action(self, name: str) -> QAction:
        action: QAction = getattr(self.ui, f"action_{name}")
        return action
