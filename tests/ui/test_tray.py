"""The tray: the worst state, and the commands that are wanted there."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.icons import Shape
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.summary import summary_words, worst_shape
from mailint_gui.ui.tray import Tray, tray_icon
from tests.ui.desk_double import DeskDouble
from tests.ui.palettes import palette
from tests.ui.samples import (
    disabled,
    disabled_by_errors,
    expiring,
    failing,
    never_checked,
    ok,
    three,
    waiting,
)


class InTray:
    def __init__(self, statuses: list[IntegrationStatus]) -> None:
        self.desk = DeskDouble(statuses)
        self.board = StatusBoard(self.desk)
        self.tray = Tray(self.desk, self.board)
        self.desk.start()

    def action(self, text: str) -> QAction:
        return next(each for each in self.tray.menu.actions() if each.text().replace("&", "") == text)


@pytest.mark.parametrize(
    ("statuses", "shape"),
    [
        ([], Shape.NOT_CHECKED),
        ([never_checked()], Shape.NOT_CHECKED),
        ([ok(), never_checked()], Shape.OK),
        ([ok(), disabled()], Shape.OK),
        ([expiring()], Shape.OK),  # nothing is wrong yet
        ([waiting()], Shape.OK),
        ([expiring(), failing()], Shape.FAILING),
        ([ok(), failing()], Shape.FAILING),
        (three(), Shape.DISABLED_BY_ERRORS),
    ],
)
def test_the_worst_state_wins(qapp: QApplication, statuses: list[IntegrationStatus], shape: Shape) -> None:
    assert worst_shape(InTray(statuses).board) is shape


def test_paused_is_seen_while_nothing_is_wrong(qapp: QApplication) -> None:
    shown = InTray([ok()])
    shown.desk.paused_changed.emit(True)
    assert worst_shape(shown.board) is Shape.PAUSED
    shown.desk.put(failing())
    assert worst_shape(shown.board) is Shape.FAILING


def test_the_tool_tip_counts(qapp: QApplication) -> None:
    shown = InTray(three())
    assert shown.tray.icon.toolTip().splitlines() == ["Mailint", summary_words(shown.board)]
    assert summary_words(shown.board) == "3 integrations · 1 Disabled by errors · 1 Failing · 1 OK"


def test_the_menu_names_those_in_trouble_the_worst_first(qapp: QApplication) -> None:
    shown = InTray([*three(), failing(4, "A & B")])
    texts = [each.text() for each in shown.tray.menu.actions() if each.data() is not None]
    assert texts == ["Facilities desk", "A && B", "Orders"]
    asked = QSignalSpy(shown.tray.integration_requested)
    shown.action("Orders").trigger()
    assert asked.at(0) == [2, "incoming.password"]


def test_the_menu_follows_what_happens(qapp: QApplication) -> None:
    shown = InTray([ok(2, "Orders")])
    shown.desk.put(disabled_by_errors(2, "Orders"))
    shown.board.flush()
    assert shown.action("Orders").data() == 2


def test_commands_of_the_menu(qapp: QApplication) -> None:
    shown = InTray(three())
    quits, opens = QSignalSpy(shown.tray.quit_requested), QSignalSpy(shown.tray.open_requested)
    shown.action("Check all now").trigger()
    shown.action("Pause checks").trigger()
    assert shown.desk.requests == [("check_now", (None,)), ("set_paused", (True,))]
    assert shown.action("Pause checks").isChecked()
    shown.action("Open Mailint").trigger()
    shown.action("Quit").trigger()
    assert (quits.count(), opens.count()) == (1, 1)


def test_each_state_gives_another_icon(qapp: QApplication) -> None:
    pictures = {
        tray_icon(shape, palette(False)).pixmap(22).toImage().constBits().tobytes() for shape in Shape
    }
    assert len(pictures) == len(Shape)
