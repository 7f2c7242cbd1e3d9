"""Lines above the list that stay until what they speak of is over: demo, vault, trouble, undo."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS, TIGHT, Role, banner_colour, paint


class Subject(StrEnum):
    """What a banner is about: at most one banner each, shown in this order."""

    DEMO = "demo"
    TROUBLE = "trouble"
    VAULT = "vault"
    DRAFTS = "drafts"
    LOOPS = "loops"
    PATTERNS = "patterns"
    RESULT = "result"
    UNDO = "undo"
    NO_TRAY = "no_tray"


_ORDER = list(Subject)


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    pressed: Callable[[], object]


class Banner(QFrame):
    def __init__(self, subject: Subject, role: Role, text: str, buttons: tuple[Button, ...]) -> None:
        super().__init__()
        self.subject = subject
        self._role = role
        self.setObjectName(f"banner_{subject}")
        self.setAutoFillBackground(True)
        self.label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * BETWEEN_CONTROLS, TIGHT, BETWEEN_CONTROLS, TIGHT)
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(self.label, 1)
        self.setMinimumHeight(self.fontMetrics().height() + 4 * TIGHT)
        for button in buttons:
            row.addWidget(self._button(button))
        self.setAccessibleName(text)
        self._dress()

    def _button(self, button: Button) -> QPushButton:
        widget = QPushButton(button.text)
        widget.setAutoDefault(False)
        widget.clicked.connect(lambda: button.pressed())
        return widget

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange or event.type() in PALETTE_EVENTS:
            self._dress()

    def _dress(self) -> None:
        ground = banner_colour(self._role, QGuiApplication.palette())
        paint(self, QPalette.ColorRole.Window, ground)


class Banners(QObject):
    def __init__(self, layout: QBoxLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self._layout = layout
        self._shown: dict[Subject, Banner] = {}

    def show(self, subject: Subject, role: Role, text: str, *buttons: Button, closable: bool = False) -> None:
        """``closable``: with a button that does nothing else."""
        self.hide(subject)
        if closable:
            buttons = (*buttons, Button(self.tr("Close"), lambda: self.hide(subject)))
        banner = Banner(subject, role, text, buttons)
        self._shown[subject] = banner
        before = sum(_ORDER.index(each) < _ORDER.index(subject) for each in self._shown)
        self._layout.insertWidget(before, banner)

    def hide(self, subject: Subject) -> None:
        banner = self._shown.pop(subject, None)
        if banner is not None:
            banner.hide()
            self._layout.removeWidget(banner)
            banner.deleteLater()

    def shown(self, subject: Subject) -> Banner | None:
        return self._shown.get(subject)
