"""The settings dialog over a desk in memory."""

import re
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.ui.banners import Subject
from mailint_gui.ui.settings import SettingsDialog
from mailint_gui.wording.fields import field_words
from tests.ui.desk_double import DeskDouble

BUTTONS = QDialogButtonBox.StandardButton
ELSEWHERE = {  # in the window of the monitoring notifications
    "quiet_hours",
    "notifications_a_minute",
    "outbox_stuck_after",
    "no_check_after",
    "no_mail_after",
    "webhook_url",
    "status_file",
}
CHANGED = {
    "notify_after_incoming_errors": "never",
    "notify_after_outgoing_errors": "5",
    "disable_after_incoming_errors": "never",
    "disable_after_outgoing_errors": "12",
    "disable_grace": "90s",
    "reset_incoming_errors_on": "received_email",
    "notification_recipients": "a@example.org, b@example.org",
    "check_concurrency": "16",
    "connections_per_host": "2",
    "extra_ca_file": "ca.pem",
    "proxy": "http://proxy.example:3128",
    "admin_name": "Dana Reyes",
    "subject_token": "[Case {id}]",
    "forged_tokens": "accept",
    "one_message_in_many_mailboxes": "linked",
    "loop_limit_10m": "2",
    "loop_limit_30m": "20",
    "loop_limit_60m": "200",
    "send_for": "4h",
    "keep_messages": "730d",
    "keep_history": "forever",
    "record_statuses": "Closed, Open, Ω / Büro",
    "closed_statuses": "Waiting, Closed",
    "reopened_status": "New",
    "record_categories": "Mail, Network & more",
    "record_urgencies": "",
    "record_impacts": "One",
    "record_priorities": "1, 2, 3",
    "admins": "dana.reyes@example.org",
    "groups": "Desk, Field team",
}


@pytest.fixture
def desk(qapp: QApplication) -> DeskDouble:
    return DeskDouble()


def opened(qtbot: QtBot, desk: DeskDouble) -> SettingsDialog:
    dialog = SettingsDialog(desk, desk.properties)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def write(dialog: SettingsDialog, name: str, text: str) -> None:
    field = next(field for field in dialog.fields.fields if field.path == name)
    field.kind.write(field.widget, text)


def test_every_property_that_acts_is_offered(qtbot: QtBot, desk: DeskDouble) -> None:
    dialog = opened(qtbot, desk)
    assert set(dialog.fields.values()) == set(AccountProperties().as_text()) - ELSEWHERE == set(CHANGED)
    assert not dialog.fields.dirty


@pytest.mark.parametrize("name", CHANGED)
def test_every_property_is_shown_and_stored(qtbot: QtBot, desk: DeskDouble, name: str) -> None:
    dialog = opened(qtbot, desk)
    assert dialog.fields.values()[name] == AccountProperties().as_text()[name]
    write(dialog, name, CHANGED[name])
    assert dialog.fields.dirty_values() == {name: CHANGED[name]}
    with qtbot.waitSignal(desk.properties_changed):
        dialog.ui.buttons.button(BUTTONS.Apply).click()
    qtbot.waitUntil(lambda: not dialog.fields.dirty)
    assert desk.requests == [("save_properties", ({name: CHANGED[name]},))]
    assert desk.properties.as_text()[name] == CHANGED[name]


@pytest.mark.parametrize("name", CHANGED)
def test_errors_stand_beside_their_field(qtbot: QtBot, desk: DeskDouble, name: str) -> None:
    error = FieldError(name, FieldFault.BELOW_NOTIFY, {"low": "3"})
    desk.refusals["save_properties"] = ValidationError([error])
    dialog = opened(qtbot, desk)
    write(dialog, "admin_name", "x")
    dialog.ui.buttons.button(BUTTONS.Ok).click()
    qtbot.waitUntil(lambda: dialog.fields.marked() == (name,))
    assert dialog.fields.mark_text(name) == field_words(error)
    assert dialog.fields.widget(name).isVisible()  # its tab was opened
    assert dialog.isVisible()
    qtbot.waitUntil(dialog.ui.buttons.button(BUTTONS.Ok).isEnabled)


def test_ok_stores_and_closes_and_without_changes_only_closes(qtbot: QtBot, desk: DeskDouble) -> None:
    dialog = opened(qtbot, desk)
    write(dialog, "check_concurrency", "3")
    with qtbot.waitSignal(dialog.accepted):
        dialog.ui.buttons.button(BUTTONS.Ok).click()
    assert desk.properties.check_concurrency == 3
    again = opened(qtbot, desk)
    again.ui.buttons.button(BUTTONS.Ok).click()
    assert not again.isVisible()
    assert len(desk.requests) == 1


def test_cancel_asks_when_something_is_typed(qtbot: QtBot, desk: DeskDouble) -> None:
    dialog = opened(qtbot, desk)
    write(dialog, "admin_name", "Dana")
    for text, visible in (("Keep editing", True), ("Discard changes", False)):
        dialog.ui.buttons.button(BUTTONS.Cancel).click()
        box = dialog.findChild(QMessageBox)
        assert box is not None
        assert dialog.isVisible()
        next(button for button in box.buttons() if button.text().replace("&", "") == text).click()
        qtbot.waitUntil(lambda: dialog.findChild(QMessageBox) is None)
        assert dialog.isVisible() is visible
    assert desk.requests == []


@pytest.mark.parametrize(("typed", "kept"), [("Never", "never"), ("never", "never"), ("5000", "5000")])
def test_what_is_typed_is_what_is_judged(qtbot: QtBot, desk: DeskDouble, typed: str, kept: str) -> None:
    dialog = opened(qtbot, desk)
    name = "notify_after_incoming_errors"
    box = dialog.ui.notify_after_incoming_errors
    box.selectAll()
    qtbot.keyClicks(box, typed)
    assert dialog.fields.values()[name] == kept
    assert "never" in box.toolTip()
    dialog.apply()
    qtbot.waitUntil(lambda: dialog.fields.mark_text(name) != "" or not dialog.fields.dirty)
    refused = "Enter a value from 1 to 1000." if kept == "5000" else ""
    assert dialog.fields.mark_text(name) == refused


def test_half_a_word_or_another_one_changes_nothing(qtbot: QtBot, desk: DeskDouble) -> None:
    dialog = opened(qtbot, desk)
    box = dialog.ui.notify_after_incoming_errors
    box.selectAll()
    qtbot.keyClicks(box, "nexr")
    box.interpretText()
    assert not dialog.fields.dirty


def test_applying_leaves_the_focus_where_it_is(qtbot: QtBot, desk: DeskDouble) -> None:
    dialog = opened(qtbot, desk)
    dialog.ui.admin_name.setFocus()
    write(dialog, "admin_name", "Dana")
    qtbot.mouseClick(dialog.ui.buttons.button(BUTTONS.Apply), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.fields.dirty)
    assert dialog.focusWidget() is dialog.ui.admin_name


def test_a_problem_is_told_and_nothing_is_lost(qtbot: QtBot, desk: DeskDouble) -> None:
    desk.refusals["save_properties"] = Problem(ProblemKind.STORE_FAILED)
    dialog = opened(qtbot, desk)
    write(dialog, "admin_name", "Dana")
    dialog.apply()
    qtbot.waitUntil(lambda: dialog.banners.shown(Subject.RESULT) is not None)
    assert dialog.fields.values()["admin_name"] == "Dana"


def test_entries_are_one_a_line_and_blank_lines_are_none(qtbot: QtBot, desk: DeskDouble) -> None:
    dialog = opened(qtbot, desk)
    box = dialog.ui.groups
    box.setPlainText("Desk\n\n  Field team \n")
    dialog.apply()
    qtbot.waitUntil(lambda: not dialog.fields.dirty)
    assert desk.properties.groups == ("Desk", "Field team")
    box.setPlainText("Desk\nDESK\nNight, Day")
    dialog.apply()
    qtbot.waitUntil(lambda: not dialog.fields.dirty)
    assert desk.properties.groups == ("Desk", "Night", "Day")
    assert box.toPlainText() == "Desk\nNight\nDay"


def test_a_period_that_is_no_longer_forever_is_never_nothing(qtbot: QtBot, desk: DeskDouble) -> None:
    dialog = opened(qtbot, desk)
    dialog.ui.tabs.setCurrentIndex(1)
    period = dialog.ui.keep_messages
    assert not period.number.isVisible()
    period.unit.setCurrentIndex(period.unit.findData("d"))
    assert period.number.isVisible()
    assert dialog.fields.values()["keep_messages"] == "365d"
    period.unit.setCurrentIndex(period.unit.findData("forever"))
    assert not dialog.fields.dirty


def test_statuses_that_do_not_fit_are_told_where_they_are(qtbot: QtBot, desk: DeskDouble) -> None:
    dialog = opened(qtbot, desk)
    write(dialog, "record_statuses", "New, Open")
    dialog.apply()
    qtbot.waitUntil(lambda: dialog.fields.marked() == ("closed_statuses",))
    assert "“Closed” is none of the statuses" in dialog.fields.mark_text("closed_statuses")


@pytest.mark.parametrize("tab", range(3))
def test_mnemonics_are_unique(qtbot: QtBot, desk: DeskDouble, tab: int) -> None:
    dialog = opened(qtbot, desk)
    dialog.ui.tabs.setCurrentIndex(tab)
    page = dialog.ui.tabs.currentWidget()
    labels = [label.text() for label in page.findChildren(QLabel) if label.buddy() is not None]
    assert [text for text in labels if "&" not in text] == []
    buttons = page.findChildren(QAbstractButton) + dialog.ui.buttons.findChildren(QAbstractButton)
    texts = labels + [button.text() for button in buttons]
    letters = Counter(letter for text in texts for letter in re.findall(r"&(\w)", text.lower()))
    assert [letter for letter, count in letters.items() if count > 1] == []
