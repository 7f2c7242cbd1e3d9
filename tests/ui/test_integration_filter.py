"""What the list shows of its rows, and in which order."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from mailint_gui.domain.health import Condition
from mailint_gui.ui.integration_list.filter import FILTER_ORDER, IntegrationFilter
from mailint_gui.ui.integration_list.model import IntegrationModel
from mailint_gui.ui.integration_list.row import Column
from mailint_gui.ui.status_board import StatusBoard
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.samples import disabled, disabled_by_errors, expiring, failing, never_checked, ok

ALL = [
    ok(1, "support"),
    failing(2, "Orders", errors=9),
    disabled_by_errors(3, "Billing"),
    never_checked(4, "Éclair"),
    disabled(5, "old"),
    expiring(6, "Returns"),
]


class Shown:
    def __init__(self) -> None:
        self.desk = DeskDouble(ALL)
        self.board = StatusBoard(self.desk)
        self.model = IntegrationModel(self.board, lambda: NOW)
        self.rows = IntegrationFilter(self.model)
        self.desk.start()

    def sorted_by(self, column: Column, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> list[int]:
        self.rows.sort(column, order)
        return self.rows.ids_in_order()


@pytest.fixture
def shown(qapp: QApplication) -> Shown:
    return Shown()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", {1, 2, 3, 4, 5, 6}),
        ("secret expires", {6}),
        ("ORDERS", {2}),
        ("éclair", {4}),
        ("old@example.org", {5}),
        ("disabled", {3, 5}),
        ("billing errors", {3}),
        ("nothing like this", set()),
        ("[", set()),
    ],
)
def test_every_word_must_occur(shown: Shown, text: str, ids: set[int]) -> None:
    shown.rows.set_text(text)
    assert set(shown.rows.ids_in_order()) == ids


@pytest.mark.parametrize(("condition", "number"), [(s.condition, s.id) for s in ALL])
def test_by_condition(shown: Shown, condition: Condition, number: int) -> None:
    shown.rows.set_condition(condition)
    assert shown.rows.ids_in_order() == [number]
    shown.rows.set_condition(None)
    assert len(shown.rows.ids_in_order()) == len(ALL)


def test_every_condition_can_be_filtered_by() -> None:
    assert set(FILTER_ORDER) == set(Condition)


def test_names_sort_without_regard_to_case(shown: Shown) -> None:
    ids = shown.sorted_by(Column.NAME)
    assert [each for each in ids if each != 4] == [3, 5, 2, 6, 1]


def test_errors_sort_as_numbers(shown: Shown) -> None:
    assert shown.sorted_by(Column.ERRORS_IN, Qt.SortOrder.DescendingOrder)[:2] == [3, 2]


def test_the_worst_status_sorts_last(shown: Shown) -> None:
    assert shown.sorted_by(Column.STATUS) == [1, 4, 5, 6, 2, 3]


def test_what_was_never_checked_sorts_before_all_times(shown: Shown) -> None:
    assert shown.sorted_by(Column.LAST_CHECK)[0] == 4


def test_a_row_that_changes_leaves_the_filter(shown: Shown) -> None:
    shown.rows.set_condition(Condition.FAILING)
    shown.desk.put(ok(2, "Orders"))
    shown.board.flush()
    assert shown.rows.ids_in_order() == []


def test_the_place_of_a_row_follows_the_sorting(shown: Shown) -> None:
    shown.sorted_by(Column.NAME)
    assert shown.rows.index_of(3).row() == 0
    shown.rows.set_text("orders")
    assert not shown.rows.index_of(3).isValid()
