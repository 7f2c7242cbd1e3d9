"""The steps at the provider, beside the fields that they fill."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from mailint_gui.ui._generated.ui_setup_help import Ui_SetupHelp
from mailint_gui.ui.fields.layout import PANEL_WIDTH_IN_CHARACTERS, dress_headings
from mailint_gui.ui.theme import BETWEEN_CONTROLS, TIGHT
from mailint_gui.ui.web_page import open_page
from mailint_gui.wording.setup_help import Step

_NUMBER_WIDTH_IN_CHARACTERS = 3


class SetupHelp(QWidget):
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Step, ...] = ()
        self._rows: list[StepRow] = []
        self.ui = Ui_SetupHelp()
        self.ui.setupUi(self)
        dress_headings(self)
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * PANEL_WIDTH_IN_CHARACTERS)
        self.ui.column.setAlignment(self.ui.close, Qt.AlignmentFlag.AlignLeft)
        self.ui.close.clicked.connect(self.closed)

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        """Changes texts where they are: what is selected or scrolled to stays while somebody types."""
        if steps == self._shown:
            return
        self._shown = steps
        if len(steps) != len(self._rows):
            self._make_rows(steps)
        for row, step in zip(self._rows, steps, strict=True):
            row.show_step(step)

    def _make_rows(self, steps: Iterable[Step]) -> None:
        for row in self._rows:
            self.ui.steps.removeWidget(row)
            row.deleteLater()
        self._rows = [StepRow(number) for number, _step in enumerate(steps, start=1)]
        for row in self._rows:
            self.ui.steps.addWidget(row)


class StepRow(QWidget):
    def __init__(self, number: int) -> None:
        super().__init__()
        self._link = ""
        em = self.fontMetrics().averageCharWidth()
        figure = QLabel(f"{number}.", textFormat=Qt.TextFormat.PlainText)
        figure.setFixedWidth(em * _NUMBER_WIDTH_IN_CHARACTERS)
        self.text = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setFixedWidth(em * (PANEL_WIDTH_IN_CHARACTERS - _NUMBER_WIDTH_IN_CHARACTERS) - TIGHT)
        self.open = QPushButton(autoDefault=False)
        self.copy_link = QPushButton(self.tr("Copy address"), autoDefault=False)
        self.commands = QPlainTextEdit(readOnly=True, tabChangesFocus=True)
        self.commands.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.commands.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.commands.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.commands.setAccessibleName(self.tr("To copy"))
        self.copy = QPushButton(self.tr("Copy"), autoDefault=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(BETWEEN_CONTROLS)
        column.addWidget(self.text)
        column.addWidget(self.commands)
        column.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        links = QHBoxLayout()
        links.setSpacing(BETWEEN_CONTROLS)
        for button in (self.open, self.copy_link):
            links.addWidget(button)
        links.addStretch()
        column.addLayout(links)
        row.addLayout(column)
        self.open.clicked.connect(lambda: open_page(self._link))
        self.copy_link.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._link))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.commands.toPlainText()))

    def show_step(self, step: Step) -> None:
        self._link = step.link
        self.text.setText(step.text)
        self.text.setFixedHeight(self.text.heightForWidth(self.text.width()))
        self.open.setText(step.link_text)
        for button in (self.open, self.copy_link):
            button.setVisible(bool(step.link))
        for widget in (self.commands, self.copy):
            widget.setVisible(bool(step.commands))
        if self.commands.toPlainText() != step.commands:
            self.commands.setPlainText(step.commands)
            self._fit(len(step.commands.splitlines()))

    def _fit(self, lines: int) -> None:
        """As high as its lines and the bar that scrolls long ones sideways."""
        margins = 2 * (self.commands.frameWidth() + round(self.commands.document().documentMargin()))
        bar = self.commands.horizontalScrollBar().sizeHint().height()
        self.commands.setFixedHeight(self.commands.fontMetrics().lineSpacing() * lines + margins + bar)
