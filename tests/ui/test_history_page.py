"""The History tab over a desk in memory."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import CheckOutcome, CheckResult, CheckTally
from mailint_gui.domain.health import Health
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_form.history_model import Column, line_of
from mailint_gui.ui.integration_form.history_page import HistoryPage
from mailint_gui.ui.integration_form.trace_window import TraceWindow
from mailint_gui.workers.history_desk import PAGE_ROWS
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.history_double import HistoryDouble, a_day, check, send
from tests.ui.samples import REFUSED, ok


@pytest.fixture
def desk(qapp: QApplication) -> DeskDouble:
    found = DeskDouble([ok()])
    found.services.history = HistoryDouble(
        a_day(), {14: "   0.001 C: M1 NOOP\n   0.002 S: M1 OK <b>done</b>"}
    )
    return found


@pytest.fixture
def form(qtbot: QtBot, desk: DeskDouble) -> IntegrationForm:
    shown = IntegrationForm(desk, desk.statuses[1], None, "history", clock=lambda: NOW)
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


@pytest.fixture
def page(qtbot: QtBot, form: IntegrationForm) -> HistoryPage:
    qtbot.waitUntil(lambda: form.history.ui.table.rows.rowCount() > 0)
    return form.history


def texts(page: HistoryPage, column: Column) -> list[str]:
    rows = page.ui.table.rows
    return [rows.item(place, column).text() for place in range(rows.rowCount())]


def choose(combo: QComboBox, key: str) -> None:
    combo.setCurrentIndex(combo.findData(key))


def select(page: HistoryPage, number: int) -> None:
    """The check of this number."""
    rows = page.ui.table.rows.rows
    place = next(place for place, row in enumerate(rows) if row.tally and row.id == number)
    flags = QItemSelectionModel.SelectionFlag  # a key that a test pressed before would count for selectRow
    index = page.ui.table.rows.index(place, 0)
    page.ui.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)


def finish_check(desk: DeskDouble, integration_id: int = 1) -> None:
    desk.check_finished.emit(
        CheckOutcome(integration_id, "Support", CheckResult.OK, NOW, NOW, health=Health())
    )


def test_every_row_is_shown_and_the_newest_first(page: HistoryPage) -> None:
    shown = zip(*(texts(page, column) for column in Column), strict=True)
    assert [[text.strip() for text in line] for line in shown] == [line_of(row) for row in a_day()]
    assert texts(page, Column.WHEN) == sorted(texts(page, Column.WHEN), reverse=True)
    assert page.ui.table.selected() == (a_day()[0],)


def test_nothing_is_read_before_the_tab_is_opened(qtbot: QtBot, desk: DeskDouble) -> None:
    form = IntegrationForm(desk, desk.statuses[1], clock=lambda: NOW)
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(form)
    form.show()
    finish_check(desk)
    QApplication.processEvents()
    assert ("read history", ()) not in desk.requests
    form.open_tab("history")
    qtbot.waitUntil(lambda: form.history.ui.table.rows.rowCount() == len(a_day()))


def test_a_new_integration_has_none(qtbot: QtBot, desk: DeskDouble) -> None:
    form = IntegrationForm(desk, None, None, "history", clock=lambda: NOW)
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(form)
    form.show()
    QApplication.processEvents()
    assert desk.requests == []
    assert not form.history.ui.record_next.isEnabled()
    assert not form.history.ui.export_csv.isEnabled()


@pytest.mark.parametrize(
    ("key", "count"),
    [("all", 32), ("failed", 3), ("with_mail", 5)],
)
def test_the_filter(qtbot: QtBot, page: HistoryPage, key: str, count: int) -> None:
    choose(page.ui.shown, "failed")
    choose(page.ui.shown, key)
    qtbot.waitUntil(lambda: page.ui.table.rows.rowCount() == count)


def test_an_answer_to_what_was_chosen_before_is_dropped(qtbot: QtBot, page: HistoryPage) -> None:
    choose(page.ui.shown, "with_mail")
    choose(page.ui.shown, "failed")
    qtbot.waitUntil(lambda: not page._is_reading)
    qtbot.waitUntil(lambda: page.ui.table.rows.rowCount() == 3)
    QApplication.processEvents()
    assert page.ui.table.rows.rowCount() == 3


def test_older_ones_are_read_page_by_page(qtbot: QtBot, desk: DeskDouble, form: IntegrationForm) -> None:
    many = [check(number) for number in range(250, 0, -1)]
    desk.services.history.rows = many
    page = form.history
    choose(page.ui.shown, "failed")
    choose(page.ui.shown, "all")
    for shown in (PAGE_ROWS, 2 * PAGE_ROWS, 250):
        qtbot.waitUntil(lambda count=shown: page.ui.table.rows.rowCount() == count)
        qtbot.waitUntil(lambda: not page._is_reading)
        assert page.ui.show_older.isEnabled() is (shown < 250)
        page.ui.show_older.click()
    assert page.ui.table.rows.rows == tuple(many)


def test_a_check_that_ends_is_put_first_and_what_is_selected_stays(
    qtbot: QtBot, desk: DeskDouble, page: HistoryPage
) -> None:
    select(page, 14)
    newest = check(31, CheckTally(seen=1, filed=1))
    desk.services.history.rows.insert(0, newest)
    finish_check(desk, 7)  # of another integration
    QApplication.processEvents()
    assert page.ui.table.rows.rowCount() == 32
    finish_check(desk)
    qtbot.waitUntil(lambda: page.ui.table.rows.rowCount() == 33)
    assert page.ui.table.rows.rows[0] == newest
    assert [row.id for row in page.ui.table.selected()] == [14]


def test_after_a_gap_the_list_begins_anew(qtbot: QtBot, desk: DeskDouble, page: HistoryPage) -> None:
    desk.services.history.rows = [check(number) for number in range(1000, 31, -1)] + a_day()
    finish_check(desk)
    qtbot.waitUntil(lambda: page.ui.table.rows.rowCount() == PAGE_ROWS)
    assert page.ui.table.rows.rows[0].id == 1000


# Details


def test_the_books_and_what_does_not_balance_are_told(page: HistoryPage) -> None:
    select(page, 21)
    told = page.ui.details.toPlainText()
    assert "3 seen = 2 filed + 0 ignored + 0 quarantined + 1 already known" in told
    assert "before the first check: 7" in told
    assert "balance" not in told
    select(page, 26)
    assert "The books do not balance: of what was seen, 1 has no place." in page.ui.details.toPlainText()
    place = page.ui.table.selectionModel().selectedRows()[0].row()
    assert "do not balance" in texts(page, Column.HAPPENED)[place]


def test_a_failure_is_told_with_its_remedy_and_the_servers_words(page: HistoryPage) -> None:
    select(page, 13)
    told = page.ui.details.toPlainText()
    assert "Support could not log in" in told
    assert "Enter the right" in told
    assert REFUSED.detail in told


def test_what_is_selected_is_copied(page: HistoryPage, qtbot: QtBot) -> None:
    page.ui.table.selectAll()
    qtbot.keyClick(page.ui.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines == ["\t".join(line_of(row)) for row in a_day()]
    assert page.ui.details.toPlainText() == ""


def test_all_that_is_chosen_is_exported_shown_or_not(
    qtbot: QtBot, desk: DeskDouble, page: HistoryPage, tmp_path: Path
) -> None:
    harmful = Problem(ProblemKind.UNKNOWN, {}, "=cmd()")
    desk.services.history.rows += [send(200, harmful)] + [
        check(n, problem=REFUSED) for n in range(300, 100, -1)
    ]
    choose(page.ui.shown, "failed")
    path = tmp_path / "history.csv"
    page.export_file(path)
    qtbot.waitUntil(lambda: page.ui.told.text() == "The history was exported.")
    lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert len(lines) == 1 + 3 + 201
    assert lines[0][:5] == ["Began", "What", "Seconds", "Result", "seen"]
    assert next(line for line in lines if line[-1].endswith("cmd()"))[-1] == "'=cmd()"


def test_a_file_that_cannot_be_written_is_told(qtbot: QtBot, page: HistoryPage, tmp_path: Path) -> None:
    page.export_file(tmp_path / "missing" / "history.csv")
    qtbot.waitUntil(lambda: page.ui.told.text() != "")
    assert "missing" in page.ui.told.text()


@pytest.mark.parametrize(
    "refusal",
    [Problem(ProblemKind.STORE_FAILED), RefusedError(Refusal.FILE_NOT_WRITTEN, path="x", detail="y")],
)
def test_a_failure_to_read_is_told(
    qtbot: QtBot, desk: DeskDouble, page: HistoryPage, refusal: Problem | RefusedError
) -> None:
    desk.refusals["read history"] = refusal
    finish_check(desk)
    qtbot.waitUntil(lambda: page.ui.told.text() != "")
    assert page.ui.table.rows.rowCount() == 32


# Recording


def test_the_next_check_is_recorded_on_demand(qtbot: QtBot, desk: DeskDouble, page: HistoryPage) -> None:
    requests = desk.services.trace_requests
    page.ui.record_next.click()
    qtbot.waitUntil(lambda: requests.is_asked(1))
    assert page.ui.record_next.isChecked()
    requests.begin(1)  # the check that was recorded
    desk.services.history.rows.insert(0, check(31, is_traced=True))
    finish_check(desk)
    qtbot.waitUntil(lambda: not page.ui.record_next.isChecked())
    assert not requests.is_asked(1)
    page.ui.record_next.click()
    qtbot.waitUntil(lambda: requests.is_asked(1))
    page.ui.record_next.click()
    qtbot.waitUntil(lambda: not requests.is_asked(1))


def test_what_was_said_is_shown_as_plain_text(qtbot: QtBot, page: HistoryPage) -> None:
    select(page, 13)
    assert not page.ui.show_trace.isEnabled()
    select(page, 14)
    page.ui.show_trace.click()
    qtbot.waitUntil(lambda: page.findChild(TraceWindow) is not None)
    window = page.findChild(TraceWindow)
    assert isinstance(window, TraceWindow)
    assert window.text.toPlainText().endswith("S: M1 OK <b>done</b>")
    assert window.text.isReadOnly()
    window.close()
