"""The integration form: tabs, and OK / Apply / Cancel that lose nothing that is typed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from mailint_gui.domain.clock import Clock, system_clock
from mailint_gui.domain.integration import IncomingSettings, Integration
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.validation import FieldError, ValidationError
from mailint_gui.ui._generated.ui_integration_form import Ui_IntegrationFormDialog
from mailint_gui.ui.banners import Banners, Subject
from mailint_gui.ui.dialog_buttons import enable, leave_focus
from mailint_gui.ui.editing_dialog import EditingDialog
from mailint_gui.ui.integration_form.form_tabs import FormTabs
from mailint_gui.ui.integration_form.history_page import HistoryPage
from mailint_gui.ui.integration_form.pages import Pages
from mailint_gui.ui.integration_form.requests import FormRequests
from mailint_gui.ui.integration_form.rules_page import RulesPage
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.screen_room import fit_dialog
from mailint_gui.ui.theme import Role
from mailint_gui.ui.vault_notice import VAULT_TROUBLE, VaultNotice
from mailint_gui.wording.fields import field_label, field_words
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import filled, one_line
from mailint_gui.workers.desk import Desk

_REFRESH_MS = 15_000
_NEW = Integration(incoming=IncomingSettings(enabled=True))  # most are set up to take mail in
_StandardButton = QDialogButtonBox.StandardButton


@dataclass(frozen=True, slots=True)
class _Saving:
    """A save under way: what was typed when it began, and what follows it."""

    sent: dict[str, Any]
    then: Callable[[], None]


class IntegrationForm(EditingDialog):
    """Modeless: several may be open, each for one integration; ``status`` None is a new one."""

    saved = Signal(object)  # Integration, as stored
    rules_requested = Signal(int)  # of which integration

    def __init__(
        self,
        desk: Desk,
        status: IntegrationStatus | None,
        parent: QWidget | None = None,
        tab: str = "general",
        *,
        properties: AccountProperties | None = None,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._status = status
        self._properties = properties or AccountProperties()
        self._removed = False
        self._saving: _Saving | None = None
        self._calls = PendingCalls(self)
        self.ui = Ui_IntegrationFormDialog()
        self.ui.setupUi(self)
        self.pages = Pages()
        self.rules = RulesPage(desk)
        self.history = HistoryPage(desk)
        self.pages.general.ui.status_panel.clock = clock
        self.requests = FormRequests(desk, self.pages, self)
        self.banners = Banners(self.ui.column, self)
        self.vault = VaultNotice(desk, self.banners, self)
        self._save_again: Callable[[], None] | None = None
        self.tabs = FormTabs(self.ui.tabs, self.pages, self.rules, self.history)
        self._dress_buttons()
        self._connect()
        self.pages.incoming.filing.offer_lists(self._properties)
        self.pages.load(status.integration if status else _NEW)
        self._show_further()
        self._show_status()
        self._after_edit()
        self.pages.general.ui.name.setFocus()
        self.open_tab(tab)
        self._take_room()

    @property
    def integration_id(self) -> int:
        """0 until a new one is stored."""
        return self.pages.stored.id

    @property
    def dirty(self) -> bool:
        return self.pages.dirty

    def open_tab(self, tab: str) -> None:
        """One of ``form_tabs.TABS``, or the path of a field there."""
        self.tabs.open(tab)

    def apply(self) -> None:
        """Validates, stores and stays."""
        self._save(lambda: None)

    def accept(self) -> None:
        """Stores what changed and closes; with nothing changed, closes."""
        if not self.dirty and self.integration_id:
            super().accept()
        elif self._saving is None:
            self._save(partial(QDialog.accept, self))

    def done(self, result: int) -> None:
        self.requests.cancel_all()
        super().done(result)

    def _take_room(self) -> None:
        self.tabs.take_room()
        fit_dialog(self)  # Qt itself stops at two thirds of the screen

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
        for page in self.pages.all:
            page.fields.edited.connect(self._after_edit)
        general = self.pages.general
        general.ui.status_panel.tab_requested.connect(self.open_tab)
        general.enable_requested.connect(self._enable)
        general.disable_requested.connect(self.requests.disable)
        self.pages.outgoing.same_as_incoming_chosen.connect(self._offer_server)
        self.rules.rules_requested.connect(lambda: self.rules_requested.emit(self.integration_id))
        self.requests.failed.connect(self._refused)
        self.vault.opened.connect(self._vault_opened)
        self.requests.marked.connect(self.tabs.go_to_first_mark)
        self._desk.status_changed.connect(self._take_status)
        self._desk.status_removed.connect(self._take_removal)
        self._desk.properties_changed.connect(self._take_properties)
        refresh = QTimer(self, interval=_REFRESH_MS)
        refresh.timeout.connect(self._show_status)
        refresh.start()

    def _save(self, then: Callable[[], None]) -> None:
        sent = self.pages.typed()
        self.pages.clear_marks()
        self.tabs.show_marks()
        self.banners.hide(Subject.RESULT)
        self.banners.hide(Subject.VAULT)
        call = self._desk.save(self.pages.draft(), self.pages.passwords())
        # Methods of this object, no closures: Qt lets go of them when the form is closed before the answer comes.
        self._calls.follow(call, self._was_saved, self._refused, self._save_ended)
        self._saving = _Saving(sent, then)
        self._show_buttons()

    def _save_ended(self) -> None:
        self._saving = None
        self._show_buttons()

    def _was_saved(self, stored: Integration) -> None:
        assert self._saving is not None
        if self._status is None:
            self._status = IntegrationStatus(stored)
        self.pages.rebase(stored, self._saving.sent)
        self._show_further()
        self._show_status()
        self._after_edit()
        self.saved.emit(stored)
        self._saving.then()

    def _refused(self, refusal: Problem | ValidationError) -> None:
        """Nothing was stored, and nothing typed is lost."""
        if isinstance(refusal, Problem):
            self._tell_problem(refusal)
            return
        elsewhere = self.pages.mark(refusal.errors)
        if elsewhere:
            self._tell(_sentences(elsewhere))
        self.tabs.go_to_first_mark()

    def _tell_problem(self, problem: Problem) -> None:
        """Without a vault a save is put off: it is made again once the admin opened one."""
        trouble = VAULT_TROUBLE.get(problem.kind)
        if trouble is None:
            self._tell(str(words(problem, self.pages.stored.name)))
            return
        self._save_again = partial(self._save, self._saving.then) if self._saving else None
        if self._saving:
            self.vault.show_not_kept(trouble)
        else:
            self.vault.show(trouble)

    def _vault_opened(self) -> None:
        again, self._save_again = self._save_again, None
        if again is not None and self._saving is None:
            again()

    def _tell(self, text: str) -> None:
        self.banners.show(Subject.RESULT, Role.NEGATIVE, text, closable=True)

    def _enable(self) -> None:
        """What is typed (a new password, as a rule) is stored first: it is what the test is for."""
        if self._saving is not None:
            return
        if self.dirty:
            self._save(self.requests.enable)
        else:
            self.requests.enable()

    def _offer_server(self) -> None:
        """A provider has another one for outgoing mail, and fills it in by itself."""
        if self.pages.incoming.provider is None:
            self.pages.outgoing.offer_server(self.pages.incoming.ui.server.text())

    def _take_status(self, status: IntegrationStatus) -> None:
        if not self.integration_id or status.id != self.integration_id:
            return
        self._status = status
        self._removed = False
        self.banners.hide(Subject.TROUBLE)
        self.pages.rebase(status.integration)
        self._show_status()
        self._after_edit()

    def _take_removal(self, integration_id: int) -> None:
        if integration_id and integration_id == self.integration_id:
            self._removed = True
            text = self.tr("This integration was deleted. Undo that in the list to go on here.")
            self.banners.show(Subject.TROUBLE, Role.CAUTION, text)
            self._show_buttons()

    def _take_properties(self, properties: AccountProperties) -> None:
        self._properties = properties
        self.pages.incoming.filing.offer_lists(properties)
        self._show_status()

    def _show_further(self) -> None:
        """The tabs that have no fields."""
        for page in (self.rules, self.history):
            page.show_integration(self.integration_id)

    def _show_status(self) -> None:
        if self._status is not None:
            self.pages.general.show_state(self._status, self._properties)
            self.pages.general.ui.status_panel.show_status(self._status)
            self.pages.show_secret_troubles(self._status)
            self.requests.look_at_kept()

    def _after_edit(self) -> None:
        general, outgoing = self.pages.general, self.pages.outgoing
        general.show_can_send(self.pages.stored.enabled and outgoing.ui.enabled.isChecked())
        self.pages.show_what_follows()
        self.requests.oauth.show_help()
        admin = general.ui.responsible_admin.text().strip()
        outgoing.suggest_recipient(admin or next(iter(self._properties.notification_recipients), ""))
        self._show_title()
        self.tabs.show_marks()
        self._show_buttons()

    def _show_title(self) -> None:
        if self.integration_id:
            name = one_line(self.pages.stored.name)
            self.setWindowTitle(filled(self.tr("{name} – Integration"), {"name": name}))
        else:
            self.setWindowTitle(self.tr("New integration"))

    def _show_buttons(self) -> None:
        may_save = self._saving is None and not self._removed
        enable(self._button(_StandardButton.Ok), may_save)
        enable(self._button(_StandardButton.Apply), may_save and self.dirty)
        self.pages.general.show_saving(self._saving is not None)


def _sentences(errors: Iterable[FieldError]) -> str:
    return " ".join(f"{field_label(error.path)}: {field_words(error)}" for error in errors)
