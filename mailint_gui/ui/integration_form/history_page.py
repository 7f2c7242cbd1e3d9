"""History: every check and send of the integration, and what was said in those that were recorded."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from mailint_gui.domain.check import CheckOutcome, SendOutcome
from mailint_gui.domain.history import HistoryCursor, HistoryFilter, HistoryRow
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.ui._generated.ui_integration_form_history import Ui_IntegrationFormHistory
from mailint_gui.ui.integration_form.history_model import line_of
from mailint_gui.ui.integration_form.history_words import as_csv, row_words
from mailint_gui.ui.integration_form.reconciliation_dialog import ReconciliationDialog
from mailint_gui.ui.integration_form.trace_window import TraceWindow
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.wording.problems import words
from mailint_gui.wording.refusals import refusal_words
from mailint_gui.wording.stages import trace_words
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import full
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.history_desk import HistoryDesk, HistoryRead

_LINES_OF_DETAILS = 6
_ALL, _FAILED, _WITH_MAIL = "all", "failed", "with_mail"


class HistoryPage(QWidget):
    """Reads nothing before it is seen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = HistoryDesk(desk)
        self._calls = PendingCalls(self)
        self._integration_id = 0
        self._older: HistoryCursor | None = None
        self._is_reading = False
        self._is_stale = True
        self._traced: HistoryRow | None = None  # whose trace was asked for last
        self.ui = Ui_IntegrationFormHistory()
        self.ui.setupUi(self)
        self._dress()
        self._connect(desk)
        self._show_possible()

    def show_integration(self, integration_id: int) -> None:
        """0: one that is not stored, and has no history."""
        if integration_id != self._integration_id:
            self._integration_id = integration_id
            self._start_anew()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._start_anew()

    def export_file(self, path: Path) -> None:
        """Every row of what is chosen, shown or not."""
        call = self._desk.export(path, self._wanted(), as_csv)
        self._calls.follow(call, self._was_exported, self._failed)

    def _dress(self) -> None:
        ui = self.ui
        for word, key in (
            (self.tr("Everything"), _ALL),
            (self.tr("What failed"), _FAILED),
            (self.tr("With mail"), _WITH_MAIL),
        ):
            ui.shown.addItem(word, key)
        ui.shown.setAccessibleName(self.tr("Show"))
        ui.table.setAccessibleName(self.tr("History"))
        ui.details.setAccessibleName(self.tr("What happened"))
        ui.details.setFixedHeight(ui.details.fontMetrics().lineSpacing() * (_LINES_OF_DETAILS + 1))
        ui.details.viewport().setAutoFillBackground(False)
        tip = self.tr("Kept with that check until it leaves the history: no passwords, and no mail.")
        ui.record_next.setToolTip(tip)
        ui.record_next.setAccessibleDescription(tip)

    def _connect(self, desk: Desk) -> None:
        ui = self.ui
        ui.shown.currentIndexChanged.connect(self._start_anew)
        ui.record_next.toggled.connect(self._ask_trace)
        ui.table.selection_changed.connect(self._show_selected)
        ui.table.copy_requested.connect(self._copy)
        ui.show_older.clicked.connect(self._read_older)
        ui.show_trace.clicked.connect(self._read_trace)
        ui.compare.clicked.connect(self._compare)
        ui.copy.clicked.connect(self._copy)
        ui.export_csv.clicked.connect(self._choose_file)
        desk.check_finished.connect(self._take_outcome)
        desk.send_finished.connect(self._take_outcome)

    def _wanted(self) -> HistoryFilter:
        chosen = self.ui.shown.currentData()
        return HistoryFilter(
            self._integration_id, failed_only=chosen == _FAILED, with_mail=chosen == _WITH_MAIL
        )

    # Reading

    def _start_anew(self) -> None:
        self._is_stale = True
        self._older = None
        self.ui.table.rows.fill((), self.palette())
        self.ui.told.clear()
        if self.isVisible() and self._integration_id:
            self._is_stale = False
            self._read()
        self._show_possible()

    def _read_older(self) -> None:
        if self._older is not None and not self._is_reading:
            self._read(self._older)

    def _take_outcome(self, outcome: CheckOutcome | SendOutcome) -> None:
        if outcome.integration_id != self._integration_id:
            return
        if self.isVisible():
            self._read()
        else:
            self._is_stale = True

    def _read(self, after: HistoryCursor | None = None) -> None:
        self._is_reading = True
        call = self._desk.read(self._integration_id, self._wanted(), after)
        self._calls.follow(call, self._was_read, self._failed, self._read_ended)
        self._show_possible()

    def _was_read(self, read: HistoryRead) -> None:
        if read.wanted != self._wanted():
            return  # something else was chosen meanwhile
        if read.after is None:
            self._take_newest(read)
        elif read.after == self._older:
            self.ui.table.rows.append(read.page.rows, self.palette())
            self._older = read.page.older
        with QSignalBlocker(self.ui.record_next):
            self.ui.record_next.setChecked(read.is_trace_asked)

    def _take_newest(self, read: HistoryRead) -> None:
        """Rows that are shown stay where they are; where there is a gap between them and these, all begins anew."""
        rows, shown = self.ui.table.rows, {_key(row) for row in self.ui.table.rows.rows}
        new = [row for row in read.page.rows if _key(row) not in shown]
        if shown and len(new) < len(read.page.rows):
            rows.put_first(new, self.palette())
            return
        rows.fill(read.page.rows, self.palette())
        self._older = read.page.older
        if read.page.rows:
            self.ui.table.select_first()

    def _read_ended(self) -> None:
        self._is_reading = False
        self._show_possible()

    # What is shown

    def _show_selected(self) -> None:
        selected = self.ui.table.selected()
        self.ui.details.setPlainText(row_words(selected[0]) if len(selected) == 1 else "")
        self._show_possible()

    def _show_possible(self) -> None:
        ui, selected = self.ui, self.ui.table.selected()
        is_stored = self._integration_id != 0
        ui.shown.setEnabled(is_stored)
        ui.record_next.setEnabled(is_stored)
        ui.show_older.setEnabled(self._older is not None and not self._is_reading)
        ui.show_trace.setEnabled(len(selected) == 1 and selected[0].is_traced)
        ui.compare.setEnabled(is_stored)
        ui.copy.setEnabled(bool(selected))
        ui.export_csv.setEnabled(is_stored)

    def _tell(self, text: str) -> None:
        self.ui.told.setText(text)

    def _failed(self, refusal: Problem | RefusedError) -> None:
        if isinstance(refusal, Problem):
            self._tell(str(words(refusal)))
        else:
            self._tell(refusal_words(refusal.refusal, refusal.facts))

    # What may be done

    def _compare(self) -> None:
        call = self._calls.follow(self._desk.compare(self._integration_id))
        ReconciliationDialog(call, self).open()

    def _copy(self) -> None:
        lines = ["\t".join(line_of(row)) for row in self.ui.table.selected()]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Export history"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("CSV files (*.csv)"), self.tr("All files (*)")])
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("history.csv")
        dialog.fileSelected.connect(lambda path: self.export_file(Path(path)))
        dialog.open()

    def _was_exported(self, _nothing: None) -> None:
        self._tell(self.tr("The history was exported."))

    def _ask_trace(self, wanted: bool) -> None:
        self._calls.follow(self._desk.ask_trace(self._integration_id, wanted), failed=self._failed)

    def _read_trace(self) -> None:
        (row,) = self.ui.table.selected()
        self._traced = row
        self._calls.follow(self._desk.trace(row.id), self._show_trace, self._failed)

    def _show_trace(self, text: str) -> None:
        assert self._traced is not None
        title = filled(
            self.tr("What was said in the check of {time}"), {"time": full(self._traced.started_at)}
        )
        TraceWindow(title, trace_words(text) or self.tr("It is no longer kept."), self).open()


def _key(row: HistoryRow) -> tuple[str, int]:
    return row.direction, row.id
