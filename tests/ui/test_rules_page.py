"""The Email rules tab: what sees the mail of one integration."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.ui.integration_form import IntegrationForm
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.form_screens import RULES
from tests.ui.samples import ok

Opener = Callable[..., IntegrationForm]


@pytest.fixture
def desk(qapp: QApplication) -> DeskDouble:
    found = DeskDouble([ok(), ok(7, "Seven")])
    found.services.rule_book.all = lambda: RULES
    return found


@pytest.fixture
def opened(qtbot: QtBot, desk: DeskDouble) -> Opener:
    def opener(number: int | None, tab: str = "rules") -> IntegrationForm:
        status = desk.statuses[number] if number else None
        shown = IntegrationForm(desk, status, None, tab, clock=lambda: NOW)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(shown, before_close_func=lambda each: each.pages.load(each.pages.stored))
        shown.show()
        return shown

    return opener


def names(form: IntegrationForm) -> list[str]:
    rows = form.rules.rows
    return [rows.item(place, 0).text() for place in range(rows.rowCount())]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, ["Newsletters", "Printers to the field team", "Old alarms"]),
        (7, ["Newsletters", "Old alarms", "Of another one"]),
        (None, ["Newsletters", "Old alarms"]),
    ],
)
def test_the_rules_for_this_integration_and_for_all_are_shown_in_order(
    qtbot: QtBot, opened: Opener, number: int | None, expected: list[str]
) -> None:
    form = opened(number)
    qtbot.waitUntil(lambda: names(form) == expected)
    assert "top to bottom" in form.rules.ui.told.text()


def test_one_that_is_off_is_grey_and_says_so(qtbot: QtBot, opened: Opener) -> None:
    form = opened(1)
    qtbot.waitUntil(lambda: len(names(form)) == 3)
    rows = form.rules.rows
    assert [rows.item(place, 3).text() for place in range(3)] == ["Ends", "Later rules follow", "Off"]
    assert [rows.item(place, 0).isEnabled() for place in range(3)] == [True, True, False]


def test_a_change_elsewhere_is_shown(qtbot: QtBot, desk: DeskDouble, opened: Opener) -> None:
    form = opened(1)
    qtbot.waitUntil(lambda: len(names(form)) == 3)
    desk.services.rule_book.all = lambda: ()
    desk.rules_changed.emit()
    qtbot.waitUntil(lambda: names(form) == [])
    assert form.rules.ui.told.text() == "No email rule sees the mail of this integration."


def test_nothing_is_read_before_the_tab_is_opened(qtbot: QtBot, desk: DeskDouble, opened: Opener) -> None:
    form = opened(1, "general")
    desk.rules_changed.emit()
    QApplication.processEvents()
    assert desk.requests == []
    form.open_tab("rules")
    qtbot.waitUntil(lambda: len(names(form)) == 3)


def test_a_failure_is_told(qtbot: QtBot, desk: DeskDouble, opened: Opener) -> None:
    desk.refusals["read rules"] = Problem(ProblemKind.STORE_FAILED)
    form = opened(1)
    qtbot.waitUntil(lambda: form.rules.ui.told.text() != "")


def test_the_button_asks_for_the_rules_of_this_integration(qtbot: QtBot, opened: Opener) -> None:
    form = opened(7)
    with qtbot.waitSignal(form.rules_requested) as asked:
        form.rules.ui.open_rules.click()
    assert asked.args == [7]
