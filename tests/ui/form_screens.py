"""The screens of the integration form and of the settings, for ``tests.ui.screenshots``."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from mailint_gui.domain.check import TestStage, TestStep
from mailint_gui.domain.filing import ClosedRecords, FilingSettings
from mailint_gui.domain.integration import Direction, IncomingSettings, Security
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.reconciliation import Difference, Reconciliation, Standing
from mailint_gui.domain.rule import Action, ActionKind, Field, FieldTest, Group, GroupKind, Operator, Rule
from mailint_gui.domain.secret import IN_VAULT, SecretReference
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_form.reconciliation_dialog import ReconciliationDialog
from mailint_gui.ui.integration_form.trace_window import TraceWindow
from mailint_gui.ui.settings import SettingsDialog
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.history_double import HistoryDouble, a_day
from tests.ui.samples import disabled_by_errors, failing, ok

PASSED = {
    TestStage.SECRET: 4,
    TestStage.RESOLVE: 12,
    TestStage.CONNECT: 38,
    TestStage.TLS: 61,
}
WRONG_PASSWORD = Problem(
    ProblemKind.AUTHENTICATION_FAILED,
    {"server": "mail.example.org", "port": "993", "user_name": "support"},
    "NO [AUTHENTICATIONFAILED] Authentication failed.",
)

SAID = (
    "   0.000 -- resolve",
    "   0.004 -- connect",
    "   0.031 -- tls",
    "   0.092 -- greeting",
    "   0.104 S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] Mail server ready.",
    "   0.104 -- authenticate",
    "   0.105 C: M1 AUTHENTICATE PLAIN [blanked]",
    "   0.802 S: M1 NO [AUTHENTICATIONFAILED] Authentication failed.",
    "   0.803 -- authentication_failed: NO [AUTHENTICATIONFAILED] Authentication failed.",
)
RULES = (
    Rule(
        1,
        "Newsletters",
        condition=Group(GroupKind.ANY, (FieldTest(Field.SUBJECT, Operator.CONTAINS, "newsletter"),)),
        actions=(Action(ActionKind.IGNORE),),
    ),
    Rule(
        2,
        "Printers to the field team",
        addresses=(1,),
        condition=Group(
            GroupKind.ALL,
            (
                FieldTest(Field.SUBJECT, Operator.CONTAINS, "printer"),
                FieldTest(Field.SENDER, Operator.IN_LIST, ("example.org", "example.net")),
            ),
        ),
        actions=(
            Action(ActionKind.ASSIGN_GROUP, "Field team"),
            Action(ActionKind.SET_CATEGORY, "Printing"),
        ),
        continue_with_later=True,
    ),
    Rule(
        3,
        "Old alarms",
        enabled=False,
        condition=Group(GroupKind.ALL, (FieldTest(Field.SUBJECT, Operator.STARTS_WITH, "ALARM"),)),
        actions=(Action(ActionKind.SET_PRIORITY, "Highest"),),
    ),
    Rule(4, "Of another one", addresses=(7,)),
)


def steps(direction: Direction, problem: Problem | None) -> tuple[TestStep, ...]:
    """Everything up to the log-in, which fails with ``problem`` or goes on."""
    done = [TestStep(direction, stage, ms) for stage, ms in PASSED.items()]
    done.append(TestStep(direction, TestStage.AUTHENTICATE, 143, problem))
    if problem is None and direction is Direction.INCOMING:
        facts = (("folder", "INBOX"), ("count", "12"))
        done += [
            TestStep(direction, TestStage.FOLDER, 21),
            TestStep(direction, TestStage.COUNT, 0, facts=facts),
        ]
    if problem is None and direction is Direction.OUTGOING:
        done.append(TestStep(direction, TestStage.SENDER, 17))
    return tuple(done)


def form(status: IntegrationStatus | None, tab: str, problem: Problem | None = None) -> IntegrationForm:
    desk = DeskDouble([status] if status else [])
    desk.test_steps = steps(Direction.INCOMING, problem) + steps(Direction.OUTGOING, problem)
    shown = IntegrationForm(desk, status, None, tab, clock=lambda: NOW)
    desk.setParent(shown)
    resize_offscreen(shown)
    shown.show()
    return shown


def resize_offscreen(shown: QWidget) -> None:
    """The screen of that platform is lower than anybody's."""
    if QGuiApplication.platformName() == "offscreen":
        shown.resize(shown.sizeHint())


def stored(status: IntegrationStatus) -> IntegrationStatus:
    """With a password in the vault, and one of the environment."""
    integration = status.integration
    incoming = replace(integration.incoming, password=IN_VAULT)
    outgoing = replace(integration.outgoing, password=SecretReference.parse("env:SUPPORT_SMTP_PW"))
    return replace(status, integration=replace(integration, incoming=incoming, outgoing=outgoing))


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def form_new() -> QWidget:
    return form(None, "general")


def form_general() -> QWidget:
    status = stored(ok(is_default=True, responsible_admin="dana.reyes@example.org"))
    return form(replace(status, health=failing().health), "general")


def form_disabled() -> QWidget:
    return form(stored(disabled_by_errors()), "general")


def form_incoming() -> QWidget:
    shown = form(stored(ok()), "incoming")
    shown.pages.incoming.panel.ui.test_button.click()
    settle()
    return shown


def form_incoming_off() -> QWidget:
    return form(stored(ok(incoming=IncomingSettings())), "incoming")


def form_insecure() -> QWidget:
    shown = form(stored(ok()), "incoming")
    combo = shown.pages.incoming.ui.security
    combo.setCurrentIndex(combo.findData(Security.NONE.value))
    combo.activated.emit(combo.currentIndex())
    return shown


def form_pop3() -> QWidget:
    shown = form(stored(ok()), "incoming")
    ui = shown.pages.incoming.ui
    ui.protocol.setCurrentIndex(1)
    ui.protocol.activated.emit(1)
    return shown


def form_filing() -> QWidget:
    status = stored(ok())
    filing = FilingSettings(
        ignore_senders=("newsletter@shop.example", "*@*.advertising.example", "spam.example"),
        ignore_subjects=("*out of office*", "[Bulk]*"),
        closed_records=ClosedRecords.LINKED_RECORD,
        urgency="Normal",
        group="Service desk",
    )
    shown = form(replace(status, integration=replace(status.integration, filing=filing)), "incoming")
    shown.pages.incoming.ui.sections.setCurrentIndex(1)
    return shown


def form_filing_errors() -> QWidget:
    shown = form(stored(ok()), "incoming")
    shown.pages.incoming.filing.ui.ignore_senders.setPlainText("example.org\neverybody else")
    shown.apply()
    settle()
    return shown


def form_outgoing() -> QWidget:
    return form(stored(ok()), "outgoing")


def form_history(number: int | None = None) -> IntegrationForm:
    status = stored(ok())
    desk = DeskDouble([status])
    text = "\n".join(SAID)
    desk.services.history = HistoryDouble(a_day(), {14: text})
    shown = IntegrationForm(desk, status, None, "history", clock=lambda: NOW)
    desk.setParent(shown)
    resize_offscreen(shown)
    shown.show()
    settle()
    if number is not None:
        table = shown.history.ui.table
        rows = [place for place, row in enumerate(table.rows.rows) if row.tally and row.id == number]
        table.selectRow(rows[0])
    return shown


def form_history_unbalanced() -> QWidget:
    return form_history(26)


def form_history_failed() -> QWidget:
    return form_history(14)


def comparison_with_the_server() -> QWidget:
    shown = form_history()
    found = Reconciliation(
        "Support",
        "INBOX",
        1284,
        1279,
        (
            *[Difference(Standing.BEFORE_FIRST_CHECK, str(uid)) for uid in range(1, 5)],
            Difference(Standing.MISSING_HERE, "1301", None, "Quarterly figures"),
            Difference(Standing.GONE_FROM_SERVER, "1299", 1254, "The printer on the third floor is on fire"),
        ),
    )
    desk = shown.findChild(DeskDouble)
    assert isinstance(desk, DeskDouble)
    desk.services.reconcile = SimpleNamespace(reconcile=lambda _id, _scope: found)
    shown.history.ui.compare.click()
    settle()
    dialog = shown.findChild(ReconciliationDialog)
    assert isinstance(dialog, ReconciliationDialog)
    return dialog


def trace_of_a_check() -> QWidget:
    shown = form_history(14)
    shown.history.ui.show_trace.click()
    settle()
    window = shown.findChild(TraceWindow)
    assert isinstance(window, TraceWindow)
    return window


def form_rules() -> QWidget:
    status = stored(ok())
    desk = DeskDouble([status])
    desk.services.rule_book.all = lambda: RULES
    shown = IntegrationForm(desk, status, None, "rules", clock=lambda: NOW)
    desk.setParent(shown)
    resize_offscreen(shown)
    shown.show()
    settle()
    return shown


def form_failed_test() -> QWidget:
    shown = form(stored(ok()), "incoming", WRONG_PASSWORD)
    shown.pages.incoming.panel.ui.test_button.click()
    settle()
    return shown


def form_errors() -> QWidget:
    shown = form(stored(ok()), "incoming")
    ui = shown.pages.incoming.ui
    ui.server.setText("mail.example.org:993")
    ui.address.setText("support at example.org")
    ui.check_every.number.setValue(1)
    ui.check_every.unit.setCurrentIndex(0)
    shown.apply()
    settle()
    return shown


def settings(tab: int = 0) -> SettingsDialog:
    desk = DeskDouble()
    desk.properties = replace(desk.properties, admins=("Dana Reyes", "Kim Olsen"), groups=("Service desk",))
    shown = SettingsDialog(desk, desk.properties)
    desk.setParent(shown)
    shown.ui.tabs.setCurrentIndex(tab)
    resize_offscreen(shown)
    shown.show()
    return shown


def settings_mail() -> QWidget:
    return settings(1)


def settings_records() -> QWidget:
    return settings(2)


def settings_record_errors() -> QWidget:
    shown = settings(2)
    shown.ui.closed_statuses.setPlainText("Closed\nSolved")
    shown.apply()
    settle()
    return shown


def settings_errors() -> QWidget:
    shown = settings()
    shown.ui.disable_after_incoming_errors.setValue(2)
    shown.apply()
    settle()
    return shown


FORM_SCREENS: dict[str, Callable[[], QWidget]] = {
    "form-new": form_new,
    "form-general": form_general,
    "form-disabled": form_disabled,
    "form-incoming": form_incoming,
    "form-incoming-off": form_incoming_off,
    "form-insecure": form_insecure,
    "form-pop3": form_pop3,
    "form-filing": form_filing,
    "form-filing-errors": form_filing_errors,
    "form-outgoing": form_outgoing,
    "form-rules": form_rules,
    "form-history": form_history_unbalanced,
    "form-history-failed": form_history_failed,
    "form-history-trace": trace_of_a_check,
    "form-history-comparison": comparison_with_the_server,
    "form-failed-test": form_failed_test,
    "form-errors": form_errors,
    "settings": settings,
    "settings-mail": settings_mail,
    "settings-records": settings_records,
    "settings-errors": settings_errors,
    "settings-record-errors": settings_record_errors,
}
