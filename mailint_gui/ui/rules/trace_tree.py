"""Why: every rule with how it came out for a message, and each of its conditions with what was found."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.rule_verdict import ConditionTrace, FieldTrace, GroupTrace, RuleOutcome, RuleTrace
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.spoken import speak_line
from mailint_gui.wording.rules import (
    actions_words,
    comparison_words,
    group_name,
    outcome_words,
    result_words,
)
from mailint_gui.wording.text import isolated, one_line

_TIP = 600


class RuleTraceTree(QTreeWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("How each rule came out"))
        self.setHeaderLabels([self.tr("Rule and condition"), self.tr("Outcome"), self.tr("Found, or done")])
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        em = self.fontMetrics().averageCharWidth()
        self.setColumnWidth(0, em * 44)
        self.setColumnWidth(1, em * 24)

    def show_rules(self, rules: Iterable[RuleTrace]) -> None:
        """In their order; those that matched are open, and the first of them is in sight."""
        self.clear()
        first: QTreeWidgetItem | None = None
        for rule in rules:
            item = self._line(
                self.invisibleRootItem(),
                isolated(one_line(rule.name)),
                outcome_words(rule.outcome),
                actions_words(rule.actions),
            )
            if rule.condition is not None:
                self._add(item, rule.condition)
            if rule.outcome is RuleOutcome.MATCHED:
                font = item.font(0)
                font.setBold(True)
                item.setFont(0, font)
                item.setExpanded(True)
                first = first or item
        if first is not None:
            self.scrollToItem(first)

    def _add(self, parent: QTreeWidgetItem, condition: ConditionTrace) -> None:
        if isinstance(condition, FieldTrace):
            found = ", ".join(f"“{isolated(one_line(each))}”" for each in condition.found)
            if condition.is_cut:
                found = f"{found} {self.tr('(only the start of it was looked at)')}"
            self._line(parent, comparison_words(condition.test), result_words(condition.result), found)
        else:
            self._add_group(parent, condition)

    def _add_group(self, parent: QTreeWidgetItem, group: GroupTrace) -> None:
        item = self._line(parent, group_name(group.kind), result_words(group.result), "")
        for member in group.members:
            self._add(item, member)
        item.setExpanded(True)

    def _line(self, parent: QTreeWidgetItem, *texts: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, list(texts))
        speak_line(self, item)
        for column, text in enumerate(texts):
            item.setToolTip(column, plain_tip(shortened(text, _TIP)))
        return item
