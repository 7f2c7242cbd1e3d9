"""The connection test: each step with its shape, word and time; on failure the reason and the remedy."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from mailint_gui.domain.check import TestStage, TestStep
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem
from mailint_gui.ui._generated.ui_connection_test import Ui_ConnectionTest
from mailint_gui.ui.fields.layout import PANEL_WIDTH_IN_CHARACTERS, dress_headings
from mailint_gui.ui.icons import Shape, state_pixmap
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.theme import PALETTE_EVENTS, tabular
from mailint_gui.wording.problems import words
from mailint_gui.wording.stages import test_stage_words, token_words
from mailint_gui.wording.text import filled
from mailint_gui.workers.calls import Call

_ICON_SIZE = 16
_OUTCOME_LINES = 11

STAGES: dict[Direction, tuple[TestStage, ...]] = {
    Direction.INCOMING: (
        TestStage.SECRET,
        TestStage.TOKEN,
        TestStage.RESOLVE,
        TestStage.CONNECT,
        TestStage.TLS,
        TestStage.AUTHENTICATE,
        TestStage.FOLDER,
        TestStage.COUNT,
    ),
    Direction.OUTGOING: (
        TestStage.SECRET,
        TestStage.TOKEN,
        TestStage.RESOLVE,
        TestStage.CONNECT,
        TestStage.TLS,
        TestStage.AUTHENTICATE,
        TestStage.SENDER,
    ),
}
_OF_LOG_IN = frozenset({TestStage.SECRET, TestStage.TOKEN, TestStage.AUTHENTICATE})


class _StepRow:
    """One line of the list: shape, word, time."""

    def __init__(self, grid: QGridLayout, row: int, stage: TestStage) -> None:
        self.icon = QLabel()
        self.icon.setFixedSize(_ICON_SIZE, _ICON_SIZE)
        self.word = QLabel(test_stage_words(stage), textFormat=Qt.TextFormat.PlainText)
        self.time = QLabel("", textFormat=Qt.TextFormat.PlainText)
        self.time.setFont(tabular(self.time.font()))
        self.time.setAlignment(Qt.AlignmentFlag.AlignRight)
        for column, label in enumerate((self.icon, self.word, self.time)):
            grid.addWidget(label, row, column)
        self.shape = Shape.NOT_CHECKED
        self.ms = 0

    def show(self, shape: Shape, said: str, time: str = "") -> None:
        self.shape = shape
        self.time.setText(time)
        self.icon.setAccessibleName(said)
        self.word.setAccessibleDescription(f"{said} {time}".strip())
        self.paint()

    def set_visible(self, visible: bool) -> None:
        for label in (self.icon, self.word, self.time):
            label.setVisible(visible)

    def paint(self) -> None:
        ratio = self.icon.devicePixelRatioF()
        self.icon.setPixmap(state_pixmap(self.shape, self.icon.palette(), _ICON_SIZE, ratio))


class ConnectionTestPanel(QWidget):
    """``test_requested`` asks the form for a test of what is typed, which ``follow`` then shows.

    ``logs_in_at``: on whose tab the log-in is set up that is used.
    """

    test_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._direction = self.logs_in_at = Direction.INCOMING
        self._rows: dict[TestStage, _StepRow] = {}
        self._left_out: frozenset[TestStage] = frozenset()
        self._calls = PendingCalls(self)
        self._call: Call | None = None
        self._steps: list[TestStep] = []
        self._details = ""
        self.ui = Ui_ConnectionTest()
        self.ui.setupUi(self)
        dress_headings(self)
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * PANEL_WIDTH_IN_CHARACTERS)
        self.ui.steps.setColumnStretch(1, 1)
        self.ui.outcome.viewport().setAutoFillBackground(False)
        self.ui.outcome.document().setDocumentMargin(0)
        self.ui.outcome.setHorizontalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )  # lines are wrapped
        self.ui.outcome.setFixedHeight(self.fontMetrics().lineSpacing() * _OUTCOME_LINES)
        self.ui.outcome.setAccessibleName(self.tr("Result of the connection test"))
        self.ui.progress.setAccessibleName(self.tr("Connection test is running"))
        for widget in (self.ui.progress, self.ui.copy_button):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
        self.ui.progress.setFixedHeight(6)
        self.ui.test_button.clicked.connect(self._pressed)
        self.ui.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._details))

    def show_direction(self, direction: Direction) -> None:
        self._direction = self.logs_in_at = direction
        for row, stage in enumerate(STAGES[direction]):
            self._rows[stage] = _StepRow(self.ui.steps, row, stage)
        self.forget()

    def leave_out(self, *stages: TestStage) -> None:
        """What a test of the protocol and the log-in that are chosen does not do; all others are shown."""
        self._left_out = frozenset(stages)
        for stage, row in self._rows.items():
            row.set_visible(stage not in stages)

    @property
    def running(self) -> bool:
        return self._call is not None

    def forget(self) -> None:
        """What was tested is no longer what is typed."""
        self.cancel()
        self._clear()
        self._show_idle()

    def cancel(self) -> None:
        if self._call is not None:
            self._call.cancel()

    def refuse(self, text: str) -> None:
        """Nothing was tested, and why."""
        self._clear()
        self._show_idle()
        self.ui.outcome.setPlainText(text)

    def follow(self, call: Call) -> None:
        self._clear()
        self._call = call
        self.ui.test_button.setText(self.tr("Cancel &test"))
        self.ui.progress.show()
        self._show_next()
        self._calls.follow(
            call,
            partial(self._succeeded, call),
            partial(self._failed, call),
            partial(self._finished, call),
            progressed=partial(self._step, call),
            cancelled=partial(self._cancelled, call),
        )

    def _pressed(self) -> None:
        if self.running:
            self.cancel()
        else:
            self.test_requested.emit()

    def _clear(self) -> None:
        self._call, self._steps, self._details = None, [], ""
        self.ui.outcome.clear()
        self.ui.copy_button.hide()
        for row in self._rows.values():
            row.ms = 0
            row.show(Shape.NOT_CHECKED, self.tr("Not tested"))

    def _show_idle(self) -> None:
        self.ui.test_button.setText(self.tr("&Test connection"))
        self.ui.progress.hide()

    def _step(self, call: Call, step: TestStep) -> None:
        if call is not self._call or step.stage not in self._rows:
            return
        self._steps.append(step)
        row = self._rows[step.stage]
        row.ms += step.ms  # connecting ends with the greeting, which comes after encryption
        time = self.tr("{ms} ms").replace("{ms}", str(row.ms))
        if step.ok:
            row.show(Shape.OK, self.tr("Done"), time)
            self._show_next()
        else:
            row.show(Shape.DISABLED_BY_ERRORS, self.tr("Failed"), time)

    def _show_next(self) -> None:
        tested = {step.stage for step in self._steps} | self._left_out
        row = next((row for stage, row in self._rows.items() if stage not in tested), None)
        if row is not None:
            row.show(Shape.CHECKING, self.tr("Running"))

    def _succeeded(self, call: Call, steps: Iterable[TestStep]) -> None:
        if call is not self._call:
            return
        told = {(step.stage, step.ms) for step in self._steps}
        for step in steps:
            if (step.stage, step.ms) not in told:
                self._step(call, step)
        problem = next((step.problem for step in self._steps if step.problem), None)
        if problem is not None:
            self._show_problem(problem)
        else:
            self._show_success()

    def _failed(self, call: Call, problem: Problem | Exception) -> None:
        if call is not self._call:
            return
        if isinstance(problem, Problem):
            self._show_problem(problem)
        else:
            self.ui.outcome.setPlainText(self.tr("Nothing was tested: mend the marked fields first."))
        self._settle(self.tr("Not tested"), "")

    def _cancelled(self, call: Call) -> None:
        if call is self._call:
            self._settle(self.tr("Not tested"), "")
            self.ui.outcome.setPlainText(self.tr("The test was cancelled."))

    def _finished(self, call: Call) -> None:
        if call is self._call:
            self._call = None
            self._show_idle()

    def _settle(self, said: str, time: str) -> None:
        """Steps that never ended."""
        ended = {step.stage for step in self._steps}
        for stage, row in self._rows.items():
            if stage not in ended:
                row.show(Shape.NOT_CHECKED, said, time)

    def _show_success(self) -> None:
        self._settle(self.tr("Not needed"), self.tr("not needed"))
        facts = {name: value for step in self._steps for name, value in step.facts}
        text = self.tr("Everything works.")
        if "count" in facts:
            in_folder, in_all = self.tr("Messages in “{folder}”: {count}."), self.tr("Messages: {count}.")
            found = filled(in_folder if "folder" in facts else in_all, facts)
            text = f"{text} {found}"
        self.ui.outcome.setPlainText("\n".join([text, *self._token()]))

    def _token(self) -> list[str]:
        """What the token is good for, once there was one."""
        got = [step for step in self._steps if step.stage is TestStage.TOKEN and step.facts]
        return [f"{test_stage_words(step.stage)}: {token_words(dict(step.facts))}" for step in got]

    def _show_problem(self, problem: Problem) -> None:
        self._settle(self.tr("Not tested"), "")
        of_log_in = any(step.problem and step.stage in _OF_LOG_IN for step in self._steps)
        told = words(problem, "", self.logs_in_at if of_log_in else self._direction)
        lines = [told.what, told.remedy, *self._token()]
        if problem.detail.strip():
            lines += ["", self.tr("Details:"), problem.detail.strip()]
        self.ui.outcome.setPlainText("\n".join(lines))
        facts = [f"{name}: {value}" for name, value in problem.facts.items()]
        self._details = "\n".join([*lines, "", f"{problem.kind}", *facts])
        self.ui.copy_button.show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "_rows"):
            for row in self._rows.values():
                row.paint()
