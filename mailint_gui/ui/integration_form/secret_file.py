"""A file that holds a secret: chosen once, read, and kept in the vault from then on."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QPushButton, QWidget

from mailint_gui.domain.secret import Secret
from mailint_gui.ui.elided_label import ElidedLabel
from mailint_gui.ui.theme import BETWEEN_CONTROLS, TIGHT

NOTHING = Secret("")


class SecretFile(QWidget):
    """``file_chosen`` asks the form to have the file read; ``set_content`` then gives what was in it."""

    file_chosen = Signal(Path)
    content_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = NOTHING
        self._placeholder = ""
        self._kept = "", ""  # what is in the file that is stored
        self.filter = ""  # as QFileDialog takes it
        self.choose = QPushButton(self.tr("Choose file…"), autoDefault=False)
        self.holds, self.until = ElidedLabel(), ElidedLabel()
        for label in (self.holds, self.until):
            label.setTextFormat(Qt.TextFormat.PlainText)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(BETWEEN_CONTROLS)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.choose, 0, 0)
        grid.addWidget(self.until, 0, 1)
        grid.addWidget(self.holds, 1, 0, 1, 2)
        self.setFocusProxy(self.choose)
        self.choose.clicked.connect(self._ask)
        self._tell()

    def content(self) -> Secret:
        """What was read since the form was stored; empty keeps what is stored."""
        return self._content

    def set_content(self, content: Secret, holds: str = "", until: str = "") -> None:
        """``holds`` and ``until`` say what is in it: whose, and how long it is good."""
        self._content = content
        self._tell(holds, until)
        self.content_changed.emit()

    def show_kept(self, holds: str, until: str) -> None:
        """What is in the file that is stored, said until another one is chosen."""
        self._kept = holds, until
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
        holds, until = ("", self.tr("Reading…")) if reading else self._lines
        self.holds.set_line(holds)
        self.until.set_line(until)

    def _tell(self, holds: str = "", until: str = "") -> None:
        if not self._content:
            holds, until = self._kept
            until = until or self._placeholder or self.tr("None chosen")
        self._lines = holds, until
        self.show_reading(False)

    def _ask(self) -> None:
        dialog = QFileDialog(self.window(), self.accessibleName())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.filter)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.file_chosen.emit(Path(path)))
        dialog.open()
