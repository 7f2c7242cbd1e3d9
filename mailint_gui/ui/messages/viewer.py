"""One message: who, what, when; its text, HTML, source and attachments; and why it is where it is."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from mailint_gui.domain.message import Acknowledgement, MessageRow
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.ui.messages.attachment_list import AttachmentList, file_to_save
from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.messages.head import MessageHead
from mailint_gui.ui.messages.html_page import HtmlPage
from mailint_gui.ui.messages.quiet_page import QuietPage
from mailint_gui.ui.messages.text_page import TextPage
from mailint_gui.ui.messages.why_panel import WhyPanel
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.wording.text import filled, one_line
from mailint_gui.workers.calls import Call
from mailint_gui.workers.message_desk import MessageDesk, OpenedMessage, SavedFiles
from mailint_gui.workers.shown_text import ShownText

_LINES = 27  # of all it may show at least: what is beside it stays where it is, whichever message is shown
OPEN_MS = 80  # whoever runs down the list with the arrow keys opens the message at which they stop


class MessageViewer(QWidget):
    record_requested = Signal(int)
    told = Signal(str, bool)  # words, whether they are bad news
    opened = Signal(object)  # OpenedMessage

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk: MessageDesk | None = None
        self._id: int | None = None
        self._shown: OpenedMessage | None = None
        self._source_read = False
        self._opening: Call | None = None
        self._calls = PendingCalls(self)
        self._soon = QTimer(self, singleShot=True, interval=OPEN_MS)
        self._soon.timeout.connect(self._read)
        self.quiet = QuietPage()
        self.head = MessageHead()
        self.text = TextPage(self.tr("Text of the message"))
        self.html = HtmlPage()
        self.source = TextPage(self.tr("Source of the message"), is_source=True)
        self.attachments = AttachmentList()
        self.why = WhyPanel()
        self.tabs = QTabWidget()
        self.setFocusProxy(self.tabs)
        self.quoted = QCheckBox(self.tr("Show &quoted text"))
        self.save_source = QPushButton(self.tr("Save as .e&ml…"), autoDefault=False)
        self._lay_out()
        self._connect()
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * _LINES)
        self.show_message(None)

    def use(self, desk: MessageDesk) -> None:
        self._desk = desk

    @property
    def shown(self) -> OpenedMessage | None:
        return self._shown

    def show_message(self, message_id: int | None, words: str = "") -> None:
        """None: nothing, with ``words`` in its place. One that is shown already is left alone."""
        if message_id is not None and message_id == self._id:
            return
        self._drop()
        self._id = message_id
        if message_id is None:
            self.quiet.say(words or self.tr("Select a message to read it."))
            self.pages.setCurrentWidget(self.quiet)
        else:
            self._soon.start()

    def reread(self) -> None:
        """What is known of the message may be other now; what it says stays, and where it is scrolled to."""
        if self._id is not None and not self._soon.isActive():
            self._drop()
            self._read()

    def look_again(self, row: MessageRow | None) -> None:
        """The log changed, and this is the row of the message now (None: it is not known)."""
        shown = self._shown
        if shown is None or shown.row.id != self._id:
            return
        is_owed = shown.standing.acknowledgement is not Acknowledgement.NONE
        if is_owed or (row is not None and row != shown.row):
            self.reread()

    def save_source_as(self, path: Path) -> None:
        if self._desk is not None and self._id is not None:
            self._calls.follow(self._desk.save_source(self._id, path), self._saved, self._failed)

    # Reading

    def _drop(self) -> None:
        self._soon.stop()
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None

    def _read(self) -> None:
        if self._desk is None or self._id is None:
            return
        call = self._opening = self._desk.open(self._id)

        def taken(opened: OpenedMessage) -> None:
            if self._opening is call:
                self._opening = None
                self._take(opened)

        def failed(failure: Failure) -> None:
            if self._opening is call:
                self._opening = None
                self.quiet.say(failure_words(failure))
                self.pages.setCurrentWidget(self.quiet)

        self._calls.follow(call, taken, failed)

    def _take(self, opened: OpenedMessage) -> None:
        before, self._shown = self._shown, opened
        self.head.show_message(opened.row, opened.content.view if opened.content else None)
        self.why.show_message(opened.row, opened.standing, opened.trail)
        same = before is not None and before.row.id == opened.row.id
        if not (same and before is not None and before.content and opened.content):
            self._show_content(opened)
        self.pages.setCurrentWidget(self.message)
        self._tab_changed()
        self.opened.emit(opened)

    def _show_content(self, opened: OpenedMessage) -> None:
        self._source_read = False
        self.source.show_words("")
        self.quoted.setChecked(False)
        self._show_text()
        self.html.set_content(opened.content)
        self.tabs.setTabEnabled(self.tabs.indexOf(self.html), self.html.has_content)
        self._show_attachments(opened)

    def _show_text(self) -> None:
        if self._shown is None:
            return
        content = self._shown.content
        if content is None:
            self.text.show_words(self._why_unread(self._shown.refusal))
            self.quoted.setVisible(False)
            return
        cuts = content.new_text.text.strip() != content.text.text.strip()
        self.quoted.setVisible(cuts)
        self.text.show_text(content.text if self.quoted.isChecked() or not cuts else content.new_text)
        if not content.text.text.strip():
            self.text.show_words(self.tr("This message has no text."))

    def _why_unread(self, refusal: RefusedError | None) -> str:
        return failure_words(refusal) if refusal else ""

    def _show_attachments(self, opened: OpenedMessage) -> None:
        attachments = opened.content.view.attachments if opened.content else ()
        self.attachments.show_attachments(attachments)
        place = self.tabs.indexOf(self.attachments)
        count = {"count": str(len(attachments))}
        title = self.tr("Attachments ({count})") if attachments else self.tr("Attachments")
        self.tabs.setTabText(place, filled(title, count))
        self.tabs.setTabEnabled(place, bool(attachments))

    def _tab_changed(self) -> None:
        page = self.tabs.currentWidget()
        if page is self.html:
            self.html.look()
        if (
            page is self.source
            and not self._source_read
            and self._shown is not None
            and self._desk is not None
        ):
            self._source_read = True
            wanted = self._shown.row.id
            self._calls.follow(
                self._desk.source(wanted),
                lambda shown: self._take_source(wanted, shown),
                lambda failure: self.source.show_words(failure_words(failure)),
            )

    def _take_source(self, message_id: int, shown: ShownText) -> None:
        if self._shown is not None and self._shown.row.id == message_id:
            self.source.show_text(shown)

    # Saving

    def ask_where_to_save(self) -> None:
        if self._id is not None:
            dialog = file_to_save(self, self.tr("Save message"), f"message-{self._id}.eml")
            dialog.fileSelected.connect(lambda path: self.save_source_as(Path(path)))
            dialog.open()

    def _save_attachment(self, index: int, path: Path) -> None:
        if self._desk is not None and self._id is not None:
            self._calls.follow(self._desk.save_attachment(self._id, index, path), self._saved, self._failed)

    def _save_all(self, directory: Path) -> None:
        if self._desk is not None and self._id is not None:
            self._calls.follow(self._desk.save_attachments(self._id, directory), self._saved, self._failed)

    def _saved(self, saved: SavedFiles) -> None:
        if len(saved.names) == 1:
            told, facts = self.tr("{name} was saved."), {"name": saved.names[0]}
        else:
            told = self.tr("{count} files were saved in {directory}.")
            facts = {"count": str(len(saved.names)), "directory": one_line(str(saved.directory))}
        self.told.emit(filled(told, facts), False)

    def _failed(self, failure: Failure) -> None:
        self.told.emit(failure_words(failure), True)

    # Building

    def _lay_out(self) -> None:
        self.text.row.addWidget(self.quoted)
        self.source.row.addWidget(self.save_source)
        for page, title in (
            (self.text, self.tr("Text")),
            (self.html, self.tr("HTML")),
            (self.attachments, self.tr("Attachments")),
            (self.source, self.tr("Source")),
            (self.why, self.tr("Why")),
        ):
            self.tabs.addTab(page, title)
        self.message = QWidget()
        column = QVBoxLayout(self.message)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.head)
        column.addWidget(self.tabs, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.quiet)
        self.pages.addWidget(self.message)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _connect(self) -> None:
        self.quoted.toggled.connect(self._show_text)
        self.tabs.currentChanged.connect(self._tab_changed)
        self.save_source.clicked.connect(self.ask_where_to_save)
        self.attachments.save_requested.connect(self._save_attachment)
        self.attachments.save_all_requested.connect(self._save_all)
        self.why.record_requested.connect(self.record_requested)
