"""The rules as rows in Qt's own storage: a ``data()`` in Python would have to win Python's lock for each cell."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon, QPalette, QStandardItem, QStandardItemModel

from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_text import shortened
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.theme import quiet_text
from mailint_gui.wording.rules import actions_words, addresses_words, condition_words, rule_words
from mailint_gui.wording.text import isolated, one_line

PLACE_ROLE = Qt.ItemDataRole.UserRole
_MAX_TIP = 600
_CHECKED = Qt.CheckState.Checked


class Column(IntEnum):
    NUMBER = 0
    STATE = 1
    NAME = 2
    ADDRESSES = 3
    CONDITION = 4
    ACTIONS = 5
    THEN = 6


class RuleModel(QStandardItemModel):
    """A row for each rule that is shown; its place in the whole list is in PLACE_ROLE."""

    toggled = Signal(int, bool)  # place, whether it is on

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, len(Column), parent)
        self._filling = False
        self.setHorizontalHeaderLabels(self._headings())
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.horizontalHeaderItem(Column.NUMBER).setTextAlignment(align)
        self.itemChanged.connect(self._tell)

    def fill(
        self,
        rules: Sequence[tuple[int, Rule]],
        names: Mapping[int, str],
        faults: Mapping[int, str],
        palette: QPalette,
    ) -> None:
        """``rules`` with their places; ``faults``: words by place."""
        self._filling = True
        self.removeRows(0, self.rowCount())
        for place, rule in rules:
            self.appendRow(self._row(place, rule, names, faults.get(place, ""), palette))
        self._filling = False

    def _headings(self) -> list[str]:
        return [
            self.tr("#"),
            self.tr("State"),
            self.tr("Rule"),
            self.tr("Incoming addresses"),
            self.tr("When"),
            self.tr("Do"),
            self.tr("Then"),
        ]

    def _row(
        self, place: int, rule: Rule, names: Mapping[int, str], fault: str, palette: QPalette
    ) -> list[QStandardItem]:
        then = self.tr("Later rules follow") if rule.continue_with_later else self.tr("Ends")
        texts: dict[Column, str] = {
            Column.NUMBER: str(place + 1),
            Column.STATE: self.tr("On") if rule.enabled else self.tr("Off"),
            Column.NAME: isolated(shortened(one_line(rule.name))),
            Column.ADDRESSES: addresses_words(rule.addresses, names),
            Column.CONDITION: condition_words(rule.condition),
            Column.ACTIONS: actions_words(rule.actions),
            Column.THEN: then,
        }
        tip = plain_tip(fault or shortened(rule_words(rule, names), _MAX_TIP))
        quiet = quiet_text(palette)
        items = []
        for column in Column:
            item = QStandardItem(texts[column])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setDragEnabled(True)
            item.setToolTip(tip)
            item.setData(place, PLACE_ROLE)
            if not rule.enabled:
                item.setForeground(quiet)
            items.append(item)
        items[Column.STATE].setCheckable(True)
        items[Column.STATE].setCheckState(_CHECKED if rule.enabled else Qt.CheckState.Unchecked)
        items[Column.NAME].setIcon(state_icon(Shape.DISABLED_BY_ERRORS, palette) if fault else QIcon())
        items[Column.NAME].setAccessibleText(f"{one_line(rule.name)}, {texts[Column.STATE]}")
        items[Column.NAME].setAccessibleDescription(fault)
        items[Column.NUMBER].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return items

    def _tell(self, item: QStandardItem) -> None:
        if not self._filling and item.column() == Column.STATE:
            place: Any = item.data(PLACE_ROLE)
            self.toggled.emit(place, item.checkState() is _CHECKED)
