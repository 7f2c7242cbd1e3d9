"""Account properties: settings that hold for all integrations. Those that do nothing yet are not offered."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QPushButton, QWidget

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.properties import (
    AccountProperties,
    ForgedTokens,
    OneMessageInManyMailboxes,
    ResetIncomingErrorsOn,
)
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui._generated.ui_settings import Ui_SettingsForm
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.dialog_buttons import enable, leave_focus
from mailint_gui.ui.editing_dialog import EditingDialog
from mailint_gui.ui.fields.binding import FieldSet
from mailint_gui.ui.fields.kinds import offer
from mailint_gui.ui.fields.layout import PageArea, align_labels, dress_headings, reveal
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.settings.declared import general_fields, mail_fields, record_fields
from mailint_gui.ui.theme import Role
from mailint_gui.wording.fields import field_words
from mailint_gui.wording.problems import words
from mailint_gui.workers.desk import Desk

_StandardButton = QDialogButtonBox.StandardButton


@dataclass(frozen=True, slots=True)
class _Saving:
    """A save under way: what was typed when it began, and what follows it."""

    sent: dict[str, str]
    then: Callable[[], None]


class SettingsDialog(EditingDialog):
    def __init__(self, desk: Desk, properties: AccountProperties, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._saving: _Saving | None = None
        self._calls = PendingCalls(self)
        self.ui = Ui_SettingsForm()
        self.ui.setupUi(self)
        self.banners = Banners(self.ui.column, self)
        self._let_pages_scroll()
        offer(self.ui.reset_incoming_errors_on, ResetIncomingErrorsOn)
        offer(self.ui.forged_tokens, ForgedTokens)
        offer(self.ui.one_message_in_many_mailboxes, OneMessageInManyMailboxes)
        ui = self.ui
        declared = [*general_fields(ui), *mail_fields(ui), *record_fields(ui)]
        self.fields = FieldSet(ui.form, declared, self, ui.mail_form, ui.record_form, ui.choice_form)
        dress_headings(self)
        align_labels([ui.form, ui.mail_form, ui.record_form])
        self.ui.admin_name.setPlaceholderText(_account_name())
        self._dress_buttons()
        self._connect()
        self.fields.load(properties.as_text())
        self._show_buttons()
        fit_dialog(self)

    def apply(self) -> None:
        self._save(lambda: None)

    def accept(self) -> None:
        if not self.dirty:
            super().accept()
        elif self._saving is None:
            self._save(partial(QDialog.accept, self))

    @property
    def dirty(self) -> bool:
        return self.fields.dirty

    def _let_pages_scroll(self) -> None:
        tabs = self.ui.tabs
        for page in (self.ui.general_page, self.ui.mail_page, self.ui.records_page):
            title = tabs.tabText(0)
            tabs.removeTab(0)
            tabs.addTab(PageArea(page), title)

    def _dress_buttons(self) -> None:
        self._button(_StandardButton.Ok).setText(self.tr("OK"))
        self._button(_StandardButton.Cancel).setText(self.tr("Cancel"))
        self._button(_StandardButton.Apply).setText(self.tr("&Apply"))
        self._button(_StandardButton.Ok).setDefault(True)
        self._button(_StandardButton.Apply).setAutoDefault(False)
        self._button(_StandardButton.Cancel).setAutoDefault(False)
        leave_focus(self.ui.buttons)

    def _button(self, which: QDialogButtonBox.StandardButton) -> QPushButton:
        return self.ui.buttons.button(which)

    def _connect(self) -> None:
        self.ui.buttons.accepted.connect(self.accept)
        self.ui.buttons.rejected.connect(self.reject)
        self._button(_StandardButton.Apply).clicked.connect(self.apply)
        self.fields.edited.connect(self._show_buttons)
        self.ui.browse_ca_file.clicked.connect(self._browse)
        self._desk.properties_changed.connect(self._take_properties)

    def _save(self, then: Callable[[], None]) -> None:
        sent = self.fields.values()
        self.fields.clear_marks()
        self.banners.hide(Subject.RESULT)
        call = self._desk.save_properties(self.fields.dirty_values())
        self._calls.follow(call, self._was_saved, self._refused, self._save_ended)
        self._saving = _Saving(sent, then)
        self._show_buttons()

    def _save_ended(self) -> None:
        self._saving = None
        self._show_buttons()

    def _was_saved(self, stored: AccountProperties) -> None:
        assert self._saving is not None
        self.fields.rebase(stored.as_text(), self._saving.sent)
        self._saving.then()

    def _refused(self, refusal: Problem | ValidationError) -> None:
        if isinstance(refusal, Problem):
            self._tell(str(words(refusal)))
            return
        elsewhere = self.fields.mark(refusal.errors)
        if elsewhere:
            self._tell(" ".join(field_words(error) for error in elsewhere))
        for path in self.fields.marked()[:1]:
            reveal(self.fields.widget(path))
            self.fields.focus(path)

    def _tell(self, text: str) -> None:
        self.banners.show(Subject.RESULT, Role.NEGATIVE, text, closable=True)

    def _take_properties(self, properties: AccountProperties) -> None:
        self.fields.rebase(properties.as_text())
        self._show_buttons()

    def _show_buttons(self) -> None:
        enable(self._button(_StandardButton.Ok), self._saving is None)
        enable(self._button(_StandardButton.Apply), self._saving is None and self.dirty)

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a CA file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Certificates (*.pem *.crt *.cer)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.ui.extra_ca_file.setText)
        dialog.open()


def _account_name() -> str:
    """What the environment says: a directory service may take seconds to be asked."""
    return next(filter(None, map(os.environ.get, ("LOGNAME", "USER", "USERNAME"))), "")
