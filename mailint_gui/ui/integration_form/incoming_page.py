"""Incoming email: where mail is taken in from, how often, and what becomes of it on the server."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from mailint_gui.domain.integration import (
    DEFAULT_PORTS,
    AfterProcessing,
    Direction,
    FirstCheck,
    Integration,
    Protocol,
    Security,
)
from mailint_gui.domain.problem import Problem
from mailint_gui.ui._generated.ui_integration_form_incoming import Ui_IntegrationFormIncoming
from mailint_gui.ui.fields.binding import Field, FieldSet
from mailint_gui.ui.fields.kinds import CHECK, DURATION, EDITABLE, LINE, NUMBER, PASSWORD, choice, offer
from mailint_gui.ui.fields.layout import dress_headings
from mailint_gui.ui.integration_form.passwords import StoredPassword
from mailint_gui.ui.integration_form.security_rows import SecurityRows
from mailint_gui.wording.problems import words
from mailint_gui.workers.calls import Call

_OFFERED_AFTER_PROCESSING = (AfterProcessing.MARK_READ, AfterProcessing.MOVE, AfterProcessing.DELETE)
_MANY = 999


class IncomingPage(QWidget):
    folders_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_IntegrationFormIncoming()
        self.ui.setupUi(self)
        offer(self.ui.protocol, [Protocol.IMAP])
        offer(self.ui.security, Security)
        offer(self.ui.first_check, FirstCheck)
        offer(self.ui.after_processing, _OFFERED_AFTER_PROCESSING)
        self.fields = FieldSet(self.ui.form, self._declared(), self)
        self.password = StoredPassword(self.ui.password)
        self._security = SecurityRows(
            self.ui.form, self.ui.security, self.ui.allow_insecure, self.ui.port, self._default_port
        )
        dress_headings(self)
        self.panel = self.ui.test_panel
        self.panel.show_direction(Direction.INCOMING)
        self._fetching: Call | None = None
        room = self.fontMetrics().horizontalAdvance(self._found(_MANY))
        self.ui.folders_found.setMinimumWidth(room)  # from the start: what comes later moves nothing
        self.ui.enabled.toggled.connect(self._show_enabled)
        self.ui.after_processing.currentIndexChanged.connect(self._show_move_to)
        self.ui.fetch_folders.clicked.connect(self.folders_requested)
        self.fields.edited.connect(self.panel.forget)
        self._show_enabled(False)

    def _declared(self) -> list[Field]:
        ui = self.ui
        return [
            Field("incoming.enabled", ui.enabled, CHECK),
            Field("incoming.address", ui.address, LINE, 36),
            Field("incoming.protocol", ui.protocol, choice(Protocol), 12),
            Field("incoming.server", ui.server, LINE, 36),
            Field("incoming.security", ui.security, choice(Security), 12),
            Field("incoming.allow_insecure", ui.allow_insecure, CHECK),
            Field("incoming.port", ui.port, NUMBER, 6),
            Field("incoming.user_name", ui.user_name, LINE, 36),
            Field("incoming.password", ui.password, PASSWORD, 36),
            Field("incoming.folder", ui.folder, EDITABLE, 22),
            Field("incoming.check_every", ui.check_every, DURATION, 0, self.tr("From 10 s to 24 h.")),
            Field("incoming.first_check", ui.first_check, choice(FirstCheck), 28),
            Field("incoming.after_processing", ui.after_processing, choice(AfterProcessing), 28),
            Field("incoming.move_to", ui.move_to, EDITABLE, 22),
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
        self.password.show(stored.incoming.password)
        self._security.settle()
        self._show_move_to()

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

    def cancel(self) -> None:
        """Ends what runs, and lets go of its answer."""
        self.panel.forget()
        if self._fetching is not None:
            self._fetching.cancel()

    def _offer_folders(self, names: tuple[str, ...]) -> None:
        for combo in (self.ui.folder, self.ui.move_to):
            _offer_texts(combo, names)
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
        self.ui.fetch_folders.setEnabled(True)

    def _default_port(self, security: Security) -> int:
        return DEFAULT_PORTS[Protocol(self.ui.protocol.currentData()), security]

    def _show_enabled(self, enabled: bool) -> None:
        self.ui.settings.setEnabled(enabled)
        self.panel.setEnabled(enabled)

    def _show_move_to(self) -> None:
        moves = self.ui.after_processing.currentData() == AfterProcessing.MOVE
        self.ui.move_to.setEnabled(moves)
        self.ui.move_to_label.setEnabled(moves)


def _offer_texts(combo: QComboBox, texts: tuple[str, ...]) -> None:
    typed = combo.currentText()
    blocked = combo.blockSignals(True)
    combo.clear()
    combo.addItems(list(texts))
    combo.setEditText(typed)
    combo.blockSignals(blocked)
