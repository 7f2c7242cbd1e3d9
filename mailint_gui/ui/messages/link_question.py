"""A link of a message: shown as it is, and opened only when the admin says so after reading where it leads."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.theme import AROUND_PAGE, BETWEEN_GROUPS, emphasised
from mailint_gui.wording.text import filled

_OPENABLE = frozenset({"http", "https"})


class LinkQuestion(QDialog):
    def __init__(self, url: QUrl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._url = url
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Link of a message"))
        self.host = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.host.setText(self._words())
        self.host.setFont(emphasised(self.font()))
        self.address = QPlainTextEdit(encoded(url), readOnly=True)
        self.address.setAccessibleName(self.tr("Address of the link"))
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(self.fontMetrics().lineSpacing() * 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND_PAGE, AROUND_PAGE, AROUND_PAGE, AROUND_PAGE)
        column.setSpacing(BETWEEN_GROUPS)
        column.addWidget(self.host)
        column.addWidget(self.address)
        column.addWidget(self._buttons())
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 72)
        fit_dialog(self)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.copy = box.addButton(self.tr("&Copy link"), QDialogButtonBox.ButtonRole.ActionRole)
        self.open_link = box.addButton(self.tr("&Open in browser"), QDialogButtonBox.ButtonRole.ActionRole)
        self.cancel = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        for button in (self.copy, self.open_link):
            button.setAutoDefault(False)
        self.open_link.setVisible(self._url.scheme().lower() in _OPENABLE)
        self.cancel.setDefault(True)
        self.cancel.setFocus()
        self.copy.clicked.connect(self._copy)
        self.open_link.clicked.connect(self._open)
        box.rejected.connect(self.reject)
        return box

    def _words(self) -> str:
        host = self._url.host(QUrl.ComponentFormattingOption.FullyEncoded)
        if self._url.scheme().lower() in _OPENABLE and host:
            template = self.tr("This link leads to {host}. Open it only if you know that place.")
            return filled(template, {"host": host})
        if self._url.scheme().lower() == "mailto":
            return filled(self.tr("This link writes to {address}."), {"address": self._url.path()})
        return self.tr("This link cannot be opened here. It can be copied.")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(encoded(self._url))
        self.accept()

    def _open(self) -> None:
        QDesktopServices.openUrl(self._url)
        self.accept()


def encoded(url: QUrl) -> str:
    """With a host in ASCII: letters of other scripts that look like Latin ones show as what they are."""
    return bytes(url.toEncoded().data()).decode("ascii", "replace")
