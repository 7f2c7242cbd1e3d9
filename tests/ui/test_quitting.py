"""Quitting with something typed in a dialog that is open."""

from collections.abc import Callable

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.rule import Rule
from mailint_gui.ui.editing_dialog import EditingDialog
from mailint_gui.ui.integration_form import IntegrationForm
from mailint_gui.ui.main_window import MainWindow
from mailint_gui.ui.notifications.settings_dialog import NotificationSettings
from mailint_gui.ui.rules.editor import RuleEditor
from mailint_gui.ui.settings import SettingsDialog
from mailint_gui.workers.rule_desk import RuleDesk
from tests.services.office import Office
from tests.ui.conftest import OpenWindow
from tests.ui.desk_double import DeskDouble
from tests.ui.samples import three


def type_in(window: MainWindow) -> None:
    window.forms.open(1)
    window.findChildren(IntegrationForm)[0].pages.general.ui.name.setText("Printers")


def integration_form(_office: Office, _desk: DeskDouble, window: MainWindow) -> None:
    type_in(window)


def settings(_office: Office, _desk: DeskDouble, window: MainWindow) -> None:
    window.ui.action_settings.trigger()
    window.findChildren(SettingsDialog)[0].ui.admin_name.setText("Dana")


def notification_settings(office: Office, desk: DeskDouble, window: MainWindow) -> None:
    desk.services = office.services
    window.ui.action_notification_settings.trigger()
    window.findChildren(NotificationSettings)[0].delivery.webhook_url.setText("https://chat.example")


def rule_editor(_office: Office, desk: DeskDouble, window: MainWindow) -> None:
    window.further.open_rules()
    editor = RuleEditor(RuleDesk(desk), Rule(name="Spam"), (), {}, AccountProperties(), window)
    editor.open()
    editor.ui.name.setText("Bulk")


OPENED = [integration_form, settings, notification_settings, rule_editor]


def question(window: MainWindow) -> QMessageBox:
    [box] = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    return box


def answer(window: MainWindow, text: str) -> None:
    box = question(window)
    next(each for each in box.buttons() if each.text().replace("&", "") == text).click()


@pytest.mark.parametrize("typed", OPENED)
def test_what_is_typed_is_asked_about_before_quitting(
    typed: Callable[[Office, DeskDouble, MainWindow], None],
    office: Office,
    open_window: OpenWindow,
    qtbot: QtBot,
) -> None:
    desk, window = open_window(three())
    typed(office, desk, window)
    [editor] = window.findChildren(EditingDialog)
    quits = QSignalSpy(window.quit_requested)
    window.quit()
    window.quit()  # as from the tray, while it asks
    answer(window, "Keep editing")
    assert (quits.count(), editor.isVisible(), editor.dirty, window.isVisible()) == (0, True, True, True)
    window.quit()
    answer(window, "Discard changes")
    qtbot.waitUntil(lambda: quits.count() == 1)
    assert not window.isVisible()


def test_after_going_on_typing_discarding_closes_the_dialog_alone(open_window: OpenWindow) -> None:
    _, window = open_window(three())
    type_in(window)
    quits = QSignalSpy(window.quit_requested)
    window.quit()
    answer(window, "Keep editing")
    [form] = window.findChildren(IntegrationForm)
    form.reject()
    answer(window, "Discard changes")
    assert (quits.count(), form.isVisible(), window.isVisible()) == (0, False, True)


def test_one_dialog_after_the_other_is_asked_about(open_window: OpenWindow, qtbot: QtBot) -> None:
    _, window = open_window(three())
    for number in (1, 2, 3):
        window.forms.open(number)
    forms = window.findChildren(IntegrationForm)[1:]
    for form in forms:
        form.pages.general.ui.name.setText("Other")
    quits = QSignalSpy(window.quit_requested)
    window.quit()
    for form in forms:
        qtbot.waitUntil(lambda form=form: form.findChild(QMessageBox) is not None)
        answer(window, "Discard changes")
    qtbot.waitUntil(lambda: quits.count() == 1)


def test_nobody_is_asked_while_the_session_ends(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, window = open_window(three())
    type_in(window)
    for module in ("editing_dialog", "main_window", "window_frame"):
        monkeypatch.setattr(f"mailint_gui.ui.{module}.session_ends", lambda: True)
    quits = QSignalSpy(window.quit_requested)
    assert window.close()
    assert window.findChildren(IntegrationForm)[0].close()
    assert not [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    assert quits.count() == 1
