"""The server's folder beside the log: what is on one side only, in words, once the worker has looked."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.reconciliation import Difference, Reconciliation
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.ui.screen_room import fit_dialog, resize_within_screen
from mailint_gui.ui.spoken import speak_line
from mailint_gui.ui.theme import BETWEEN_CONTROLS, BETWEEN_GROUPS
from mailint_gui.wording.problems import words
from mailint_gui.wording.reconciliation import counted_words, standing_words, summary_words
from mailint_gui.wording.refusals import refusal_words
from mailint_gui.wording.stages import stage_words
from mailint_gui.wording.text import filled, isolated, one_line, without_isolates
from mailint_gui.workers.calls import Call

MOST_SHOWN = 500  # lines; all are copied
_COLUMNS, _LINES, _LINES_OF_COUNTS = 128, 24, 11
_WIDTHS = (11, 18, 44)  # in characters; what it means has the rest


class ReconciliationDialog(QDialog):
    """Follows ``call``, a Reconciliation; closing it cancels."""

    def __init__(self, call: Call, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Compared with the server"))
        self._call = call
        self._text = ""
        self._make()
        self._lay_out()
        self._show_stage(Stage.WAITING)
        call.progressed.connect(self._show_stage)
        call.succeeded.connect(self._show_found)
        call.failed.connect(self._show_failed)
        call.finished.connect(self._ended)
        self.rejected.connect(call.cancel)

    def _make(self) -> None:
        flags = Qt.TextInteractionFlag
        plain = Qt.TextFormat.PlainText
        self.summary = QLabel(textFormat=plain, wordWrap=True)
        self.counts = QLabel(textFormat=plain, wordWrap=True)
        for label in (self.summary, self.counts):
            label.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.bar = QProgressBar(textVisible=False, maximum=0)
        self.bar.setAccessibleName(self.tr("Comparing"))
        self.heading = QLabel(self.tr("Worth a look:"), textFormat=plain)
        self.differences = QTreeWidget()
        self.differences.setRootIsDecorated(False)
        self.differences.setUniformRowHeights(True)
        self.differences.setAllColumnsShowFocus(True)
        self.differences.setHeaderLabels(
            [self.tr("Message"), self.tr("On the server"), self.tr("Subject"), self.tr("What it means")]
        )
        self.differences.setAccessibleName(self.tr("Differences that are worth a look"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.copy = self.buttons.addButton(self.tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        self.buttons.rejected.connect(self.reject)
        for widget in (self.counts, self.heading, self.differences, self.copy):
            widget.hide()

    def _lay_out(self) -> None:
        metrics = self.fontMetrics()
        for column, width in enumerate(_WIDTHS):
            self.differences.setColumnWidth(column, metrics.averageCharWidth() * width)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*[BETWEEN_GROUPS] * 4)
        rows.setSpacing(BETWEEN_CONTROLS)
        rows.addWidget(self.summary)
        rows.addWidget(self.bar)
        rows.addWidget(self.counts)
        rows.addWidget(self.heading)
        rows.addWidget(self.differences, 1)
        rows.addStretch()
        rows.addWidget(self.buttons)
        fit_dialog(
            self, QSize(metrics.averageCharWidth() * _COLUMNS, metrics.lineSpacing() * _LINES_OF_COUNTS)
        )

    # What the worker tells

    def _show_stage(self, stage: Stage) -> None:
        self.summary.setText(filled(self.tr("Comparing: {stage}…"), {"stage": stage_words(stage)}))

    def _show_found(self, found: Reconciliation) -> None:
        self.summary.setText(summary_words(found))
        self.counts.setText("\n".join(counted_words(found)))
        self.counts.setVisible(bool(found.differences))
        self._text = as_text(found)
        self.copy.show()
        if found.worth_a_look:
            self._fill(found.worth_a_look)

    def _fill(self, differences: tuple[Difference, ...]) -> None:
        for each in differences[:MOST_SHOWN]:
            number = "" if each.message is None else str(each.message)
            cells = [number, each.uid, isolated(one_line(each.subject)), standing_words(each.standing)]
            speak_line(self.differences, QTreeWidgetItem(self.differences, cells))
        more = len(differences) - MOST_SHOWN
        if more > 0:
            self.heading.setText(self.tr("Worth a look; Copy takes %n more:", None, more))
        self.heading.show()
        self.differences.show()
        resize_within_screen(self, QSize(self.width(), self.fontMetrics().lineSpacing() * _LINES))

    def _show_failed(self, refusal: Problem | RefusedError) -> None:
        if isinstance(refusal, Problem):
            self.summary.setText(str(words(refusal)))
        else:
            self.summary.setText(refusal_words(refusal.refusal, refusal.facts))

    def _ended(self) -> None:
        self.bar.hide()
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Close"))


def as_text(found: Reconciliation) -> str:
    """Counts, and every difference that is worth a look, one a line, its cells apart by tabs."""
    lines = [without_isolates(summary_words(found)), *counted_words(found)]
    for each in found.worth_a_look:
        number = "" if each.message is None else str(each.message)
        lines.append("\t".join((number, each.uid, one_line(each.subject), standing_words(each.standing))))
    return "\n".join(lines)
