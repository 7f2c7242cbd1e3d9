"""The main window's commands, states and banners, by keys and clicks as a person makes them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import CheckProgress, Stage
from mailint_gui.domain.clock import system_clock
from mailint_gui.domain.events import ErrorsReached, IntegrationEvent
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health
from mailint_gui.domain.integration import Direction, IncomingAuthentication
from mailint_gui.domain.missing_secret import password_missing
from mailint_gui.domain.oauth import OAuthSettings
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import IN_VAULT, VaultState
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.close_question import OnClose
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_list.row import Column
from mailint_gui.ui.main_window import NOTICE_MS, MainWindow
from mailint_gui.ui.shell import Shell
from mailint_gui.wording.states import condition_words
from mailint_gui.wording.text import without_isolates
from mailint_gui.workers.desk import BatchProgress
from tests.ui.conftest import OpenWindow
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.samples import REFUSED, disabled, expiring, failing, many, needs_sign_in, ok, three


def confirm_dialog(qtbot: QtBot, window: MainWindow) -> ConfirmDialog:
    qtbot.waitUntil(lambda: bool(window.findChildren(ConfirmDialog)))
    return window.findChildren(ConfirmDialog)[0]


def press(qtbot: QtBot, window: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        held |= each
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.focusWidget() or window, key, held)


@pytest.fixture
def desktop_name_back() -> Iterator[None]:
    before = QGuiApplication.applicationDisplayName()
    yield
    QGuiApplication.setApplicationDisplayName(before)


def enabled_actions(window: MainWindow) -> set[str]:
    return {
        action.objectName().removeprefix("action_")
        for action in window.findChildren(QAction)
        if action.isEnabled() and action.objectName().startswith("action_")
    }


ALWAYS = {"new", "settings", "notifications", "find", "quit", "keys", "about", "pause", "rules"}
ALWAYS |= {"messages", "records", "loops", "notification_settings", "compose", "outbox"}


@pytest.mark.parametrize(
    ("statuses", "selected", "possible"),
    [
        ([], [], set()),
        (three(), [], {"check_all", "export"}),
        (three(), [1], {"check_all", "export", "edit", "duplicate", "delete", "check", "disable"}),
        (three(), [3], {"check_all", "export", "edit", "duplicate", "delete", "check", "enable", "disable"}),
        (three(), [1, 2], {"check_all", "export", "delete", "check", "disable"}),
        ([disabled()], [5], {"check_all", "export", "edit", "duplicate", "delete", "enable"}),
    ],
)
def test_commands_follow_the_selection(
    open_window: OpenWindow, statuses: list[IntegrationStatus], selected: list[int], possible: set[str]
) -> None:
    _, window = open_window(statuses)
    window.list.table.clearSelection()
    for one in selected:
        place = window.list.shown.index_of(one)
        flags = window.list.table.selectionModel().SelectionFlag
        window.list.table.selectionModel().select(place, flags.Select | flags.Rows)
    assert enabled_actions(window) - ALWAYS == possible
    assert enabled_actions(window) >= ALWAYS


def test_f5_checks_the_selected_ones_and_esc_ends_it(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    window.list.table.select(2)
    press(qtbot, window, Qt.Key.Key_F5)
    assert desk.requests == [("check_now", ((2,),))]
    window.board.flush()
    assert window.ui.action_cancel.isEnabled()
    assert window.progress.label.text() == "0 of 1 checked"
    press(qtbot, window, Qt.Key.Key_Escape)
    assert desk.requests[-1][0] == "cancel_checks"
    window.board.flush()
    assert not window.ui.action_cancel.isEnabled()
    assert window.progress.isHidden()


def test_shift_f5_checks_all(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    press(qtbot, window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert desk.requests == [("check_now", (None,))]


def test_the_menu_of_a_row_ends_its_check_and_no_other(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    desk.check_now([1, 2])
    cancel = next(each for each in window.row_menu((2,)).actions() if each.text() == "Ca&ncel check")
    assert cancel.isEnabled()
    cancel.trigger()
    assert desk.requests[-1] == ("cancel_checks", ((2,),))
    assert not next(each for each in window.row_menu((3,)).actions() if "Ca&ncel" in each.text()).isEnabled()


def test_all_columns_fit_on_a_small_screen(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(many(20))
    window.resize(1338, 650)  # what a first window takes of 1366 x 768
    QApplication.processEvents()
    assert window.list.table.horizontalScrollBar().maximum() == 0


def test_a_disabling_that_is_near_is_not_cut(open_window: OpenWindow) -> None:
    """The columns beside it count the errors; the pane and the tip have the whole."""
    status = failing(errors=12)
    desk, window = open_window([ok(), status])
    brief, whole = (condition_words(status, desk.properties, brief=each) for each in (True, False))
    assert re.fullmatch(r"Failing, disabled at \d\d:\d\d", brief)
    assert re.fullmatch(r"Failing \(12 of 10\), disabled at \d\d:\d\d", whole)
    table = window.list.table
    assert table.select(status.id)
    cell = table.currentIndex().siblingAtColumn(Column.STATUS)
    assert cell.data() == brief
    assert whole in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert whole in cell.data(Qt.ItemDataRole.AccessibleTextRole)
    assert table.sizeHintForColumn(Column.STATUS) <= table.columnWidth(Column.STATUS)


def test_the_progress_of_a_large_mailbox_is_not_cut(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    table = window.list.table
    desk.check_started.emit(2)
    desk.check_progressed.emit(CheckProgress(2, Stage.FETCH, 9_999, 10_000))
    rows = [table.model().index(row, Column.STATUS) for row in range(table.model().rowCount())]
    qtbot.waitUntil(lambda: any("9,999 of 10,000" in each.data() for each in rows))
    assert table.sizeHintForColumn(Column.STATUS) <= table.columnWidth(Column.STATUS)


def test_the_demo_is_named_once_in_the_title(
    qapp: QApplication, qtbot: QtBot, settings_file: Path, desktop_name_back: None
) -> None:
    shell = Shell(DeskDouble(), MainWindow(settings_file, demo=True))
    qtbot.addWidget(shell.window)
    assert shell.window.windowTitle() == QGuiApplication.applicationDisplayName() == "Mailint – DEMO"
    shell.close()


def test_the_total_is_shown_with_its_count(open_window: OpenWindow) -> None:
    desk, window = open_window(three())
    desk.batch_progressed.emit(BatchProgress(12, 40))
    assert window.progress.isVisible()
    assert (window.progress.bar.value(), window.progress.bar.maximum()) == (12, 40)


def test_a_total_that_moves_fast_is_painted_now_and_then_and_ends_at_once(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    desk, window = open_window(three())
    progress = window.progress
    for done in range(40):
        desk.batch_progressed.emit(BatchProgress(done, 40))
    assert progress.bar.value() == 0
    qtbot.waitUntil(lambda: progress.bar.value() == 39)
    assert progress.label.text() == "39 of 40 checked"
    assert window.action("cancel").isEnabled()
    desk.batch_progressed.emit(BatchProgress())
    assert progress.isHidden()
    assert not window.action("cancel").isEnabled()


def test_delete_asks_and_cancel_is_the_safe_default(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    window.list.table.select(2)
    press(qtbot, window, Qt.Key.Key_Delete)
    dialog = confirm_dialog(qtbot, window)
    assert dialog.question.text() == "Delete Orders?"
    assert "Messages and service records stay." in dialog.effects.text()
    assert dialog.act.text() == "Delete integration"
    assert dialog.cancel.isDefault()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.findChildren(ConfirmDialog))
    assert [name for name, _ in desk.requests] == ["deletion_effects"]
    assert len(desk.statuses) == 3


def test_deleting_names_the_rules_that_lose_an_address(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    window.list.table.select(2)
    for rules, told in [
        (("to <b>IT</b>",), "The rule “to <b>IT</b>” loses an address"),
        (tuple(f"rule {number}" for number in range(12)), "rule 7\nand 4 more"),
    ]:
        desk.rules_of_deleted = rules
        press(qtbot, window, Qt.Key.Key_Delete)
        dialog = confirm_dialog(qtbot, window)
        texts = [label.text() for label in dialog.findChildren(QLabel)]
        assert told in "\n".join(texts)
        dialog.reject()
        qtbot.waitUntil(lambda: not window.findChildren(ConfirmDialog))


def test_deleting_can_be_undone_by_key(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    window.list.table.select(2)
    press(qtbot, window, Qt.Key.Key_Delete)
    confirm_dialog(qtbot, window).act.click()
    qtbot.waitUntil(lambda: window.list.model.rowCount() == 2)
    qtbot.waitUntil(lambda: window.banners.shown(Subject.UNDO) is not None)
    assert window.ui.action_undo.isEnabled()
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.list.model.rowCount() == 3)
    qtbot.waitUntil(lambda: window.banners.shown(Subject.UNDO) is None)
    assert desk.requests[-1] == ("restore", ((2,), None))
    assert not window.ui.action_undo.isEnabled()


def test_two_deletions_are_undone_from_the_last(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    for one, name in ((2, "Orders"), (3, "Facilities desk")):
        window.commands.delete((one,))
        confirm_dialog(qtbot, window).act.click()
        qtbot.waitUntil(lambda: bool(told_of_undo(window)) and not window.findChildren(ConfirmDialog))
        assert told_of_undo(window) == f"{name} deleted."
    window.commands.undo()
    qtbot.waitUntil(lambda: told_of_undo(window) == "Orders deleted.")
    assert (set(desk.statuses), window.list.table.selected_ids()) == ({1, 3}, (3,))
    window.commands.undo()
    qtbot.waitUntil(lambda: told_of_undo(window) == "")
    assert (set(desk.statuses), window.list.table.selected_ids()) == ({1, 2, 3}, (2,))


def told_of_undo(window: MainWindow) -> str:
    banner = window.banners.shown(Subject.UNDO)
    return banner.label.text() if banner else ""


def test_several_that_are_restored_are_selected(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(three())
    window.commands.delete((1, 3))
    confirm_dialog(qtbot, window).act.click()
    qtbot.waitUntil(lambda: told_of_undo(window) == "2 integrations deleted.")
    window.commands.undo()
    qtbot.waitUntil(lambda: set(window.list.table.selected_ids()) == {1, 3})


def test_deleting_the_default_offers_a_successor(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    window.list.table.select(1)
    window.ui.action_delete.trigger()
    dialog = confirm_dialog(qtbot, window)
    names = [dialog.successors.itemText(place) for place in range(dialog.successors.count())]
    assert names == ["Orders", "Facilities desk", "None for now"]
    assert "default integration" in dialog.effects.text()
    dialog.successors.setCurrentIndex(1)
    dialog.act.click()
    qtbot.waitUntil(lambda: 1 not in desk.statuses)
    assert desk.requests[-1] == ("delete", ((1,), 3))
    assert desk.statuses[3].integration.is_default


def test_disabling_the_default_offers_a_successor(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    window.list.table.select(1)
    window.ui.action_disable.trigger()
    dialog = confirm_dialog(qtbot, window)
    dialog.act.click()
    qtbot.waitUntil(lambda: not desk.statuses[1].integration.enabled)
    assert desk.requests[-1] == ("disable", ((1,), 2))


def test_disabling_another_asks_nothing(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    window.list.table.select(2)
    window.ui.action_disable.trigger()
    qtbot.waitUntil(lambda: not desk.statuses[2].integration.enabled)
    assert not window.findChildren(ConfirmDialog)


def test_enabling_that_fails_its_test_says_why(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    desk.refusals["enable"] = REFUSED
    window.list.table.select(3)
    window.ui.action_enable.trigger()
    qtbot.waitUntil(lambda: window.banners.shown(Subject.RESULT) is not None)
    banner = window.banners.shown(Subject.RESULT)
    assert banner is not None
    assert "Facilities desk could not log in" in banner.label.text()
    assert window.statusBar().currentMessage() == ""


def test_a_copy_is_selected(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(three())
    window.list.table.select(1)
    window.ui.action_duplicate.trigger()
    qtbot.waitUntil(lambda: window.list.table.selected_ids() == (4,))
    assert window.list.detail.ui.title.text() == "Support (copy)"


def test_enter_and_double_click_open_the_form(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(three())
    window.list.table.select(2)
    window.list.table.setFocus()
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.findChildren(QDialog)) == 1)
    form = window.findChildren(QDialog)[0]
    place = window.list.table.visualRect(window.list.shown.index_of(2)).center()
    qtbot.mouseDClick(window.list.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.findChildren(QDialog) == [form]
    form.close()


def test_the_empty_list_says_what_to_do(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window([])
    assert window.ui.pages.currentWidget() is window.ui.empty_page
    asked = QSignalSpy(window.demo_requested)
    window.ui.empty_demo.click()
    assert asked.count() == 1
    desk.put(ok())
    window.board.flush()
    assert window.ui.pages.currentWidget() is window.ui.list_page


def test_a_filter_without_a_match_says_so(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(three())
    press(qtbot, window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.list.search.hasFocus()
    qtbot.keyClicks(window.list.search, "zzz")
    assert window.list.rows.currentWidget() is window.list.no_match_page
    window.list.clear_filter.click()
    assert window.list.rows.currentWidget() is window.list.table
    assert window.list.shown.rowCount() == 3


def test_the_status_filter_leaves_the_rows_in_that_state(open_window: OpenWindow) -> None:
    _, window = open_window(three())
    shown, choice = window.list.shown, window.list.status_filter
    found = {}
    for place in range(choice.count()):
        choice.setCurrentIndex(place)
        if ids := shown.ids_in_order():
            found[choice.currentText()] = ids
    assert found == {"All": [3, 2, 1], "Disabled by errors": [3], "Failing": [2], "OK": [1]}


def test_the_detail_pane_is_live(open_window: OpenWindow) -> None:
    desk, window = open_window(three())
    window.list.table.select(1)
    detail = window.list.detail
    assert detail.ui.errors_in.text() == "0"
    assert detail.cards[Direction.INCOMING].isHidden()
    desk.put(failing(1, "Support", errors=4))
    window.board.flush()
    assert detail.ui.errors_in.text() == "4"
    assert detail.ui.subtitle.text() == "Failing (4 of 10)"
    card = detail.cards[Direction.INCOMING]
    assert card.isVisible()
    assert "Support could not log in" in card.what.text()
    assert "AUTHENTICATIONFAILED" in card.detail.text()
    assert card.detail.textFormat() is Qt.TextFormat.PlainText


def test_copy_details_has_the_code_and_the_servers_words(open_window: OpenWindow) -> None:
    _, window = open_window(three())
    window.list.table.select(2)
    window.list.detail.cards[Direction.INCOMING].copy.click()
    copied = QApplication.clipboard().text()
    assert "authentication_failed" in copied
    assert REFUSED.detail in copied


@pytest.mark.parametrize("direction", list(Direction))
def test_a_needed_sign_in_opens_the_tab_where_it_is_made(
    open_window: OpenWindow, qtbot: QtBot, direction: Direction
) -> None:
    """Also for mail that goes out by the sign-in of incoming."""
    _, window = open_window([needs_sign_in()])
    window.list.table.select(6)
    detail = window.list.detail
    mend = detail.cards[direction].mend
    assert mend.text() == "Sign in…"
    assert "Incoming email tab" in detail.cards[direction].remedy.text()
    with qtbot.waitSignal(detail.form_requested) as asked:
        mend.click()
    assert asked.args == [6, "incoming.tokens"]
    [form] = window.findChildren(IntegrationForm)
    assert form.ui.tabs.currentIndex() == 1
    form.pages.general.ui.status_panel.cards[direction].mend.click()
    assert form.ui.tabs.currentIndex() == 1
    form.close()


def test_a_password_that_outgoing_shares_is_mended_where_it_is_entered(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    shared = needs_sign_in()
    refused = DirectionHealth(1, NOW, ErrorRecord(NOW, REFUSED), last_attempt_at=NOW)
    _, window = open_window([replace(shared, health=Health(outgoing=refused))])
    window.list.table.select(6)
    card = window.list.detail.cards[Direction.OUTGOING]
    assert card.remedy.text() == "Enter the right user name and password on the Incoming email tab."
    assert card.mend.text() == "Open Incoming email"
    with qtbot.waitSignal(window.list.detail.form_requested) as asked:
        card.mend.click()
    assert asked.args == [6, "incoming.password"]
    [form] = window.findChildren(IntegrationForm)
    form.close()


def test_one_that_was_imported_without_its_secret_says_so(open_window: OpenWindow) -> None:
    missing = password_missing(
        disabled=True, name="Support", secret="credential", key="client_secret_from", log_in="incoming"
    )
    health = Health(DirectionHealth(last_error=ErrorRecord(NOW, missing)))
    _, window = open_window([replace(ok(enabled=False), health=health)])
    window.list.table.select(1)
    detail = window.list.detail
    assert detail.ui.subtitle.text() == "Disabled: no client secret"
    card = detail.cards[Direction.INCOMING]
    assert (
        card.what.text() == "Support is disabled: it was imported without its client secret or certificate."
    )
    assert 'client_secret_from = "env:NAME" to [integration.incoming]' in card.remedy.text()


def test_what_holds_an_integration_up_is_said(open_window: OpenWindow) -> None:
    locked = ErrorRecord(NOW, Problem(ProblemKind.VAULT_LOCKED))
    health = Health(DirectionHealth(last_attempt_at=NOW, last_error=locked))
    _, window = open_window([replace(ok(), health=health)])
    window.list.table.select(1)
    assert window.list.detail.ui.subtitle.text() == "Cannot check now"
    card = window.list.detail.cards[Direction.INCOMING]
    assert "the system keyring is locked" in card.what.text()
    tip = window.list.shown.index(0, Column.STATUS).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines() == ["Cannot check now", card.what.text(), card.remedy.text()]


def test_whoever_else_needs_a_new_secret_is_named(open_window: OpenWindow) -> None:
    def of_one_application(number: int, name: str) -> IntegrationStatus:
        status = expiring(number, name)
        oauth = OAuthSettings(client_id="app", client_secret=IN_VAULT)
        microsoft = IncomingAuthentication.MICROSOFT365
        incoming = replace(status.integration.incoming, authentication=microsoft, oauth=oauth)
        return replace(status, integration=replace(status.integration, incoming=incoming))

    _, window = open_window([of_one_application(1, "Returns"), of_one_application(2, "Sales")])
    window.list.table.select(1)
    remedy = window.list.detail.expiry.remedy.text()
    assert without_isolates(remedy).endswith("The application is also that of Sales: renew it there, too.")


def test_several_selected_are_counted_by_state(open_window: OpenWindow) -> None:
    _, window = open_window(three())
    window.list.table.selectAll()
    assert window.list.detail.ui.title.text() == "3 integrations selected"
    assert window.list.detail.counts.text().splitlines() == ["1  Disabled by errors", "1  Failing", "1  OK"]


def test_a_locked_vault_is_told_until_it_opens(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    desk.vault_changed.emit(VaultState.LOCKED)
    banner = window.banners.shown(Subject.VAULT)
    assert banner is not None
    assert "locked" in banner.label.text()
    go_on = next(b for b in banner.findChildren(QWidget) if b.property("text") == "Go on for this run only")
    qtbot.mouseClick(go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.banners.shown(Subject.VAULT) is None)
    assert desk.requests == [("use_vault_for_this_run", ())]


def test_trouble_of_our_own_is_told_until_it_is_over(open_window: OpenWindow) -> None:
    desk, window = open_window(three())
    desk.trouble.emit(Problem(ProblemKind.DISK_FULL))
    assert window.banners.shown(Subject.TROUBLE) is not None
    desk.trouble.emit(None)
    assert window.banners.shown(Subject.TROUBLE) is None


def test_pause_is_asked_of_the_desk_and_shown(open_window: OpenWindow) -> None:
    desk, window = open_window(three())
    window.ui.action_pause.trigger()
    assert desk.requests == [("set_paused", (True,))]
    assert window.ui.action_pause.isChecked()
    assert window.summary.text().startswith("Paused")


def test_columns_sort_and_place_are_remembered(open_window: OpenWindow) -> None:
    _, first = open_window(three())
    header = first.list.table.horizontalHeader()
    header.moveSection(header.visualIndex(Column.ADDRESS), 1)
    first.list.table.setColumnWidth(Column.NAME, 222)
    first.list.table.sortByColumn(Column.ERRORS_IN, Qt.SortOrder.DescendingOrder)
    first.resize(780, 600)  # the screen of the tests has 800 by 800
    first.list.splitter.setSizes([350, 400])
    sizes = first.list.splitter.sizes()
    first.close()
    _, second = open_window(three())
    header = second.list.table.horizontalHeader()
    assert header.visualIndex(Column.ADDRESS) == 1
    assert second.list.table.columnWidth(Column.NAME) == 222
    assert second.list.shown.ids_in_order() == [3, 2, 1]
    assert second.list.splitter.sizes() == sizes
    assert second.size() == first.size()


def test_closing_hides_with_a_tray_and_quitting_quits(open_window: OpenWindow) -> None:
    _, window = open_window(three())
    quits, hides = QSignalSpy(window.quit_requested), QSignalSpy(window.hidden_to_tray)
    window.set_on_close(OnClose.TO_TRAY)
    window.close()
    assert (quits.count(), hides.count(), window.isVisible()) == (0, 1, False)
    window.show_up()
    window.ui.action_quit.trigger()
    assert (quits.count(), hides.count()) == (1, 1)


def answer(window: MainWindow, text: str) -> None:
    """To the one question that is open."""
    [box] = window.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text().replace("&", "") == text).click()


def test_closing_without_a_tray_asks_until_the_admin_has_chosen(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    _, window = open_window(three())
    quits = QSignalSpy(window.quit_requested)
    window.set_on_close(OnClose.ASK)
    for text in ("Cancel", "Minimise"):
        window.close()
        assert (quits.count(), window.isVisible()) == (0, True)
        answer(window, text)
        assert window.isMinimized() is (text == "Minimise")
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    window.show_up()
    window.close()
    [box] = window.findChildren(QMessageBox)
    again = box.checkBox()
    assert again is not None
    again.click()
    answer(window, "Quit")
    assert (quits.count(), window.isVisible()) == (1, False)


def test_what_closing_means_is_remembered(open_window: OpenWindow) -> None:
    for chosen in (OnClose.MINIMISE, OnClose.QUIT):
        _, window = open_window(three())
        quits = QSignalSpy(window.quit_requested)
        window.set_on_close(OnClose.ASK)
        window.memory.choose("close_without_tray", chosen)
        window.close()
        assert not window.findChildren(QMessageBox)
        assert (quits.count() == 1) is (chosen is OnClose.QUIT)
        assert window.isMinimized() is (chosen is OnClose.MINIMISE)


def test_before_the_profile_is_read_nothing_says_that_it_is_empty(qtbot: QtBot, settings_file: Path) -> None:
    desk = DeskDouble()
    window = MainWindow(settings_file)
    window.furnish(desk, system_clock)
    desk.setParent(window)
    qtbot.addWidget(window)
    window.show()
    assert window.ui.pages.currentWidget() is window.ui.opening_page
    desk.start()
    assert window.ui.pages.currentWidget() is window.ui.empty_page


def test_what_is_told_for_a_while_stands_alone_in_the_status_bar(open_window: OpenWindow) -> None:
    _, window = open_window(three())
    window.tell_no_tray()
    assert "no tray" in window.statusBar().currentMessage()
    assert not window.summary.isVisible()
    assert NOTICE_MS == 10_000
    window.statusBar().clearMessage()
    assert window.summary.isVisible()


def test_a_tip_of_before_the_list_was_there_stands_alone_too(qtbot: QtBot, settings_file: Path) -> None:
    window = MainWindow(settings_file)
    qtbot.addWidget(window)
    window.show()
    window.statusBar().showMessage("A tip")
    desk = DeskDouble(three())
    desk.setParent(window)
    window.furnish(desk, system_clock)
    desk.start()
    assert not window.summary.isVisible()
    window.statusBar().clearMessage()
    assert window.summary.isVisible()


def test_letters_after_alt_are_given_once(open_window: OpenWindow) -> None:
    desk, window = open_window(three())
    desk.vault_changed.emit(VaultState.LOCKED)
    labels = [label.text() for label in window.findChildren(QLabel) if label.buddy() is not None]
    buttons = [button.text() for button in window.findChildren(QPushButton)]
    bar = window.menuBar().actions()
    in_row_menu = [each.text() for each in window.row_menu((2,)).actions()]
    for texts in ([each.text() for each in bar] + labels + buttons, *map(menu_texts, bar), in_row_menu):
        letters = Counter(letter for text in texts for letter in re.findall(r"&(\w)", text.lower()))
        assert [letter for letter, count in letters.items() if count > 1] == [], texts


def menu_texts(action: QAction) -> list[str]:
    menu = action.menu()
    assert isinstance(menu, QMenu)
    return [each.text() for each in menu.actions()]


def test_entries_of_menus_have_no_icons(open_window: OpenWindow) -> None:
    """Fusion draws them dark on the chosen entry, and as a box where there should be a check mark."""
    _, window = open_window(three())
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        assert [
            each for each in menu.actions() if not each.icon().isNull() and each.isIconVisibleInMenu()
        ] == []


@pytest.mark.parametrize("number", [1, 3, 5])
def test_the_detail_pane_re_enables_what_is_disabled(
    open_window: OpenWindow, qtbot: QtBot, number: int
) -> None:
    desk, window = open_window([*three(), disabled()])
    window.list.table.select(number)
    button = window.list.detail.ui.enable
    assert button.isVisible() is (number != 1)
    assert button.text().replace("&", "") == window.ui.action_enable.text().replace("&", "")
    if button.isVisible():
        button.click()
        qtbot.waitUntil(lambda: not button.isVisible())
        assert desk.requests == [("enable", (number, True))]


def test_unread_notifications_are_counted_until_they_are_seen(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk, window = open_window(three())
    event = IntegrationEvent(2, "Orders", NOW, ErrorsReached(Direction.INCOMING, 3, NOW, REFUSED))
    desk.event_happened.emit(event)
    desk.event_happened.emit(event)
    assert window.log.unread == 2
    assert (window.bell.text(), window.bell.accessibleName()) == ("2", "2 unread notifications")
    window.ui.action_notifications.trigger()
    qtbot.waitUntil(window.panel.isVisible)
    assert window.log.unread == 0
    opened = QSignalSpy(window.panel.event_requested)
    window.panel.ui.events.clicked.emit(window.log.index(0, 1))
    assert opened.at(0) == [event]


def test_the_list_is_exported_as_shown(open_window: OpenWindow, tmp_path: Path) -> None:
    _, window = open_window([*three(), failing(4, "=cmd()")])
    window.list.shown.sort(Column.ERRORS_IN, Qt.SortOrder.DescendingOrder)
    window.list.shown.set_text("e")
    window.export_list(tmp_path / "list.csv")
    lines = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Status,Name,Default,Address")
    assert len(lines) == window.list.shown.rowCount() + 1
    assert lines[1].startswith("Disabled after 10 errors,Facilities desk,0,")
    assert any(",'=cmd()," in line for line in lines)


def test_a_list_that_cannot_be_saved_says_so(open_window: OpenWindow, tmp_path: Path) -> None:
    _, window = open_window(three())
    window.export_list(tmp_path / "nowhere" / "list.csv")
    assert window.banners.shown(Subject.RESULT) is not None


def test_keys_of_the_window_do_not_clash(open_window: OpenWindow) -> None:
    _, window = open_window(three())
    keys = [
        action.shortcut().toString()
        for action in window.findChildren(QAction)
        if action.objectName().startswith("action_") and not action.shortcut().isEmpty()
    ]
    assert len(keys) == len(set(keys))


def test_controls_have_accessible_names(open_window: OpenWindow) -> None:
    _, window = open_window(three())
    window.panel.show()
    unnamed = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or widget.property("text"))
        and not isinstance(widget, QDialogButtonBox)
    ]
    assert unnamed == []


def test_open_integration_raises_selects_and_opens(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(three())
    window.hide()
    window.open_integration(2, "incoming")
    assert window.isVisible()
    assert window.list.table.selected_ids() == (2,)
    qtbot.waitUntil(lambda: len(window.findChildren(QDialog)) == 1)
    window.findChildren(QDialog)[0].close()


def test_what_expires_is_said_in_the_row_and_renewed_from_the_pane(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    desk, window = open_window([*three(), expiring(6, "Returns", 6, ExpiryKind.PASSWORD)])
    detail = window.list.detail
    row = window.list.model.row(3)
    assert row.texts[Column.STATUS] == "Password expires in 6 days"
    window.list.table.select(1)
    assert not detail.expiry.isVisible()
    window.list.table.select(6)
    assert detail.ui.subtitle.text() == "Password expires in 6 days"
    assert detail.expiry.what.text() == "The password of Returns expires on 2026-11-29 (in 6 days)."
    assert detail.expiry.remedy.text().endswith("before 2026-11-29.")
    assert detail.expiry.renew.accessibleName() == "Renew the password on the Incoming email tab"
    detail.expiry.renew.click()
    qtbot.waitUntil(lambda: len(window.findChildren(IntegrationForm)) == 1)
    form = window.findChildren(IntegrationForm)[0]
    assert form.ui.tabs.currentIndex() == 1
    assert form.focusWidget() is form.pages.incoming.fields.widget("incoming.password")
    form.open_tab("general")
    detail.expiry.renew.click()
    assert form.ui.tabs.currentIndex() == 1
    form.close()
    desk.put(replace(desk.statuses[6], expiring=None))
    window.board.flush()
    assert not detail.expiry.isVisible()
    assert window.list.model.row(3).texts[Column.STATUS] == "OK"


def test_what_failed_goes_before_what_will_expire(open_window: OpenWindow) -> None:
    both = replace(failing(), expiring=expiring().expiring)
    _, window = open_window([both])
    window.list.table.select(2)
    row = window.list.model.row(0)
    assert row.texts[Column.STATUS] == "Failing (2 of 10)"
    tip = row.answers[int(Qt.ItemDataRole.ToolTipRole)][Column.STATUS]
    assert "refused the user name or the password" in tip
    assert "The client secret of Orders expires" in tip
    assert window.list.detail.expiry.isVisible()


def test_what_expires_in_several_is_counted(open_window: OpenWindow) -> None:
    _, window = open_window([ok(), expiring()])
    window.list.table.selectAll()
    assert not window.list.detail.expiry.isVisible()
    assert "1  Expiring" in window.list.detail.counts.text()
    assert window.summary.text() == "2 integrations · 1 Expiring · 1 OK"


def test_what_has_expired_is_not_counted_as_about_to(open_window: OpenWindow) -> None:
    _, window = open_window([ok(), expiring(), expiring(7, "Late", days=-1)])
    window.list.table.selectAll()
    assert window.list.detail.counts.text().splitlines()[:2] == ["1  Expired", "1  Expiring"]
    assert window.summary.text() == "3 integrations · 1 Expired · 1 Expiring · 1 OK"


def test_a_field_that_the_form_does_not_show_opens_its_tab(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(three())
    for place, tab in (("outgoing.no_such_field", 2), ("incoming.no_such_field", 1)):
        window.open_integration(1, place)
        qtbot.waitUntil(lambda: len(window.findChildren(IntegrationForm)) == 1)
        assert window.findChildren(IntegrationForm)[0].ui.tabs.currentIndex() == tab
    window.findChildren(IntegrationForm)[0].close()
