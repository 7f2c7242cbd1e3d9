"""A secret that is stored and never read back: it can be replaced, and removed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from mailint_gui.domain.secret import Secret
from mailint_gui.ui.theme import BETWEEN_CONTROLS

_WIDTH = 36  # characters


class SecretEdit(QWidget):
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored = False
        self.typed = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.typed.setAccessibleName(self.tr("Secret of the webhook"))
        self.typed.setFixedWidth(self.fontMetrics().averageCharWidth() * _WIDTH)
        self.remove = QPushButton(self.tr("Remo&ve secret"), autoDefault=False)
        self.remove.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(self.typed)
        row.addWidget(self.remove)
        row.addStretch()
        self.typed.textChanged.connect(self._on_edited)
        self.remove.toggled.connect(self._on_edited)
        self.show_stored(False)

    def show_stored(self, stored: bool) -> None:
        """Nothing is typed, and nothing is to be removed."""
        self._stored = stored
        self.typed.clear()
        self.remove.setChecked(False)
        self._on_edited()

    def change(self) -> Secret | None:
        """What is to be stored, empty to remove it; None: it stays as it is."""
        if self.remove.isChecked():
            return Secret("")
        return Secret(self.typed.text()) if self.typed.text() else None

    def _on_edited(self) -> None:
        goes = self.remove.isChecked()
        self.remove.setVisible(self._stored)
        self.remove.setEnabled(goes or not self.typed.text())
        self.typed.setEnabled(not goes)
        told = self.tr("Goes when you apply") if goes else self.tr("Stored; type to replace it")
        self.typed.setPlaceholderText(told if self._stored else "")
        self.edited.emit()
