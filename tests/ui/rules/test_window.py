"""The rules window: order, saving as one set, files, and what happens when it closes."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator
from mailint_gui.services.rules import patterns
from mailint_gui.ui import theme
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.rules.editor import RuleEditor
from mailint_gui.ui.rules.model import Column
from mailint_gui.ui.rules.window import RulesWindow
from tests.ui.conftest import OpenWindow
from tests.ui.desk_double import DeskDouble
from tests.ui.rules.conftest import OpenRules, RuleBookDouble, rule
from tests.ui.samples import three

ALT = Qt.KeyboardModifier.AltModifier


def names(window: RulesWindow) -> list[str]:
    return [each.name for each in window.rules.rules]


def shown(window: RulesWindow, column: Column = Column.NAME) -> list[str]:
    return [window.model.item(row, column).text() for row in range(window.model.rowCount())]


def told(window: RulesWindow, subject: Subject = Subject.RESULT) -> str:
    banner = window.banners.shown(subject)
    return banner.label.text() if banner else ""


def press(qtbot: QtBot, window: RulesWindow, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    modifiers = Qt.KeyboardModifier.NoModifier
    for each in held:
        modifiers |= each
    qtbot.keyClick(window.ui.table, key, modifiers)


def drop(window: RulesWindow, row: int, below: bool = False) -> None:
    """As Qt delivers what was dragged within the table."""
    table = window.ui.table
    y = table.rowViewportPosition(row) + (table.rowHeight(row) - 2 if below else 2)
    event = _InternalDrop(table, QPointF(40, y))
    table.dropEvent(event)


class _InternalDrop(QDropEvent):
    def __init__(self, source: object, position: QPointF) -> None:
        self._data = QMimeData()
        super().__init__(
            position,
            Qt.DropAction.MoveAction,
            self._data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        self._source = source

    def source(self) -> object:  # type: ignore[override]  # what a real drag tells
        return self._source


def answer(window: RulesWindow, qtbot: QtBot, text: str) -> None:
    box = window.findChild(QMessageBox)
    assert box is not None
    gone = QSignalSpy(box.destroyed)
    next(each for each in box.buttons() if each.text().replace("&", "") == text).click()
    qtbot.waitUntil(lambda: gone.count() == 1)


def test_rules_are_listed_in_words(open_rules: OpenRules, book: RuleBookDouble) -> None:
    book.rules = (replace(book.rules[0], addresses=(2, 1), continue_with_later=True), book.rules[1])
    window = open_rules()
    first = [window.model.item(0, column).text() for column in Column]
    assert first == [
        "1",
        "On",
        "Alpha",
        "Orders, Support",
        "Subject contains “invoice”",
        "Set status to “Open”",
        "Later rules follow",
    ]
    assert not window.ui.save.isEnabled()


def test_alt_and_arrows_put_in_order(open_rules: OpenRules, qtbot: QtBot) -> None:
    window = open_rules()
    window.ui.table.select([2])
    press(qtbot, window, Qt.Key.Key_Up, ALT)
    assert names(window) == ["Alpha", "Gamma", "Beta"]
    press(qtbot, window, Qt.Key.Key_Up, ALT)
    press(qtbot, window, Qt.Key.Key_Up, ALT)
    assert names(window) == ["Gamma", "Alpha", "Beta"]
    assert window.ui.table.places() == (0,)
    press(qtbot, window, Qt.Key.Key_Down, ALT)
    assert names(window) == ["Alpha", "Gamma", "Beta"]
    assert window.ui.changes.text() == "2 rules changed, not saved"


@pytest.mark.parametrize(
    ("chosen", "row", "below", "order"),
    [
        ([2], 0, False, ["Gamma", "Alpha", "Beta"]),
        ([0], 2, True, ["Beta", "Gamma", "Alpha"]),
        ([0], 1, True, ["Beta", "Alpha", "Gamma"]),
        ([0, 1], 2, True, ["Gamma", "Alpha", "Beta"]),
        ([1], 1, False, ["Alpha", "Beta", "Gamma"]),
    ],
)
def test_dragging_puts_in_order(
    open_rules: OpenRules, chosen: list[int], row: int, below: bool, order: list[str]
) -> None:
    window = open_rules()
    window.ui.table.select(chosen)
    drop(window, row, below)
    assert names(window) == shown(window) == order
    assert [window.rules.rules[place].name for place in window.ui.table.places()] == [
        ["Alpha", "Beta", "Gamma"][each] for each in chosen
    ]


def test_in_a_filtered_list_rules_move_past_those_that_are_shown(open_rules: OpenRules, qtbot: QtBot) -> None:
    window = open_rules()
    window.show_for(2)  # Beta is for another one
    assert shown(window) == ["Alpha", "Gamma"]
    window.ui.table.select([2])
    press(qtbot, window, Qt.Key.Key_Up, ALT)
    assert names(window) == ["Gamma", "Alpha", "Beta"]
    window.ui.table.select([0])
    drop(window, 1, below=True)
    assert names(window) == ["Alpha", "Gamma", "Beta"]
    window.show_for(None)
    assert len(shown(window)) == 3


def test_the_list_is_saved_as_a_whole(
    open_rules: OpenRules, qtbot: QtBot, book: RuleBookDouble, desk: DeskDouble
) -> None:
    window = open_rules()
    before = book.rules
    window.ui.table.select([0])
    window.action("duplicate").trigger()
    window.ui.table.select([2])
    press(qtbot, window, Qt.Key.Key_Delete)
    press(qtbot, window, Qt.Key.Key_Space)
    assert book.rules == before
    assert window.isWindowModified()
    press(qtbot, window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.rules.dirty)
    assert [(each.id, each.name, each.enabled) for each in book.rules] == [
        (1, "Alpha", True),
        (4, "Alpha (copy)", False),
        (3, "Gamma", False),
    ]
    assert window.rules.rules == book.rules
    assert not window.ui.save.isEnabled()


def test_a_rule_is_turned_off_by_its_box(open_rules: OpenRules) -> None:
    window = open_rules()
    role = Qt.ItemDataRole.ForegroundRole
    assert window.model.item(1, Column.NAME).data(role) is None  # the theme's own
    window.model.item(1, Column.STATE).setCheckState(Qt.CheckState.Unchecked)
    assert [each.enabled for each in window.rules.rules] == [True, False, True]
    assert window.model.item(1, Column.NAME).data(role) == theme.quiet_text(window.palette())
    window.discard()
    assert not window.rules.dirty
    assert window.model.item(1, Column.STATE).checkState() is Qt.CheckState.Checked


def test_a_new_rule_comes_below_the_selected_one(
    open_rules: OpenRules, qtbot: QtBot, book: RuleBookDouble
) -> None:
    window = open_rules()
    window.ui.table.select([0])
    window.action("new").trigger()
    editor = window.findChild(RuleEditor)
    assert editor is not None
    made = rule(0, "New", addresses=(3,))
    editor.ui.name.setText(made.name)
    editor.ui.addresses.load(made.addresses, {3: "Facilities desk"})
    editor.ui.condition.load(made.condition)
    editor.ui.actions.load(made.actions)
    editor.accept()
    qtbot.waitUntil(lambda: len(window.rules.rules) == 4)
    assert names(window) == ["Alpha", "New", "Beta", "Gamma"]
    assert window.ui.table.places() == (1,)
    assert window.rules.rules[1] == made


def test_enter_opens_the_rule(open_rules: OpenRules, qtbot: QtBot) -> None:
    window = open_rules()
    window.ui.table.select([1])
    press(qtbot, window, Qt.Key.Key_Return)
    editor = window.findChild(RuleEditor)
    assert editor is not None
    assert editor.ui.name.text() == "Beta"
    editor.ui.name.setText("Better")
    editor.accept()
    qtbot.waitUntil(lambda: names(window) == ["Alpha", "Better", "Gamma"])


def test_a_refused_save_marks_the_rule_and_opens_at_the_field(
    open_rules: OpenRules, qtbot: QtBot, book: RuleBookDouble
) -> None:
    window = open_rules()
    bad = FieldTest(Field.SUBJECT, Operator.MATCHES_PATTERN, "a(b")
    window.rules.put(2, replace(book.rules[2], condition=Group(GroupKind.ALL, (bad,))))
    window.save()
    qtbot.waitUntil(lambda: told(window) != "")
    assert told(window).startswith("Nothing was saved. Rule 3, “Gamma”, Condition 1: “a(b” is not a pattern")
    assert not window.model.item(2, Column.NAME).icon().isNull()
    assert window.ui.table.places() == (2,)
    assert window.rules.dirty
    press(qtbot, window, Qt.Key.Key_Return)
    editor = window.findChild(RuleEditor)
    assert editor is not None
    assert "is not a pattern" in editor.ui.condition.mark.text.text()


def test_a_problem_is_told_and_nothing_is_lost(open_rules: OpenRules, qtbot: QtBot, desk: DeskDouble) -> None:
    window = open_rules()
    desk.refusals["save rules"] = Problem(ProblemKind.STORE_FAILED)
    window.ui.table.select([0])
    window.action("delete").trigger()
    window.save()
    qtbot.waitUntil(lambda: told(window) != "")
    assert names(window) == ["Beta", "Gamma"]
    assert window.ui.save.isEnabled()


def test_what_is_changed_elsewhere_is_loaded_or_offered(
    open_rules: OpenRules, qtbot: QtBot, desk: DeskDouble, book: RuleBookDouble
) -> None:
    window = open_rules()
    book.rules = (*book.rules, rule(9, "Delta"))
    desk.rules_changed.emit()
    qtbot.waitUntil(lambda: "Delta" in names(window))
    window.model.item(0, Column.STATE).setCheckState(Qt.CheckState.Unchecked)
    book.rules = book.rules[:1]
    desk.rules_changed.emit()
    qtbot.waitUntil(lambda: "changed elsewhere" in told(window, Subject.TROUBLE))
    assert len(names(window)) == 4
    banner = window.banners.shown(Subject.TROUBLE)
    assert banner is not None
    next(each for each in banner.findChildren(QAbstractButton) if "Load" in each.text()).click()
    assert names(window) == ["Alpha"]
    assert not window.rules.dirty


@pytest.mark.parametrize(
    ("choice", "closed", "kept"),
    [("Save rules", True, False), ("Discard changes", True, True), ("Keep editing", False, True)],
)
def test_unsaved_rules_are_asked_about(
    open_rules: OpenRules, qtbot: QtBot, book: RuleBookDouble, choice: str, closed: bool, kept: bool
) -> None:
    window = open_rules()
    before = book.rules
    window.ui.table.select([0])
    window.action("delete").trigger()
    window.close()
    assert window.isVisible()
    answer(window, qtbot, choice)
    qtbot.waitUntil(lambda: window.isVisible() is not closed)
    assert (book.rules == before) is kept


def test_its_place_is_remembered(open_rules: OpenRules) -> None:
    first = open_rules()
    first.resize(700, 420)
    first.close()
    assert open_rules().size() == first.size()


def test_no_rules_are_said_so(open_rules: OpenRules, book: RuleBookDouble) -> None:
    book.rules = ()
    window = open_rules()
    assert window.ui.pages.currentWidget() is window.ui.empty_page
    window.ui.empty_new.click()
    assert window.findChild(RuleEditor) is not None


def test_only_what_has_a_rule_to_pass_moves(open_rules: OpenRules) -> None:
    window = open_rules()
    possible = {}
    for chosen in ((0,), (1,), (2,), (0, 1), (0, 1, 2), ()):
        window.ui.table.select(chosen)
        possible[chosen] = [window.action(name).isEnabled() for name in ("up", "down")]
    assert possible == {
        (0,): [False, True],
        (1,): [True, True],
        (2,): [True, False],
        (0, 1): [False, True],
        (0, 1, 2): [False, False],
        (): [False, False],
    }


# Files


def test_an_exported_file_is_imported_as_it_was(
    open_rules: OpenRules, qtbot: QtBot, tmp_path: Path, book: RuleBookDouble
) -> None:
    window = open_rules()
    path, ids = tmp_path / "rules.toml", {"Support": 1, "Orders": 2}
    window.files.export_file(path, window.rules.rules, ids)
    qtbot.waitUntil(lambda: told(window) == "The rules were exported to rules.toml.")
    window.ui.table.select([0, 1])
    window.action("delete").trigger()
    assert told(window) == ""
    window.files.import_file(path, window.rules.rules, ids)
    qtbot.waitUntil(lambda: "in this list" in told(window))
    assert sorted(names(window)) == ["Alpha", "Beta", "Gamma"]
    assert window.rules.dirty
    assert [each.name for each in book.rules] == ["Alpha", "Beta", "Gamma"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[[rule]]\nname = 'X'\naddresses = ['Nobody']\n", "There is no integration called “Nobody”"),
        ("[[rule]]\nname = 'X'\n", "“X”, Action: Add what is to be done"),
        ("nonsense", "This cannot be read"),
        ("", "The file has no rule that is not in this list."),
    ],
)
def test_a_file_with_faults_changes_nothing(
    open_rules: OpenRules, qtbot: QtBot, tmp_path: Path, content: str, words: str
) -> None:
    window = open_rules()
    path = tmp_path / "rules.toml"
    path.write_text(content, encoding="utf-8")
    window.files.import_file(path, window.rules.rules, {"Support": 1})
    qtbot.waitUntil(lambda: told(window) != "")
    assert told(window).startswith("Nothing was imported.")
    assert words in told(window)
    assert not window.rules.dirty


@pytest.mark.parametrize("write", [False, True])
def test_a_file_that_is_not_there_is_told(
    open_rules: OpenRules, qtbot: QtBot, tmp_path: Path, write: bool
) -> None:
    window = open_rules()
    path = tmp_path / "none" / "rules.toml"
    do: Callable[..., None] = window.files.export_file if write else window.files.import_file
    do(path, window.rules.rules, {"Support": 1})
    qtbot.waitUntil(lambda: "rules.toml could not be" in told(window))


def test_missing_patterns_are_told(open_rules: OpenRules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_engine", lambda: None)
    assert "Patterns cannot be used on this computer" in told(open_rules(), Subject.PATTERNS)


def test_names_and_letters(open_rules: OpenRules) -> None:
    window = open_rules()
    labels = [label.text() for label in window.findChildren(QLabel) if label.buddy() is not None]
    texts = labels + [each.text() for each in (window.ui.save, window.ui.discard)]
    letters = Counter(letter for text in texts for letter in re.findall(r"&(\w)", text.lower()))
    assert [letter for letter, count in letters.items() if count > 1] == []
    assert window.ui.table.accessibleName()
    assert window.ui.integration_filter.accessibleName()
    assert window.model.item(0, Column.NAME).accessibleText() == "Rule: Alpha, On"


def test_hostile_names_are_shown_as_text(open_rules: OpenRules, book: RuleBookDouble) -> None:
    name = "<img src=file:///etc/passwd>\nx" + "y" * 10_000
    book.rules = (rule(1, name, actions=(Action(ActionKind.TAG, "<b>"),)),)
    window = open_rules()
    item = window.model.item(0, Column.NAME)
    assert "\n" not in item.text()
    assert len(item.text()) < 100
    assert "<" not in window.ui.table.tip(0)
    assert len(window.ui.table.tip(0)) <= 600
    QApplication.processEvents()
    assert window.ui.table.viewport().rect().contains(QPoint(1, 1))


# From the main window


def test_the_main_window_opens_one_rules_window(
    open_window: OpenWindow, qtbot: QtBot, book: RuleBookDouble
) -> None:
    desk, main = open_window(three())
    desk.services.rule_book = book
    for _ in range(2):
        main.ui.action_rules.trigger()
        (window,) = main.findChildren(RulesWindow)
    qtbot.waitUntil(lambda: shown(window) == ["Alpha", "Beta", "Gamma"])
    main.further.open_rules(2)
    assert shown(window) == ["Alpha", "Gamma"]
    window.close()
    qtbot.waitUntil(lambda: main.findChildren(RulesWindow) == [])
    main.ui.action_rules.trigger()
    assert len(main.findChildren(RulesWindow)) == 1


@pytest.mark.parametrize("how", ["quit", "close"])
@pytest.mark.parametrize(
    ("choice", "quits", "kept"),
    [("Save rules", True, False), ("Discard changes", True, True), ("Keep editing", False, True)],
)
def test_leaving_the_program_asks_about_unsaved_rules(
    open_window: OpenWindow,
    qtbot: QtBot,
    book: RuleBookDouble,
    how: str,
    choice: str,
    quits: bool,
    kept: bool,
) -> None:
    desk, main = open_window(three())
    desk.services.rule_book = book
    left = QSignalSpy(main.quit_requested)
    main.ui.action_rules.trigger()
    (window,) = main.findChildren(RulesWindow)
    qtbot.waitUntil(lambda: window.storing.is_read)
    before = book.rules
    window.ui.table.select([0])
    window.action("delete").trigger()
    getattr(main, how)()
    assert main.isVisible()
    assert left.count() == 0
    answer(window, qtbot, choice)
    if quits:
        qtbot.waitUntil(lambda: left.count() == 1)
        assert not main.isVisible()
    else:
        window.discard()
        window.close()  # by hand, some time later: that leaves the program where it is
        qtbot.waitUntil(lambda: main.findChildren(RulesWindow) == [])
        assert left.count() == 0
        assert main.isVisible()
    assert (book.rules == before) is kept


def test_a_change_writes_its_own_row_and_no_other(open_rules: OpenRules, book: RuleBookDouble) -> None:
    book.rules = tuple(rule(number, f"r{number}") for number in range(1, 101))
    window = open_rules()
    written: set[int] = set()
    window.model.dataChanged.connect(lambda first, _last, _roles: written.add(first.row()))
    window.commands.turn((40,), False)
    assert written == {40}
    window.ui.table.select([10])
    window.commands.move(1)
    assert written == {40, 10, 11}
