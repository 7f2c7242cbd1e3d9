"""A file that holds a secret: chosen once, read, and kept in the vault from then on."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QPushButton, QWidget

from mailint_gui.domain.secret import Secret
from mailint_gui.ui.elided_label import ElidedLabel
from mailint_gui.ui.icons import Shape, state_pixmap
from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS, TIGHT, Role, paint, role_colour

NOTHING = Secret("")
_ICON_SIZE = 14


@dataclass(frozen=True, slots=True)
class Held:
    """What is said of a file: whose it is, how long it is good, and whether that is over."""

    name: str = ""
    until: str = ""
    is_over: bool = False


_NOTHING_HELD = Held()


class SecretFile(QWidget):
    """``file_chosen`` asks the form to have the file read; ``set_content`` then gives what was in it."""

    file_chosen = Signal(Path)
    content_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = NOTHING
        self._placeholder = ""
        self._kept = _NOTHING_HELD  # in the file that is stored
        self.filter = ""  # as QFileDialog takes it
        self.choose = QPushButton(self.tr("Choose file…"), autoDefault=False)
        self.holds, self.until, self.over = ElidedLabel(), ElidedLabel(), QLabel()
        for label in (self.holds, self.until):
            label.setTextFormat(Qt.TextFormat.PlainText)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(BETWEEN_CONTROLS)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.choose, 0, 0)
        grid.addWidget(self.over, 0, 1)
        grid.addWidget(self.until, 0, 2)
        grid.addWidget(self.holds, 1, 0, 1, 3)
        self.setFocusProxy(self.choose)
        self.choose.clicked.connect(self._ask)
        self._tell()

    def content(self) -> Secret:
        """What was read since the form was stored; empty keeps what is stored."""
        return self._content

    @property
    def has_one(self) -> bool:
        """Whether a file was chosen, or one is stored."""
        return bool(self._content or self._placeholder)

    def set_content(self, content: Secret, held: Held = _NOTHING_HELD) -> None:
        self._content = content
        self._tell(held)
        self.content_changed.emit()

    def show_kept(self, held: Held) -> None:
        """What is in the file that is stored, said until another one is chosen."""
        self._kept = held
        if not self._content:
            self._tell()

    def setPlaceholderText(self, text: str) -> None:  # named as that of QLineEdit
        """What is said where nothing was chosen."""
        self._placeholder = text
        if not self._content:
            self._tell()

    def placeholderText(self) -> str:
        return self._placeholder

    def show_reading(self, reading: bool) -> None:
        """Once it ends, what was said before is said again, until ``set_content``."""
        self.choose.setEnabled(not reading)
        self._show(Held(until=self.tr("Reading…")) if reading else self._held)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "_held"):
            self._show(self._held)

    def _tell(self, held: Held = _NOTHING_HELD) -> None:
        if not self._content:
            until = self._kept.until or self._placeholder or self.tr("None chosen")
            held = replace(self._kept, until=until)
        self._held = held
        self.show_reading(False)

    def _show(self, held: Held) -> None:
        self.holds.set_line(held.name)
        self.until.set_line(held.until)
        self.over.setVisible(held.is_over)
        if held.is_over:
            ground = self.palette()
            shape = state_pixmap(Shape.DISABLED_BY_ERRORS, ground, _ICON_SIZE, self.devicePixelRatioF())
            self.over.setPixmap(shape)
            paint(self.until, QPalette.ColorRole.WindowText, role_colour(Role.NEGATIVE, ground))
        else:
            self.until.setPalette(QPalette())

    def _ask(self) -> None:
        dialog = QFileDialog(self.window(), self.accessibleName())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.filter)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.file_chosen.emit(Path(path)))
        dialog.open()
