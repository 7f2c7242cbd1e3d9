"""The report of a bug of ours, to be read and copied."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.theme import AROUND_PAGE, BETWEEN_GROUPS


class CrashDialog(QDialog):
    def __init__(self, report: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("A fault in Mailint"))
        said = QLabel(
            self.tr(
                "Something in Mailint itself failed. Your settings and mail are safe, and Mailint goes on. "
                "Please send this report to its makers."
            )
        )
        said.setWordWrap(True)
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Report"))
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("&Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND_PAGE, AROUND_PAGE, AROUND_PAGE, AROUND_PAGE)
        column.setSpacing(BETWEEN_GROUPS)
        for widget in (said, text, buttons):
            column.addWidget(widget)
        fit_dialog(self, QSize(720, 480))
