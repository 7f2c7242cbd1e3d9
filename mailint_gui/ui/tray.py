"""The tray icon: the worst state as a shape on the program's icon, and the few commands that are wanted there."""

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from mailint_gui.domain.mending import place_of_trouble
from mailint_gui.ui.icons import Shape, application_icon, state_icon, state_pixmap
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.summary import summary_words, troubled, worst_shape
from mailint_gui.wording.text import one_line
from mailint_gui.workers.desk import Desk

_SIZES = (16, 22, 24, 32, 48, 64)
_TROUBLED_SHOWN = 10


class Tray(QObject):
    open_requested = Signal()
    quit_requested = Signal()
    integration_requested = Signal(int, str)  # integration id, where its trouble is mended in the form

    def __init__(self, desk: Desk, board: StatusBoard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._board = board
        self._shown: tuple[object, ...] = ()
        self.menu = QMenu()
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        for signal in (board.reset, board.changed, board.removed, board.surroundings_changed):
            signal.connect(self.refresh)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.refresh)
        self.refresh()

    def show(self) -> None:
        self.icon.show()

    def hide(self) -> None:
        self.icon.hide()

    def refresh(self) -> None:
        """Build icon, tool tip and menu again if what they show changed."""
        palette = QGuiApplication.palette()
        shape, words, failing = worst_shape(self._board), summary_words(self._board), troubled(self._board)
        shown = (shape, words, failing, self._board.surroundings.paused, palette.cacheKey())
        if shown == self._shown:
            return
        self._shown = shown
        self.icon.setIcon(tray_icon(shape, palette))
        self.icon.setToolTip(plain_tip(f"Mailint\n{words}" if words else "Mailint"))
        self._fill_menu(failing, palette)

    def _fill_menu(self, failing: tuple[tuple[int, str, Shape], ...], palette: QPalette) -> None:
        self.menu.clear()
        self.menu.addAction(self.tr("&Open Mailint"), self.open_requested.emit)
        self.menu.addSeparator()
        for integration_id, name, shape in failing[:_TROUBLED_SHOWN]:
            text = one_line(name).replace("&", "&&")
            action = self.menu.addAction(state_icon(shape, palette), text)
            action.setData(integration_id)
            action.triggered.connect(self._open_of_action)
        if failing:
            self.menu.addSeparator()
        check = self.menu.addAction(self.tr("Check &all now"), lambda: self._desk.check_now(None))
        check.setEnabled(bool(self._board.ids()))
        pause = self.menu.addAction(self.tr("&Pause checks"))
        pause.setCheckable(True)
        pause.setChecked(self._board.surroundings.paused)
        pause.triggered.connect(self._desk.set_paused)
        self.menu.addSeparator()
        self.menu.addAction(self.tr("&Quit"), self.quit_requested.emit)

    def _open_of_action(self) -> None:
        action = self.sender()
        data = getattr(action, "data", None)
        status = self._board.status(data()) if data is not None else None
        if status is not None:
            place = place_of_trouble(status.integration, status.health)
            self.integration_requested.emit(status.id, place)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.open_requested.emit()


def tray_icon(shape: Shape, palette: QPalette) -> QIcon:
    """The program's icon with the shape of the state over its lower right corner."""
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(_composed(shape, palette, size))
    return icon


def _composed(shape: Shape, palette: QPalette, size: int) -> QPixmap:
    pixmap = application_icon().pixmap(QSize(size, size), 1.0)
    part = round(size * 0.62)
    corner = QRect(size - part, size - part, part, part)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.setBrush(Qt.GlobalColor.black)
    painter.drawEllipse(corner.adjusted(-1, -1, 1, 1))  # a gap, so that the shape is seen on any icon
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.drawPixmap(corner, state_pixmap(shape, palette, part, 1.0))
    painter.end()
    return pixmap
