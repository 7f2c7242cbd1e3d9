"""The HTML of a message: shown at once, or when asked for where that may take a while."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from mailint_gui.ui.messages.html_view import SafeHtmlView
from mailint_gui.ui.messages.link_question import LinkQuestion
from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.workers.message_desk import ReadableMessage


class HtmlPage(QWidget):
    """Lays out only what is looked at: nothing before the page is shown for the first time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: ReadableMessage | None = None
        self.view = SafeHtmlView()
        self.view.link_clicked.connect(self._ask_about_link)
        self.notice = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.show_large = QPushButton(self.tr("Show it &all the same"), autoDefault=False)
        self.show_large.clicked.connect(self._show)
        self.large = QWidget()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        self.pages.addWidget(self.large)
        self._lay_out()

    @property
    def has_content(self) -> bool:
        return self._content is not None

    def set_content(self, content: ReadableMessage | None) -> None:
        self._content = content if content is not None and content.html.html else None
        self.view.clear()
        if self._content is not None and self._content.html.is_simplified:
            self.notice.setText(
                self.tr("Nothing remote is loaded. Its tables are too intricate and were taken apart.")
            )
        else:
            self.notice.setText(self.tr("Nothing remote is loaded; links are asked about first."))
        is_large = self._content is not None and self._content.html.is_large
        self.pages.setCurrentWidget(self.large if is_large else self.view)
        if self.isVisible():
            self.look()

    def look(self) -> None:
        """The page is looked at now."""
        if self.pages.currentWidget() is self.view and self.view.document().isEmpty():
            self._show()

    def _show(self) -> None:
        if self._content is not None:
            self.pages.setCurrentWidget(self.view)
            self.view.show_html(self._content.html.html, self._content.pictures)

    def _ask_about_link(self, url: QUrl) -> None:
        LinkQuestion(url, self).open()

    def _lay_out(self) -> None:
        told = QLabel(self.tr("This HTML is so large that showing it may take some seconds."), wordWrap=True)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(told, 1)
        row.addWidget(self.show_large)
        row.addStretch()
        middle = QVBoxLayout(self.large)
        middle.addStretch()
        middle.addLayout(row)
        middle.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(BETWEEN_CONTROLS)
        column.addWidget(self.pages, 1)
        column.addWidget(self.notice)
