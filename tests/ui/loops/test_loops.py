"""Stopped loops: the banner of the main window, the page, and the button that releases a pair."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.services.announcements import LoopsChanged
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.loops.dialog import StoppedLoops
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.screen_room import Contents
from tests.services.incoming import integration, mail, receive
from tests.services.office import Office
from tests.ui.desk_double import DeskDouble
from tests.ui.mail_samples import desk_on

ROBOT = "robot@other.example"


@pytest.fixture
def support(office: Office) -> Integration:
    return integration(office)


def loop(office: Office, owner: Integration, sender: str = ROBOT) -> None:
    chain = [mail(f"Re: away {number}", sender, Auto_Submitted="auto-replied") for number in range(7)]
    receive(office, owner, *chain)


@pytest.fixture
def page(office: Office, support: Integration, qtbot: QtBot) -> StoppedLoops:
    loop(office, support)
    desk = desk_on(office)
    shown = StoppedLoops(desk)
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    desk.setParent(shown)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: shown.chain.topLevelItemCount() > 0)
    return shown


def test_the_page_names_the_pair_and_its_chain(page: StoppedLoops) -> None:
    item = page.stops.topLevelItem(0)
    assert item is not None
    assert [item.text(column) for column in (0, 1, 2, 4)] == ["Stopped", ROBOT, "Support", "6 in 10 min"]
    subjects = [page.chain.topLevelItem(place).text(1) for place in range(page.chain.topLevelItemCount())]
    assert subjects == [f"Re: away {number}" for number in (5, 4, 3, 2, 1, 0)]


def test_lists_that_scroll_by_themselves_are_not_in_another_that_scrolls(page: StoppedLoops) -> None:
    [contents] = page.findChildren(Contents)
    assert contents.verticalScrollBar().maximum() == 0


def test_release_asks_once(page: StoppedLoops, office: Office, qtbot: QtBot) -> None:
    page.release.click()
    question = page.findChild(ConfirmDialog)
    assert question is not None
    assert question.cancel.isDefault()
    assert "What was ignored stays so." in question.effects.text()
    question.act.click()
    qtbot.waitUntil(lambda: not office.services.loop_breaker.active())
    qtbot.waitUntil(lambda: page.stops.topLevelItem(0).text(0).startswith("Released"))
    assert not page.release.isEnabled()


def test_thinking_better_of_it_releases_nothing(page: StoppedLoops, office: Office) -> None:
    page.release.click()
    question = page.findChild(ConfirmDialog)
    assert question is not None
    question.cancel.click()
    assert office.services.loop_breaker.active()


def test_one_that_was_released_meanwhile_says_so(page: StoppedLoops, office: Office, qtbot: QtBot) -> None:
    [stop] = office.services.loop_breaker.active()
    office.services.loop_breaker.release(stop.id)
    page._release(stop.id)
    qtbot.waitUntil(lambda: page.banners.shown(Subject.RESULT) is not None)
    shown = page.banners.shown(Subject.RESULT)
    assert shown is not None
    assert "released before" in shown.label.text()


def test_a_message_of_the_chain_is_asked_for(page: StoppedLoops, qtbot: QtBot) -> None:
    page.chain.setCurrentItem(page.chain.topLevelItem(0))
    with qtbot.waitSignal(page.message_requested):
        page.show_message.click()


def test_nothing_stopped_says_so(office: Office, qtbot: QtBot) -> None:
    shown = StoppedLoops(desk_on(office))
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    qtbot.waitUntil(lambda: "stopped nothing" in shown.hint.text())
    assert not shown.release.isEnabled()


def test_a_loop_that_is_stopped_meanwhile_takes_the_word_back(
    office: Office, support: Integration, qtbot: QtBot
) -> None:
    desk = desk_on(office)
    shown = StoppedLoops(desk)
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    qtbot.waitUntil(lambda: "stopped nothing" in shown.hint.text())
    loop(office, support)
    desk.loops_changed.emit(())
    qtbot.waitUntil(lambda: shown.stops.topLevelItemCount() == 1)
    assert "until you release the pair" in shown.hint.text()


def test_the_page_is_no_larger_than_its_screen(office: Office, qtbot: QtBot, qapp: QApplication) -> None:
    font = qapp.font()
    large = QFont(font)
    large.setPointSize(font.pointSize() * 2)
    qapp.setFont(large)
    try:
        shown = StoppedLoops(desk_on(office))
    finally:
        qapp.setFont(font)
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    room = shown.screen().availableSize()
    assert shown.size().boundedTo(room) == shown.size()


def test_times_are_read_in_full(page: StoppedLoops) -> None:
    for tree, column in ((page.stops, 3), (page.chain, 2)):
        assert tree.columnWidth(column) >= tree.sizeHintForColumn(column)


def open_main(office: Office, qtbot: QtBot, tmp_path: Path) -> tuple[DeskDouble, MainWindow]:
    desk = desk_on(office)
    window = MainWindow(tmp_path / "window.ini")
    window.furnish(desk, office.services.clock)
    desk.setParent(window)
    qtbot.addWidget(window)
    window.show()
    desk.statuses = {each.id: each for each in office.services.statuses.all()}
    desk.start()
    return desk, window


def test_the_banner_comes_and_goes(
    office: Office, support: Integration, qtbot: QtBot, tmp_path: Path
) -> None:
    desk, window = open_main(office, qtbot, tmp_path)
    assert window.banners.shown(Subject.LOOPS) is None
    loop(office, support)
    for said in office.of(LoopsChanged):
        desk.loops_changed.emit(said.stopped)
    qtbot.waitUntil(lambda: window.banners.shown(Subject.LOOPS) is not None)
    banner = window.banners.shown(Subject.LOOPS)
    assert banner is not None
    assert (
        f"Automatic mail of {ROBOT} to Support is stopped: 6 messages in 10 minutes." in banner.label.text()
    )
    loop(office, support, "other@robot.example")
    desk.loops_changed.emit(())
    qtbot.waitUntil(lambda: "2 senders" in (window.banners.shown(Subject.LOOPS) or banner).label.text())
    for stop in office.services.loop_breaker.active():
        office.services.loop_breaker.release(stop.id)
    desk.loops_changed.emit(())
    qtbot.waitUntil(lambda: window.banners.shown(Subject.LOOPS) is None)


def test_the_banner_is_there_from_the_start(
    office: Office, support: Integration, qtbot: QtBot, tmp_path: Path
) -> None:
    loop(office, support)
    _desk, window = open_main(office, qtbot, tmp_path)
    qtbot.waitUntil(lambda: window.banners.shown(Subject.LOOPS) is not None)
    window.loops.loops_requested.emit()
    qtbot.waitUntil(lambda: window.findChild(StoppedLoops) is not None)


def test_a_store_that_does_not_answer_is_no_loop(
    office: Office, support: Integration, qtbot: QtBot, tmp_path: Path
) -> None:
    loop(office, support)
    desk, window = open_main(office, qtbot, tmp_path)
    desk.refusals["read stopped loops"] = Problem(ProblemKind.STORE_FAILED, {}, "disk I/O error")
    qtbot.waitUntil(lambda: ("read stopped loops", ()) in desk.requests)
    assert window.isVisible()
