"""The integration form as an admin uses it, over a desk in memory."""

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import TestStage
from mailint_gui.domain.filing import FilingSettings
from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health, reenabled
from mailint_gui.domain.integration import (
    AfterProcessing,
    Direction,
    IncomingSettings,
    Integration,
    OutgoingAuthentication,
    OutgoingSettings,
    Protocol,
    Security,
)
from mailint_gui.domain.integration_secrets import FIELD_OF
from mailint_gui.domain.mending import place_to_mend
from mailint_gui.domain.oauth import OAuthSettings
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.secret import IN_VAULT, Secret, SecretReference, TypedPasswords, VaultState
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.fields.mark import FieldMark
from mailint_gui.ui.fields.number_box import NumberBox
from mailint_gui.ui.icons import Shape
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_form.draft import is_secret, values_of, with_values
from mailint_gui.ui.integration_form.pages import Pages
from mailint_gui.ui.integration_form.status_panel import StatusPanel
from mailint_gui.wording.fields import field_label, field_words
from mailint_gui.wording.states import not_kept_words
from mailint_gui.wording.times import full
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.form_screens import WRONG_PASSWORD, steps, stored
from tests.ui.mnemonics import mnemonic_texts, repeated_letters
from tests.ui.samples import disabled_by_errors, failing, ok

OAUTH = (*OAuthSettings.__dataclass_fields__, "credential", "tokens")  # flat, as in the import file
PATHS = (
    ["name", "description", "responsible_admin", "is_default"]
    + [
        f"incoming.{name}"
        for name in (*IncomingSettings.__dataclass_fields__, *OAUTH)
        if name not in {"oauth", "push"}  # not in the form yet
    ]
    + [f"outgoing.{name}" for name in (*OutgoingSettings.__dataclass_fields__, *OAUTH) if name != "oauth"]
    + [f"filing.{name}" for name in FilingSettings.__dataclass_fields__]
)
CLIENT = "9b1d7e60-2a4c-4f8b-8d3e-5c7f90a1b2d4"
BUTTONS = QDialogButtonBox.StandardButton


@pytest.fixture
def desk(qapp: QApplication) -> DeskDouble:
    return DeskDouble([stored(ok()), stored(failing())])


def opened(qtbot: QtBot, desk: DeskDouble, number: int | None = 1, tab: str = "general") -> IntegrationForm:
    status = desk.statuses[number] if number else None
    form = IntegrationForm(desk, status, None, tab, clock=lambda: NOW)
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(form, before_close_func=lambda each: each.pages.load(each.pages.stored))
    form.show()
    qtbot.waitExposed(form)
    return form


def page_with(form: IntegrationForm, path: str) -> tuple[int, Any]:
    return next(
        (index, page)
        for index, page in enumerate(form.pages.all)
        if path in [field.path for field in page.fields.fields]
    )


def widget_of(form: IntegrationForm, path: str) -> QWidget:
    _, page = page_with(form, path)
    found: QWidget = next(field.widget for field in page.fields.fields if field.path == path)
    return found


def another(path: str, value: Any) -> Any:
    """A value of the same kind that is not this one."""
    if path.endswith(("address", "reply_to", "responsible_admin", "mailbox")):
        return "other@example.org"
    match value:
        case bool():
            return not value
        case StrEnum():
            return next(each for each in type(value) if each is not value)
        case int():
            return value + 1
        case timedelta():
            return value + timedelta(seconds=30)
        case None:
            return date(2027, 5, 31)
        case Secret():
            return Secret("typed")
        case str():
            return f"{value}x"
        case tuple():
            return (*value, "other.example")
    raise AssertionError(value)


def write(form: IntegrationForm, path: str, value: Any) -> None:
    _, page = page_with(form, path)
    field = next(field for field in page.fields.fields if field.path == path)
    field.kind.write(field.widget, value)


def applied(qtbot: QtBot, form: IntegrationForm) -> Integration:
    with qtbot.waitSignal(form.saved) as told:
        form.ui.buttons.button(BUTTONS.Apply).click()
    assert told.args is not None
    stored_now: Integration = told.args[0]
    return stored_now


def refused(qtbot: QtBot, form: IntegrationForm, desk: DeskDouble, *errors: FieldError) -> None:
    desk.refusals["save"] = ValidationError(errors)
    write(form, "description", "changed")
    form.apply()
    qtbot.waitUntil(lambda: form.ui.buttons.button(BUTTONS.Ok).isEnabled())


def test_the_form_has_every_field_of_the_settings(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    assert sorted(form.pages.typed()) == sorted(PATHS)


def test_a_form_that_is_opened_is_not_dirty_and_draws_what_is_stored(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    assert not form.dirty
    assert form.pages.draft() == desk.statuses[1].integration
    assert not form.ui.buttons.button(BUTTONS.Apply).isEnabled()


@pytest.mark.parametrize(
    "path", [path for path in PATHS if not path.endswith((".credential", ".tokens"))]
)  # these are made, not typed: see test_oauth_panel and test_sign_in_box
def test_every_field_is_loaded_marked_dirty_and_applied(qtbot: QtBot, desk: DeskDouble, path: str) -> None:
    there = {"incoming.move_to": "Done"}
    for side in Direction:
        there |= {f"{side}.tenant_id": "contoso.example", f"{side}.client_id": CLIENT}
        there |= {f"{side}.allow_insecure": True}
    integration = with_values(desk.statuses[1].integration, there)
    desk.statuses[1] = replace(desk.statuses[1], integration=integration)
    form = opened(qtbot, desk)
    before = values_of(integration, [path])[path]
    assert form.pages.typed()[path] == before
    value = another(path, before)
    write(form, path, value)
    assert form.dirty
    saved = applied(qtbot, form)
    assert not form.dirty
    draft, passwords = desk.requests[-1][1]
    if is_secret(path):
        direction, _, name = path.partition(".")
        assert passwords.of(FIELD_OF[Direction(direction), name].purpose) == value
        assert form.pages.typed()[path] == Secret("")
    else:
        assert values_of(draft, [path])[path] == value
        assert values_of(saved, [path])[path] == value
        assert passwords == TypedPasswords()


@pytest.mark.parametrize(
    ("path", "fault"),
    [(path, FieldFault.REQUIRED) for path in PATHS] + [("outgoing.address", fault) for fault in FieldFault],
)
def test_every_fault_marks_its_field_and_opens_its_tab(
    qtbot: QtBot, desk: DeskDouble, path: str, fault: FieldFault
) -> None:
    form = opened(qtbot, desk)
    error = FieldError(path, fault, {"value": "x"})
    refused(qtbot, form, desk, error)
    index, page = page_with(form, path)
    assert form.ui.tabs.currentIndex() == index
    assert page.fields.mark_text(path) == field_words(error)
    assert widget_of(form, path).accessibleDescription() == field_words(error)
    assert not form.ui.tabs.tabIcon(index).isNull()
    assert form.isVisible()
    assert form.pages.typed()["description"] == "changed"


def test_a_mark_is_as_high_as_its_words_and_cuts_none(qtbot: QtBot) -> None:
    mark = FieldMark()
    qtbot.addWidget(mark)
    mark.show_words("A short one.")
    low = mark.text.height()
    mark.show_words("x" * 500)
    assert mark.text.height() > 5 * low
    assert mark.text.minimumSizeHint().width() <= mark.text.width()
    mark.show_words("A short one.")
    assert mark.text.height() == low


def test_the_first_marked_field_gets_the_focus_and_editing_clears_its_mark(
    qtbot: QtBot, desk: DeskDouble
) -> None:
    form = opened(qtbot, desk)
    refused(
        qtbot,
        form,
        desk,
        FieldError("outgoing.server", FieldFault.REQUIRED),
        FieldError("incoming.server", FieldFault.REQUIRED),
    )
    ui = form.pages.incoming.ui
    assert form.ui.tabs.currentIndex() == 1
    assert form.focusWidget() is ui.server
    assert form.pages.incoming.fields.marked() == ("incoming.server",)
    assert form.pages.outgoing.fields.marked() == ("outgoing.server",)
    ui.server.setText("imap.example.org")
    assert form.pages.incoming.fields.marked() == ()
    assert form.ui.tabs.tabIcon(1).isNull()
    assert not form.ui.tabs.tabIcon(2).isNull()


def test_an_error_without_a_field_and_a_problem_are_told_in_a_banner(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    refused(qtbot, form, desk, FieldError("incoming.push", FieldFault.WRONG_TYPE))
    banner = form.banners.shown(Subject.RESULT)
    assert banner is not None
    assert "type" in banner.label.text()
    desk.refusals["save"] = Problem(ProblemKind.DISK_FULL)
    form.apply()
    qtbot.waitUntil(lambda: "disk" in _banner_text(form))
    assert form.pages.typed()["description"] == "changed"


def _banner_text(form: IntegrationForm) -> str:
    banner = form.banners.shown(Subject.RESULT)
    return banner.label.text() if banner else ""


def test_ok_stores_and_closes(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, None)
    write(form, "name", "  New   desk ")
    write(form, "incoming.enabled", False)
    with qtbot.waitSignal(form.accepted):
        form.ui.buttons.button(BUTTONS.Ok).click()
    assert desk.statuses[form.integration_id].name == "New desk"


def test_ok_without_changes_closes_and_stores_nothing(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    form.ui.buttons.button(BUTTONS.Ok).click()
    assert not form.isVisible()
    assert desk.requests == []


def test_a_new_one_starts_with_incoming_email_on(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, None, "incoming")
    assert form.pages.incoming.ui.enabled.isChecked()
    assert form.pages.incoming.ui.server.isEnabled()
    assert not form.pages.outgoing.ui.enabled.isChecked()
    assert not form.dirty


def test_leaving_no_default_is_said(qtbot: QtBot, desk: DeskDouble) -> None:
    desk.put(stored(ok(is_default=True)))
    form = opened(qtbot, desk)
    hint = form.pages.general.ui.default_hint
    usual = hint.text()
    write(form, "is_default", False)
    assert hint.text().startswith("No default is left")
    write(form, "is_default", True)
    assert hint.text() == usual
    other = opened(qtbot, desk, 2)
    write(other, "is_default", True)
    write(other, "is_default", False)
    assert other.pages.general.ui.default_hint.text() == usual


@pytest.mark.parametrize(
    ("path", "number", "high"),
    [("incoming.port", 70000, 65535), ("incoming.largest_message_mb", 5000, 50), ("incoming.port", 0, 65535)],
)
def test_a_number_is_refused_as_it_was_typed(
    qtbot: QtBot, desk: DeskDouble, path: str, number: int, high: int
) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    box = widget_of(form, path)
    assert isinstance(box, NumberBox)
    box.selectAll()
    qtbot.keyClicks(box, str(number))
    assert form.pages.typed()[path] == number
    form.apply()
    qtbot.waitUntil(lambda: form.pages.incoming.fields.marked() == (path,))
    assert form.pages.incoming.fields.mark_text(path) == f"Enter a value from 1 to {high}."


def test_applying_leaves_the_focus_where_it_is(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    ui, apply = form.pages.general.ui, form.ui.buttons.button(BUTTONS.Apply)
    ui.responsible_admin.setFocus()
    write(form, "responsible_admin", "dana@example.org")
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not form.dirty)
    assert form.focusWidget() is ui.responsible_admin
    write(form, "responsible_admin", "")
    apply.setFocus()
    qtbot.keyClick(apply, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not form.dirty)
    assert form.focusWidget() is form.ui.buttons.button(BUTTONS.Cancel)


@pytest.mark.parametrize("kind", [ProblemKind.PASSWORD_MISSING, ProblemKind.SECRET_LOCKED_HERE])
def test_a_password_that_cannot_be_used_is_asked_for_again(
    qtbot: QtBot, desk: DeskDouble, kind: ProblemKind
) -> None:
    status = stored(ok())
    lost = DirectionHealth(1, NOW, ErrorRecord(NOW, Problem(kind)), last_attempt_at=NOW)
    desk.put(replace(status, health=Health(lost, lost)))
    form = opened(qtbot, desk, 1, "incoming")
    assert form.pages.incoming.ui.password.placeholderText() == "Enter it again"
    assert form.pages.outgoing.ui.password.placeholderText() == "from variable SUPPORT_SMTP_PW"
    desk.now = NOW + timedelta(minutes=1)
    write(form, "incoming.password", Secret("typed"))
    applied(qtbot, form)
    assert form.pages.incoming.ui.password.placeholderText() == "Stored"


def test_a_new_form_that_is_refused_stays_and_says_what_is_missing(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, None)
    form.ui.buttons.button(BUTTONS.Ok).click()
    qtbot.waitUntil(lambda: form.pages.general.fields.marked() == ("name",))
    assert form.isVisible()


def test_what_is_typed_while_saving_is_not_lost(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    write(form, "name", "Support desk")
    with qtbot.waitSignal(form.saved):
        form.apply()
        write(form, "name", "Support desk two")
        write(form, "incoming.password", Secret("later"))
    assert form.pages.typed()["name"] == "Support desk two"
    assert form.pages.typed()["incoming.password"] == Secret("later")
    assert form.dirty


def test_cancel_asks_when_something_is_typed(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    form.reject()
    assert not form.isVisible()
    form.show()
    write(form, "name", "Other")
    for text, visible in (("Keep editing", True), ("Discard changes", False)):
        form.ui.buttons.button(BUTTONS.Cancel).click()
        box = form.findChild(QMessageBox)
        assert box is not None
        assert form.isVisible()
        _press(box, text)
        qtbot.waitUntil(lambda: form.findChild(QMessageBox) is None or not form.isVisible())
        assert form.isVisible() is visible
    assert desk.requests == []


def _press(box: QMessageBox, text: str) -> None:
    next(button for button in box.buttons() if button.text().replace("&", "") == text).click()


def test_closing_the_window_asks_too(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    write(form, "name", "Other")
    form.close()
    assert form.isVisible()
    assert form.findChild(QMessageBox) is not None


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_the_port_follows_the_security_until_it_is_typed(qtbot: QtBot, desk: DeskDouble, side: str) -> None:
    form = opened(qtbot, desk, None, side)
    ui = getattr(form.pages, side).ui
    ui.enabled.setChecked(True)
    expected = {"incoming": (993, 143), "outgoing": (465, 587)}[side]
    _choose(ui.security, Security.SSL)
    assert ui.port.value() == expected[0]
    _choose(ui.security, Security.STARTTLS)
    assert ui.port.value() == expected[1]
    ui.port.setValue(1143)
    _choose(ui.security, Security.SSL)
    assert ui.port.value() == 1143


def _choose(combo: QComboBox, value: StrEnum) -> None:
    """As a person does with the keyboard."""
    combo.setFocus()
    wanted = combo.findData(value.value)
    combo.setCurrentIndex(wanted)
    combo.activated.emit(wanted)


def test_loading_never_moves_a_port(qtbot: QtBot, desk: DeskDouble) -> None:
    status = desk.statuses[1]
    odd = with_values(status.integration, {"incoming.security": Security.STARTTLS, "incoming.port": 993})
    desk.statuses[1] = replace(status, integration=odd)
    form = opened(qtbot, desk)
    assert form.pages.incoming.ui.port.value() == 993
    assert not form.dirty


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_no_encryption_needs_consent_which_goes_with_it(qtbot: QtBot, desk: DeskDouble, side: str) -> None:
    form = opened(qtbot, desk, 1, side)
    page = getattr(form.pages, side)
    ui = page.ui
    assert not ui.allow_insecure.isVisible()
    _choose(ui.security, Security.NONE)
    assert ui.allow_insecure.isVisible()
    form.apply()
    qtbot.waitUntil(lambda: page.fields.marked() == (f"{side}.security",))
    assert not form.ui.tabs.tabIcon(form.ui.tabs.currentIndex()).isNull()
    ui.allow_insecure.setChecked(True)
    assert page.fields.marked() == ()  # mended at another field than the one marked
    assert form.ui.tabs.tabIcon(form.ui.tabs.currentIndex()).isNull()
    assert values_of(applied(qtbot, form), [f"{side}.allow_insecure"]) == {f"{side}.allow_insecure": True}
    _choose(ui.security, Security.SSL)
    assert not ui.allow_insecure.isChecked()
    assert not ui.allow_insecure.isVisible()


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_off_greys_the_rest_and_loses_nothing(qtbot: QtBot, desk: DeskDouble, side: str) -> None:
    form = opened(qtbot, desk, 1, side)
    ui = getattr(form.pages, side).ui
    ui.server.setText("other.example.org")
    ui.enabled.setChecked(False)
    assert not ui.server.isEnabled()
    assert not ui.test_panel.isEnabled()
    assert values_of(applied(qtbot, form), [f"{side}.server"]) == {f"{side}.server": "other.example.org"}
    ui.enabled.setChecked(True)
    assert ui.server.text() == "other.example.org"


def test_a_password_is_masked_and_only_its_place_is_told(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    incoming, outgoing = form.pages.incoming.ui.password, form.pages.outgoing.ui.password
    for field in (incoming, outgoing):
        assert field.echoMode() is QLineEdit.EchoMode.Password
        assert field.text() == ""
    assert incoming.placeholderText() == "Stored"
    assert outgoing.placeholderText() == "from variable SUPPORT_SMTP_PW"
    write(form, "name", "Renamed")
    applied(qtbot, form)
    draft, passwords = desk.requests[-1][1]
    assert passwords == TypedPasswords()
    assert draft.incoming.password == IN_VAULT
    assert draft.outgoing.password == SecretReference.parse("env:SUPPORT_SMTP_PW")


def test_what_is_typed_as_a_password_shows_nowhere(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    qtbot.keyClicks(form.pages.incoming.ui.password, "hunter2")
    assert "hunter2" not in repr(form.pages.typed())
    assert form.pages.passwords() == TypedPasswords(Secret("hunter2"), None)
    assert form.pages.draft().incoming.password == IN_VAULT


def test_move_to_is_open_only_when_mail_is_moved(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    ui = form.pages.incoming.ui
    assert not ui.move_to.isEnabled()
    _choose(ui.after_processing, AfterProcessing.MOVE)
    assert ui.move_to.isEnabled()


def test_same_as_incoming_closes_the_log_in_and_offers_the_server(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "outgoing")
    ui = form.pages.outgoing.ui
    ui.server.clear()
    _choose(ui.authentication, OutgoingAuthentication.SAME_AS_INCOMING)
    assert ui.server.text() == "mail.example.org"
    assert not ui.user_name.isEnabled()
    assert not ui.password.isEnabled()
    assert ui.sasl_mechanism.isEnabled()
    _choose(ui.authentication, OutgoingAuthentication.NONE)
    assert not ui.sasl_mechanism.isEnabled()


def test_a_value_that_is_not_offered_is_shown_as_it_is(qtbot: QtBot, desk: DeskDouble) -> None:
    status = desk.statuses[1]
    left = with_values(status.integration, {"incoming.after_processing": AfterProcessing.LEAVE})
    desk.statuses[1] = replace(status, integration=left)
    form = opened(qtbot, desk)
    assert not form.dirty
    assert form.pages.incoming.ui.after_processing.currentText() == "Leave on server"


def test_a_default_that_cannot_send_is_warned_of(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    ui = form.pages.general.ui
    ui.is_default.setChecked(True)
    assert "cannot send" not in ui.default_hint.text()
    form.pages.outgoing.ui.enabled.setChecked(False)
    assert "cannot send" in ui.default_hint.text()
    form.pages.outgoing.ui.enabled.setChecked(True)
    assert "cannot send" not in ui.default_hint.text()


def test_status_fields_live_and_stay_where_they_are(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    panel = form.pages.general.ui.status_panel
    assert panel.values["errors_in"].text() == "0"
    assert panel.values["last_incoming"].text() == "26 min ago"
    assert panel.values["modified_by"].text() == "Dana Reyes"
    places = {name: label.geometry() for name, label in panel.values.items()}
    write(form, "name", "Being typed")
    desk.put(replace(desk.statuses[1], health=failing().health))
    assert panel.values["errors_in"].text() == "2"
    assert panel.values["last_check"].text() == "2 min ago"
    assert panel.values["last_check"].toolTip() == full(failing().health.incoming.last_attempt_at)
    assert "refused" in panel.cards[Direction.INCOMING].what.text()
    assert form.pages.general.ui.incoming_state.text() == "Failing (2 of 10)"
    qtbot.waitUntil(panel.cards[Direction.INCOMING].isVisible)
    assert {name: label.geometry() for name, label in panel.values.items()} == places
    assert form.pages.typed()["name"] == "Being typed"


def test_what_others_change_is_taken_over_where_nothing_is_typed(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    write(form, "name", "Being typed")
    status = desk.statuses[1]
    desk.put(replace(status, integration=replace(status.integration, name="Theirs", description="theirs")))
    assert form.pages.typed()["name"] == "Being typed"
    assert form.pages.typed()["description"] == "theirs"
    desk.put(replace(desk.statuses[2]))
    assert form.pages.stored.name == "Theirs"


def test_thresholds_that_change_are_shown(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 2)
    assert form.pages.general.ui.incoming_state.text() == "Failing (2 of 10)"
    desk.properties_changed.emit(AccountProperties(disable_after_incoming_errors=5))
    assert form.pages.general.ui.incoming_state.text() == "Failing (2 of 5)"


def test_a_deletion_is_told_and_its_undo_too(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    write(form, "name", "Being typed")
    desk.status_removed.emit(1)
    assert form.banners.shown(Subject.TROUBLE) is not None
    assert not form.ui.buttons.button(BUTTONS.Ok).isEnabled()
    desk.put(desk.statuses[1])
    assert form.banners.shown(Subject.TROUBLE) is None
    assert form.ui.buttons.button(BUTTONS.Ok).isEnabled()
    assert form.pages.typed()["name"] == "Being typed"


def test_disabled_by_errors_is_tested_and_enabled_after_storing_what_is_typed(
    qtbot: QtBot, desk: DeskDouble
) -> None:
    desk.put(stored(disabled_by_errors()))
    desk.test_steps = steps(Direction.INCOMING, None)
    form = opened(qtbot, desk, 3)
    button = form.pages.general.ui.switch_button
    assert button.text().replace("&", "") == "Test and re-enable"
    write(form, "incoming.password", Secret("new"))
    button.click()
    qtbot.waitUntil(lambda: button.text().replace("&", "") == "Disable" and button.isEnabled())
    assert [name for name, _ in desk.requests] == ["save", "enable"]
    assert not desk.statuses[3].health.incoming.disabled_by_errors
    assert form.pages.general.ui.incoming_state.text() == "Active"


def test_enabling_that_fails_says_why(qtbot: QtBot, desk: DeskDouble) -> None:
    desk.put(stored(disabled_by_errors()))
    desk.refusals["enable"] = WRONG_PASSWORD
    form = opened(qtbot, desk, 3)
    form.pages.general.ui.switch_button.click()
    qtbot.waitUntil(lambda: "refused" in _banner_text(form))
    assert desk.statuses[3].health.incoming.disabled_by_errors


def test_nothing_is_enabled_while_a_save_is_under_way(qtbot: QtBot, desk: DeskDouble) -> None:
    desk.put(stored(disabled_by_errors()))
    form = opened(qtbot, desk, 3)
    write(form, "description", "changed")
    with qtbot.waitSignal(form.saved):
        form.apply()
        assert not form.pages.general.ui.switch_button.isEnabled()
        form.pages.general.enable_requested.emit()
    qtbot.waitUntil(form.pages.general.ui.switch_button.isEnabled)
    assert [name for name, _ in desk.requests] == ["save"]


def test_without_a_keyring_a_typed_password_is_kept_for_this_run(qtbot: QtBot, desk: DeskDouble) -> None:
    """The save that was refused is made again once the admin decided."""
    desk.refusals["save"] = Problem(ProblemKind.VAULT_ABSENT)
    form = opened(qtbot, desk)
    write(form, "incoming.password", Secret("typed"))
    form.accept()
    qtbot.waitUntil(lambda: form.banners.shown(Subject.VAULT) is not None)
    banner = form.banners.shown(Subject.VAULT)
    assert banner is not None
    assert banner.label.text() == str(not_kept_words(VaultState.ABSENT))
    assert form.banners.shown(Subject.RESULT) is None
    del desk.refusals["save"]
    with qtbot.waitSignal(form.accepted):
        _press_in(banner, "Go on for this run only")
    assert [name for name, _ in desk.requests] == ["save", "use_vault_for_this_run", "save"]
    assert form.banners.shown(Subject.VAULT) is None


@pytest.mark.parametrize("state", [VaultState.LOCKED, VaultState.FAILED])
def test_trying_again_in_vain_says_so_in_the_words_of_storing(
    qtbot: QtBot, desk: DeskDouble, state: VaultState
) -> None:
    kinds = {VaultState.LOCKED: ProblemKind.VAULT_LOCKED, VaultState.FAILED: ProblemKind.VAULT_FAILED}
    desk.refusals["save"] = Problem(kinds[state])
    desk.vault = state
    form = opened(qtbot, desk)
    write(form, "incoming.password", Secret("typed"))
    form.apply()
    qtbot.waitUntil(lambda: form.banners.shown(Subject.VAULT) is not None)
    banner = form.banners.shown(Subject.VAULT)
    assert banner is not None
    _press_in(banner, "Try again")
    qtbot.waitUntil(lambda: form.banners.shown(Subject.VAULT) is not banner)
    again = form.banners.shown(Subject.VAULT)
    assert again is not None
    assert again.label.text() == str(not_kept_words(state))
    assert form.pages.typed()["incoming.password"] == Secret("typed")


def _press_in(within: QWidget, text: str) -> None:
    next(each for each in within.findChildren(QAbstractButton) if each.text() == text).click()


def test_an_error_that_is_over_is_told_quietly_and_with_its_time(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 2)
    card = form.pages.general.ui.status_panel.cards[Direction.INCOMING]
    error = desk.statuses[2].health.incoming.last_error
    assert error is not None
    assert card.what.font().bold()
    assert card.remedy.isVisible()
    assert card.when.text() == f"Happened at {full(error.at)}"
    status = desk.statuses[2]
    desk.put(replace(status, health=Health(reenabled(status.health.incoming))))
    assert card.isVisible()
    assert not card.what.font().bold()
    assert card.remedy.isHidden()
    assert card.mend.isHidden()
    assert card.when.text() == f"Earlier error, at {full(error.at)}"


def test_disabling_the_default_asks_for_a_successor(qtbot: QtBot, desk: DeskDouble) -> None:
    status = desk.statuses[1]
    desk.put(replace(status, integration=replace(status.integration, is_default=True)))
    form = opened(qtbot, desk)
    form.pages.general.ui.switch_button.click()
    qtbot.waitUntil(lambda: form.findChild(ConfirmDialog) is not None)
    dialog = form.findChild(ConfirmDialog)
    assert dialog is not None
    dialog.act.click()
    qtbot.waitUntil(lambda: not desk.statuses[1].integration.enabled)
    assert desk.statuses[2].integration.is_default
    assert not form.pages.general.ui.is_default.isChecked()


@pytest.mark.parametrize("side", list(Direction))
def test_a_connection_test_shows_each_step_and_tests_what_is_typed(
    qtbot: QtBot, desk: DeskDouble, side: Direction
) -> None:
    desk.test_steps = steps(side, None)
    form = opened(qtbot, desk, 1, side)
    page = getattr(form.pages, side)
    page.ui.server.setText(" typed.example.org ")
    page.ui.password.setText("typed")
    page.panel.ui.test_button.click()
    assert page.panel.running
    assert page.panel.ui.progress.isVisible()
    qtbot.waitUntil(lambda: not page.panel.running)
    name, (draft, direction, passwords) = desk.requests[-1]
    assert (name, direction) == ("test_connection", side)
    assert getattr(draft, side).server == "typed.example.org"
    assert page.ui.server.text() == "typed.example.org"
    assert getattr(passwords, side) == Secret("typed")
    rows = {stage: row for stage, row in page.panel._rows.items() if stage is not TestStage.TOKEN}
    assert {row.shape for row in rows.values()} == {Shape.OK}
    assert rows[TestStage.AUTHENTICATE].time.text() == "143 ms"
    assert "Everything works" in page.panel.ui.outcome.toPlainText()
    page.ui.server.setText("again.example.org")
    assert {row.shape for row in rows.values()} == {Shape.NOT_CHECKED}
    assert page.panel.ui.outcome.toPlainText() == ""


def test_a_failed_step_says_what_happened_and_what_to_do(qtbot: QtBot, desk: DeskDouble) -> None:
    desk.test_steps = steps(Direction.INCOMING, WRONG_PASSWORD)
    form = opened(qtbot, desk, 1, "incoming")
    panel = form.pages.incoming.panel
    panel.ui.test_button.click()
    qtbot.waitUntil(lambda: not panel.running)
    shapes = {stage: row.shape for stage, row in panel._rows.items()}
    assert shapes[TestStage.TLS] is Shape.OK
    assert shapes[TestStage.AUTHENTICATE] is Shape.DISABLED_BY_ERRORS
    assert shapes[TestStage.FOLDER] is Shape.NOT_CHECKED
    text = panel.ui.outcome.toPlainText()
    assert "refused the user name or the password" in text
    assert "Incoming email tab" in text
    assert "NO [AUTHENTICATIONFAILED]" in text
    panel.ui.copy_button.click()
    assert "authentication_failed" in QGuiApplication.clipboard().text()


def test_a_connection_test_can_be_cancelled(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    panel = form.pages.incoming.panel
    panel.ui.test_button.click()
    assert panel.ui.test_button.text().replace("&", "") == "Cancel test"
    panel.ui.test_button.click()
    assert not panel.running
    assert panel.ui.test_button.text().replace("&", "") == "Test connection"
    assert "cancelled" in panel.ui.outcome.toPlainText()


def test_editing_ends_a_running_test(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    panel = form.pages.incoming.panel
    panel.ui.test_button.click()
    form.pages.incoming.ui.server.setText("x.example.org")
    assert not panel.running
    assert panel.ui.outcome.toPlainText() == ""


def test_nothing_is_tested_with_a_field_that_cannot_be_right(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    page = form.pages.incoming
    page.ui.server.setText("no server")
    page.panel.ui.test_button.click()
    assert desk.requests == []
    assert page.fields.marked() == ("incoming.server",)
    assert "mend" in page.panel.ui.outcome.toPlainText()


def test_folders_are_fetched_and_what_is_typed_stays(qtbot: QtBot, desk: DeskDouble) -> None:
    desk.folders = ("INBOX", "Done", "Täglich")
    form = opened(qtbot, desk, 1, "incoming")
    ui = form.pages.incoming.ui
    ui.fetch_folders.setFocus()
    ui.fetch_folders.click()
    assert ui.folders_found.text() == "Fetching…"
    qtbot.waitUntil(ui.fetch_folders.isEnabled)
    assert ui.folders_found.text() == "3 folders"
    assert form.focusWidget() is ui.folder
    for combo in (ui.folder, ui.move_to):
        assert [combo.itemText(row) for row in range(combo.count())] == list(desk.folders)
    assert ui.folder.currentText() == "INBOX"
    assert not form.dirty
    desk.refusals["list_folders"] = WRONG_PASSWORD
    ui.fetch_folders.click()
    qtbot.waitUntil(lambda: form.pages.incoming.fields.marked() == ("incoming.folder",))
    assert ui.folders_found.text() == ""
    qtbot.waitUntil(ui.fetch_folders.isEnabled)
    ui.fetch_folders.click()
    form.pages.incoming.cancel()
    qtbot.waitUntil(ui.fetch_folders.isEnabled)
    assert ui.folders_found.text() == ""


def test_a_test_email_goes_to_whom_the_admin_says(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "outgoing")
    write(form, "responsible_admin", "dana@example.org")
    ui = form.pages.outgoing.ui
    assert ui.test_recipient.text() == "dana@example.org"
    ui.send_button.click()
    qtbot.waitUntil(lambda: ui.send_result.text() == "Sent.")
    assert desk.requests[-1][1][1] == "dana@example.org"
    ui.test_recipient.setText("nobody")
    ui.send_button.click()
    assert "not an email address" in ui.send_result.text()
    assert len(desk.requests) == 1


def test_a_test_email_of_an_integration_that_is_not_stored_says_that_no_outbox_has_it(
    qtbot: QtBot, desk: DeskDouble
) -> None:
    form = opened(qtbot, desk, None, "outgoing")
    write(form, "outgoing.enabled", True)
    write(form, "outgoing.address", "support@example.org")
    write(form, "outgoing.server", "mail.example.org")
    write(form, "outgoing.authentication", OutgoingAuthentication.NONE)
    ui = form.pages.outgoing.ui
    ui.test_recipient.setText("dana@example.org")
    ui.send_button.click()
    assert ui.send_result.text().startswith("Sending directly, not through the outbox")
    qtbot.waitUntil(lambda: ui.send_result.text().startswith("Sent."))
    assert "not through the outbox, because the integration is not stored yet" in ui.send_result.text()


def test_enter_in_the_recipient_sends_and_leaves_the_form_open(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "outgoing")
    ui = form.pages.outgoing.ui
    ui.test_recipient.setText("dana@example.org")
    qtbot.keyClick(ui.test_recipient, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ui.send_result.text() == "Sent.")
    assert form.isVisible()
    assert [name for name, _ in desk.requests] == ["send_test"]


def test_closing_cancels_what_runs(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    form.pages.incoming.panel.ui.test_button.click()
    form.reject()
    assert not form.pages.incoming.panel.running


def test_foreign_text_is_plain(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    labels = form.findChildren(QLabel)
    assert len(labels) > 50
    assert {label.textFormat() for label in labels if label.text()} == {Qt.TextFormat.PlainText}


def test_labels_begin_fields_on_one_edge_on_all_tabs(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    edges = set()
    for index, name in enumerate(("name", "incoming.server", "outgoing.server")):
        form.ui.tabs.setCurrentIndex(index)
        QApplication.processEvents()
        widget = widget_of(form, name)
        edges.add(widget.mapTo(form.ui.tabs, widget.rect().topLeft()).x())
    assert len(edges) == 1


SECTIONS = [("general", 0), ("incoming", 0), ("incoming", 1), ("outgoing", 0)]


@pytest.mark.parametrize("protocol", Protocol)
@pytest.mark.parametrize(("tab", "section"), SECTIONS)
def test_mnemonics_are_unique_and_every_control_has_a_name(
    qtbot: QtBot, desk: DeskDouble, tab: str, section: int, protocol: Protocol
) -> None:
    form = opened(qtbot, desk, 1, tab)
    form.pages.incoming.ui.sections.setCurrentIndex(section)
    page = form.ui.tabs.currentWidget()
    _choose(form.pages.incoming.ui.protocol, protocol)
    _choose(form.pages.incoming.ui.security, Security.NONE)
    _choose(form.pages.outgoing.ui.security, Security.NONE)
    assert repeated_letters(mnemonic_texts(page) + [each.text() for each in form.ui.buttons.buttons()]) == []
    for widget in page.findChildren(QWidget):
        if isinstance(widget, QLineEdit | QComboBox | QSpinBox | QPlainTextEdit):
            assert widget.accessibleName(), widget.objectName()


def test_a_field_has_one_name_on_screen_in_messages_and_when_read_aloud(
    qtbot: QtBot, desk: DeskDouble
) -> None:
    form = opened(qtbot, desk)
    for page in form.pages.all:
        shown = {label.buddy(): label.text() for label in page.findChildren(QLabel) if label.buddy()}
        for form_of_sign_in in page.oauth.forms if page in form.pages.sides.values() else ():
            for row in range(form_of_sign_in.rowCount()):  # whose letters would not do for all of them
                label = form_of_sign_in.itemAt(row, QFormLayout.ItemRole.LabelRole)
                item = form_of_sign_in.itemAt(row, QFormLayout.ItemRole.FieldRole)
                if label is not None and item.widget() is not None:
                    shown[item.widget()] = label.widget().text()
        for field in page.fields.fields:
            if isinstance(field.widget, QAbstractButton):
                text = field.widget.text()
            else:
                text = shown.get(field.widget) or shown[field.widget.focusProxy()]
            assert text.replace("&", "") == field_label(field.path) == field.widget.accessibleName()


def test_a_status_value_is_read_aloud_with_what_it_is_of(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    values = form.pages.general.ui.status_panel.values
    assert {name: label.accessibleName().split(": ")[-1] for name, label in values.items()} == {
        name: label.text() for name, label in values.items()
    }
    assert values["last_check"].accessibleName() == "Last email check: just now"


@pytest.mark.parametrize(("tab", "section"), SECTIONS)
def test_tab_goes_in_reading_order(qtbot: QtBot, desk: DeskDouble, tab: str, section: int) -> None:
    form = opened(qtbot, desk, 1, tab)
    form.pages.incoming.ui.sections.setCurrentIndex(section)
    declared = [field.widget for page in form.pages.all for field in page.fields.fields]
    on_page = [
        widget
        for widget in declared
        if form.ui.tabs.currentWidget().isAncestorOf(widget) and widget.isVisible()
    ]
    assert on_page
    places = [widget.mapTo(form, widget.rect().topLeft()) for widget in on_page]
    column_wide = form.width() // 3  # fields of one column begin at about the same distance
    by_column = [(place.x() // column_wide, place.y()) for place in places]
    assert by_column == sorted(by_column)
    chain, widget = [], on_page[0]
    for _ in range(400):
        if widget in on_page and widget not in chain:
            chain.append(widget)
        widget = widget.nextInFocusChain()
    assert chain == on_page


# POP3


def test_the_protocol_brings_its_port_and_what_it_can_do(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    ui = form.pages.incoming.ui
    write(form, "incoming.folder", "Büro")
    _choose(ui.after_processing, AfterProcessing.MOVE)
    write(form, "incoming.move_to", "Done")

    _choose(ui.protocol, Protocol.POP3)
    assert ui.port.value() == 995
    assert offered(ui.after_processing) == ["leave", "delete"]
    assert form.pages.typed()["incoming.after_processing"] is AfterProcessing.LEAVE
    assert not ui.folder.isEnabled()
    assert not ui.fetch_folders.isEnabled()
    assert not ui.move_to.isVisible()
    assert ui.delete_after_days.isVisible()
    assert ui.delete_after_days.text() == "never"
    _choose(ui.after_processing, AfterProcessing.DELETE)
    assert ui.delete_after_days.text() == "at once"
    write(form, "incoming.delete_after_days", 14)

    _choose(ui.protocol, Protocol.IMAP)
    assert ui.port.value() == 993
    typed = form.pages.typed()
    assert typed["incoming.after_processing"] is AfterProcessing.MOVE
    assert (typed["incoming.folder"], typed["incoming.move_to"]) == ("Büro", "Done")
    assert ui.folder.isEnabled()
    assert ui.move_to.isVisible()
    _choose(ui.protocol, Protocol.POP3)
    typed = form.pages.typed()
    assert typed["incoming.after_processing"] is AfterProcessing.DELETE
    assert typed["incoming.delete_after_days"] == 14


def test_a_port_typed_by_hand_stays_with_another_protocol(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    ui = form.pages.incoming.ui
    ui.port.setValue(1993)
    _choose(ui.protocol, Protocol.POP3)
    _choose(ui.security, Security.STARTTLS)
    assert ui.port.value() == 1993


def test_going_back_to_the_stored_protocol_leaves_nothing_to_apply(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    _choose(form.pages.incoming.ui.protocol, Protocol.POP3)
    assert form.ui.buttons.button(BUTTONS.Apply).isEnabled()
    _choose(form.pages.incoming.ui.protocol, Protocol.IMAP)
    assert not form.dirty
    assert not form.ui.buttons.button(BUTTONS.Apply).isEnabled()


@pytest.mark.parametrize("days", [0, 30])
@pytest.mark.parametrize("after", [AfterProcessing.LEAVE, AfterProcessing.DELETE])
def test_a_stored_pop3_mailbox_is_shown_and_stored_as_it_is(
    qtbot: QtBot, desk: DeskDouble, after: AfterProcessing, days: int
) -> None:
    chosen = {
        "incoming.protocol": Protocol.POP3,
        "incoming.port": 995,
        "incoming.after_processing": after,
        "incoming.delete_after_days": days,
    }
    status = desk.statuses[1]
    desk.statuses[1] = replace(status, integration=with_values(status.integration, chosen))
    form = opened(qtbot, desk, 1, "incoming")
    assert not form.dirty
    assert form.pages.draft() == desk.statuses[1].integration
    write(form, "description", "changed")
    saved = applied(qtbot, form)
    assert values_of(saved, chosen) == chosen


def offered(combo: QComboBox) -> list[str]:
    return [combo.itemData(index) for index in range(combo.count())]


def test_a_test_over_pop3_opens_no_folder(qtbot: QtBot, desk: DeskDouble) -> None:
    passed = [step for step in steps(Direction.INCOMING, None) if step.stage is not TestStage.FOLDER]
    desk.test_steps = (*passed[:-1], replace(passed[-1], facts=(("count", "3"),)))
    form = opened(qtbot, desk, 1, "incoming")
    _choose(form.pages.incoming.ui.protocol, Protocol.POP3)
    panel = form.pages.incoming.panel
    panel.ui.test_button.click()
    qtbot.waitUntil(lambda: bool(panel.ui.outcome.toPlainText()))
    assert panel.ui.outcome.toPlainText() == "Everything works. Messages: 3."
    words = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "Open the folder" not in words
    assert "Count the messages" in words
    _choose(form.pages.incoming.ui.protocol, Protocol.IMAP)
    assert "Open the folder" in [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


# Filing


def test_ctrl_tab_goes_on_to_the_next_tab_and_ctrl_page_to_the_next_section(
    qtbot: QtBot, desk: DeskDouble
) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    sections, ctrl = form.pages.incoming.ui.sections, Qt.KeyboardModifier.ControlModifier
    form.pages.incoming.ui.server.setFocus()
    for key, section in ((Qt.Key.Key_PageDown, 1), (Qt.Key.Key_PageDown, 0), (Qt.Key.Key_PageUp, 1)):
        qtbot.keyClick(form.focusWidget(), key, ctrl)
        assert (sections.currentIndex(), form.ui.tabs.currentIndex()) == (section, 1)
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab, ctrl)
    assert (sections.currentIndex(), form.ui.tabs.currentIndex()) == (1, 2)
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Backtab, ctrl | Qt.KeyboardModifier.ShiftModifier)
    assert form.ui.tabs.currentIndex() == 1


def test_lists_of_the_settings_are_offered_and_what_is_chosen_stays(qtbot: QtBot, desk: DeskDouble) -> None:
    status = desk.statuses[1]
    chosen = {"filing.status_after_reply": "Gone", "filing.category": "Own word"}
    desk.statuses[1] = replace(status, integration=with_values(status.integration, chosen))
    form = opened(qtbot, desk, 1, "incoming")
    ui = form.pages.incoming.filing.ui
    assert not form.dirty
    assert offered(ui.status_after_reply) == ["", "New", "Open", "Waiting", "Closed", "Gone"]
    changed, errors = AccountProperties().changed(
        {
            "record_categories": "Mail, Network",
            "admins": "Dana Reyes",
            "record_statuses": "Open, Closed, Gone",
        }
    )
    assert errors == ()
    desk.properties_changed.emit(changed)
    assert [ui.category.itemText(index) for index in range(ui.category.count())] == ["Mail", "Network"]
    assert [ui.assignee.itemText(index) for index in range(ui.assignee.count())] == ["Dana Reyes"]
    assert offered(ui.status_after_reply) == ["", "Open", "Closed", "Gone"]
    assert not form.dirty
    assert form.pages.draft() == desk.statuses[1].integration


def test_a_bad_entry_opens_the_section_and_is_named(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    form.pages.incoming.filing.ui.ignore_senders.setPlainText("example.org\nno way\n*")
    form.apply()
    qtbot.waitUntil(lambda: form.pages.incoming.fields.marked() == ("filing.ignore_senders",))
    words = form.pages.incoming.fields.mark_text("filing.ignore_senders")
    assert words.startswith("“no way” is neither an address nor a domain.")
    assert form.pages.incoming.filing.ui.ignore_senders.isVisible()
    assert form.focusWidget() is form.pages.incoming.filing.ui.ignore_senders


def test_filing_is_greyed_with_incoming_and_loses_nothing(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, 1, "incoming")
    write(form, "filing.ignore_subjects", ("*sale*",))
    write(form, "incoming.enabled", False)
    assert not form.pages.incoming.filing.ui.ignore_subjects.isEnabled()
    assert applied(qtbot, form).filing.ignore_subjects == ("*sale*",)


def test_pages_make_the_same_draft_of_the_defaults(qtbot: QtBot) -> None:
    pages = Pages()
    for page in pages.all:
        qtbot.addWidget(page)
    pages.load(Integration())
    assert pages.draft() == Integration()
    assert not pages.dirty


def test_a_status_of_another_kind_of_integration_is_not_taken(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, None)
    desk.put(IntegrationStatus(Integration(9, "Nine")))
    assert form.integration_id == 0
    assert form.pages.typed()["name"] == ""


def test_an_answer_that_comes_after_closing_finds_nobody(qtbot: QtBot, desk: DeskDouble) -> None:
    form = IntegrationForm(desk, desk.statuses[1], clock=lambda: NOW)
    form.show()
    write(form, "name", "Later")
    form.apply()
    form.pages.incoming.panel.ui.test_button.click()
    form.requests.enable()
    with qtbot.waitSignal(form.destroyed):
        form.done(0)
        QApplication.sendPostedEvents(form, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: desk.statuses[1].name == "Later")


def test_a_new_one_shows_its_state_once_it_is_stored(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk, None)
    ui = form.pages.general.ui
    assert not ui.switch_button.isEnabled()
    write(form, "name", "Fresh")
    write(form, "incoming.enabled", False)
    applied(qtbot, form)
    assert form.windowTitle().startswith("Fresh")
    assert ui.incoming_state.text() == "Off"
    assert ui.switch_button.isEnabled()


def test_changing_the_tab_keeps_the_size(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    sizes = set()
    for index in range(form.ui.tabs.count()):
        form.ui.tabs.setCurrentIndex(index)
        _choose(form.pages.incoming.ui.security, Security.NONE)
        QApplication.processEvents()
        sizes.add(form.size().toTuple())
    assert len(sizes) == 1


def test_a_low_screen_scrolls_to_the_marked_field(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    form.resize(form.width(), 360)
    refused(qtbot, form, desk, FieldError("incoming.largest_message_mb", FieldFault.OUT_OF_RANGE))
    widget = form.pages.incoming.ui.largest_message_mb
    qtbot.waitUntil(lambda: not widget.visibleRegion().isEmpty())


def test_no_label_of_the_status_is_cut(qtbot: QtBot) -> None:
    panel = StatusPanel()
    qtbot.addWidget(panel)
    panel.show()
    for name in panel.values:
        label: QLabel = getattr(panel.ui, f"{name}_label")
        assert label.width() >= label.sizeHint().width(), label.text()


def test_what_mends_a_problem_is_a_field_of_the_form(qtbot: QtBot, desk: DeskDouble) -> None:
    form = opened(qtbot, desk)
    fields = {field.path for page in form.pages.all for field in page.fields.fields}
    places = {place_to_mend(Integration(), Direction.INCOMING, Problem(kind)) for kind in ProblemKind}
    assert places <= {*fields, *Direction}
