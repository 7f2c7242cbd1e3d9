"""Email rules: those that see the mail of this integration, in their order. They are changed in their own window."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_text import shortened
from mailint_gui.ui._generated.ui_integration_form_rules import Ui_IntegrationFormRules
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.spoken import speak_cells
from mailint_gui.ui.theme import BETWEEN_CONTROLS
from mailint_gui.wording.problems import words
from mailint_gui.wording.rules import actions_words, condition_words
from mailint_gui.wording.text import isolated, one_line
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.rule_desk import RuleDesk, StoredRules

_WIDTHS = (24, 40, 40)  # characters; the last column has the rest


class RulesPage(QWidget):
    """Reads nothing before it is seen."""

    rules_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = RuleDesk(desk)
        self._calls = PendingCalls(self)
        self._integration_id = 0
        self._is_stale = True
        self.ui = Ui_IntegrationFormRules()
        self.ui.setupUi(self)
        self.rows = QStandardItemModel(0, len(self._headings()), self)
        self._dress_table()
        self.ui.open_rules.clicked.connect(self.rules_requested)
        desk.rules_changed.connect(self._read)

    def show_integration(self, integration_id: int) -> None:
        """0: one that is not stored; rules for all will see its mail as well."""
        if integration_id != self._integration_id:
            self._integration_id = integration_id
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._read()

    def _headings(self) -> list[str]:
        return [self.tr("Rule"), self.tr("When"), self.tr("Do"), self.tr("Then")]

    def _dress_table(self) -> None:
        table = self.ui.table
        self.rows.setHorizontalHeaderLabels(self._headings())
        table.setModel(self.rows)
        table.setAccessibleName(self.tr("Email rules"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + BETWEEN_CONTROLS)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, table.fontMetrics().averageCharWidth() * width)

    def _read(self) -> None:
        self._is_stale = not self.isVisible()
        if not self._is_stale:
            self._calls.follow(self._desk.read(), self._was_read, self._failed)

    def _was_read(self, stored: StoredRules) -> None:
        rules = [rule for rule in stored.rules if rule.is_for(self._integration_id)]
        self._fill(rules)
        if rules:
            self.ui.told.setText(self.tr("They see the mail of this integration from top to bottom."))
        else:
            self.ui.told.setText(self.tr("No email rule sees the mail of this integration."))

    def _failed(self, problem: Problem) -> None:
        self.ui.told.setText(str(words(problem)))

    def _fill(self, rules: Iterable[Rule]) -> None:
        self.rows.removeRows(0, self.rows.rowCount())
        for rule in rules:
            texts = (
                isolated(shortened(one_line(rule.name))),
                condition_words(rule.condition),
                actions_words(rule.actions),
                self._then(rule),
            )
            items = [QStandardItem(text) for text in texts]
            for item, text in zip(items, texts, strict=True):
                item.setToolTip(plain_tip(text))
                item.setEnabled(rule.enabled)
            speak_cells(self.rows, items)
            self.rows.appendRow(items)

    def _then(self, rule: Rule) -> str:
        if not rule.enabled:
            return self.tr("Off")
        return self.tr("Later rules follow") if rule.continue_with_later else self.tr("Ends")
