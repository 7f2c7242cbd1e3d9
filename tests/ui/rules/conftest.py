"""A rule book in memory behind the desk in memory, and the windows over it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mailint_gui.domain.dry_run import DryRun, DryRunProgress, DryRunSource
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.rule_validation import trimmed_rule, validate_rule
from mailint_gui.domain.validation import ValidationError
from mailint_gui.services.rules.patterns import pattern_fault
from mailint_gui.services.scope import CancelScope
from mailint_gui.ui.rules.editor import RuleEditor
from mailint_gui.ui.rules.window import RulesWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.workers.rule_desk import RuleDesk, Rules
from tests.ui.desk_double import DeskDouble
from tests.ui.samples import three

NAMES = {1: "Support", 2: "Orders", 3: "Facilities desk"}


def rule(number: int, name: str, value: str = "invoice", **changes: object) -> Rule:
    condition = Group(GroupKind.ALL, (FieldTest(Field.SUBJECT, Operator.CONTAINS, value),))
    base = Rule(number, name, condition=condition, actions=(Action(ActionKind.SET_STATUS, "Open"),))
    return replace(base, **changes)  # type: ignore[arg-type]  # the names and values are the caller's care


@dataclass
class RuleBookDouble:
    """Keeps the contract of ``services.rule_book`` in memory."""

    rules: Rules = ()
    results: tuple[DryRun, ...] = ()
    asked: list[tuple[Rules, DryRunSource]] = field(default_factory=list)

    def all(self) -> Rules:
        return self.rules

    def save(self, rules: Rules) -> Rules:
        drafts = [trimmed_rule(each) for each in rules]
        errors = [
            replace(error, path=f"rules[{number}].{error.path}")
            for number, draft in enumerate(drafts, 1)
            for error in validate_rule(draft, [each for each in drafts if each is not draft], pattern_fault)
        ]
        if errors:
            raise ValidationError(errors)
        free = itertools.count(max((each.id for each in (*self.rules, *drafts)), default=0) + 1)
        self.rules = tuple(each if each.id else replace(each, id=next(free)) for each in drafts)
        return self.rules

    def dry_run(
        self,
        rules: Rules,
        source: DryRunSource,
        scope: CancelScope,
        step: Callable[[DryRunProgress], None],
    ) -> tuple[DryRun, ...]:
        self.asked.append((rules, source))
        step(DryRunProgress(len(self.results), len(self.results)))
        return self.results


@pytest.fixture
def book() -> RuleBookDouble:
    return RuleBookDouble((rule(1, "Alpha"), rule(2, "Beta", addresses=(1,)), rule(3, "Gamma")))


@pytest.fixture
def desk(book: RuleBookDouble, qtbot: QtBot) -> DeskDouble:
    desk = DeskDouble(three())
    desk.services.rule_book = book
    return desk


OpenRules = Callable[[], RulesWindow]


@pytest.fixture
def board(desk: DeskDouble) -> StatusBoard:
    board = StatusBoard(desk, desk)
    desk.start()
    return board


@pytest.fixture
def open_rules(desk: DeskDouble, board: StatusBoard, qtbot: QtBot, tmp_path: Path) -> OpenRules:
    """A window that has read the rules; opened twice, it remembers the first time."""

    def build() -> RulesWindow:
        window = RulesWindow(desk, board, WindowMemory(tmp_path / "window.ini"))
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(window, before_close_func=lambda shown: shown.rules.discard())
        window.show()
        qtbot.waitUntil(lambda: window.storing.is_read)
        return window

    return build


OpenEditor = Callable[..., RuleEditor]


@pytest.fixture
def open_editor(desk: DeskDouble, qtbot: QtBot) -> OpenEditor:
    def build(edited: Rule, others: Rules = (), *, is_new: bool = False) -> RuleEditor:
        editor = RuleEditor(RuleDesk(desk), edited, others, NAMES, AccountProperties(), is_new=is_new)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(editor)
        editor.show()
        return editor

    return build
