"""The main window's frame: bars, icons, its place on the screen, how it closes. All that its first paint needs.

What it is about takes several times as long to load, and follows when the frame is on the screen.
"""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QMainWindow, QSizePolicy, QToolButton, QWidget

from mailint_gui.ui._generated.ui_main_window import Ui_MainWindow
from mailint_gui.ui.close_question import OnClose, ask_how_to_close
from mailint_gui.ui.icons import action_icon, application_icon, marked_icon
from mailint_gui.ui.screen_room import let_contents_scroll
from mailint_gui.ui.session_end import session_ends
from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS
from mailint_gui.ui.window_memory import WindowMemory

DEMO_NAME = "Mailint – DEMO"
LATEST_PAINT_MS = 1000  # a window on another workspace may not be painted at all, and checks all the same
_SHARE_OF_WIDTH, _SHARE_OF_HEIGHT = 0.98, 0.9  # all columns fit on a screen 1366 pixels wide
_ON_CLOSE = "close_without_tray"

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
    "messages": "messages",
    "compose": "compose",
    "outbox": "outbox",
    "records": "records",
    "rules": "rules",
}


class WindowFrame(QMainWindow):
    """``appeared`` comes once: after the first paint, or a second after it was due."""

    appeared = Signal()
    demo_requested = Signal()
    quit_requested = Signal()
    hidden_to_tray = Signal()

    def __init__(self, settings_file: Path, demo: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.demo = demo
        self._on_close = OnClose.QUIT
        self._quitting = False
        self._unread = 0
        self.memory = WindowMemory(settings_file)
        self.ui = Ui_MainWindow()
        self.ui.setupUi(self)
        self.setWindowIcon(application_icon())
        self.ui.pages.setCurrentWidget(self.ui.opening_page)
        self.bell = QToolButton()
        self.summary = QLabel(textFormat=Qt.TextFormat.PlainText)
        let_contents_scroll(self)
        self._set_up_bars()
        self.ui.action_quit.triggered.connect(self.quit)
        self.ui.empty_demo.setVisible(not demo)
        if demo:
            QGuiApplication.setApplicationDisplayName(
                DEMO_NAME
            )  # the platform ends each window's title with it
            self.setWindowTitle(DEMO_NAME)
        self._place()
        self._dress()
        self._first_paint = _FirstPaint(self)
        self._first_paint.seen.connect(self.appeared)

    def show_up(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def quit(self) -> None:
        self._quitting = True
        if self.isVisible():
            self.close()
        else:
            self.quit_requested.emit()  # Qt closes no window that is hidden; its place was kept when it hid

    def set_on_close(self, on_close: OnClose) -> None:
        """With a tray, closing hides the window and checking goes on; without, that is for the admin to say."""
        self._on_close = on_close

    def keep_place(self) -> None:
        """Remembers how the window lies and looks; nothing while it is still empty."""

    def action(self, name: str) -> QAction:
        action: QAction = getattr(self.ui, f"action_{name}")
        return action

    def show_unread(self, unread: int) -> None:
        """How many notifications nobody has looked at yet."""
        self._unread = unread
        draw = marked_icon if unread else action_icon
        styles = Qt.ToolButtonStyle
        self.ui.action_notifications.setIcon(draw("notifications", self.palette()))
        self.ui.action_notifications.setIconText(str(unread))
        self.bell.setToolButtonStyle(styles.ToolButtonTextBesideIcon if unread else styles.ToolButtonIconOnly)
        several = self.tr("%n unread notifications", None, unread) if unread else self.tr("Notifications")
        spoken = self.tr("1 unread notification") if unread == 1 else several
        self.bell.setAccessibleName(spoken)
        self.bell.setToolTip(spoken)

    def _set_up_bars(self) -> None:
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.ui.tool_bar.addWidget(spacer)
        self.bell.setDefaultAction(self.ui.action_notifications)
        self.ui.tool_bar.addWidget(self.bell)
        self.summary.setMinimumHeight(
            self.ui.empty_new.sizeHint().height()
        )  # as of the button that comes beside it
        self.statusBar().addWidget(self.summary)
        self.statusBar().setContentsMargins(BETWEEN_CONTROLS, 0, BETWEEN_CONTROLS, 0)

    def _place(self) -> None:
        if not self.memory.restore_geometry(self):
            room = self.screen().availableSize()
            most = QSize(int(room.width() * _SHARE_OF_WIDTH), int(room.height() * _SHARE_OF_HEIGHT))
            self.resize(self.size().boundedTo(most))

    def _dress(self) -> None:
        for name, icon in _ICONS.items():
            self.action(name).setIcon(action_icon(icon, self.palette()))
            self.action(name).setIconVisibleInMenu(False)  # a style draws it dark on the chosen entry
        self.ui.action_notifications.setIconVisibleInMenu(False)  # else the mark is a box around the icon
        self.show_unread(self._unread)

    # Events

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "_first_paint"):  # it is made
            self._dress()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_place()
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
        if self._quitting or session_ends():
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


class _FirstPaint(QObject):
    """Looks at a window's events until its first paint is over, and no longer: each look costs Python's lock."""

    seen = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._patience = QTimer(self, singleShot=True, interval=LATEST_PAINT_MS)
        self._patience.timeout.connect(self._tell)
        window.installEventFilter(self)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._patience.start()
        elif event.type() == QEvent.Type.Paint:
            window.removeEventFilter(self)
            self._patience.start(0)  # when what is painted was handed to the screen
        return False

    def _tell(self) -> None:
        self._window.removeEventFilter(self)
        self.seen.emit()
