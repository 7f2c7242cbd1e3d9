"""How a sign-in at a provider is set up in the form, over a desk in memory."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCalendarWidget,
    QComboBox,
    QFileDialog,
    QInputDialog,
    QLabel,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mailint_gui.domain.check import TestStage, TestStep
from mailint_gui.domain.expiry import FIRST_DAY, LAST_DAY
from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health
from mailint_gui.domain.integration import (
    Direction,
    IncomingAuthentication,
    Integration,
    OutgoingAuthentication,
    Protocol,
    Security,
)
from mailint_gui.domain.oauth import GOOGLE_SCOPE, Cloud, Credential, OAuthSettings, SignIn
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import IN_VAULT, NO_SECRET, Secret, SecretPurpose, TypedPasswords
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import trimmed, validate
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.integration_form.draft import values_of, with_values
from mailint_gui.ui.integration_form.secret_file import Held
from mailint_gui.ui.theme import Role, role_colour
from tests.services.app_certificates import END, PASSWORD, certified, pem, pfx, private_pem
from tests.ui.desk_double import NOW, DeskDouble
from tests.ui.form_screens import stored
from tests.ui.mnemonics import mnemonic_texts, repeated_letters
from tests.ui.oauth_screens import (
    CLIENT,
    GOOGLE,
    MICROSOFT,
    NO_CONSENT,
    TENANT,
    by_a_person,
    token_steps,
    with_provider,
)
from tests.ui.samples import ok

IN = IncomingAuthentication
APPLICATION = ("tenant_id", "client_id", "cloud")
Open = Callable[[IntegrationStatus, str], IntegrationForm]


@pytest.fixture
def desk(qapp: QApplication) -> DeskDouble:
    return DeskDouble()


@pytest.fixture
def opened(qtbot: QtBot, desk: DeskDouble) -> Open:
    def build(status: IntegrationStatus, tab: str = "incoming") -> IntegrationForm:
        desk.put(status)
        form = IntegrationForm(desk, status, None, tab, clock=lambda: NOW)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(form, before_close_func=lambda each: each.pages.load(each.pages.stored))
        form.show()
        qtbot.waitExposed(form)
        qtbot.waitUntil(lambda: not desk.is_busy)
        desk.requests.clear()
        return form

    return build


def choose(combo: QComboBox, value: StrEnum) -> None:
    """As a person does with the keyboard."""
    wanted = combo.findData(value.value)
    assert wanted >= 0, value
    combo.setCurrentIndex(wanted)
    combo.activated.emit(wanted)


def shown(form: IntegrationForm, side: Direction = Direction.INCOMING) -> list[str]:
    """The fields that this side shows of its log-in."""
    page = form.pages.sides[side]
    paths = [each.path.partition(".")[2] for each in page.oauth.declared(side)]
    wanted = ["user_name", "password", "sasl_mechanism", *paths]
    known = {each.path.partition(".")[2]: each.widget for each in page.fields.fields}
    return [name for name in wanted if name in known and known[name].isVisibleTo(page)]


def applied(qtbot: QtBot, form: IntegrationForm, desk: DeskDouble) -> IntegrationStatus:
    with qtbot.waitSignal(form.saved):
        form.apply()
    return desk.statuses[form.integration_id]


def sent(desk: DeskDouble) -> tuple[Integration, TypedPasswords]:
    """What the last save was asked for."""
    draft, typed = [arguments for name, arguments in desk.requests if name == "save"][-1]
    return draft, typed


def test_a_stored_sign_in_is_shown_as_it_is_and_nothing_is_dirty(opened: Open) -> None:
    for status in (with_provider(), with_provider(GOOGLE, IN.GOOGLE), by_a_person()):
        form = opened(status)
        assert not form.dirty
        assert trimmed(form.pages.draft()) == status.integration


@pytest.mark.parametrize(
    ("authentication", "sign_in", "fields"),
    [
        (IN.PASSWORD, None, ["user_name", "password"]),
        (
            IN.MICROSOFT365,
            SignIn.APP_ONLY,
            ["sign_in", "mailbox", *APPLICATION, "credential", "client_secret", "secret_expires_on"],
        ),
        (
            IN.MICROSOFT365,
            SignIn.INTERACTIVE,
            ["sign_in", "mailbox", *APPLICATION, "credential", "tokens"],
        ),
        (
            IN.MICROSOFT365,
            SignIn.DEVICE_CODE,
            ["sign_in", "mailbox", *APPLICATION, "tokens"],
        ),
        (IN.GOOGLE, SignIn.SERVICE_ACCOUNT, ["sign_in", "mailbox", "key_file", "secret_expires_on"]),
        (
            IN.GOOGLE,
            SignIn.INTERACTIVE,
            ["sign_in", "mailbox", "client_id", "client_secret", "secret_expires_on", "tokens"],
        ),
    ],
)
def test_only_what_the_kind_needs_is_shown(
    opened: Open, authentication: IN, sign_in: SignIn | None, fields: list[str]
) -> None:
    form = opened(stored(ok()))
    page = form.pages.incoming
    choose(page.ui.authentication, authentication)
    if sign_in is not None:
        choose(page.oauth.ui.sign_in, sign_in)
    assert shown(form) == fields


def test_what_was_typed_under_another_kind_survives(opened: Open) -> None:
    form = opened(stored(ok()))
    ui, oauth = form.pages.incoming.ui, form.pages.incoming.oauth.ui
    before = form.pages.typed()
    ui.user_name.setText("typed")
    ui.password.setText("hunter2")
    choose(ui.authentication, IN.MICROSOFT365)
    oauth.tenant_id.setText(TENANT)
    oauth.client_secret.setText("of Microsoft")
    choose(oauth.credential, Credential.CERTIFICATE)
    choose(oauth.sign_in, SignIn.DEVICE_CODE)
    choose(ui.authentication, IN.GOOGLE)
    assert oauth.sign_in.currentData() == SignIn.SERVICE_ACCOUNT
    choose(ui.authentication, IN.MICROSOFT365)
    assert oauth.sign_in.currentData() == SignIn.DEVICE_CODE
    choose(oauth.sign_in, SignIn.APP_ONLY)
    assert oauth.credential.currentData() == Credential.CERTIFICATE
    assert (oauth.tenant_id.text(), oauth.client_secret.text()) == (TENANT, "of Microsoft")
    choose(ui.authentication, IN.PASSWORD)
    assert (ui.user_name.text(), ui.password.text()) == ("typed", "hunter2")
    assert ui.server.text() == before["incoming.server"]


def test_going_back_to_the_stored_kind_leaves_nothing_to_apply(opened: Open) -> None:
    form = opened(with_provider())
    page = form.pages.incoming
    for sign_in in (SignIn.INTERACTIVE, SignIn.APP_ONLY):
        choose(page.oauth.ui.sign_in, sign_in)
    for authentication in (IN.GOOGLE, IN.PASSWORD, IN.MICROSOFT365):
        choose(page.ui.authentication, authentication)
    assert not form.dirty


# The server


def test_a_provider_brings_its_own_server_and_the_one_before_comes_back(opened: Open) -> None:
    form = opened(stored(ok()))
    ui = form.pages.incoming.ui
    choose(ui.security, Security.STARTTLS)
    choose(ui.authentication, IN.MICROSOFT365)
    assert (ui.server.text(), ui.server.placeholderText()) == ("", "outlook.office365.com")
    assert (ui.security.currentData(), ui.port.value()) == (Security.SSL, 993)
    assert not ui.port.isEnabled()
    choose(form.pages.incoming.oauth.ui.cloud, Cloud.CHINA)
    assert ui.server.placeholderText() == "partner.outlook.cn"
    choose(ui.protocol, Protocol.POP3)
    assert ui.port.value() == 995
    choose(ui.authentication, IN.PASSWORD)
    assert ui.server.text() == "mail.example.org"
    assert (ui.security.currentData(), ui.port.value()) == (Security.STARTTLS, 143)
    assert ui.port.isEnabled()


def test_a_server_typed_for_a_provider_is_that_providers_alone(
    qtbot: QtBot, desk: DeskDouble, opened: Open
) -> None:
    form = opened(with_provider())
    ui = form.pages.incoming.ui
    ui.server.setText("relay.example.org")
    assert ui.port.isEnabled()
    ui.port.setValue(1993)
    choose(ui.authentication, IN.GOOGLE)
    assert (ui.server.text(), ui.server.placeholderText()) == ("", "imap.gmail.com")
    choose(ui.authentication, IN.MICROSOFT365)
    assert (ui.server.text(), ui.port.value()) == ("relay.example.org", 1993)
    incoming = applied(qtbot, form, desk).integration.incoming
    assert (incoming.server, incoming.port) == ("relay.example.org", 1993)


def test_outgoing_follows_the_provider_of_incoming(opened: Open) -> None:
    form = opened(stored(ok()))
    incoming, outgoing = form.pages.incoming.ui, form.pages.outgoing.ui
    choose(outgoing.authentication, OutgoingAuthentication.SAME_AS_INCOMING)
    assert outgoing.server.text() == "smtp.example.org"
    choose(incoming.authentication, IN.MICROSOFT365)
    assert (outgoing.server.text(), outgoing.server.placeholderText()) == ("", "smtp.office365.com")
    assert (outgoing.security.currentData(), outgoing.port.value()) == (Security.STARTTLS, 587)
    assert shown(form, Direction.OUTGOING) == []
    assert outgoing.lent.isVisibleTo(form.pages.outgoing)
    assert "Incoming email tab" in outgoing.lent.text()
    choose(incoming.authentication, IN.PASSWORD)
    assert outgoing.server.text() == "smtp.example.org"
    assert outgoing.sasl_mechanism.isEnabled()
    assert shown(form, Direction.OUTGOING) == ["user_name", "password", "sasl_mechanism"]
    assert not outgoing.lent.isVisibleTo(form.pages.outgoing)


def test_an_own_server_that_is_stored_goes_on_following(qtbot: QtBot, desk: DeskDouble, opened: Open) -> None:
    form = opened(with_provider())
    choose(form.pages.incoming.oauth.ui.cloud, Cloud.US_GOV)
    integration = applied(qtbot, form, desk).integration
    assert integration.incoming.server == "outlook.office365.us"
    assert integration.outgoing.server == "smtp.office365.us"
    assert form.pages.incoming.ui.server.text() == ""
    assert not form.dirty


# Secrets


def test_a_client_secret_is_typed_into_the_vault_and_blank_keeps_it(
    qtbot: QtBot, desk: DeskDouble, opened: Open
) -> None:
    form = opened(with_provider())
    oauth = form.pages.incoming.oauth.ui
    assert oauth.client_secret.placeholderText() == "Stored"
    oauth.secret_expires_on.set_value(date(2027, 6, 1))
    saved = applied(qtbot, form, desk).integration.incoming.oauth
    assert (saved.client_secret, saved.secret_expires_on) == (IN_VAULT, date(2027, 6, 1))
    assert sent(desk)[1].others == {}
    oauth.client_secret.setText("new one")
    oauth.secret_expires_on.known.setChecked(False)
    saved = applied(qtbot, form, desk).integration.incoming.oauth
    assert saved.secret_expires_on is None
    assert sent(desk)[1].others == {SecretPurpose.INCOMING_CLIENT_SECRET: Secret("new one")}
    assert oauth.client_secret.text() == ""


@pytest.mark.parametrize("day", [FIRST_DAY, date(2020, 1, 1), LAST_DAY, date(1999, 1, 1)])
def test_a_day_is_shown_as_it_is_and_showing_it_changes_nothing(opened: Open, day: date) -> None:
    """Also one that would be refused now."""
    status = with_provider()
    changed = with_values(
        status.integration, {"incoming.secret_expires_on": day, "incoming.password_expires_on": day}
    )
    form = opened(replace(status, integration=changed))
    page = form.pages.incoming
    assert not form.dirty
    assert page.oauth.ui.secret_expires_on.date.text() == day.isoformat()
    assert page.ui.password_expires_on.value() == day


def test_a_day_that_nobody_can_mean_is_marked_at_its_field(opened: Open) -> None:
    form = opened(with_provider())
    form.pages.incoming.oauth.ui.secret_expires_on.set_value(date(1999, 1, 1))
    assert form.pages.mark(validate(trimmed(form.pages.draft()), ())) == ()
    assert form.pages.incoming.fields.marked() == ("incoming.secret_expires_on",)


@pytest.mark.parametrize("typed", ["2026-02-31", "2026-02-3", "31.1.2027", ""])
def test_a_typed_day_that_there_is_not_is_refused_and_stays_as_typed(
    qtbot: QtBot, opened: Open, typed: str
) -> None:
    form = opened(with_provider())
    page = form.pages.incoming
    edit = page.oauth.ui.secret_expires_on.date
    edit.selectAll()
    qtbot.keyClicks(edit, typed) if typed else edit.clear()
    assert form.dirty
    form.apply()
    qtbot.waitUntil(lambda: page.fields.marked() == ("incoming.secret_expires_on",))
    assert "no day" in page.fields.mark_text("incoming.secret_expires_on")
    assert edit.text() == typed
    edit.setText("2026-02-28")
    assert page.fields.marked() == ()
    assert page.oauth.ui.secret_expires_on.value() == date(2026, 2, 28)


def test_a_day_is_picked_in_a_calendar(qtbot: QtBot, opened: Open) -> None:
    edit = opened(with_provider()).pages.incoming.oauth.ui.secret_expires_on
    edit.pick.click()
    calendar = edit.findChild(QCalendarWidget)
    assert calendar is not None
    assert calendar.selectedDate() == QDate(2027, 5, 31)
    calendar.clicked.emit(QDate(2027, 6, 30))
    assert edit.value() == date(2027, 6, 30)
    qtbot.waitUntil(lambda: edit.findChild(QCalendarWidget) is None)


def test_choosing_another_credential_lets_go_of_the_one_before(
    qtbot: QtBot, desk: DeskDouble, opened: Open
) -> None:
    form = opened(with_provider())
    oauth = form.pages.incoming.oauth.ui
    oauth.client_secret.setText("not chosen in the end")
    choose(oauth.credential, Credential.CERTIFICATE)
    assert oauth.certificate.isVisible()
    assert not oauth.client_secret.isVisible()
    oauth.certificate.set_content(Secret("PEM"), Held("CN=Mailint"))
    applied(qtbot, form, desk)
    draft, typed = sent(desk)
    assert draft.incoming.oauth.client_secret == NO_SECRET
    assert typed.others == {SecretPurpose.INCOMING_CERTIFICATE: Secret("PEM")}


def test_both_credentials_of_a_file_stay_while_nothing_is_chosen(
    qtbot: QtBot, desk: DeskDouble, opened: Open
) -> None:
    both = replace(MICROSOFT, certificate=IN_VAULT)
    form = opened(with_provider(both))
    form.pages.general.ui.description.setPlainText("changed")
    assert applied(qtbot, form, desk).integration.incoming.oauth == both


def pick(qtbot: QtBot, form: IntegrationForm, button: QPushButton, path: Path) -> None:
    """Presses *Choose file…* and takes ``path`` in the dialog that opens."""
    button.click()
    dialog = form.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()
    qtbot.waitUntil(button.isEnabled)


def test_a_certificate_asks_for_its_password_once(
    qtbot: QtBot, desk: DeskDouble, opened: Open, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "mailint.pfx"
    path.write_bytes(pfx(key, certified(key), PASSWORD))
    form = opened(with_provider())
    page = form.pages.incoming
    file = page.oauth.ui.certificate
    choose(page.oauth.ui.credential, Credential.CERTIFICATE)
    pick(qtbot, form, file.choose, path)
    for typed in ("wrong", PASSWORD):
        qtbot.waitUntil(lambda: form.findChild(QInputDialog) is not None)
        dialog = form.findChild(QInputDialog)
        assert dialog is not None
        dialog.setTextValue(typed)
        dialog.accept()
        qtbot.waitUntil(lambda: form.findChild(QInputDialog) is None and file.choose.isEnabled())
        if typed == "wrong":
            assert page.fields.marked() == ("incoming.certificate",)
            pick(qtbot, form, file.choose, path)
    assert page.fields.marked() == ()
    assert file.holds.text() == "CN=Mailint"
    assert file.until.text().startswith("Good until 2031-05-31")
    assert file.content().reveal().startswith("-----BEGIN PRIVATE KEY-----")
    assert form.dirty


def test_a_key_file_is_checked_when_it_is_chosen(
    qtbot: QtBot, desk: DeskDouble, opened: Open, tmp_path: Path
) -> None:
    form = opened(with_provider(GOOGLE, IN.GOOGLE))
    page = form.pages.incoming
    file = page.oauth.ui.key_file
    assert file.until.text() == "Stored"
    path = tmp_path / "key.json"
    path.write_text('{"installed": {}}')
    pick(qtbot, form, file.choose, path)
    qtbot.waitUntil(lambda: page.fields.marked() == ("incoming.key_file",))
    assert "service account" in page.fields.mark_text("incoming.key_file")
    assert page.fields.mark_text("incoming.key_file").endswith("The key file chosen before stays.")
    assert file.until.text() == "Stored"
    private_key = private_pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    key = {"type": "service_account", "client_email": "m@p.example", "private_key": private_key}
    path.write_text(json.dumps(key))
    pick(qtbot, form, file.choose, path)
    qtbot.waitUntil(lambda: file.holds.text() == "m@p.example")
    assert page.fields.marked() == ()
    applied(qtbot, form, desk)
    assert sent(desk)[1].others == {SecretPurpose.INCOMING_KEY_FILE: Secret(json.dumps(key))}
    assert (file.holds.text(), file.until.text()) == ("", "Stored")


def test_a_key_file_is_renewed_with_its_date(qtbot: QtBot, desk: DeskDouble, opened: Open) -> None:
    """As an import gave it, which is over by now."""
    form = opened(with_provider(replace(GOOGLE, secret_expires_on=date(2026, 1, 31)), IN.GOOGLE))
    oauth = form.pages.incoming.oauth.ui
    assert oauth.secret_expires_on.date.text() == "2026-01-31"
    oauth.key_file.set_content(Secret("the next one"), Held("m@p.example"))
    oauth.secret_expires_on.set_value(date(2028, 1, 31))
    saved = applied(qtbot, form, desk).integration.incoming.oauth
    assert (saved.key_file, saved.secret_expires_on) == (IN_VAULT, date(2028, 1, 31))


def test_a_stored_certificate_says_whose_it_is_and_until_when(
    qtbot: QtBot, desk: DeskDouble, opened: Open, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    credentials = SimpleNamespace(stored=lambda *_, **__: Secret(pem(key, certified(key)).decode()))
    desk.services = SimpleNamespace(**vars(desk.services) | {"credentials": credentials})
    form = opened(with_provider(replace(MICROSOFT, client_secret=NO_SECRET, certificate=IN_VAULT)))
    file = form.pages.incoming.oauth.ui.certificate
    assert file.isVisible()
    qtbot.waitUntil(lambda: file.holds.text() == "CN=Mailint")
    assert file.until.text().startswith("Good until 2031-05-31")
    file.set_content(Secret("another"), Held("CN=Another"))
    assert (file.holds.text(), file.until.text()) == ("CN=Another", "")
    form.requests.files._clock = lambda: END + timedelta(days=1)
    form.requests.files._looked_at = None
    form.pages.load(form.pages.stored)
    form.requests.look_at_kept()
    qtbot.waitUntil(lambda: file.until.text().startswith("Expired at 2031-05-31"))
    text = file.until.palette().color(QPalette.ColorRole.WindowText)
    assert text == role_colour(Role.NEGATIVE, file.palette())
    assert not file.over.pixmap().isNull()
    assert file.over.isVisible()
    file.set_content(Secret("another"), Held("CN=Another"))
    assert not file.over.isVisible()
    assert file.until.palette() == file.palette()


# Bad input


@pytest.mark.parametrize(
    ("name", "typed", "word"),
    [
        ("tenant_id", "contoso", "tenant"),
        ("client_id", "1234", "ID of an application"),
        ("mailbox", "support at example.org", "email address"),
        ("authority", "http://login.example.org", "https://"),
    ],
)
def test_bad_input_is_told_beside_its_field(
    qtbot: QtBot, opened: Open, name: str, typed: str, word: str
) -> None:
    form = opened(with_provider(), "general")
    page = form.pages.incoming
    getattr(page.oauth.ui, name).setText(typed)
    form.apply()
    path = f"incoming.{name}"
    qtbot.waitUntil(lambda: page.fields.marked() == (path,))
    assert word in page.fields.mark_text(path)
    assert getattr(page.oauth.ui, name).isVisible()  # also where it was behind Advanced
    assert form.focusWidget() is getattr(page.oauth.ui, name)


def test_marks_of_one_kind_go_with_it(qtbot: QtBot, opened: Open) -> None:
    form = opened(with_provider())
    page = form.pages.incoming
    page.oauth.ui.tenant_id.clear()
    form.apply()
    qtbot.waitUntil(lambda: page.fields.marked() == ("incoming.tenant_id",))
    choose(page.oauth.ui.sign_in, SignIn.DEVICE_CODE)
    assert page.fields.marked() == ()


def test_a_test_without_what_a_sign_in_needs_marks_it(opened: Open, desk: DeskDouble) -> None:
    form = opened(with_provider())
    form.pages.incoming.oauth.ui.client_id.clear()
    form.pages.outgoing.panel.ui.test_button.click()  # which sends by the sign-in of incoming
    assert desk.requests == []
    assert form.pages.incoming.fields.marked() == ("incoming.client_id",)


# The connection test


def test_a_test_gets_a_token_in_place_of_the_password(qtbot: QtBot, desk: DeskDouble, opened: Open) -> None:
    desk.test_steps = token_steps()
    form = opened(with_provider())
    panel = form.pages.incoming.panel
    words = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "Get a token" in words
    assert "Read the password" not in words
    panel.ui.test_button.click()
    qtbot.waitUntil(lambda: not panel.running)
    assert panel._rows[TestStage.TOKEN].time.text() == "312 ms"
    lines = panel.ui.outcome.toPlainText().splitlines()
    assert lines[0] == "Everything works. Messages in “INBOX”: 12."
    assert lines[1].startswith(
        "Get a token: It is of the application itself, for IMAP.AccessAsApp, SMTP.SendAsApp,"
    )
    choose(form.pages.incoming.ui.authentication, IN.PASSWORD)
    assert "Read the password" in [each.text() for each in panel.findChildren(QLabel) if each.isVisible()]


def test_sending_by_the_token_of_incoming_is_tested_with_it(
    qtbot: QtBot, desk: DeskDouble, opened: Open
) -> None:
    """And mended where that is set up."""
    desk.test_steps = (TestStep(Direction.OUTGOING, TestStage.TOKEN, 40, NO_CONSENT),)
    form = opened(with_provider(), "outgoing")
    panel = form.pages.outgoing.panel
    assert "Get a token" in [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    panel.ui.test_button.click()
    qtbot.waitUntil(lambda: not panel.running)
    assert "Incoming email tab" in panel.ui.outcome.toPlainText()


# Help


def test_the_help_stands_in_place_of_the_test_and_follows_what_is_typed(opened: Open) -> None:
    form = opened(with_provider())
    page = form.pages.incoming
    page.oauth.ui.help.click()
    assert page.ui.help.isVisible()
    assert not page.panel.isVisible()
    commands = [row.commands.toPlainText() for row in page.ui.help._rows]
    assert any(f"-AppId {CLIENT}" in text for text in commands)
    page.oauth.ui.mailbox.setText("shared@example.org")
    last = page.ui.help._rows[-1]
    assert "-Identity 'shared@example.org'" in last.commands.toPlainText()
    last.copy.click()
    assert "Add-MailboxPermission" in QGuiApplication.clipboard().text()
    choose(page.oauth.ui.sign_in, SignIn.DEVICE_CODE)
    assert any("Allow public client flows" in row.text.text() for row in page.ui.help._rows)
    page.ui.help.ui.close.click()
    assert page.panel.isVisible()
    page.oauth.ui.help.click()
    choose(page.ui.authentication, IN.PASSWORD)
    assert page.panel.isVisible()


def test_addresses_are_copied_whole_and_stand_on_a_line_of_their_own(opened: Open) -> None:
    form = opened(with_provider(GOOGLE, IN.GOOGLE))
    page = form.pages.incoming
    page.oauth.ui.help.click()
    [delegation] = [row for row in page.ui.help._rows if row.commands.isVisible()]
    assert delegation.commands.toPlainText() == GOOGLE_SCOPE
    assert delegation.commands.document().size().height() == 1  # in lines
    delegation.copy.click()
    assert QGuiApplication.clipboard().text() == GOOGLE_SCOPE
    delegation.copy_link.click()
    assert QGuiApplication.clipboard().text() == "https://admin.google.com/ac/owl/domainwidedelegation"
    second = page.ui.help._rows[1]
    assert not second.copy_link.isVisible()


@pytest.mark.parametrize("kind", [ProblemKind.PASSWORD_MISSING, ProblemKind.SECRET_LOCKED_HERE])
def test_a_client_secret_that_cannot_be_used_is_asked_for_again(opened: Open, kind: ProblemKind) -> None:
    lost = DirectionHealth(1, NOW, ErrorRecord(NOW, Problem(kind)), last_attempt_at=NOW)
    form = opened(replace(with_provider(), health=Health(lost, lost)))
    assert form.pages.incoming.oauth.ui.client_secret.placeholderText() == "Enter it again"
    assert form.pages.incoming.ui.password.placeholderText() == "Stored"


# How it looks


@pytest.mark.parametrize("side", list(Direction))
def test_fields_of_a_sign_in_begin_on_the_edge_of_the_form(opened: Open, side: Direction) -> None:
    status = with_provider()
    own = {"outgoing.authentication": OutgoingAuthentication.MICROSOFT365, "outgoing.client_id": CLIENT}
    form = opened(replace(status, integration=with_values(status.integration, own)), side.value)
    page = form.pages.sides[side]
    page.oauth.ui.advanced.click()
    QApplication.processEvents()
    widgets: list[QWidget] = [page.ui.address, page.oauth.ui.tenant_id, page.oauth.ui.authority]
    assert len({widget.mapTo(form, widget.rect().topLeft()).x() for widget in widgets}) == 1


@pytest.mark.parametrize("protocol", Protocol)
@pytest.mark.parametrize("side", list(Direction))
def test_mnemonics_are_unique_with_a_provider_too(opened: Open, side: Direction, protocol: Protocol) -> None:
    status = with_provider()
    own = {"outgoing.authentication": OutgoingAuthentication.MICROSOFT365}
    form = opened(replace(status, integration=with_values(status.integration, own)), side.value)
    choose(form.pages.incoming.ui.protocol, protocol)
    page = form.ui.tabs.currentWidget()
    assert repeated_letters(mnemonic_texts(page) + [each.text() for each in form.ui.buttons.buttons()]) == []


def test_choosing_a_provider_moves_no_edge_of_the_window(opened: Open) -> None:
    form = opened(stored(ok()))
    QApplication.processEvents()  # on a screen narrower than the form its contents find their room
    size = form.size(), form.ui.tabs.size()
    for authentication in IN:
        choose(form.pages.incoming.ui.authentication, authentication)
        QApplication.processEvents()
        assert (form.size(), form.ui.tabs.size()) == size
        assert form.pages.incoming.minimumSizeHint().width() <= form.ui.tabs.width()


def test_the_form_fits_on_a_small_screen(opened: Open) -> None:
    form = opened(by_a_person())
    form.resize(1366, 768)
    QApplication.processEvents()
    assert (form.width(), form.height()) == (1366, 768)
    assert form.minimumSizeHint().width() <= 1366
    assert form.minimumSizeHint().height() <= 768


def test_the_values_of_a_sign_in_have_the_paths_of_the_import_file() -> None:
    integration = with_provider().integration
    assert values_of(integration, ["incoming.tenant_id", "incoming.client_secret"]) == {
        "incoming.tenant_id": TENANT,
        "incoming.client_secret": Secret(""),
    }
    changed = with_values(integration, {"outgoing.client_id": CLIENT})
    assert changed.outgoing.oauth == OAuthSettings(client_id=CLIENT)
    assert changed.incoming == integration.incoming
