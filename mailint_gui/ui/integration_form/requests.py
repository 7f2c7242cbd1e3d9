"""What the form asks of the desk besides saving: tests, folders, a test email, enabling and disabling."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.address import is_address
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.integration_secrets import log_in_direction
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.status import DeletionEffects
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError, trimmed, validate
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.integration_form.file_requests import FileRequests
from mailint_gui.ui.integration_form.oauth_requests import SIGN_IN_FIELDS, OAuthRequests
from mailint_gui.ui.integration_form.pages import Pages
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.wording.fields import field_words
from mailint_gui.wording.text import filled
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk

_TO_CONNECT = frozenset(
    {"server", "port", "security", "user_name", "password", "authentication", "sasl_mechanism"}
)
_TO_TEST = {
    Direction.INCOMING: _TO_CONNECT | {"folder"},
    Direction.OUTGOING: _TO_CONNECT | {"address"},
}


class FormRequests(QObject):
    failed = Signal(object)  # Problem or ValidationError of enabling, disabling, or a sign-in that is kept
    marked = Signal()  # fields were marked; the form goes to the first

    def __init__(self, desk: Desk, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._pages = pages
        self._window = window
        self._calls = PendingCalls(self)
        self._enabling: Call | None = None
        self.oauth = OAuthRequests(desk, pages, window)
        self.files = FileRequests(desk, pages, window)
        for further in (self.oauth, self.files):
            further.failed.connect(self.failed)
            further.marked.connect(self.marked)
        incoming, outgoing, general = pages.incoming, pages.outgoing, pages.general
        incoming.panel.test_requested.connect(partial(self.test, Direction.INCOMING))
        outgoing.panel.test_requested.connect(partial(self.test, Direction.OUTGOING))
        incoming.folders_requested.connect(self.fetch_folders)
        outgoing.send_requested.connect(self.send_test)
        general.cancel_requested.connect(self._cancel_enabling)

    def test(self, direction: Direction) -> None:
        panel = self._pages.incoming.panel if direction is Direction.INCOMING else self._pages.outgoing.panel
        if not self._may_connect(direction, _TO_TEST[direction]):
            panel.refuse(self.tr("Nothing was tested: mend the marked fields first."))
            return
        pages = self._pages
        pages.trim(direction)
        panel.follow(
            self._calls.follow(
                self._desk.test_connection(trimmed(pages.draft()), direction, pages.passwords())
            )
        )

    def fetch_folders(self) -> None:
        if self._may_connect(Direction.INCOMING, _TO_CONNECT):
            pages = self._pages
            call = self._desk.list_folders(trimmed(pages.draft()), pages.passwords())
            pages.incoming.follow_folders(self._calls.follow(call))

    def look_at_kept(self) -> None:
        """What the vault has of sign-ins, certificates and key files."""
        self.oauth.look_at_kept()
        self.files.look_at_kept()

    def send_test(self, recipient: str) -> None:
        recipient = recipient.strip()
        page = self._pages.outgoing
        if not is_address(recipient):
            fault = FieldFault.BAD_ADDRESS if recipient else FieldFault.REQUIRED
            page.refuse_sending(field_words(FieldError("address", fault, {"value": recipient})))
            page.ui.test_recipient.setFocus()
        elif not self._may_connect(Direction.OUTGOING, _TO_TEST[Direction.OUTGOING]):
            page.refuse_sending(self.tr("Nothing was sent: mend the marked fields first."))
        else:
            draft = trimmed(self._pages.draft())
            call = self._desk.send_test(draft, recipient, self._pages.passwords())
            page.follow_sending(self._calls.follow(call), stored=bool(draft.id))

    def enable(self) -> None:
        """Tests what is stored first; failing leaves it as it was."""
        general = self._pages.general
        general.show_enabling()
        call = self._desk.enable(self._pages.stored.id)
        self._enabling = call
        call.progressed.connect(general.show_enabling)
        self._calls.follow(call, failed=self._tell_failed, finished=self._enabling_ended)

    def disable(self) -> None:
        """The default asks for a successor first."""
        stored = self._pages.stored
        if not stored.is_default:
            self._disable(None)
            return
        effects = self._desk.deletion_effects([stored.id])
        self._calls.follow(effects, succeeded=self._ask_successor, failed=self._tell_failed)

    def cancel_all(self) -> None:
        self._pages.incoming.cancel()
        self._pages.outgoing.cancel()
        self.oauth.cancel_all()
        self._cancel_enabling()

    def _ask_successor(self, effects: DeletionEffects) -> None:
        question = filled(
            self.tr("Disable {name}, the default integration?"), {"name": self._pages.stored.name}
        )
        dialog = ConfirmDialog(
            self._window,
            question,
            [self.tr("Automatic notifications are sent from the default integration.")],
            self.tr("Disable integration"),
            effects.possible_successors,
        )
        dialog.accepted.connect(lambda: self._disable(dialog.successor()))
        dialog.open()

    def _disable(self, successor: int | None) -> None:
        call = self._desk.disable([self._pages.stored.id], successor)
        self._calls.follow(call, failed=self._tell_failed)

    def _tell_failed(self, refusal: Problem | ValidationError) -> None:
        self.failed.emit(refusal)

    def _cancel_enabling(self) -> None:
        if self._enabling is not None:
            self._enabling.cancel()

    def _enabling_ended(self) -> None:
        self._enabling = None
        self._pages.general.show_enabled()

    def _may_connect(self, direction: Direction, names: Iterable[str]) -> bool:
        """Whether what is typed is enough to connect with; what is not is marked."""
        errors = _errors_to_connect(self._pages, direction, names)
        if errors:
            self._pages.clear_marks()
            self._pages.mark(errors)
            self.marked.emit()
        return not errors


def _errors_to_connect(pages: Pages, direction: Direction, names: Iterable[str]) -> list[FieldError]:
    draft = trimmed(pages.draft())
    owner = log_in_direction(draft, direction)
    wanted = {f"{direction}.{name}" for name in names} | {f"{owner}.{name}" for name in SIGN_IN_FIELDS}
    return [error for error in validate(draft, ()) if error.path in wanted]
