"""The first lines of a message: subject, from, to, when; all of its headers on a toggle."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.message import MessageRow, MessageView
from mailint_gui.ui.elided_label import ElidedLabel
from mailint_gui.ui.theme import BETWEEN_CONTROLS, TIGHT, Role, emphasised, paint, role_colour
from mailint_gui.wording.defects import defect_words
from mailint_gui.wording.text import isolated, one_line
from mailint_gui.wording.times import full
from mailint_gui.workers.shown_text import shown_text

_LINES = 9


class MessageHead(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject = ElidedLabel()
        self.subject.setFont(emphasised(self.font(), 1))
        self.writer, self.recipients, self.copies, self.date = (ElidedLabel() for _ in range(4))
        self.defects = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.toggle = QToolButton()
        self.toggle.setText(self.tr("All &headers"))
        self.toggle.setCheckable(True)
        self.headers = QPlainTextEdit(readOnly=True)
        self.headers.setAccessibleName(self.tr("All headers of the message"))
        self.headers.setTabChangesFocus(True)
        self.headers.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES)
        self.headers.hide()
        self.toggle.toggled.connect(self.headers.setVisible)
        self._lay_out()

    def show_message(self, row: MessageRow, view: MessageView | None) -> None:
        headers = _by_name(view)
        self.subject.set_line(isolated(one_line(row.subject)) or self.tr("(no subject)"))
        self.writer.set_line(_line(headers.get("from", row.sender)))
        to, copies = headers.get("to", ""), headers.get("cc", "")
        whom = to if to or copies else ", ".join(row.recipients)
        self.recipients.set_line(_line(whom) or "–")
        self.copies.set_line(_line(copies))
        self.lines.setRowVisible(self.copies, bool(copies))
        self.date.set_line(full(row.date) if row.date else _line(headers.get("date", "")) or "–")
        told = defect_words(view.defects) if view else ""
        self.defects.setText(told)
        self.defects.setVisible(bool(told))
        paint(self.defects, QPalette.ColorRole.WindowText, role_colour(Role.CAUTION, self.palette()))
        lines = [f"{name}: {one_line(value)}" for name, value in view.headers] if view else []
        self.headers.setPlainText(shown_text("\n".join(lines)).text)
        self.toggle.setEnabled(bool(lines))

    def _lay_out(self) -> None:
        lines = self.lines = QFormLayout()
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setVerticalSpacing(TIGHT)
        lines.setHorizontalSpacing(2 * BETWEEN_CONTROLS)
        lines.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, label in (
            (self.tr("From"), self.writer),
            (self.tr("To"), self.recipients),
            (self.tr("Cc"), self.copies),
            (self.tr("Date"), self.date),
        ):
            lines.addRow(title, label)
        top = QHBoxLayout()
        top.addWidget(self.subject, 1)
        top.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(BETWEEN_CONTROLS, BETWEEN_CONTROLS, BETWEEN_CONTROLS, 0)
        column.setSpacing(TIGHT)
        column.addLayout(top)
        column.addLayout(lines)
        column.addWidget(self.defects)
        column.addWidget(self.headers)


def _by_name(view: MessageView | None) -> dict[str, str]:
    """The first of each name."""
    found: dict[str, str] = {}
    for name, value in view.headers if view else ():
        found.setdefault(name.casefold(), value)
    return found


def _line(text: str) -> str:
    return isolated(one_line(text))
