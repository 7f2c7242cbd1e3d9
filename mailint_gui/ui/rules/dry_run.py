"""Dry run: the rules as they are in the window, tried on messages before they count."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from mailint_gui.domain.dry_run import DryRun, DryRunProgress
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.ui._generated.ui_dry_run import Ui_DryRunDialog
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.fields.layout import dress_headings
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.rules.dry_run_source import DryRunSourcePicker
from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.theme import Role
from mailint_gui.wording.problems import words
from mailint_gui.wording.refusals import refusal_words
from mailint_gui.wording.text import filled
from mailint_gui.workers.calls import Call
from mailint_gui.workers.rule_desk import RuleDesk, Rules

_WIDTH, _HEIGHT = 150, 40  # in characters and lines


class DryRunDialog(QDialog):
    """``message_ids``: what is selected in the message log, offered as a further source."""

    def __init__(
        self,
        desk: RuleDesk,
        rules: Rules,
        board: StatusBoard,
        parent: QWidget | None = None,
        *,
        message_ids: tuple[int, ...] = (),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._desk = desk
        self._rules = rules
        self._calls = PendingCalls(self)
        self._running: Call | None = None
        self._results: tuple[DryRun, ...] = ()
        self.ui = Ui_DryRunDialog()
        self.ui.setupUi(self)
        self.banners = Banners(self.ui.column, self)
        self.source = DryRunSourcePicker(board.statuses(), message_ids)
        self.ui.source_place.addWidget(self.source)
        self._dress()
        self._connect()
        self._show_state()
        self._show_trace()

    def run(self) -> None:
        source = self.source.source()
        if source is None or self._running is not None:
            return
        self.banners.hide(Subject.RESULT)
        self._clear()
        self._running = self._desk.dry_run(self._rules, source)
        self._calls.follow(
            self._running,
            self._take,
            self._failed,
            self._ended,
            progressed=self._show_progress,
            cancelled=self.ui.summary.clear,
        )
        self._show_progress(DryRunProgress(0, 0))
        self._show_state()

    def done(self, result: int) -> None:
        if self._running is not None:
            self._running.cancel()
        super().done(result)

    def _dress(self) -> None:
        dress_headings(self)
        em, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.ui.splitter.setSizes([line * 18, line * 12])
        wanted = self.sizeHint()
        wanted.setWidth(max(wanted.width(), em * _WIDTH))
        wanted.setHeight(max(wanted.height(), line * _HEIGHT))
        fit_dialog(self, wanted)
        for verdict, text in (("after", self.tr("With these rules")), ("before", self.tr("Today"))):
            self.ui.which.addItem(text, verdict)

    def _connect(self) -> None:
        self.ui.run.clicked.connect(self.run)
        self.ui.cancel.clicked.connect(self._cancel)
        self.ui.close_button.clicked.connect(self.reject)
        self.ui.only_changed.toggled.connect(self.ui.table.show_only_changed)
        self.ui.table.chosen.connect(self._show_trace)
        self.ui.which.currentIndexChanged.connect(self._show_trace)
        self.source.changed.connect(self._clear)
        self.source.changed.connect(self._show_state)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _clear(self) -> None:
        """What was found on one source says nothing of another."""
        self._show_results(())
        self.ui.summary.clear()

    def _show_results(self, results: tuple[DryRun, ...]) -> None:
        self._results = results
        self.ui.table.show_results(results)

    def _take(self, results: tuple[DryRun, ...]) -> None:
        self._show_results(results)
        if not results:
            self.ui.summary.setText(self.tr("There are no messages there."))
            return
        changed = sum(result.changed for result in results)
        told = self.tr("{changed} of {count} messages would be treated differently.")
        self.ui.summary.setText(filled(told, {"changed": str(changed), "count": str(len(results))}))

    def _failed(self, refusal: Problem | RefusedError) -> None:
        self.ui.summary.clear()
        told = (
            self._problem_words(refusal)
            if isinstance(refusal, Problem)
            else refusal_words(refusal.refusal, refusal.facts)
        )
        self.banners.show(Subject.RESULT, Role.NEGATIVE, told, closable=True)

    def _problem_words(self, problem: Problem) -> str:
        name = self.source.live_name()
        return str(words(problem, name, Direction.INCOMING) if name else words(problem))

    def _ended(self) -> None:
        self._running = None
        self._show_state()

    def _show_progress(self, progress: DryRunProgress) -> None:
        self.ui.progress.setRange(0, progress.total)
        self.ui.progress.setValue(progress.done)
        counts = {"done": str(progress.done), "total": str(progress.total)}
        self.ui.summary.setText(
            filled(self.tr("{done} of {total} messages"), counts) if progress.total else self.tr("Reading…")
        )

    def _show_state(self) -> None:
        running = self._running is not None
        self.ui.run.setEnabled(not running and self.source.source() is not None)
        self.ui.cancel.setEnabled(running)
        self.ui.progress.setVisible(running)
        self.source.setEnabled(not running)

    def _show_trace(self) -> None:
        place = self.ui.table.place()
        if place < 0:
            self.ui.trace.show_rules(())
            return
        result = self._results[place]
        verdict = result.after if self.ui.which.currentData() == "after" else result.before
        self.ui.trace.show_rules(verdict.trace)
