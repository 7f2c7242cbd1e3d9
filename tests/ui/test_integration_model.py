"""The list's model: ready values, repaints of the row that changed alone, few of them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import CheckProgress, Stage
from mailint_gui.ui.icons import ROLES, Shape
from mailint_gui.ui.integration_list.model import ROWS_AT_ONCE, IntegrationModel
from mailint_gui.ui.integration_list.row import Column
from mailint_gui.ui.status_board import FLUSH_MS, StatusBoard
from mailint_gui.ui.theme import Role
from mailint_gui.wording.states import checking_words
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.samples import disabled, disabled_by_errors, failing, many, never_checked, ok, three, waiting


class Listed:
    """A desk, a board and a model, with a clock that the test sets."""

    def __init__(self, desk: DeskDouble, model_tester: bool = True) -> None:
        """Without ``model_tester`` for many rows: it looks at all of them after each change."""
        self.now = NOW
        self.desk = desk
        self.board = StatusBoard(desk)
        self.model = IntegrationModel(self.board, self._clock)
        if model_tester:
            mode = QAbstractItemModelTester.FailureReportingMode.Fatal
            self.tester = QAbstractItemModelTester(self.model, mode, self.model)
        desk.start()

    def _clock(self) -> datetime:
        return self.now

    def text(self, place: int, column: Column) -> str:
        return str(self.model.index(place, column).data())

    def said(self, place: int, column: Column) -> str:
        return str(self.model.index(place, column).data(Qt.ItemDataRole.AccessibleTextRole))


@pytest.fixture
def listed(qapp: QApplication) -> Listed:
    return Listed(DeskDouble(three()))


def test_a_row_says_how_an_integration_fares(listed: Listed) -> None:
    assert listed.model.row(0).texts == (
        "OK", "Support", "✓", "support@example.org", "IMAP", "SMTP", "just now", "in 2 min", "0", "0"
    )  # fmt: skip
    assert listed.text(1, Column.STATUS) == "Failing (2 of 10)"
    assert listed.text(2, Column.STATUS) == "Disabled after 10 errors"
    assert listed.text(2, Column.NEXT_CHECK) == "–"


def test_a_wait_that_was_asked_for_is_shown_as_waiting(qapp: QApplication) -> None:
    listed = Listed(DeskDouble([waiting()]))
    until = (NOW + timedelta(minutes=2, seconds=5)).astimezone().strftime("%H:%M")
    assert listed.text(0, Column.STATUS) == f"Waiting until {until}"
    assert listed.board.shape(waiting()) is Shape.WAITING
    assert ROLES[Shape.WAITING] is Role.NEUTRAL
    listed.desk.paused_changed.emit(True)
    assert listed.board.shape(waiting()) is Shape.PAUSED


def test_screen_readers_hear_the_column_and_full_times(listed: Listed) -> None:
    full = (NOW - timedelta(seconds=40)).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    assert listed.said(0, Column.LAST_CHECK) == f"Last check: {full}"
    assert listed.said(0, Column.DEFAULT) == "Default: yes"
    assert listed.said(1, Column.DEFAULT) == "Default: no"


def test_a_change_repaints_its_own_row_alone(listed: Listed) -> None:
    changed = QSignalSpy(listed.model.dataChanged)
    listed.desk.put(failing(errors=3))
    listed.board.flush()
    assert changed.count() == 1
    assert [changed.at(0)[0].row(), changed.at(0)[1].row()] == [1, 1]
    assert listed.text(1, Column.ERRORS_IN) == "3"


def test_many_outcomes_are_one_repaint_of_each_row(listed: Listed, qtbot: QtBot) -> None:
    changed = QSignalSpy(listed.model.dataChanged)
    flushes = QSignalSpy(listed.board.changed)
    with qtbot.waitSignal(listed.board.changed, timeout=10 * FLUSH_MS):
        for errors in range(1, 200):
            listed.desk.put(failing(errors=errors))
    assert (flushes.count(), changed.count()) == (1, 1)
    assert listed.text(1, Column.ERRORS_IN) == "199"


def test_an_equal_status_repaints_nothing(listed: Listed) -> None:
    changed = QSignalSpy(listed.model.dataChanged)
    listed.desk.put(failing())
    listed.board.flush()
    assert changed.count() == 0


def test_rows_come_and_go(listed: Listed) -> None:
    listed.desk.put(never_checked())
    listed.board.flush()
    assert [listed.text(place, Column.NAME) for place in range(4)][-1] == "New starters"
    listed.desk.status_removed.emit(2)
    listed.board.flush()
    assert [listed.model.row(place).id for place in range(3)] == [1, 3, 4]
    assert listed.model.place_of(4) == 2


def test_what_is_removed_before_it_was_shown_never_appears(listed: Listed) -> None:
    listed.desk.put(never_checked())
    listed.desk.status_removed.emit(4)
    listed.board.flush()
    assert listed.model.rowCount() == 3


def test_what_is_removed_and_brought_back_at_once_stays(listed: Listed) -> None:
    listed.desk.status_removed.emit(2)
    listed.desk.put(failing(errors=5))
    listed.board.flush()
    assert listed.model.rowCount() == 3
    assert listed.text(1, Column.ERRORS_IN) == "5"


def test_a_running_check_lies_over_the_condition(listed: Listed) -> None:
    listed.desk.check_started.emit(2)
    listed.board.flush()
    assert listed.text(1, Column.STATUS) == "Checking…"
    listed.desk.check_progressed.emit(CheckProgress(2, Stage.FETCH, 120, 5000))
    listed.board.flush()
    assert listed.text(1, Column.STATUS) == "Checking… 120 of 5,000"
    listed.desk.check_progressed.emit(CheckProgress(2, Stage.ACKNOWLEDGE))
    listed.board.flush()
    assert listed.text(1, Column.STATUS) == "Checking… 120 of 5,000"
    listed.desk.check_progressed.emit(CheckProgress(2, Stage.FILE))
    listed.board.flush()
    assert listed.text(1, Column.STATUS) == checking_words(Stage.FILE)
    listed.desk.finish_check(2, ok().health)
    listed.board.flush()
    assert listed.text(1, Column.STATUS) == "OK"


def test_paused_and_offline_never_hide_trouble(listed: Listed) -> None:
    listed.desk.paused_changed.emit(True)
    words = [listed.text(place, Column.STATUS) for place in range(3)]
    assert words == ["Paused", "Failing (2 of 10)", "Disabled after 10 errors"]
    assert [listed.text(place, Column.NEXT_CHECK) for place in range(3)] == ["Paused", "Paused", "–"]
    listed.desk.offline_changed.emit(True)
    assert listed.text(0, Column.STATUS) == "Offline"


def test_time_that_goes_by_repaints_what_says_otherwise_now(qapp: QApplication) -> None:
    listed = Listed(DeskDouble([disabled(1), replace(disabled(2), health=never_checked().health)]))
    changed = QSignalSpy(listed.model.dataChanged)
    listed.now = NOW + timedelta(minutes=1)
    listed.model.refresh()
    assert changed.count() == 1
    assert listed.text(0, Column.LAST_CHECK) == "1 min ago"


def test_sort_values_are_true_values(listed: Listed) -> None:
    role = Qt.ItemDataRole.UserRole
    checked = [listed.model.index(place, Column.LAST_CHECK).data(role) for place in range(2)]
    assert checked == [
        round((NOW - timedelta(**age)).timestamp() * 1000) for age in ({"seconds": 40}, {"minutes": 2})
    ]
    assert listed.model.index(2, Column.ERRORS_IN).data(role) == 10


def test_names_are_never_markup(qapp: QApplication) -> None:
    listed = Listed(DeskDouble([ok(1, "Support", description="<img src=file:///etc/passwd>")]))
    tip = listed.model.index(0, Column.NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert "<" not in tip
    assert "img src" in tip


def test_new_colours_bring_new_shapes(palette_back: QApplication) -> None:
    listed = Listed(DeskDouble([disabled_by_errors()]))
    before = listed.model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).cacheKey()
    dark = QPalette(Qt.GlobalColor.black)
    palette_back.setPalette(dark)
    listed.model.rebuild()
    assert listed.model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).cacheKey() != before


def test_two_hundred_changes_are_built_over_several_turns(qtbot: QtBot) -> None:
    listed = Listed(DeskDouble(many(200)), model_tester=False)
    changed = QSignalSpy(listed.model.dataChanged)
    for one in range(1, 201):
        listed.desk.check_started.emit(one)
        listed.desk.check_progressed.emit(CheckProgress(one, Stage.SEARCH))
    listed.board.flush()
    assert changed.count() == ROWS_AT_ONCE
    qtbot.waitUntil(lambda: changed.count() == 200)
    assert {listed.text(place, Column.STATUS) for place in range(200)} == {checking_words(Stage.SEARCH)}


def test_what_goes_while_it_waits_its_turn_is_left_out(qtbot: QtBot) -> None:
    listed = Listed(DeskDouble(many(3 * ROWS_AT_ONCE)), model_tester=False)
    for one in range(1, 3 * ROWS_AT_ONCE + 1):
        listed.desk.check_started.emit(one)
    listed.board.flush()
    listed.desk.status_removed.emit(3 * ROWS_AT_ONCE)
    listed.board.flush()
    last = 3 * ROWS_AT_ONCE - 2
    qtbot.waitUntil(lambda: listed.text(last, Column.STATUS) == "Checking…")
    assert listed.model.rowCount() == 3 * ROWS_AT_ONCE - 1
