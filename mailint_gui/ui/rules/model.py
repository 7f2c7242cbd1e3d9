"""The rules as rows in Qt's own storage: a ``data()`` in Python would have to win Python's lock for each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon, QPalette, QStandardItem, QStandardItemModel

from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_text import shortened
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.spoken import speak_cells
from mailint_gui.ui.theme import quiet_text
from mailint_gui.wording.rules import actions_words, addresses_words, condition_words
from mailint_gui.wording.text import isolated, one_line

PLACE_ROLE = Qt.ItemDataRole.UserRole
_MAX_CELL = 300  # characters; a condition may have thousands
_CHECKED = Qt.CheckState.Checked


class Column(IntEnum):
    NUMBER = 0
    STATE = 1
    NAME = 2
    ADDRESSES = 3
    CONDITION = 4
    ACTIONS = 5
    THEN = 6


@dataclass(frozen=True, slots=True)
class _Line:
    """What a row shows."""

    place: int
    rule: Rule
    fault: str


class RuleModel(QStandardItemModel):
    """A row for each rule that is shown; its place in the whole list is in PLACE_ROLE."""

    toggled = Signal(int, bool)  # place, whether it is on

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, len(Column), parent)
        self._filling = False
        self._lines: list[_Line] = []
        self._look: tuple[dict[int, str], int] | None = None
        self._texts: dict[int, tuple[Rule, tuple[str, ...]]] = {}  # by the identity of the rule
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
        """``rules`` with their places; ``faults``: words by place. Rows that say the same are left alone."""
        look = dict(names), palette.cacheKey()
        if look != self._look:
            self._look, self._texts, self._lines = look, {}, []
        lines = [_Line(place, rule, faults.get(place, "")) for place, rule in rules]
        self._filling = True
        self.removeRows(len(lines), max(self.rowCount() - len(lines), 0))
        for row, line in enumerate(lines):
            if row >= self.rowCount():
                self.appendRow([_item() for _column in Column])
            if row >= len(self._lines) or self._lines[row] != line:
                self._write(row, line, palette)
        self._filling = False
        self._lines = lines
        there = {id(line.rule) for line in lines}
        self._texts = {key: kept for key, kept in self._texts.items() if key in there}

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

    def _write(self, row: int, line: _Line, palette: QPalette) -> None:
        rule = line.rule
        colour = None if rule.enabled else quiet_text(palette)  # an empty brush would be black in every theme
        texts = (str(line.place + 1), *self._words(rule))
        for column in Column:
            item = self.item(row, column)
            item.setText(texts[column])
            item.setData(colour, Qt.ItemDataRole.ForegroundRole)
            item.setData(line.place, PLACE_ROLE)
        self.item(row, Column.STATE).setCheckable(True)
        self.item(row, Column.STATE).setCheckState(_CHECKED if rule.enabled else Qt.CheckState.Unchecked)
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.item(row, Column.NUMBER).setTextAlignment(align)
        speak_cells(self, [self.item(row, column) for column in Column])
        name = self.item(row, Column.NAME)
        name.setIcon(state_icon(Shape.DISABLED_BY_ERRORS, palette) if line.fault else QIcon())
        name.setAccessibleText(f"{name.accessibleText()}, {texts[Column.STATE]}")
        name.setAccessibleDescription(line.fault)

    def _words(self, rule: Rule) -> tuple[str, ...]:
        """Of all columns but the first; once for each rule, as a thousand of them take half a second."""
        known = self._texts.get(id(rule))
        if known is None:
            assert self._look is not None
            words = (
                self.tr("On") if rule.enabled else self.tr("Off"),
                isolated(shortened(one_line(rule.name))),
                addresses_words(rule.addresses, self._look[0]),
                condition_words(rule.condition, _MAX_CELL),
                shortened(actions_words(rule.actions), _MAX_CELL),
                self.tr("Later rules follow") if rule.continue_with_later else self.tr("Ends"),
            )
            known = self._texts[id(rule)] = rule, words  # kept with it, so that its identity stays its own
        return known[1]

    def _tell(self, item: QStandardItem) -> None:
        if not self._filling and item.column() == Column.STATE:
            place: Any = item.data(PLACE_ROLE)
            self.toggled.emit(place, item.checkState() is _CHECKED)


def _item() -> QStandardItem:
    item = QStandardItem()
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
    return item
