"""Outgoing email: where mail is sent through, as whom, and within which limits."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.check import SendOutcome, TestStage
from mailint_gui.domain.integration import (
    DEFAULT_SMTP_PORTS,
    Direction,
    Integration,
    MessageFormat,
    OutgoingAuthentication,
    SaslMechanism,
    Security,
)
from mailint_gui.domain.oauth import Provider
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.domain.problem import Problem
from mailint_gui.ui._generated.ui_integration_form_outgoing import Ui_IntegrationFormOutgoing
from mailint_gui.ui.fields.binding import Field, FieldSet
from mailint_gui.ui.fields.kinds import CHECK, LINE, LINES, NUMBER, OPTIONAL_DATE, PASSWORD, choice, offer
from mailint_gui.ui.fields.layout import dress_headings, show_rows
from mailint_gui.ui.integration_form.passwords import StoredPassword
from mailint_gui.ui.integration_form.security_rows import SecurityRows
from mailint_gui.ui.integration_form.server_rows import ServerRows
from mailint_gui.wording.outbox import outbox_state_words
from mailint_gui.wording.problems import words
from mailint_gui.workers.calls import Call

_LINES_OF_SIGNATURE = 3
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class OutgoingPage(QWidget):
    send_requested = Signal(str)  # recipient as typed
    same_as_incoming_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_IntegrationFormOutgoing()
        self.ui.setupUi(self)
        offer(self.ui.security, Security)
        offer(self.ui.authentication, OutgoingAuthentication)
        offer(self.ui.sasl_mechanism, SaslMechanism)
        offer(self.ui.message_format, MessageFormat)
        self.oauth = self.ui.oauth
        self.fields = FieldSet(self.ui.form, self._declared(), self, *self.oauth.forms)
        self.password = StoredPassword(self.ui.password)
        self._security = SecurityRows(
            self.ui.form,
            self.ui.security,
            self.ui.allow_insecure,
            self.ui.port,
            DEFAULT_SMTP_PORTS.__getitem__,
        )
        self.servers = ServerRows(self.ui.server, self.ui.security, self.ui.port, self._security)
        self._incoming_provider: Provider | None = None
        dress_headings(self)
        line = self.ui.signature.fontMetrics().lineSpacing()
        self.ui.signature.setFixedHeight(line * _LINES_OF_SIGNATURE + 12)
        self.panel = self.ui.test_panel
        self.panel.show_direction(Direction.OUTGOING)
        self.ui.test_recipient.setAccessibleName(self.tr("Recipient of the test email"))
        self._sending: Call | None = None
        self.ui.enabled.toggled.connect(self._show_enabled)
        self.ui.authentication.currentIndexChanged.connect(self._show_login)
        self.ui.authentication.activated.connect(self._authentication_chosen)
        self.oauth.kind_changed.connect(self._forget_marks_of_sign_in)
        self.ui.send_button.clicked.connect(lambda: self.send_requested.emit(self.ui.test_recipient.text()))
        self.ui.test_recipient.installEventFilter(self)
        self.fields.edited.connect(self.forget_results)
        self._show_enabled(False)
        self._show_login()

    @property
    def provider(self) -> Provider | None:
        """Who is signed in at by what is chosen here; None also where incoming's sign-in serves."""
        chosen = self.ui.authentication.currentData()
        return Provider(chosen) if chosen in set(Provider) else None

    @property
    def _token_from(self) -> Provider | None:
        """Whose token is used to send, also one that incoming lends."""
        same = self.ui.authentication.currentData() == OutgoingAuthentication.SAME_AS_INCOMING
        return self._incoming_provider if same else self.provider

    def _declared(self) -> list[Field]:
        ui = self.ui
        expires = self.tr("Mailint warns before that day; an expired password stops all mail.")
        sent_folder = self.tr(
            "A folder of the incoming IMAP mailbox. \\Sent: whichever the server has for sent mail. Empty: no copy."
        )
        return [
            Field("outgoing.enabled", ui.enabled, CHECK),
            Field("outgoing.address", ui.address, LINE, 36, self.tr("Empty: the incoming address.")),
            Field("outgoing.display_name", ui.display_name, LINE, 36),
            Field("outgoing.reply_to", ui.reply_to, LINE, 36),
            Field("outgoing.server", ui.server, LINE, 36),
            Field("outgoing.security", ui.security, choice(Security), 12),
            Field("outgoing.allow_insecure", ui.allow_insecure, CHECK),
            Field("outgoing.port", ui.port, NUMBER, 6),
            Field("outgoing.authentication", ui.authentication, choice(OutgoingAuthentication), 28),
            Field("outgoing.user_name", ui.user_name, LINE, 36),
            Field("outgoing.password", ui.password, PASSWORD, 36),
            Field("outgoing.password_expires_on", ui.password_expires_on, OPTIONAL_DATE, 0, expires),
            Field("outgoing.sasl_mechanism", ui.sasl_mechanism, choice(SaslMechanism), 14),
            *self.oauth.declared(Direction.OUTGOING),
            Field("outgoing.message_format", ui.message_format, choice(MessageFormat), 28),
            Field("outgoing.signature", ui.signature, LINES, 36),
            Field("outgoing.messages_per_minute", ui.messages_per_minute, NUMBER, 10),
            Field("outgoing.largest_message_mb", ui.largest_message_mb, NUMBER, 10),
            Field("outgoing.sent_folder", ui.sent_folder, LINE, 22, sent_folder),
        ]

    def settle(self, stored: Integration) -> None:
        """After loading: what is derived from the values shown."""
        self.password.show(stored.outgoing.password)
        self.oauth.settle(stored.outgoing.provider, stored.outgoing.oauth)
        self._show_login()

    def show_incoming(self, address: str, provider: Provider | None) -> None:
        """What is taken over from incoming: the address, and a sign-in by *same as incoming*."""
        self.ui.address.setPlaceholderText(address)
        self._incoming_provider = provider
        self._show_login()

    def suggest_recipient(self, address: str) -> None:
        """Whom the test email goes to until another is typed."""
        if not self.ui.test_recipient.isModified():
            self.ui.test_recipient.setText(address)

    def offer_server(self, server: str) -> None:
        """What *Same as incoming* suggests; a server that is typed stays."""
        if not self.ui.server.text().strip():
            self.ui.server.setText(server)

    def follow_sending(self, call: Call, *, stored: bool) -> None:
        """``stored``: there is an integration that the outbox can keep the message for."""
        self._sending = call
        self.ui.send_button.setEnabled(False)
        self.ui.send_result.setText(
            self.tr("Sending…")
            if stored
            else self.tr(
                "Sending directly, not through the outbox, because the integration is not stored yet…"
            )
        )
        call.succeeded.connect(self._tell_outcome)
        call.failed.connect(self._tell_failed)
        call.cancelled.connect(self._tell_cancelled)
        call.finished.connect(self._sent)

    def refuse_sending(self, text: str) -> None:
        self.ui.send_result.setText(text)

    def forget_results(self) -> None:
        """What was tested is no longer what is typed."""
        self.panel.forget()
        if self._sending is None:
            self.ui.send_result.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the recipient sends, and goes no further: the dialog would take it for OK."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _ENTER:
            self.ui.send_button.click()
            return True
        return super().eventFilter(watched, event)

    def cancel(self) -> None:
        """Ends what runs, and lets go of its answer."""
        self.panel.forget()
        if self._sending is not None:
            self._sending.cancel()

    def _tell_outcome(self, outcome: SendOutcome) -> None:
        parts = [f"{outbox_state_words(OutboxState(outcome.state))}."]
        if outcome.problem is not None:
            parts.append(str(words(outcome.problem, "", Direction.OUTGOING)))
        if not outcome.outbox_id:
            parts.append(
                self.tr(
                    "This went directly, not through the outbox, because the integration is not stored yet."
                )
            )
        self.ui.send_result.setText(" ".join(parts))

    def _tell_failed(self, problem: Problem | Exception) -> None:
        if isinstance(problem, Problem):
            self.ui.send_result.setText(str(words(problem, "", Direction.OUTGOING)))
        else:
            self.ui.send_result.setText(self.tr("Nothing was sent: mend the marked fields first."))

    def _tell_cancelled(self) -> None:
        self.ui.send_result.setText(self.tr("Cancelled."))

    def _sent(self) -> None:
        self._sending = None
        self.ui.send_button.setEnabled(True)

    def _authentication_chosen(self) -> None:
        if self.ui.authentication.currentData() == OutgoingAuthentication.SAME_AS_INCOMING:
            self.same_as_incoming_chosen.emit()

    def _show_enabled(self, enabled: bool) -> None:
        for widget in (self.ui.settings, self.panel, self.ui.send_box, self.ui.send_heading):
            widget.setEnabled(enabled)

    def _show_login(self) -> None:
        """The fields of a provider stand in place of those of a password; what was typed in either stays."""
        ui, provider = self.ui, self.provider
        chosen = ui.authentication.currentData()
        own = chosen == OutgoingAuthentication.PASSWORD
        by_token = self._token_from is not None
        of_password = (ui.user_name, ui.password, ui.password_expires_on, ui.sasl_mechanism)
        show_rows(ui.form, of_password, not by_token)
        show_rows(ui.form, (self.oauth,), provider is not None)
        show_rows(ui.form, (ui.lent,), by_token and provider is None)
        self.oauth.show_provider(provider)
        by_mechanism = chosen != OutgoingAuthentication.NONE and not by_token
        login: list[tuple[QWidget, bool]] = [
            (ui.user_name, own),
            (ui.user_name_label, own),
            (ui.password, own),
            (ui.password_label, own),
            (ui.password_expires_on, own),
            (ui.password_expires_on_label, own),
            (ui.sasl_mechanism, by_mechanism),
            (ui.sasl_mechanism_label, by_mechanism),
        ]
        for widget, used in login:
            widget.setEnabled(used)
        self._show_stages()
        if provider is None:
            self.oauth.ui.help.setChecked(False)

    def _show_stages(self) -> None:
        same = self.ui.authentication.currentData() == OutgoingAuthentication.SAME_AS_INCOMING
        self.panel.logs_in_at = Direction.INCOMING if same else Direction.OUTGOING
        self.panel.leave_out(TestStage.SECRET if self._token_from else TestStage.TOKEN)

    def _forget_marks_of_sign_in(self) -> None:
        for field in self.oauth.declared(Direction.OUTGOING):
            self.fields.clear_mark(field.path)
