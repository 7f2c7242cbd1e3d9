"""The ways from the main window to messages, records and loops, and between these."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from mailint_gui.domain.check import SendOutcome
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.loops.dialog import StoppedLoops
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.messages.window import MessagesWindow
from mailint_gui.ui.outbox.window import OutboxWindow
from mailint_gui.ui.records.window import RecordsWindow
from mailint_gui.ui.rules.window import RulesWindow
from mailint_gui.workers.desk import Desk
from tests.services.office import Office
from tests.ui.mail_samples import desk_on, fill


@pytest.fixture
def window(office: Office, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    fill(office)
    desk = desk_on(office)
    made = MainWindow(tmp_path / "window.ini")
    made.furnish(desk, office.services.clock)
    desk.setParent(made)
    qtbot.addWidget(made)
    made.show()
    desk.statuses = {each.id: each for each in office.services.statuses.all()}
    desk.start()
    return made


def test_each_opens_by_its_command_and_only_once(window: MainWindow) -> None:
    for _ in range(2):
        window.ui.action_messages.trigger()
        window.ui.action_records.trigger()
        window.ui.action_loops.trigger()
    for kind in (MessagesWindow, RecordsWindow, StoppedLoops):
        assert len(window.findChildren(kind)) == 1


def test_their_keys_are_the_ones_of_the_menu(window: MainWindow) -> None:
    assert window.ui.action_messages.shortcut().toString() == "Ctrl+M"
    assert window.ui.action_records.shortcut().toString() == "Ctrl+Shift+R"


def test_quarantine_of_a_row_is_one_click_away(window: MainWindow, qtbot: QtBot) -> None:
    support = next(each for each in window.board.statuses() if each.name == "Support")
    window.list.table.select(support.id)
    button = window.list.detail.quarantine
    assert button.text() == "1 message in quarantine: show it"
    button.click()
    log = window.findChild(MessagesWindow)
    qtbot.waitUntil(lambda: [row.subject for row in log.model.rows()] == ["too many parts"])
    orders = next(each for each in window.board.statuses() if each.name == "Orders")
    window.list.table.select(orders.id)
    assert not button.isVisible()


def test_a_row_leads_to_its_messages(window: MainWindow, qtbot: QtBot) -> None:
    orders = next(each for each in window.board.statuses() if each.name == "Orders")
    menu = window.row_menu((orders.id,))
    next(each for each in menu.actions() if "messages" in each.text()).trigger()
    log = window.findChild(MessagesWindow)
    qtbot.waitUntil(lambda: log.model.rowCount() == 2)
    assert {row.integration for row in log.model.rows()} == {"Orders"}


def test_a_message_leads_to_its_record_and_back(window: MainWindow, qtbot: QtBot) -> None:
    window.ui.action_messages.trigger()
    log = window.findChild(MessagesWindow)
    log.record_requested.emit(1)
    book = window.findChild(RecordsWindow)
    qtbot.waitUntil(lambda: book.ui.detail.row is not None and book.ui.detail.row.number == 1)
    log.close()
    qtbot.waitUntil(lambda: window.findChild(MessagesWindow) is None)
    book.ui.action_messages.trigger()
    assert window.findChild(MessagesWindow) is not None


def test_a_message_that_the_list_does_not_show_is_opened_all_the_same(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.logs.open_messages_of(window.board.ids()[0])
    log = window.findChild(MessagesWindow)
    qtbot.waitUntil(lambda: log.listing.is_read and not log.listing.is_reading)
    viewer = log.ui.viewer
    for wanted in (1, 4):
        window.logs.open_message(wanted)
        qtbot.waitUntil(lambda wanted=wanted: viewer.shown is not None and viewer.shown.row.id == wanted)


def test_a_message_is_opened_in_a_window_that_has_read_nothing_yet(window: MainWindow, qtbot: QtBot) -> None:
    window.logs.open_message(1)
    log = window.findChild(MessagesWindow)
    qtbot.waitUntil(lambda: log.listing.is_read and not log.listing.is_reading)
    assert log.ui.table.selected_keys() == (1,)
    qtbot.waitUntil(lambda: log.ui.viewer.shown is not None and log.ui.viewer.shown.row.id == 1)


def test_a_message_opened_by_its_number_stays_until_another_is_looked_for(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.logs.open_messages_of(window.board.ids()[0])
    log = window.findChild(MessagesWindow)
    qtbot.waitUntil(lambda: log.listing.is_read and not log.listing.is_reading)
    elsewhere = next(number for number in (1, 2, 3, 4) if log.model.place_of(number) is None)
    window.logs.open_message(elsewhere)
    qtbot.waitUntil(lambda: log.ui.viewer.shown is not None and log.ui.viewer.shown.row.id == elsewhere)
    with qtbot.waitSignal(log.model.modelReset):
        log.action("refresh").trigger()
    assert log.ui.viewer.pages.currentWidget() is log.ui.viewer.message
    with qtbot.waitSignal(log.model.modelReset):
        log.ui.search.setText("toner")
    assert log.ui.viewer.pages.currentWidget() is log.ui.viewer.quiet


def test_why_there_is_no_reply_is_told_where_it_was_asked_for(
    window: MainWindow, office: Office, qtbot: QtBot
) -> None:
    window.logs.open_message(1)
    log = window.findChild(MessagesWindow)
    qtbot.waitUntil(lambda: log.ui.table.selected_keys() == (1,) and log.isActiveWindow())
    with office.services.database.write() as unit:
        unit.forgetting.forget([1], office.services.clock())
    log.action("reply").trigger()
    qtbot.waitUntil(lambda: log.banners.shown(Subject.RESULT) is not None)
    banner = log.banners.shown(Subject.RESULT)
    assert banner is not None
    assert banner.label.text().startswith("Message 1 was removed on ")
    assert window.banners.shown(Subject.RESULT) is None


def test_why_there_is_no_reply_is_told_in_the_main_window_when_that_is_in_front(window: MainWindow) -> None:
    window.further.refused.emit("There is no message 7.")
    banner = window.banners.shown(Subject.RESULT)
    assert banner is not None
    assert banner.label.text() == "There is no message 7."


def test_places_are_kept_with_the_main_window(window: MainWindow) -> None:
    window.ui.action_records.trigger()
    book = window.findChild(RecordsWindow)
    book.resize(book.width(), 612)
    window.keep_place()
    again = QMainWindow()
    again.setCentralWidget(QWidget())
    assert window.memory.restore_place("records", again)


def test_what_happens_after_windows_were_closed_reaches_none_of_them(
    window: MainWindow, office: Office, qtbot: QtBot
) -> None:
    desk = window.findChild(Desk)
    for name in ("messages", "records", "loops", "rules", "outbox"):
        window.action(name).trigger()
    kinds = (MessagesWindow, RecordsWindow, StoppedLoops, RulesWindow, OutboxWindow)
    opened = [window.findChild(kind) for kind in kinds]
    assert all(opened)
    for each in opened:
        each.close()
    qtbot.waitUntil(lambda: not any(isValid(each) for each in opened))
    owner = office.services.statuses.all()[0]
    sent = SendOutcome(1, owner.id, owner.name, OutboxState.SENT, office.services.clock())
    desk.messages_changed.emit(frozenset({owner.id}))
    desk.records_changed.emit(frozenset({1}))
    desk.loops_changed.emit(())
    desk.rules_changed.emit()
    desk.outbox_changed.emit()
    desk.send_finished.emit(sent)
    window.board.flush()
