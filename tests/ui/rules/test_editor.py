"""The editor of a rule: what goes in comes out, whatever it holds, and the keyboard is enough."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPlainTextEdit,
    QSpinBox,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mailint_gui.domain import condition_tree as tree
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import (
    OPERATORS,
    PARAMETERS,
    Action,
    ActionKind,
    Field,
    FieldTest,
    Group,
    GroupKind,
    Operator,
    Parameter,
    Rule,
    value_type,
)
from mailint_gui.domain.rule_validation import MAX_ACTIONS, MAX_CONDITIONS, MAX_DEPTH, MAX_TEXT
from mailint_gui.domain.size import MB
from mailint_gui.domain.validation import MAX_WORD, FieldError, FieldFault
from mailint_gui.services.rules import patterns
from mailint_gui.ui.rules.editor import RuleEditor
from mailint_gui.wording.rule_faults import rule_fault_words
from mailint_gui.workers.rule_desk import RuleDesk
from tests.services.rules.samples import rules
from tests.ui.desk_double import DeskDouble
from tests.ui.rules.conftest import NAMES, OpenEditor, rule

OK = QDialogButtonBox.StandardButton.Ok
ALT = Qt.KeyboardModifier.AltModifier
SUBJECT = FieldTest(Field.SUBJECT, Operator.CONTAINS, "x")
NASTY = {
    "backslashes": r"\\server\share\ \d \n",
    "quotes": "“a” \"b\" 'c' `d` «e»",
    "emoji": "👩‍👩‍👧‍👦 🏴\U000e0067\U000e007f 🇩🇪",
    "right to left": "שלום \u202eabc עולם\u202c \u2067x",
    "breaks": "one\r\ntwo\nthree\rfour\u2028five\u2029six\x85\x0b\x0c",
    "blanks": " \t no-break:\xa0thin:\u2009 ",
    "markup": "<b>bold</b> <img src=file:///etc/passwd> &amp; {value} %n %1",
    "combining": "e\u0301 Z\u0351\u036b\u0343",
    "noncharacters": "a\ufdd0b\ufdd1c\ufffe",
    "long": "ä" * MAX_TEXT,
}


def ok(editor: RuleEditor) -> None:
    editor.ui.buttons.button(OK).click()


def finished(editor: RuleEditor, qtbot: QtBot) -> Rule:
    with qtbot.waitSignal(editor.finished_rule) as signal:
        ok(editor)
    assert signal.args is not None
    edited = signal.args[0]
    assert isinstance(edited, Rule)
    return edited


def visit(editor: RuleEditor) -> None:
    """Every line was chosen once, so that every value was in its widget."""
    for place, _ in tree.walk(editor.ui.condition.condition()):
        editor.ui.condition.tree.setCurrentItem(editor.ui.condition.tree._items[place])
    for row in range(editor.ui.actions.lines.count()):
        editor.ui.actions.lines.setCurrentRow(row)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edited=rules(list(NAMES)))
def test_any_rule_comes_out_as_it_went_in(qapp: QApplication, desk: DeskDouble, edited: Rule) -> None:
    editor = RuleEditor(RuleDesk(desk), edited, (), NAMES, AccountProperties())
    editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    editor.show()
    visit(editor)
    assert editor.rule() == edited
    assert not editor.dirty
    editor.deleteLater()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edited=rules(list(NAMES)), shown=rules(list(NAMES)))
def test_any_rule_can_be_typed_over_another(
    qapp: QApplication, desk: DeskDouble, edited: Rule, shown: Rule
) -> None:
    """By the widgets that a person uses: each value is written where it belongs, after another was there."""
    editor = RuleEditor(RuleDesk(desk), shown, (), NAMES, AccountProperties())
    editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    editor.ui.name.setText(edited.name)
    editor.ui.condition.load(edited.condition)
    editor.ui.actions.load(edited.actions)
    editor.ui.addresses.load(edited.addresses, NAMES)
    editor.ui.enabled.setChecked(edited.enabled)
    editor.ui.continue_with_later.setChecked(edited.continue_with_later)
    visit(editor)
    assert editor.rule() == edited
    editor.deleteLater()


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_character_breaks_a_rule(open_editor: OpenEditor, qtbot: QtBot, text: str) -> None:
    name = text.strip()
    edited = Rule(
        1,
        name,
        addresses=(1,),
        condition=Group(
            GroupKind.ANY,
            (
                FieldTest(Field.BODY, Operator.CONTAINS, text),
                FieldTest(Field.SUBJECT, Operator.IN_LIST, (text, "other")),
            ),
        ),
        actions=(
            Action(ActionKind.SET_CATEGORY, name[:MAX_WORD]),
            Action(ActionKind.AUTO_REPLY, subject=text, text=text),
        ),
    )
    editor = open_editor(edited)
    visit(editor)
    assert finished(editor, qtbot) == edited


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_every_character_can_be_pasted(open_editor: OpenEditor, qtbot: QtBot, text: str) -> None:
    editor = open_editor(rule(1, "x"))
    editor.ui.name.setText(text)
    editor.ui.condition.comparison.value.text.setText(text)
    assert editor.rule().name == text
    assert editor.rule().condition.members == (FieldTest(Field.SUBJECT, Operator.CONTAINS, text),)
    assert finished(editor, qtbot).name == text.strip()


def test_an_entry_with_a_line_break_outlives_the_editing_of_its_neighbours(open_editor: OpenEditor) -> None:
    entries = ("a\r\nb", "c\xa0d", "e")
    test = FieldTest(Field.SUBJECT, Operator.IN_LIST, entries)
    editor = open_editor(replace(rule(1, "x"), condition=Group(GroupKind.ALL, (test,))))
    area = editor.ui.condition.comparison.value.entries
    area.appendPlainText("f\n\n  \ng")
    (edited,) = editor.rule().condition.members
    assert edited == FieldTest(Field.SUBJECT, Operator.IN_LIST, (*entries, "f", "g"))


def test_a_whole_rule_is_made_with_the_keyboard_alone(open_editor: OpenEditor, qtbot: QtBot) -> None:
    editor = open_editor(Rule(), is_new=True)
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)

    def keys(text: str) -> None:
        qtbot.keyClicks(editor.focusWidget(), text)

    def key(which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(editor.focusWidget(), which, held)

    def tab_to(widget: QWidget) -> None:
        for _ in range(60):
            if editor.focusWidget() is widget:
                return
            key(Qt.Key.Key_Tab)
        raise AssertionError(f"the Tab key does not come by {widget}")

    condition, actions = editor.ui.condition, editor.ui.actions
    assert editor.focusWidget() is editor.ui.name
    keys("Invoices")
    tab_to(condition.tree)
    key(Qt.Key.Key_Insert)  # a condition; the focus goes on to what it looks at
    assert editor.focusWidget() is condition.comparison.field
    tab_to(condition.comparison.value.text)
    keys("invoice")
    editor.setFocus()
    tab_to(condition.tree)
    key(Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier)  # a group, with a condition in it
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Return)
    keys("siz")
    assert condition.comparison.test().field is Field.SIZE
    tab_to(condition.comparison.value.size_edit.number)
    key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    keys("5")
    editor.setFocus()
    tab_to(condition.tree)
    key(Qt.Key.Key_Left, ALT)  # out of its group again, which goes with it
    tab_to(actions.lines)
    key(Qt.Key.Key_Insert)
    assert editor.focusWidget() is actions.editor.kind
    keys("ta")
    tab_to(actions.editor.value)
    keys("money")
    with qtbot.waitSignal(editor.finished_rule) as signal:
        key(Qt.Key.Key_Return)
    assert signal.args == [
        Rule(
            name="Invoices",
            condition=Group(
                GroupKind.ALL,
                (
                    FieldTest(Field.SUBJECT, Operator.CONTAINS, "invoice"),
                    FieldTest(Field.SIZE, Operator.GREATER_THAN, 5 * MB),
                ),
            ),
            actions=(Action(ActionKind.TAG, "money"),),
        )
    ]


def test_what_a_new_condition_looks_at_is_what_is_shown(open_editor: OpenEditor) -> None:
    editor = open_editor(
        Rule(condition=Group(GroupKind.ALL, (FieldTest(Field.SUBJECT, Operator.CONTAINS, ""),)))
    )
    comparison = editor.ui.condition.comparison
    assert comparison.field.currentData() == Field.SUBJECT
    assert comparison.operator.currentData() == Operator.CONTAINS


@pytest.mark.parametrize("field", Field)
def test_every_field_has_its_comparisons_and_a_value_of_their_type(
    open_editor: OpenEditor, field: Field
) -> None:
    editor = open_editor(rule(1, "x"))
    comparison = editor.ui.condition.comparison
    comparison.field.setCurrentIndex(comparison.field.findData(field.value))
    offered = [comparison.operator.itemData(row) for row in range(comparison.operator.count())]
    assert offered == [each.value for each in OPERATORS[field]]
    assert comparison.header.isVisibleTo(editor) == (field is Field.HEADER)
    for row in range(len(offered)):
        comparison.operator.setCurrentIndex(row)
        (test,) = editor.rule().condition.members
        assert isinstance(test, FieldTest)
        assert (test.field, test.operator) == (field, offered[row])
        assert type(test.value) is value_type(field, test.operator)


def test_what_was_typed_outlives_another_comparison(open_editor: OpenEditor) -> None:
    editor = open_editor(rule(1, "x", "invoice"))
    operator = editor.ui.condition.comparison.operator
    operator.setCurrentIndex(operator.findData(Operator.IN_LIST.value))
    assert editor.rule().condition.members[0].value == ("invoice",)  # type: ignore[union-attr]
    operator.setCurrentIndex(operator.findData(Operator.STARTS_WITH.value))
    assert editor.rule().condition.members[0].value == "invoice"  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ActionKind)
def test_every_action_asks_for_what_it_needs_and_nothing_else(
    open_editor: OpenEditor, kind: ActionKind
) -> None:
    editor = open_editor(rule(1, "x"))
    shown = editor.ui.actions.editor
    shown.kind.setCurrentIndex(shown.kind.findData(kind.value))
    visible = {each for each, widget in shown._widgets.items() if widget.isVisibleTo(editor)}
    assert visible == set(PARAMETERS[kind])
    (action,) = editor.rule().actions
    assert action.kind is kind
    assert {each for each in Parameter if getattr(action, each)} <= set(PARAMETERS[kind])


def test_the_values_of_settings_are_offered_and_others_can_be_typed(
    open_editor: OpenEditor, qtbot: QtBot
) -> None:
    editor = open_editor(rule(1, "x"))
    shown = editor.ui.actions.editor
    offered = [shown.value.itemText(row) for row in range(shown.value.count())]
    assert tuple(offered) == AccountProperties().record_statuses
    shown.value.lineEdit().selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(shown.value.lineEdit(), "clos")
    assert editor.rule().actions == (Action(ActionKind.SET_STATUS, "clos"),)  # not completed to Closed


def test_an_action_is_added_moved_and_removed(open_editor: OpenEditor) -> None:
    editor = open_editor(rule(1, "x"))
    actions = editor.ui.actions
    actions.add.trigger()
    assert [each.kind for each in editor.rule().actions] == [ActionKind.SET_STATUS, ActionKind.SET_PRIORITY]
    actions.up.trigger()
    assert [each.kind for each in editor.rule().actions] == [ActionKind.SET_PRIORITY, ActionKind.SET_STATUS]
    actions.remove.trigger()
    actions.remove.trigger()
    assert editor.rule().actions == ()
    assert not actions.remove.isEnabled()
    assert not actions.editor.isEnabled()


def test_conditions_are_moved_and_nested(open_editor: OpenEditor) -> None:
    other = FieldTest(Field.SENDER, Operator.IS, "a@example.org")
    editor = open_editor(replace(rule(1, "x"), condition=Group(GroupKind.ALL, (SUBJECT, other))))
    builder = editor.ui.condition
    builder.down.trigger()
    assert builder.condition().members == (other, SUBJECT)
    builder.nest.trigger()
    assert builder.condition().members == (other, Group(GroupKind.ANY, (SUBJECT,)))
    builder.take_out.trigger()
    builder.up.trigger()
    assert builder.condition().members == (SUBJECT, other)
    builder.remove.trigger()
    assert builder.condition().members == (other,)


def test_limits_are_told_and_kept(open_editor: OpenEditor) -> None:
    full = Group(GroupKind.ALL, (SUBJECT,) * (MAX_CONDITIONS - 1))
    deep = Group(GroupKind.ALL, (SUBJECT,))
    for _ in range(MAX_DEPTH - 1):
        deep = Group(GroupKind.ALL, (deep,))
    editor = open_editor(
        replace(rule(1, "x"), condition=full, actions=(Action(ActionKind.TAG, "a"),) * MAX_ACTIONS)
    )
    builder = editor.ui.condition
    assert builder.limits.text() == "200 of 200 conditions and groups, 1 of 8 levels"
    assert editor.ui.actions.limits.text() == "20 of 20 actions"
    commands = (builder.add_test, builder.add_group, builder.nest, editor.ui.actions.add)
    assert [each.isEnabled() for each in commands] == [False] * 4
    builder.load(deep)
    builder.tree.setCurrentItem(builder.tree._items[(0,) * MAX_DEPTH])
    assert builder.limits.text() == "9 of 200 conditions and groups, 8 of 8 levels"
    assert [each.isEnabled() for each in commands[:3]] == [True, False, False]


def test_integrations_are_chosen(open_editor: OpenEditor) -> None:
    editor = open_editor(replace(rule(1, "x"), addresses=(9, 2)))  # 9 was deleted, and may come back
    assert editor.rule().addresses == (9, 2)
    picker = editor.ui.addresses
    picker.list.item(0).setCheckState(Qt.CheckState.Checked)
    assert editor.rule().addresses == (9, 2, 1)
    picker.all.setChecked(True)
    assert editor.rule().addresses == "all"
    assert not picker.list.isEnabled()


FAULTS = [
    FieldError("name", FieldFault.REQUIRED),
    FieldError("addresses", FieldFault.REQUIRED),
    FieldError("condition.all[1].value", FieldFault.REQUIRED),
    FieldError("action[1].value", FieldFault.REQUIRED),
]


def test_every_fault_stands_at_its_place(open_editor: OpenEditor, qtbot: QtBot) -> None:
    condition = Group(GroupKind.ALL, (replace(SUBJECT, value=""),))
    editor = open_editor(Rule(1, "", addresses=(), condition=condition, actions=(Action(ActionKind.TAG),)))
    ok(editor)
    ui = editor.ui
    qtbot.waitUntil(ui.name_mark.isVisible)
    told = [
        ui.name_mark.text.text(),
        ui.addresses_mark.text.text(),
        ui.condition.tree.fault((0,)),
        ui.actions.mark.text.text(),
    ]
    assert told == [rule_fault_words(each) for each in FAULTS]
    assert ui.condition.mark.text.text() == told[2]
    assert editor.focusWidget() is ui.name
    assert editor.isVisible()
    ui.name.setText("x")
    ui.addresses.all.setChecked(True)
    ui.condition.comparison.value.text.setText("x")
    ui.actions.editor.value.setEditText("x")
    for mark in (ui.name_mark, ui.addresses_mark, ui.condition.mark, ui.actions.mark):
        assert not mark.isVisible()
    assert finished(editor, qtbot).name == "x"


def test_a_fault_deep_in_the_tree_is_gone_to(open_editor: OpenEditor, qtbot: QtBot) -> None:
    bad = FieldTest(Field.HEADER, Operator.IS, "x", "no header")
    condition = Group(GroupKind.ALL, (SUBJECT, Group(GroupKind.NONE, (SUBJECT, bad))))
    editor = open_editor(replace(rule(1, "x"), condition=condition))
    ok(editor)
    qtbot.waitUntil(lambda: editor.ui.condition.tree.place() == (1, 1))
    assert editor.focusWidget() is editor.ui.condition.comparison.header
    assert "is not the name of a header" in editor.ui.condition.mark.text.text()


def test_a_name_that_another_rule_has_is_refused(open_editor: OpenEditor, qtbot: QtBot) -> None:
    editor = open_editor(rule(0, " alpha "), (rule(1, "Alpha"),), is_new=True)
    ok(editor)
    qtbot.waitUntil(editor.ui.name_mark.isVisible)
    assert "Another rule is called" in editor.ui.name_mark.text.text()


def test_a_bad_pattern_is_told_with_the_words_of_the_engine(open_editor: OpenEditor, qtbot: QtBot) -> None:
    bad = FieldTest(Field.SUBJECT, Operator.MATCHES_PATTERN, "a(b")
    editor = open_editor(replace(rule(1, "x"), condition=Group(GroupKind.ALL, (bad,))))
    ok(editor)
    qtbot.waitUntil(editor.ui.condition.mark.isVisible)
    assert "“a(b” is not a pattern" in editor.ui.condition.mark.text.text()


def test_without_the_engine_a_pattern_that_was_there_stays(
    open_editor: OpenEditor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "_engine", lambda: None)
    patterns._compiled.cache_clear()
    kept = FieldTest(Field.SUBJECT, Operator.MATCHES_PATTERN, "a+")
    before = replace(rule(1, "x"), condition=Group(GroupKind.ALL, (kept,)))
    editor = open_editor(before)
    editor.ui.name.setText("y")
    assert finished(editor, qtbot) == replace(before, name="y")
    again = open_editor(before)
    again.ui.condition.comparison.value.text.setText("b+")
    ok(again)
    qtbot.waitUntil(again.ui.condition.mark.isVisible)
    assert "not available on this computer" in again.ui.condition.mark.text.text()
    patterns._compiled.cache_clear()


def test_cancel_asks_when_something_is_typed(open_editor: OpenEditor, qtbot: QtBot) -> None:
    editor = open_editor(rule(1, "x"))
    editor.ui.name.setText("y")
    for text, visible in (("Keep editing", True), ("Discard changes", False)):
        editor.reject()
        box = editor.findChild(QMessageBox)
        assert box is not None
        next(each for each in box.buttons() if each.text().replace("&", "") == text).click()
        qtbot.waitUntil(lambda: editor.findChild(QMessageBox) is None)
        assert editor.isVisible() is visible


def test_every_control_has_a_name_and_no_letter_is_taken_twice(open_editor: OpenEditor) -> None:
    editor = open_editor(rule(1, "x"))
    kinds = (QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QListWidget, QTreeWidget)
    nameless = [
        widget
        for kind in kinds
        for widget in editor.findChildren(kind)
        if not widget.accessibleName() and widget.objectName() != "qt_spinbox_lineedit"
    ]
    assert nameless == []
    assert [each for each in editor.findChildren(QAbstractButton) if not each.text()] == []
    texts = [label.text() for label in editor.findChildren(QLabel) if label.buddy() is not None]
    texts += [button.text() for button in editor.findChildren(QAbstractButton)]
    letters = Counter(letter for text in texts for letter in re.findall(r"&(\w)", text.lower()))
    assert [letter for letter, count in letters.items() if count > 1] == []


def test_the_keys_of_a_list_work_in_it_alone(open_editor: OpenEditor, qtbot: QtBot) -> None:
    editor = open_editor(rule(1, "x", "abc"))
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    line = editor.ui.condition.comparison.value.text
    line.setFocus()
    line.setCursorPosition(0)
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    assert editor.ui.condition.condition().members[0].value == "bc"  # type: ignore[union-attr]
    assert editor.ui.condition.remove.shortcut() == QKeySequence("Del")


@given(st.integers(0, 10**9 - 1))
@settings(deadline=None)
def test_a_size_comes_out_as_it_went_in(qapp: QApplication, octets: int) -> None:
    from mailint_gui.ui.rules.size_edit import SizeEdit

    edit = SizeEdit()
    edit.set_octets(octets)
    assert edit.octets() == octets
