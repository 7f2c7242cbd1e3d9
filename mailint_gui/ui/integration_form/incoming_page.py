"""Incoming email: where mail is taken in from, how often, and what becomes of it on the server."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.check import TestStage
from mailint_gui.domain.integration import (
    AFTER_PROCESSING,
    DEFAULT_PORTS,
    AfterProcessing,
    Direction,
    FirstCheck,
    IncomingAuthentication,
    Integration,
    Protocol,
    Security,
)
from mailint_gui.domain.oauth import Provider
from mailint_gui.domain.problem import Problem
from mailint_gui.ui._generated.ui_integration_form_incoming import Ui_IntegrationFormIncoming
from mailint_gui.ui.fields.binding import Field, FieldSet
from mailint_gui.ui.fields.kinds import (
    CHECK,
    DURATION,
    EDITABLE,
    LINE,
    NUMBER,
    OPTIONAL_DATE,
    PASSWORD,
    choice,
    offer,
    offer_texts,
)
from mailint_gui.ui.fields.layout import dress_headings, show_rows
from mailint_gui.ui.fields.offered_choice import OfferedChoice
from mailint_gui.ui.integration_form.passwords import StoredPassword
from mailint_gui.ui.integration_form.security_rows import SecurityRows
from mailint_gui.ui.integration_form.server_rows import ServerRows
from mailint_gui.wording.problems import words
from mailint_gui.workers.calls import Call

_MANY = 999


class IncomingPage(QWidget):
    folders_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_IntegrationFormIncoming()
        self.ui.setupUi(self)
        offer(self.ui.protocol, Protocol)
        offer(self.ui.security, Security)
        offer(self.ui.authentication, IncomingAuthentication)
        offer(self.ui.first_check, FirstCheck)
        self._after = OfferedChoice(self.ui.after_processing, AFTER_PROCESSING)
        self.filing, self.oauth = self.ui.filing, self.ui.oauth
        declared = [*self._declared(), *self.filing.declared()]
        self.fields = FieldSet(self.ui.form, declared, self, *self.oauth.forms, *self.filing.forms)
        self.password = StoredPassword(self.ui.password)
        self._security = SecurityRows(
            self.ui.form, self.ui.security, self.ui.allow_insecure, self.ui.port, self._default_port
        )
        self.servers = ServerRows(self.ui.server, self.ui.security, self.ui.port, self._security)
        dress_headings(self)
        self.panel = self.ui.test_panel
        self.panel.show_direction(Direction.INCOMING)
        self._fetching: Call | None = None
        room = self.fontMetrics().horizontalAdvance(self._found(_MANY))
        self.ui.folders_found.setMinimumWidth(room)  # from the start: what comes later moves nothing
        self.ui.enabled.toggled.connect(self._show_enabled)
        self.ui.protocol.currentIndexChanged.connect(self._show_protocol)
        self.ui.protocol.activated.connect(self._security.follow)
        self.ui.authentication.currentIndexChanged.connect(self._show_login)
        self.oauth.kind_changed.connect(self._forget_marks_of_sign_in)
        self.ui.after_processing.currentIndexChanged.connect(self._show_after)
        self.ui.fetch_folders.clicked.connect(self.folders_requested)
        self.fields.edited.connect(self.forget_results)
        self._show_enabled(False)
        self._show_protocol()
        self._show_login()

    @property
    def provider(self) -> Provider | None:
        """Who is signed in at by what is chosen."""
        chosen = self.ui.authentication.currentData()
        return Provider(chosen) if chosen in set(Provider) else None

    def _declared(self) -> list[Field]:
        ui = self.ui
        expires = self.tr("Mailint warns before that day; an expired password stops all mail.")
        days = self.tr("Counted from when a message was first seen here.")
        return [
            Field("incoming.enabled", ui.enabled, CHECK),
            Field("incoming.address", ui.address, LINE, 36),
            Field("incoming.protocol", ui.protocol, choice(Protocol), 12),
            Field("incoming.server", ui.server, LINE, 36),
            Field("incoming.security", ui.security, choice(Security), 12),
            Field("incoming.allow_insecure", ui.allow_insecure, CHECK),
            Field("incoming.port", ui.port, NUMBER, 6),
            Field("incoming.authentication", ui.authentication, choice(IncomingAuthentication), 28),
            Field("incoming.user_name", ui.user_name, LINE, 36),
            Field("incoming.password", ui.password, PASSWORD, 36),
            Field("incoming.password_expires_on", ui.password_expires_on, OPTIONAL_DATE, 0, expires),
            *self.oauth.declared(Direction.INCOMING),
            Field("incoming.folder", ui.folder, EDITABLE, 22),
            Field("incoming.check_every", ui.check_every, DURATION, 0, self.tr("From 10 s to 24 h.")),
            Field("incoming.first_check", ui.first_check, choice(FirstCheck), 28),
            Field("incoming.after_processing", ui.after_processing, choice(AfterProcessing), 28),
            Field("incoming.move_to", ui.move_to, EDITABLE, 22),
            Field("incoming.delete_after_days", ui.delete_after_days, NUMBER, 12, days),
            Field(
                "incoming.largest_message_mb",
                ui.largest_message_mb,
                NUMBER,
                9,
                self.tr("A larger message is listed and left on the server."),
            ),
        ]

    def settle(self, stored: Integration) -> None:
        """After loading: what is derived from the values shown."""
        incoming = stored.incoming
        self.password.show(incoming.password)
        self.oauth.settle(incoming.provider, incoming.oauth)
        self._after.settle(incoming.protocol, incoming.after_processing)

    def follow_folders(self, call: Call) -> None:
        """Fills both lists with what ``call`` brings; what is typed stays."""
        self._fetching = call
        if self.window().focusWidget() is self.ui.fetch_folders:
            self.ui.folder.setFocus()  # where they will be chosen; a disabled button keeps no focus
        self.ui.fetch_folders.setEnabled(False)
        self.ui.folders_found.setText(self.tr("Fetching…"))
        call.succeeded.connect(self._offer_folders)
        call.failed.connect(self._tell_folders_failed)
        call.cancelled.connect(self.ui.folders_found.clear)
        call.finished.connect(self._folders_fetched)

    def forget_results(self) -> None:
        """What was tested is no longer what is typed."""
        self.panel.forget()

    def cancel(self) -> None:
        """Ends what runs, and lets go of its answer."""
        self.panel.forget()
        if self._fetching is not None:
            self._fetching.cancel()

    def _offer_folders(self, names: tuple[str, ...]) -> None:
        for combo in (self.ui.folder, self.ui.move_to):
            offer_texts(combo, names)
        self.ui.folders_found.setText(self._found(len(names)))

    def _found(self, count: int) -> str:
        return self.tr("1 folder") if count == 1 else self.tr("%n folders", None, count)

    def _tell_folders_failed(self, problem: Problem | Exception) -> None:
        self.ui.folders_found.clear()
        if isinstance(problem, Problem):
            self.fields.show_mark("incoming.folder", str(words(problem, "", Direction.INCOMING)))
        else:
            self.fields.show_mark("incoming.folder", self.tr("Mend the marked fields first."))

    def _folders_fetched(self) -> None:
        self._fetching = None
        self._show_folders()

    def _protocol(self) -> Protocol:
        return Protocol(self.ui.protocol.currentData())

    def _default_port(self, security: Security) -> int:
        return DEFAULT_PORTS[self._protocol(), security]

    def _show_enabled(self, enabled: bool) -> None:
        for part in (self.ui.settings, self.panel, self.filing):
            part.setEnabled(enabled)

    def _show_protocol(self) -> None:
        """What the protocol does not have is greyed or gives way to what it has; what was typed stays."""
        protocol, ui = self._protocol(), self.ui
        self._show_folders()
        ui.form.setRowVisible(ui.move_to, protocol is Protocol.IMAP)
        ui.form.setRowVisible(ui.delete_after_days, protocol is Protocol.POP3)
        self._show_stages()
        self._after.offer(protocol)

    def _show_folders(self) -> None:
        has_folders, ui = self._protocol() is Protocol.IMAP, self.ui
        for widget in (ui.folder_label, ui.folder):
            widget.setEnabled(has_folders)
        ui.fetch_folders.setEnabled(has_folders and self._fetching is None)

    def _show_login(self) -> None:
        """The fields of a provider stand in place of those of a password; what was typed in either stays."""
        ui, provider = self.ui, self.provider
        show_rows(ui.form, (ui.user_name, ui.password, ui.password_expires_on), provider is None)
        show_rows(ui.form, (self.oauth,), provider is not None)
        self.oauth.show_provider(provider)
        self._show_stages()
        if provider is None:
            self.oauth.ui.help.setChecked(False)

    def _show_stages(self) -> None:
        without_folders = () if self._protocol() is Protocol.IMAP else (TestStage.FOLDER,)
        self.panel.leave_out(*without_folders, TestStage.SECRET if self.provider else TestStage.TOKEN)

    def _forget_marks_of_sign_in(self) -> None:
        for field in self.oauth.declared(Direction.INCOMING):
            self.fields.clear_mark(field.path)

    def _show_after(self) -> None:
        chosen = self.ui.after_processing.currentData()
        for widget in (self.ui.move_to, self.ui.move_to_label):
            widget.setEnabled(chosen == AfterProcessing.MOVE)
        at_once = chosen == AfterProcessing.DELETE
        self.ui.delete_after_days.setSpecialValueText(self.tr("at once") if at_once else self.tr("never"))
