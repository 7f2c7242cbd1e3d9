"""The screens of the email rules, for ``tests.ui.screenshots``."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from PySide6.QtWidgets import QApplication, QWidget

from mailint_gui.domain.dry_run import DryRun
from mailint_gui.domain.message import ParseRefused, QuarantineReason
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.rule_verdict import RuleMessage
from mailint_gui.domain.validation import FieldError, FieldFault
from mailint_gui.services.rules.evaluate import evaluate
from mailint_gui.ui.rules.dry_run import DryRunDialog
from mailint_gui.ui.rules.editor import RuleEditor
from mailint_gui.ui.rules.window import RulesWindow
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.workers.rule_desk import RuleDesk, Rules
from tests.ui.desk_double import DeskDouble
from tests.ui.rules.conftest import NAMES, RuleBookDouble
from tests.ui.samples import three

INVOICES = Group(
    GroupKind.ALL,
    (
        FieldTest(Field.SUBJECT, Operator.CONTAINS, "invoice"),
        Group(
            GroupKind.ANY,
            (
                FieldTest(Field.SENDER, Operator.IN_LIST, ("supplier.example", "*@billing.example")),
                FieldTest(Field.SIZE, Operator.GREATER_THAN, 2_000_000),
                FieldTest(Field.HEADER, Operator.IS, "high", "X-Priority"),
            ),
        ),
        FieldTest(Field.SPAM_MARK, Operator.IS, False),
    ),
)
THANKS = Action(
    ActionKind.AUTO_REPLY, subject="Your invoice", text="Thank you, we got your invoice.\n\nBilling"
)


def one_test(field: Field, operator: Operator, value: str) -> Group:
    return Group(GroupKind.ALL, (FieldTest(field, operator, value),))


RULES: Rules = (
    Rule(
        1,
        "Out of office",
        condition=one_test(Field.SUBJECT, Operator.STARTS_WITH, "Out of office"),
        actions=(Action(ActionKind.IGNORE),),
    ),
    Rule(
        2,
        "Invoices of suppliers",
        addresses=(1, 2),
        condition=INVOICES,
        actions=(Action(ActionKind.SET_STATUS, "Waiting"), THANKS, Action(ActionKind.TAG, "money")),
        continue_with_later=True,
    ),
    Rule(
        3,
        "דחוף: בקשות הנהלה",
        enabled=False,
        addresses=(3,),
        condition=one_test(Field.SENDER, Operator.IS, "director@example.org"),
        actions=(
            Action(ActionKind.SET_PRIORITY, "Highest"),
            Action(ActionKind.NOTIFY, recipients=("dana@example.org",)),
        ),
    ),
)


def settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


def on_desk(rules: Rules = RULES, results: tuple[DryRun, ...] = ()) -> tuple[DeskDouble, StatusBoard]:
    desk = DeskDouble(three())
    desk.services = SimpleNamespace(rule_book=RuleBookDouble(rules, results))
    board = StatusBoard(desk, desk)
    desk.start()
    return desk, board


def window(rules: Rules = RULES) -> tuple[DeskDouble, RulesWindow]:
    desk, board = on_desk(rules)
    shown = RulesWindow(desk, board, WindowMemory(Path(tempfile.mkdtemp()) / "window.ini"))
    desk.setParent(shown)
    shown.show()
    settle()
    return desk, shown


def rules_list() -> QWidget:
    _, shown = window()
    shown.ui.table.select([1])
    shown.commands.move(-1)
    return shown


def rules_empty() -> QWidget:
    return window(())[1]


def rules_refused() -> QWidget:
    _, shown = window()
    broken = one_test(Field.SUBJECT, Operator.MATCHES_PATTERN, "invoice(s")
    shown.rules.put(1, replace(RULES[1], condition=broken))
    shown.save()
    settle()
    return shown


def rules_question() -> QWidget:
    _, shown = window()
    shown.commands.turn((0,), False)
    shown.close()
    settle()
    return QApplication.activeModalWidget() or shown


def editor(rule: Rule = RULES[1], *, is_new: bool = False) -> RuleEditor:
    desk, _ = on_desk()
    shown = RuleEditor(RuleDesk(desk), rule, (), NAMES, AccountProperties(), is_new=is_new)
    desk.setParent(shown)
    shown.show()
    return shown


def editor_of_list() -> QWidget:
    shown = editor()
    shown.ui.condition.tree.setCurrentItem(shown.ui.condition.tree._items[(1, 0)])
    shown.ui.actions.lines.setCurrentRow(1)
    return shown


def editor_of_header() -> QWidget:
    shown = editor()
    shown.ui.condition.tree.setCurrentItem(shown.ui.condition.tree._items[(1, 2)])
    return shown


def editor_new() -> QWidget:
    return editor(Rule(condition=one_test(Field.SUBJECT, Operator.CONTAINS, "")), is_new=True)


def editor_faults() -> QWidget:
    shown = editor()
    shown.show_faults(
        [
            FieldError("name", FieldFault.NOT_UNIQUE, {"value": "Invoices of suppliers"}),
            FieldError("addresses", FieldFault.REQUIRED),
            FieldError("condition.all[1].value", FieldFault.REQUIRED),
            FieldError("action[1].value", FieldFault.REQUIRED),
        ]
    )
    return shown


def dry_run(kind: int = 0) -> QWidget:
    after = (RULES[1], RULES[0], replace(RULES[2], enabled=True, addresses="all"))
    messages = [
        RuleMessage("a@supplier.example", subject="Your invoice 4711", size=3_000_000),
        RuleMessage("director@example.org", subject="Where is my laptop?", size=2000),
        RuleMessage("dana@example.org", subject="Out of office: back on Monday", size=3000),
    ]
    results = [
        DryRun(f"#{number}", each.subject, each.sender, evaluate(RULES, each, 1), evaluate(after, each, 1))
        for number, each in enumerate(messages, 41)
    ]
    results.append(
        DryRun("#44", "Fwd: Fwd: Fwd:", "x@example.net", unread=ParseRefused(QuarantineReason.TOO_DEEP))
    )
    desk, board = on_desk(results=tuple(results))
    shown = DryRunDialog(RuleDesk(desk), after, board)
    desk.setParent(shown)
    shown.show()
    shown.run()
    settle()
    shown.ui.table.selectRow(1)
    shown.source.kind.setCurrentIndex(kind)
    return shown


RULE_SCREENS: dict[str, Callable[[], QWidget]] = {
    "rules": rules_list,
    "rules-empty": rules_empty,
    "rules-refused": rules_refused,
    "rules-save-question": rules_question,
    "rule-editor": editor_of_list,
    "rule-editor-header": editor_of_header,
    "rule-editor-new": editor_new,
    "rule-editor-faults": editor_faults,
    "rules-dry-run": dry_run,
    "rules-dry-run-files": lambda: dry_run(1),
    "rules-dry-run-live": lambda: dry_run(2),
}
