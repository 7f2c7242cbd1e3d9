"""The dialog of the monitoring notifications, in front of real services."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from mailint_gui.domain.events import ErrorsReached, IntegrationEvent
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.notification import Channel, EventKind
from mailint_gui.domain.notification_sample import sample_event
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.notifications.settings_dialog import NotificationSettings
from mailint_gui.wording.notifications import default_subject
from tests.servers.smtp import SmtpServer
from tests.services.office import Office
from tests.ui.desk_double import NOW
from tests.ui.mail_samples import desk_on
from tests.ui.mnemonics import mnemonic_texts, repeated_letters


def event_of(kind: EventKind) -> IntegrationEvent:
    return sample_event(kind, None, NOW)


@pytest.fixture
def dialog(office: Office, qtbot: QtBot) -> NotificationSettings:
    desk = desk_on(office)
    shown = NotificationSettings(desk, desk.properties, event_of)
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    desk.setParent(shown)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: shown.form.isEnabled())
    return shown


def stored(office: Office, kind: EventKind):  # type: ignore[no-untyped-def]
    return office.services.notifications.telling().settings[kind]


def apply(dialog: NotificationSettings, qtbot: QtBot) -> None:
    dialog.apply()
    qtbot.waitUntil(lambda: not dialog._busy)


def test_nothing_is_dirty_at_first_whichever_kind_is_looked_at(dialog: NotificationSettings) -> None:
    for kind in EventKind:
        dialog.choose(kind)
        assert dialog.form.preview.toPlainText().startswith("[Mailint] Support")
        assert dialog.form.fields.marked() == ()
        assert dialog.form.setting() == dialog._stored[kind]
    assert not dialog.dirty


def test_what_is_typed_for_several_kinds_is_stored_at_once(
    dialog: NotificationSettings, office: Office, qtbot: QtBot
) -> None:
    dialog.choose(EventKind.RECOVERED)
    dialog.form.subject.setText("{name} is back")
    dialog.form.recipients.setPlainText("ann@example.org\nbob@example.org")
    dialog.choose(EventKind.NO_MAIL)
    dialog.form.channels[Channel.SOUND].setChecked(True)
    dialog.delivery.quiet_hours.setText("22:00-07:00")
    dialog.choose(EventKind.RECOVERED)
    assert dialog.form.subject.text() == "{name} is back"
    apply(dialog, qtbot)
    assert not dialog.dirty
    assert stored(office, EventKind.RECOVERED).subject == "{name} is back"
    assert stored(office, EventKind.RECOVERED).recipients == ("ann@example.org", "bob@example.org")
    assert stored(office, EventKind.RECOVERED).body == ""
    assert Channel.SOUND in stored(office, EventKind.NO_MAIL).channels
    assert str(office.services.properties.current().quiet_hours) == "22:00-07:00"


def test_an_unknown_field_is_marked_while_it_is_typed(dialog: NotificationSettings) -> None:
    form = dialog.form
    form.subject.setText("{nam}")
    assert "{nam}" in form.fields.mark_text("subject")
    form.subject.setText("{name}")
    assert form.fields.mark_text("subject") == ""
    assert form.preview.toPlainText().startswith("Support\n")
    form.body.setPlainText("{why.__class__} {why}")
    assert "{why.__class__}" in form.fields.mark_text("body")
    assert "{why.__class__}" in form.preview.toPlainText()


def test_a_refusal_opens_its_kind_and_stores_nothing(
    dialog: NotificationSettings, office: Office, qtbot: QtBot
) -> None:
    dialog.choose(EventKind.DISABLED)
    dialog.form.recipients.setPlainText("nobody")
    dialog.choose(EventKind.NO_MAIL)
    dialog.form.enabled.setChecked(False)
    apply(dialog, qtbot)
    assert dialog._kind() is EventKind.DISABLED
    assert dialog.form.fields.mark_text("recipients")
    assert stored(office, EventKind.NO_MAIL).enabled
    assert dialog.dirty


def test_a_bad_property_opens_its_tab(dialog: NotificationSettings, office: Office, qtbot: QtBot) -> None:
    dialog.delivery.webhook_url.setText("http://chat.example/")
    apply(dialog, qtbot)
    assert dialog.tabs.currentIndex() == 1
    assert "https://" in dialog.delivery.fields.mark_text("webhook_url")
    assert office.services.properties.current().webhook_url == ""


def test_a_status_file_that_cannot_be_written_is_marked(
    dialog: NotificationSettings, office: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    office.services.credentials.use_for_this_run()
    folder = tmp_path / "gone"
    dialog.delivery.status_file.setText(str(folder / "status.json"))
    dialog.delivery.secret.typed.setText("canary")
    apply(dialog, qtbot)
    assert dialog.tabs.currentIndex() == 1
    assert str(folder) in dialog.delivery.fields.mark_text("status_file")
    assert office.services.properties.current().status_file == ""
    assert not office.services.webhook.has_secret()  # all or nothing
    assert dialog.dirty
    folder.mkdir()
    apply(dialog, qtbot)
    assert office.services.properties.current().status_file == str(folder / "status.json")
    assert dialog.delivery.fields.mark_text("status_file") == ""


def test_the_status_file_can_be_chosen(dialog: NotificationSettings, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.tabs.setCurrentIndex(1)
    dialog.delivery.browse.click()
    chooser = dialog.findChild(QFileDialog)
    chooser.selectFile(str(tmp_path / "status"))
    chooser.accept()
    qtbot.waitUntil(lambda: dialog.delivery.status_file.text() == str(tmp_path / "status.json"))
    assert dialog.dirty
    assert repeated_letters(mnemonic_texts(dialog.delivery)) == []


def test_the_secret_is_kept_and_never_read_back(
    dialog: NotificationSettings, office: Office, qtbot: QtBot
) -> None:
    office.services.credentials.use_for_this_run()
    dialog.delivery.secret.typed.setText("canary")
    assert dialog.dirty
    apply(dialog, qtbot)
    assert office.services.webhook.has_secret()
    assert dialog.delivery.secret.typed.text() == ""
    assert "Stored" in dialog.delivery.secret.typed.placeholderText()
    assert not dialog.dirty


def test_the_secret_can_be_removed(dialog: NotificationSettings, office: Office, qtbot: QtBot) -> None:
    office.services.credentials.use_for_this_run()
    secret = dialog.delivery.secret
    assert secret.remove.isHidden()
    secret.typed.setText("canary")
    apply(dialog, qtbot)
    assert not secret.remove.isHidden()
    secret.remove.click()
    assert dialog.dirty
    assert not secret.typed.isEnabled()
    secret.remove.click()  # it may stay after all
    assert not dialog.dirty
    secret.remove.click()
    apply(dialog, qtbot)
    assert not office.services.webhook.has_secret()
    assert secret.remove.isHidden()
    assert secret.typed.isEnabled()
    assert not dialog.dirty


def test_a_test_says_where_it_went(
    dialog: NotificationSettings, office: Office, smtp_server: SmtpServer, qtbot: QtBot
) -> None:
    dialog.form.recipients.setPlainText("ann@example.org")
    dialog.try_out.click()
    qtbot.waitUntil(lambda: dialog.banners.shown(Subject.RESULT) is not None)
    told = dialog.banners.shown(Subject.RESULT)
    assert told is not None
    assert "No integration can send" in told.label.text()
    office.sending(smtp_server)
    qtbot.waitUntil(lambda: dialog.try_out.isEnabled())
    dialog.try_out.click()
    qtbot.waitUntil(lambda: "ann@example.org" in (dialog.banners.shown(Subject.RESULT) or told).label.text())
    assert len(office.services.outbox.all()) == 1


def test_a_test_tells_what_the_preview_shows(
    dialog: NotificationSettings, office: Office, smtp_server: SmtpServer, qtbot: QtBot
) -> None:
    """An integration of its own: what a test makes up is of the default one."""
    office.sending(smtp_server)
    problem = Problem(ProblemKind.AUTHENTICATION_FAILED, {"server": "mail.example.org"}, "NO seven")
    happened = IntegrationEvent(7, "Printers", NOW, ErrorsReached(Direction.INCOMING, 7, NOW, problem))
    dialog._event_of = lambda _kind: happened
    dialog.choose(EventKind.ERRORS_REACHED)
    dialog._show_kind()
    dialog.form.recipients.setPlainText("ann@example.org")
    dialog.try_out.click()
    qtbot.waitUntil(lambda: len(office.services.outbox.all()) == 1)
    subject, _, body = dialog.form.preview.toPlainText().partition("\n\n")
    [item] = office.services.outbox.all()
    assert "Printers" in subject
    assert item.subject == f"Test: {subject}"
    assert "seven" in body
    assert b"seven" in office.services.message_log.source(item.log_id)


def test_what_is_off_greys_its_rest(dialog: NotificationSettings) -> None:
    form = dialog.form
    assert form.subject.isEnabled()
    form.channels[Channel.EMAIL].setChecked(False)
    assert not form.subject.isEnabled()
    form.enabled.setChecked(False)
    assert not form.channels[Channel.TRAY].isEnabled()
    assert form.subject.text() == default_subject()
