"""Where a message went, and why: its identity, each step of its filing, and how each rule came out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow
from mailint_gui.domain.message_standing import MessageStanding
from mailint_gui.domain.trail import Trail
from mailint_gui.ui.elided_label import ElidedLabel
from mailint_gui.ui.rules.trace_tree import RuleTraceTree
from mailint_gui.ui.theme import BETWEEN_CONTROLS, BETWEEN_GROUPS
from mailint_gui.wording.messages import (
    acknowledged_words,
    detail_words,
    message_state_words,
    reason_words,
)
from mailint_gui.wording.outbox import purpose_words
from mailint_gui.wording.text import filled, one_line
from mailint_gui.wording.times import full
from mailint_gui.wording.trail import trail_words


class WhyPanel(QWidget):
    record_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: int | None = None
        self.verdict = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.open_record = QPushButton(autoDefault=False)
        self.open_record.clicked.connect(lambda: self.record_requested.emit(self._record))
        self.identity = QFormLayout()
        self.steps = QListWidget()
        self.steps.setAccessibleName(self.tr("What was found and done, in order"))
        self.steps.setWordWrap(True)
        self.steps.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.rules = RuleTraceTree()
        em = self.fontMetrics().averageCharWidth()
        self.rules.setColumnWidth(0, em * 32)
        self.rules.setColumnWidth(1, em * 14)
        self._values = {name: self._line(name, title) for name, title in self._titles()}
        self._lay_out()

    def show_message(self, row: MessageRow, standing: MessageStanding, trail: Trail) -> None:
        self._record = row.record
        self.verdict.setText(self._verdict(row, standing))
        self.open_record.setVisible(row.record is not None)
        self.open_record.setText(filled(self.tr("Open &record {number}"), {"number": str(row.record)}))
        incoming = row.direction == Direction.INCOMING
        values = {
            "integration": row.integration,
            "place": self._place(row, standing) if incoming else self.tr("Sent by us"),
            "message_id": row.message_id or "–",
            "digest": row.sha256,
            "acknowledged": acknowledged_words(standing) if incoming else "–",
            "filed": full(standing.filed_at) if standing.filed_at else "–",
        }
        for name, value in values.items():
            self._values[name].set_line(one_line(value))
        sent_because = (purpose_words(standing.purpose),) if standing.purpose else ()
        self._show_steps((*sent_because, *trail_words(trail.steps)))
        self.rules.show_rules(trail.rules)
        self.rules.setVisible(bool(trail.rules))

    def _verdict(self, row: MessageRow, standing: MessageStanding) -> str:
        state = message_state_words(row.state, row.partly_sent)
        parts = [f"{state}.", reason_words(row), detail_words(row, standing.detail)]
        return " ".join(part for part in parts if part)

    def _place(self, row: MessageRow, standing: MessageStanding) -> str:
        if standing.uidvalidity is None:
            return filled(self.tr("POP3, number {uid}"), {"uid": row.uid})
        facts = {"folder": row.folder, "uid": row.uid, "validity": str(standing.uidvalidity)}
        return filled(self.tr("Folder {folder}, UID {uid}, UIDVALIDITY {validity}"), facts)

    def _show_steps(self, steps: tuple[str, ...]) -> None:
        self.steps.clear()
        for number, words in enumerate(steps, 1):
            self.steps.addItem(f"{number}. {words}")
        if not steps:
            self.steps.addItem(self.tr("Nothing was noted down for this message."))

    def _titles(self) -> tuple[tuple[str, str], ...]:
        return (
            ("integration", self.tr("Integration")),
            ("place", self.tr("On the server")),
            ("message_id", self.tr("Message-ID")),
            ("digest", self.tr("SHA-256")),
            ("acknowledged", self.tr("Acknowledged")),
            ("filed", self.tr("Filed")),
        )

    def _line(self, name: str, title: str) -> ElidedLabel:
        value = ElidedLabel()
        value.setObjectName(name)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.identity.addRow(title, value)
        return value

    def _lay_out(self) -> None:
        self.identity.setHorizontalSpacing(BETWEEN_GROUPS)
        self.identity.setVerticalSpacing(4)
        self.identity.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        head = QHBoxLayout()
        head.addWidget(self.verdict, 1)
        head.addWidget(self.open_record, 0, Qt.AlignmentFlag.AlignTop)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN_CONTROLS)
        column.addLayout(head)
        column.addLayout(self.identity)
        column.addWidget(self.steps, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(BETWEEN_CONTROLS)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.rules)
        outer = QVBoxLayout(self)
        outer.addWidget(self.splitter)
