"""Rules asked for by the window: saved, judged, imported and tried, on real services and a real mailbox."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mailint_gui.domain.dry_run import DryRunProgress, LiveMailbox, MailFiles, StoredMessages
from mailint_gui.domain.integration import FirstCheck
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.validation import FieldFault, ValidationError
from mailint_gui.services.rules import patterns
from mailint_gui.ui.rules.dry_run import DryRunDialog
from mailint_gui.ui.rules.dry_run_table import Column
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.workers.rule_desk import Judged, Merged, RuleDesk, StoredRules
from tests.servers.mailbox import Mailbox
from tests.services.office import letter, seen_flags
from tests.workers.running_desk import LIMIT, RunningDesk


def rule(name: str, word: str, operator: Operator = Operator.CONTAINS) -> Rule:
    condition = Group(GroupKind.ALL, (FieldTest(Field.SUBJECT, operator, word),))
    return Rule(0, name, condition=condition, actions=(Action(ActionKind.TAG, name),))


def test_rules_are_saved_and_told_of(running: RunningDesk) -> None:
    rules = RuleDesk(running.start())
    saved = running.asked(rules.save((rule("a", "x"), rule("b", "y")))).result()
    assert [each.name for each in saved] == ["a", "b"]
    assert all(each.id for each in saved)
    running.wait("rules_changed")
    assert running.asked(rules.read()).result() == StoredRules(saved, patterns.available())


def test_what_is_wrong_with_a_rule_comes_with_its_place(running: RunningDesk) -> None:
    rules = RuleDesk(running.start())
    bad = rule("b", "(", Operator.MATCHES_PATTERN)
    failure = running.asked(rules.save((rule("a", "x"), bad))).failure()
    assert isinstance(failure, ValidationError)
    assert [(each.path, each.fault) for each in failure.errors] == [
        ("rules[2].condition.all[1].value", FieldFault.BAD_PATTERN)
    ]
    judged = running.asked(rules.judge(replace(bad, name=" b "), ())).result()
    assert isinstance(judged, Judged)
    assert judged.rule.name == "b"
    assert [each.path for each in judged.errors] == ["condition.all[1].value"]


def test_a_file_goes_out_and_comes_in(running: RunningDesk, tmp_path: Path) -> None:
    rules = RuleDesk(running.start())
    mine = (rule("a\\b", "“x”\n"), rule("ש", "y"))
    running.asked(rules.export(tmp_path / "r.toml", mine, {})).result()
    assert running.asked(rules.merge(tmp_path / "r.toml", (), {})).result() == Merged(mine)
    assert running.asked(rules.read()).result().rules == ()
    failure = running.asked(rules.export(tmp_path / "none" / "r.toml", mine, {})).failure()
    assert isinstance(failure, RefusedError)
    assert failure.refusal is Refusal.FILE_NOT_WRITTEN


@pytest.mark.parametrize("source", ["stored", "files", "live"])
def test_rules_are_tried_and_nothing_is_touched(
    running: RunningDesk, mailbox: Mailbox, tmp_path: Path, source: str
) -> None:
    mailbox.deliver_many([letter(1), letter(2), letter(3)])
    integration = running.office.receiving(mailbox, first_check=FirstCheck.EVERYTHING)
    desk = running.start()
    running.checked([integration.id])
    running.until(lambda: len(running.of("check_finished")) >= 1)
    flags = seen_flags(mailbox)
    mailbox.deliver(letter(4))
    for number in (1, 2, 3):
        (tmp_path / f"{number}.eml").write_bytes(letter(number))
    chosen = {
        "stored": StoredMessages(limit=50),
        "files": MailFiles((tmp_path,), integration.id),
        "live": LiveMailbox(integration.id, 50),
    }[source]
    rules = RuleDesk(desk)
    stored = running.asked(rules.save((rule("two", "no. 2"),))).result()
    asked = running.asked(rules.dry_run((*stored, rule("three", "no. 3")), chosen))
    results = {each.subject: each for each in asked.result()}
    expected = {"no. 1", "no. 2", "no. 3"} | ({"no. 4"} if source == "live" else set())
    assert set(results) == expected
    assert [subject for subject, each in results.items() if each.changed] == ["no. 3"]
    assert [each.value for each in results["no. 3"].after.actions] == ["three"]
    assert results["no. 3"].before.actions == ()
    last = asked.progress[-1]
    assert isinstance(last, DryRunProgress)
    assert last.done == len(expected) <= last.total
    assert seen_flags(mailbox) == [*flags, False]
    assert running.asked(rules.read()).result().rules == stored


def test_the_window_shows_a_dry_run_of_stored_messages(
    running: RunningDesk, mailbox: Mailbox, qtbot: QtBot
) -> None:
    mailbox.deliver_many([letter(number) for number in range(1, 21)])
    integration = running.office.receiving(mailbox, first_check=FirstCheck.EVERYTHING)
    desk = running.make()
    board = StatusBoard(desk)
    desk.start()
    running.wait("ready")
    running.checked([integration.id])
    dialog = DryRunDialog(RuleDesk(desk), (rule("seven", "no. 7"),), board)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.run()
    table = dialog.ui.table
    qtbot.waitUntil(lambda: table.rows.rowCount() == 20, timeout=LIMIT)
    assert dialog.ui.summary.text() == "1 of 20 messages would be treated differently."
    dialog.ui.only_changed.setChecked(True)
    assert [table.rows.item(0, column).text() for column in (Column.SUBJECT, Column.AFTER)] == [
        "no. 7",
        "Tag with “seven”",
    ]
    qtbot.waitUntil(dialog.ui.run.isEnabled, timeout=LIMIT)
