"""The dry run's window, over results in memory."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from mailint_gui.domain.dry_run import DryRun, DryRunProgress, LiveMailbox, MailFiles, StoredMessages
from mailint_gui.domain.message import ParseRefused, QuarantineReason
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.rule import Rule
from mailint_gui.domain.rule_verdict import RuleMessage
from mailint_gui.services.rules.evaluate import evaluate
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.rules.dry_run import DryRunDialog
from mailint_gui.ui.rules.dry_run_table import Column
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.wording.stages import quarantine_words
from mailint_gui.workers.rule_desk import RuleDesk
from tests.ui.desk_double import DeskDouble
from tests.ui.rules.conftest import RuleBookDouble, rule

BEFORE: tuple[Rule, ...] = (rule(1, "Invoices"), rule(2, "Holidays", "holiday", enabled=False))
AFTER: tuple[Rule, ...] = (BEFORE[0], replace(BEFORE[1], enabled=True))


def result(label: str, subject: str) -> DryRun:
    message = RuleMessage("a@example.org", ("support@example.org",), subject)
    return DryRun(label, subject, message.sender, evaluate(BEFORE, message, 1), evaluate(AFTER, message, 1))


@pytest.fixture
def dialog(desk: DeskDouble, board: StatusBoard, book: RuleBookDouble, qtbot: QtBot) -> DryRunDialog:
    refused = ParseRefused(QuarantineReason.TOO_DEEP)
    book.results = (
        result("#1", "Your invoice"),
        result("#2", "My holiday"),
        DryRun("#3", "", "", unread=refused),
    )
    shown = DryRunDialog(RuleDesk(desk), AFTER, board, message_ids=(7, 9))
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def rows(dialog: DryRunDialog, column: Column) -> list[str]:
    model = dialog.ui.table.rows
    return [model.item(row, column).text() for row in range(model.rowCount())]


def run(dialog: DryRunDialog, qtbot: QtBot) -> None:
    dialog.ui.run.click()
    qtbot.waitUntil(lambda: dialog.ui.table.rows.rowCount() > 0 and dialog.ui.run.isEnabled())


def lines(item: QTreeWidgetItem) -> list[list[str]]:
    found = [[item.text(column) for column in range(3)]]
    for place in range(item.childCount()):
        found += lines(item.child(place))
    return found


def test_today_stands_beside_what_the_rules_would_do(dialog: DryRunDialog, qtbot: QtBot) -> None:
    run(dialog, qtbot)
    assert rows(dialog, Column.BEFORE)[:2] == ["Set status to “Open”", "Nothing"]
    assert rows(dialog, Column.AFTER)[:2] == ["Set status to “Open”", "Set status to “Open”"]
    assert rows(dialog, Column.CHANGED) == ["", "Changes", ""]
    assert rows(dialog, Column.AFTER)[2] == quarantine_words(QuarantineReason.TOO_DEEP)
    assert dialog.ui.summary.text() == "1 of 3 messages would be treated differently."
    dialog.ui.only_changed.setChecked(True)
    assert rows(dialog, Column.LABEL) == ["#2"]


def test_each_condition_is_shown_with_what_was_found(dialog: DryRunDialog, qtbot: QtBot) -> None:
    run(dialog, qtbot)
    dialog.ui.table.selectRow(1)
    trace = dialog.ui.trace
    tops = [trace.topLevelItem(row) for row in range(trace.topLevelItemCount())]
    assert [lines(top) for top in tops] == [
        [
            ["Invoices", "Did not match", ""],
            ["All of these", "no", ""],
            ["Subject contains “invoice”", "no", "“My holiday”"],
        ],
        [
            ["Holidays", "Matched", "Set status to “Open”"],
            ["All of these", "yes", ""],
            ["Subject contains “holiday”", "yes", "“My holiday”"],
        ],
    ]
    dialog.ui.which.setCurrentIndex(1)
    assert trace.topLevelItem(1).text(1) == "Off"


def test_every_source_can_be_chosen(
    dialog: DryRunDialog, qtbot: QtBot, book: RuleBookDouble, tmp_path: Path
) -> None:
    source = dialog.source
    assert source.source() == StoredMessages((7, 9))
    source.kind.setCurrentIndex(0)
    source.latest.setCurrentIndex(1)
    assert source.source() == StoredMessages(limit=500)
    source.kind.setCurrentIndex(1)
    assert source.source() is None
    assert not dialog.ui.run.isEnabled()
    source.set_paths([tmp_path])
    assert source.source() == MailFiles((tmp_path,), 1)
    assert dialog.ui.run.isEnabled()
    source.kind.setCurrentIndex(2)
    assert source.source() == LiveMailbox(1, 20)
    run(dialog, qtbot)
    assert book.asked == [(AFTER, LiveMailbox(1, 20))]


def test_a_run_can_be_cancelled(dialog: DryRunDialog, qtbot: QtBot, book: RuleBookDouble) -> None:
    dialog.ui.run.click()
    assert not dialog.ui.run.isEnabled()
    assert dialog.ui.progress.isVisible()
    dialog.ui.cancel.click()
    qtbot.waitUntil(dialog.ui.run.isEnabled)
    assert book.asked == []
    assert dialog.ui.summary.text() == ""


def test_a_problem_is_told(dialog: DryRunDialog, qtbot: QtBot, desk: DeskDouble) -> None:
    desk.refusals["dry run of rules"] = Problem(ProblemKind.TIMED_OUT, {"server": "mail.example.org"})
    dialog.ui.run.click()
    qtbot.waitUntil(lambda: dialog.banners.shown(Subject.RESULT) is not None)
    assert dialog.ui.run.isEnabled()


def test_what_was_found_on_one_source_does_not_stand_below_another(
    dialog: DryRunDialog, qtbot: QtBot
) -> None:
    run(dialog, qtbot)
    dialog.source.kind.setCurrentIndex(2)
    assert dialog.ui.table.rows.rowCount() == 0
    assert dialog.ui.trace.topLevelItemCount() == 0
    assert dialog.ui.summary.text() == ""


@pytest.mark.parametrize("ends", ["cancelled", "failed"])
def test_a_run_that_comes_to_nothing_leaves_no_results(
    dialog: DryRunDialog, qtbot: QtBot, desk: DeskDouble, ends: str
) -> None:
    run(dialog, qtbot)
    if ends == "failed":
        desk.refusals["dry run of rules"] = Problem(ProblemKind.TIMED_OUT, {"server": "mail.example.org"})
    dialog.ui.run.click()
    dialog._show_progress(DryRunProgress(3, 20))
    if ends == "cancelled":
        dialog.ui.cancel.click()
    qtbot.waitUntil(dialog.ui.run.isEnabled)
    assert dialog.ui.table.rows.rowCount() == 0
    assert dialog.ui.summary.text() == ""


def test_a_mailbox_that_cannot_be_read_is_named(dialog: DryRunDialog, qtbot: QtBot, desk: DeskDouble) -> None:
    facts = {"server": "mail.example.org", "port": "993"}
    desk.refusals["dry run of rules"] = Problem(ProblemKind.CONNECTION_REFUSED, facts)
    dialog.source.kind.setCurrentIndex(2)
    dialog.ui.run.click()
    qtbot.waitUntil(lambda: dialog.banners.shown(Subject.RESULT) is not None)
    banner = dialog.banners.shown(Subject.RESULT)
    assert banner is not None
    assert banner.label.text().startswith(f"{dialog.source.mailbox.currentText()} could not connect")
    assert "Outgoing" not in banner.label.text()


def test_what_was_found_in_one_mailbox_does_not_stand_below_another(
    dialog: DryRunDialog, qtbot: QtBot
) -> None:
    dialog.source.kind.setCurrentIndex(2)
    run(dialog, qtbot)
    dialog.source.mailbox.setCurrentIndex(1)
    assert dialog.ui.table.rows.rowCount() == 0


def test_no_messages_are_said_so(dialog: DryRunDialog, qtbot: QtBot, book: RuleBookDouble) -> None:
    book.results = ()
    dialog.ui.run.click()
    qtbot.waitUntil(lambda: dialog.ui.summary.text() == "There are no messages there.")


def test_every_control_has_a_name(dialog: DryRunDialog) -> None:
    assert [box for box in dialog.findChildren(QComboBox) if not box.accessibleName()] == []
    assert dialog.ui.table.accessibleName()
    assert dialog.ui.trace.accessibleName()
