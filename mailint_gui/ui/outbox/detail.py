"""One item of the outbox: where it is and why, when it is tried next, and what became of each recipient."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from mailint_gui.domain.outbox import OutboxItem
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.spoken import speak_line
from mailint_gui.ui.theme import BETWEEN_CONTROLS, emphasised
from mailint_gui.wording.outbox import answer_words, outbox_story, outbox_title, recipient_state_words
from mailint_gui.wording.text import isolated, one_line


class OutboxDetail(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = _words()
        self.title.setFont(emphasised(self.font()))
        self.story = _words()
        self.answer = _words()
        self.recipients = QTreeWidget()
        self.recipients.setAccessibleName(self.tr("Recipients"))
        self.recipients.setRootIsDecorated(False)
        self.recipients.setUniformRowHeights(True)
        self.recipients.setHeaderLabels([self.tr("Recipient"), self.tr("State"), self.tr("Details")])
        self.recipients.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.recipients.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, BETWEEN_CONTROLS, 0, 0)
        column.setSpacing(BETWEEN_CONTROLS)
        for widget in (self.title, self.story, self.answer):
            column.addWidget(widget)
        column.addWidget(self.recipients, 1)
        self.show_item(None)

    def show_item(self, item: OutboxItem | None, instead: str = "") -> None:
        """None: nothing but the words of ``instead``."""
        self.title.setText(outbox_title(item) if item else instead)
        self.story.setText(outbox_story(item) if item else "")
        answer = item.answer.strip() if item else ""
        self.answer.setText(answer_words(answer))
        self.answer.setVisible(bool(answer))
        self.recipients.setVisible(item is not None)
        self.recipients.clear()
        if item is None:
            return
        for one in item.recipients:
            told = isolated(one_line(one.answer))
            state = recipient_state_words(one, item.state)
            row = QTreeWidgetItem(self.recipients, [isolated(one.address), state, told])
            speak_line(self.recipients, row)
            row.setToolTip(2, plain_tip(told))


def _words() -> QLabel:
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
