"""The comparison with the server, from the History tab."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.reconciliation import Difference, Reconciliation, Standing
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_form.reconciliation_dialog import MOST_SHOWN, ReconciliationDialog
from mailint_gui.workers.calls import Call
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.samples import ok

GOOD = Reconciliation("Support", "INBOX", 3, 3)
MIXED = Reconciliation(
    "Support",
    "INBOX",
    9,
    5,
    (
        Difference(Standing.BEFORE_FIRST_CHECK, "1"),
        Difference(Standing.BEFORE_FIRST_CHECK, "2"),
        Difference(Standing.MISSING_HERE, "7", None, "Lost <b>one</b>"),
        Difference(Standing.GONE_FROM_SERVER, "8", 41, "Taken\naway"),
    ),
)


@pytest.fixture
def call(qapp: QApplication) -> Call:
    return Call()


@pytest.fixture
def dialog(qtbot: QtBot, call: Call) -> ReconciliationDialog:
    shown = ReconciliationDialog(call)
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def end(call: Call, found: Reconciliation) -> None:
    call.succeeded.emit(found)
    call.finished.emit()


def test_the_button_compares_what_is_stored(qtbot: QtBot, qapp: QApplication) -> None:
    desk = DeskDouble([ok()])
    asked: list[int] = []

    def reconcile(integration_id: int, _scope: object) -> Reconciliation:
        asked.append(integration_id)
        return GOOD

    desk.services.reconcile = SimpleNamespace(reconcile=reconcile)
    form = IntegrationForm(desk, desk.statuses[1], None, "history", clock=lambda: NOW)
    qtbot.addWidget(form)
    form.show()
    form.history.ui.compare.click()
    shown = form.findChild(ReconciliationDialog)
    assert shown is not None
    qtbot.waitUntil(lambda: "3 of them are here" in shown.summary.text())
    assert asked == [1]
    assert not shown.bar.isVisible()


def test_nothing_is_compared_for_one_that_is_not_stored(qtbot: QtBot, qapp: QApplication) -> None:
    form = IntegrationForm(DeskDouble([]), None, None, "history", clock=lambda: NOW)
    qtbot.addWidget(form)
    assert not form.history.ui.compare.isEnabled()


def test_how_far_it_is_is_told_and_closing_cancels(
    qtbot: QtBot, dialog: ReconciliationDialog, call: Call
) -> None:
    call.progressed.emit(Stage.AUTHENTICATE)
    assert dialog.summary.text() == "Comparing: logging in…"
    assert dialog.bar.isVisible()
    assert not dialog.copy.isVisible()
    with qtbot.waitSignal(call.cancel_requested):
        dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert not dialog.isVisible()


@pytest.mark.parametrize(("matched", "told"), [(1, "and it is here."), (0, "and it is not here.")])
def test_one_message_is_spoken_of_as_one(
    dialog: ReconciliationDialog, call: Call, matched: int, told: str
) -> None:
    end(call, replace(GOOD, on_server=1, matched=matched))
    assert dialog.summary.text().endswith(f"1 message on the server, {told}")


def test_what_follows_from_the_settings_is_counted_and_the_rest_is_listed(
    dialog: ReconciliationDialog, call: Call
) -> None:
    end(call, MIXED)
    assert "9 messages on the server, 5 of them are here. 1 should be here" in dialog.summary.text()
    assert dialog.counts.text().splitlines() == [
        "2 × On the server since before the first check",
        "1 × Here, and removed from the server by somebody else or a rule",
        "1 × On the server, and missing here without a reason",
    ]
    listed = [dialog.differences.topLevelItem(place) for place in range(2)]
    assert [[each.text(column) for column in range(3)] for each in listed if each] == [
        ["", "7", "Lost <b>one</b>"],
        ["41", "8", "Taken away"],
    ]
    dialog.copy.click()
    assert QGuiApplication.clipboard().text().splitlines()[-1].startswith("41\t8\tTaken away\tHere, and")
    assert dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).text() == "Close"


def test_where_all_is_well_nothing_is_listed(dialog: ReconciliationDialog, call: Call) -> None:
    end(call, GOOD)
    assert not dialog.differences.isVisible()
    assert not dialog.counts.isVisible()


def test_of_very_many_all_are_copied(dialog: ReconciliationDialog, call: Call) -> None:
    many = tuple(Difference(Standing.GONE_FROM_SERVER, str(uid), uid) for uid in range(MOST_SHOWN + 7))
    end(call, Reconciliation("Support", "INBOX", 0, 0, many))
    assert dialog.differences.topLevelItemCount() == MOST_SHOWN
    assert "7 more" in dialog.heading.text()
    dialog.copy.click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 2 + len(many)


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (Problem(ProblemKind.STORE_FAILED), ""),
        (RefusedError(Refusal.NOT_CHECKED_YET, name="Support"), "Support"),
    ],
)
def test_a_failure_is_told(
    dialog: ReconciliationDialog, call: Call, refusal: Problem | RefusedError, told: str
) -> None:
    before = dialog.summary.text()
    call.failed.emit(refusal)
    call.finished.emit()
    assert told in dialog.summary.text() != before
    assert not dialog.bar.isVisible()
    assert not dialog.copy.isVisible()
