"""The rings of running checks: they turn while they are seen, and cost no more than their cells."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import CheckProgress, Stage
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.integration_list.row import Column
from mailint_gui.ui.main_window import MainWindow
from tests.ui.conftest import OpenWindow
from tests.ui.desk_double import DeskDouble
from tests.ui.samples import three


class StillStyle(QProxyStyle):
    """As on a desktop where motion is reduced."""

    def styleHint(self, hint: QStyle.StyleHint, *arguments: object) -> int:
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, *arguments)  # type: ignore[arg-type]  # what Qt handed us


@pytest.fixture
def opened(open_window: OpenWindow, qtbot: QtBot) -> tuple[DeskDouble, MainWindow]:
    desk, window = open_window(three())
    qtbot.waitExposed(window)
    return desk, window


@pytest.fixture
def motion_reduced(qapp: QApplication) -> Iterator[None]:
    before = qapp.style().objectName()
    qapp.setStyle(StillStyle("Fusion"))
    yield
    qapp.setStyle(before)


def picture(icon: QIcon) -> QImage:
    return icon.pixmap(16, 16).toImage()


def ring(window: MainWindow, place: int) -> QImage:
    return picture(window.list.model.index(place, Column.STATUS).data(Qt.ItemDataRole.DecorationRole))


def begin_check(desk: DeskDouble, window: MainWindow, integration_id: int) -> None:
    desk.check_started.emit(integration_id)
    desk.check_progressed.emit(CheckProgress(integration_id, Stage.CONNECT))
    window.board.flush()


def test_a_ring_turns_until_its_check_has_ended(opened: tuple[DeskDouble, MainWindow], qtbot: QtBot) -> None:
    desk, window = opened
    assert not window.list.rings.turning
    begin_check(desk, window, 1)
    assert window.list.rings.turning
    still, others = ring(window, 0), [ring(window, 1), ring(window, 2)]
    for _ in range(3):
        before = ring(window, 0)
        qtbot.waitUntil(lambda before=before: ring(window, 0) != before)
    assert [ring(window, 1), ring(window, 2)] == others
    desk.cancel_checks([1])
    window.board.flush()
    ended = ring(window, 0)
    assert ended == picture(state_icon(Shape.OK, window.palette())) != still
    qtbot.waitUntil(lambda: not window.list.rings.turning)
    assert ring(window, 0) == ended


def test_only_the_cells_of_running_checks_are_painted_anew(
    opened: tuple[DeskDouble, MainWindow], qtbot: QtBot
) -> None:
    desk, window = opened
    begin_check(desk, window, 2)
    changed: set[tuple[int, int, int, int]] = set()

    def note(first: QModelIndex, last: QModelIndex) -> None:
        changed.add((first.row(), first.column(), last.row(), last.column()))

    window.list.model.dataChanged.connect(note)
    place = window.list.model.place_of(2)
    assert place is not None
    before = ring(window, place)
    qtbot.waitUntil(lambda: ring(window, place) != before)
    assert changed == {(place, Column.STATUS, place, Column.STATUS)}


def test_nothing_turns_in_a_window_that_is_not_seen(
    opened: tuple[DeskDouble, MainWindow], qtbot: QtBot
) -> None:
    desk, window = opened
    begin_check(desk, window, 1)
    window.hide()
    qtbot.waitUntil(lambda: not window.list.rings.turning)
    begin_check(desk, window, 2)
    assert not window.list.rings.turning
    window.show()
    assert window.list.rings.turning
    window.showMinimized()
    qtbot.waitUntil(lambda: not window.list.rings.turning)


def test_rings_hold_still_where_motion_is_reduced(
    motion_reduced: None, opened: tuple[DeskDouble, MainWindow]
) -> None:
    desk, window = opened
    begin_check(desk, window, 1)
    assert ring(window, 0) == picture(state_icon(Shape.CHECKING, window.palette()))
    assert not window.list.rings.turning
