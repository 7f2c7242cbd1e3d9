"""What the form asks of the desk for a sign-in by a person; and the help for whichever kind is chosen."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.field_error import FieldError, FieldFault
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import needed_secrets, settings_of, sign_in_of
from mailint_gui.domain.mailbox_access import mailbox_of, protocols_of
from mailint_gui.domain.oauth import SignInStatus
from mailint_gui.domain.problem import Problem
from mailint_gui.domain.secret import NO_SECRET
from mailint_gui.domain.validation import trimmed, validate
from mailint_gui.ui.confirm_dialog import ConfirmDialog
from mailint_gui.ui.integration_form.pages import Pages
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.wording.exchange_commands import Wanted
from mailint_gui.wording.setup_help import setup_steps
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.sign_in_desk import SignInDesk

if TYPE_CHECKING:
    pass

# All that says who we are at the provider, and where that is.
SIGN_IN_FIELDS = frozenset(
    {"sign_in", "mailbox", "tenant_id", "client_id", "client_secret", "certificate", "key_file"}
    | {"authority", "authorization_endpoint", "token_endpoint", "scopes"}
)


class OAuthRequests(QObject):
    failed = Signal(object)  # Problem of looking at a sign-in that is kept
    marked = Signal()  # fields were marked; the form goes to the first

    def __init__(self, desk: Desk, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._desk = SignInDesk(desk)
        self._pages = pages
        self._window = window
        self._calls = PendingCalls(self)
        self._looked_at: dict[Direction, tuple[object, ...]] = {}
        for direction, side in pages.sides.items():
            box = side.oauth.ui.tokens
            box.sign_in_requested.connect(partial(self.sign_in, direction))
            box.sign_out_requested.connect(partial(self.ask_to_sign_out, direction))
            side.oauth.ui.help.toggled.connect(partial(self._show_help, direction))
            side.ui.help.closed.connect(partial(side.oauth.ui.help.setChecked, False))

    # Signing in and out

    def sign_in(self, direction: Direction) -> None:
        box = self._pages.sides[direction].oauth.ui.tokens
        draft, typed = trimmed(self._pages.draft()), self._pages.passwords()
        errors = [*_faults(draft, direction), *self._missing(draft, direction)]
        if errors:
            self._pages.clear_marks()
            self._pages.mark(errors)
            self.marked.emit()
            box.refuse(self.tr("Nothing was asked for: mend the marked fields first."))
        else:
            self._pages.forget_results(direction)
            box.follow_sign_in(self._calls.follow(self._desk.sign_in(draft, direction, typed)))

    def ask_to_sign_out(self, direction: Direction) -> None:
        effect = (
            self.tr("Mail of this integration is no longer taken in until somebody signs in again.")
            if direction is Direction.INCOMING
            else self.tr("Mail of this integration waits in the outbox until somebody signs in again.")
        )
        question = self.tr("Sign out and forget the stored tokens?")
        dialog = ConfirmDialog(self._window, question, [effect], self.tr("Sign out"), ())
        dialog.accepted.connect(partial(self.sign_out, direction))
        dialog.open()

    def sign_out(self, direction: Direction) -> None:
        box = self._pages.sides[direction].oauth.ui.tokens
        call = self._desk.sign_out(self._pages.stored, direction)
        box.follow_sign_out(self._calls.follow(call, partial(self._pages.forget_results, direction)))

    def cancel_all(self) -> None:
        for side in self._pages.sides.values():
            side.oauth.ui.tokens.cancel()

    def look_at_kept(self) -> None:
        """Who is signed in by what is stored; asked once for each, and again when it is refused or made anew."""
        stored = self._pages.stored
        for direction, side in self._pages.sides.items():
            key = sign_in_of(stored, direction)
            looked_at = key, side.oauth.ui.tokens.is_over
            if stored.id and key and looked_at != self._looked_at.get(direction):
                self._looked_at[direction] = looked_at
                call = self._desk.status(stored, direction)
                self._calls.follow(call, partial(self._show_kept, direction, key), self._tell_failed)

    def _show_kept(self, direction: Direction, key: tuple[object, ...], status: SignInStatus | None) -> None:
        self._pages.sides[direction].oauth.ui.tokens.show_stored(key, status)

    def _tell_failed(self, problem: Problem | Exception) -> None:
        self.failed.emit(problem)

    def _missing(self, draft: Integration, direction: Direction) -> Iterable[FieldError]:
        """A secret that the sign-in needs, and that is neither typed nor stored."""
        typed = self._pages.passwords()
        for fields in needed_secrets(draft):
            if fields[0].direction is direction and not any(
                typed.of(each.purpose) or each.reference(draft) != NO_SECRET for each in fields
            ):
                yield FieldError(fields[0].path, FieldFault.REQUIRED)

    # Help

    def show_help(self) -> None:
        """Where it is open: the steps of the chosen kind, with what is typed by now."""
        draft = trimmed(self._pages.draft())
        for direction, side in self._pages.sides.items():
            settings = settings_of(draft, direction)
            if settings.provider is not None and side.oauth.ui.help.isChecked():
                wanted = Wanted(
                    settings.provider,
                    settings.oauth,
                    mailbox_of(draft, direction),
                    protocols_of(draft, direction),
                )
                side.ui.help.show_steps(setup_steps(wanted))

    def _show_help(self, direction: Direction, shown: bool) -> None:
        side = self._pages.sides[direction]
        self.show_help()
        side.ui.beside.setCurrentIndex(1 if shown else 0)


def _faults(draft: Integration, direction: Direction) -> list[FieldError]:
    wanted = {f"{direction}.{name}" for name in SIGN_IN_FIELDS}
    return [error for error in validate(draft, ()) if error.path in wanted]
