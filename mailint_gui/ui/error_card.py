"""The last error of one direction in plain words, with its fix and a button to where it is mended.

One that is over is told quietly, and as what was.
"""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from mailint_gui.domain.health import ErrorRecord
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.mending import place_to_mend
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.plain import wrapped_label
from mailint_gui.ui.theme import BETWEEN_CONTROLS, PALETTE_EVENTS, TIGHT, emphasised, paint, quiet_text
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import full


class ErrorCard(QFrame):
    mend_requested = Signal()

    def __init__(self, direction: Direction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._direction = self._tab = direction
        self._shown: tuple[str, ErrorRecord] | None = None
        self.what, self.remedy, self.detail, self.when = (wrapped_label() for _line in range(4))
        self._stands = True
        self.mend = QPushButton(autoDefault=False)
        self.mend.clicked.connect(self.mend_requested)
        self.copy = QPushButton(self.tr("Copy details"), autoDefault=False)
        self.copy.clicked.connect(self._copy)
        self._lay_out()
        self._dress()
        self.hide()

    def show_error(
        self, name: str, record: ErrorRecord | None, stands: bool = True, tab: Direction | None = None
    ) -> None:
        """None: there was no error, and nothing is shown. ``stands``: it still matters; else it is over.

        ``tab``: where it is mended, if not on the one of its own direction.
        """
        self._shown = (name, record) if record else None
        self.setVisible(record is not None)
        if record is None:
            return
        self._tab = tab or self._direction
        told = words(record.problem, name, self._tab)
        self.what.setText(told.what)
        self.remedy.setText(told.remedy)
        self.remedy.setVisible(stands)
        self.detail.setText(self.tr("Details: {text}").replace("{text}", record.problem.detail.strip()))
        self.detail.setVisible(bool(record.problem.detail.strip()))
        template = self.tr("Happened at {time}") if stands else self.tr("Earlier error, at {time}")
        self.when.setText(filled(template, {"time": full(record.at)}))
        self.mend.setText(self._mend_text(record))
        self.mend.setVisible(stands)
        self._stands = stands
        self._dress()

    def details(self) -> str:
        """All that somebody who helps would ask for."""
        if self._shown is None:
            return ""
        name, record = self._shown
        problem = record.problem
        lines = [self.what.text(), self.remedy.text(), f"{name} · {self._direction} · {full(record.at)}"]
        lines += [
            str(problem.kind),
            *(f"{key}: {value}" for key, value in problem.facts.items()),
            problem.detail,
        ]
        return "\n".join(line for line in lines if line)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS:
            self._dress()

    def _mend_text(self, record: ErrorRecord) -> str:
        if record.problem.kind is ProblemKind.SIGN_IN_NEEDED:
            return self.tr("Sign in…")
        if self._tab is Direction.INCOMING:
            return self.tr("Open Incoming email")
        return self.tr("Open Outgoing email")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        for label in (self.what, self.remedy, self.detail, self.when):
            column.addWidget(label)
        row = QHBoxLayout()
        row.setContentsMargins(0, TIGHT, 0, 0)
        row.setSpacing(BETWEEN_CONTROLS)
        row.addWidget(self.mend)
        row.addWidget(self.copy)
        row.addStretch()
        column.addLayout(row)

    def _dress(self) -> None:
        text, quiet = self.palette().color(QPalette.ColorRole.WindowText), quiet_text(self.palette())
        self.what.setFont(emphasised(self.font()) if self._stands else self.font())
        paint(self.what, QPalette.ColorRole.WindowText, text if self._stands else quiet)
        for label in (self.detail, self.when):
            paint(label, QPalette.ColorRole.WindowText, quiet)


def place_of_error(status: IntegrationStatus, direction: Direction) -> str:
    """What mends the last error of ``direction``: sent mail may go out by the sign-in of incoming."""
    error = status.health.of(direction).last_error
    return place_to_mend(status.integration, direction, error.problem) if error else str(direction)
