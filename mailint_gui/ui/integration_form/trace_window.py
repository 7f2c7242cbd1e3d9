"""What was said in one check, as it was recorded."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.theme import BETWEEN_CONTROLS, BETWEEN_GROUPS

_COLUMNS, _LINES = 100, 32


class TraceWindow(QDialog):
    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        explained = QLabel(
            self.tr("C: is what Mailint said, S: the server. Passwords are blanked, mail is not kept."),
            textFormat=Qt.TextFormat.PlainText,
        )
        self.text = QPlainTextEdit(text, readOnly=True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.tr("What was said"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        copy = self.buttons.addButton(self.tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[BETWEEN_GROUPS] * 4)
        column.setSpacing(BETWEEN_CONTROLS)
        for widget in (explained, self.text, self.buttons):
            column.addWidget(widget)
        metrics = self.text.fontMetrics()
        fit_dialog(self, QSize(metrics.averageCharWidth() * _COLUMNS, metrics.lineSpacing() * _LINES))
