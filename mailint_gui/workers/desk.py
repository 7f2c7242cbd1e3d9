"""The window's side of the workers: what may be asked for, and what is heard. Nothing here ever waits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

Progress = Callable[[object], None]
Run = Callable[["Services", CancelScope, Progress], Any]
"""What a worker does for a ``Call``: (services, scope, what to emit as ``progressed``) -> the result."""


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """Checks asked for by the admin that are under way: ``done`` of ``total``; total 0 when none are."""

    done: int = 0
    total: int = 0


class Desk(QObject):
    """Values in, signals out. Every signal arrives on the GUI thread with one immutable value."""

    statuses_reset = Signal(object)  # tuple[IntegrationStatus, ...]: the whole list, at start
    status_changed = Signal(object)  # IntegrationStatus, new or changed
    status_removed = Signal(int)  # integration id
    check_started = Signal(int)  # integration id
    check_progressed = Signal(object)  # CheckProgress
    check_finished = Signal(object)  # CheckOutcome
    batch_progressed = Signal(object)  # BatchProgress
    send_finished = Signal(object)  # SendOutcome
    event_happened = Signal(object)  # IntegrationEvent
    paused_changed = Signal(bool)
    offline_changed = Signal(bool)
    vault_changed = Signal(object)  # VaultState
    properties_changed = Signal(object)  # AccountProperties
    rules_changed = Signal()  # by this window, the command line, or the deletion of an integration
    messages_changed = Signal(object)  # frozenset[int]: integrations whose mail is new, or filed anew
    records_changed = Signal(object)  # frozenset[int]: numbers of service records that are new or differ
    outbox_changed = Signal()  # something is queued, tried again or given up; ``send_finished`` says the rest
    telling_changed = Signal(object)  # Telling (domain): how events are told, and what was said of incidents
    loops_changed = Signal(object)  # tuple[LoopStop, ...]: stopped just now; empty after a release
    trouble = Signal(object)  # Problem of our own store or disk; None when it is over

    def call(self, name: str, run: Run) -> Call:
        """-> whatever ``run`` returns, on a worker. The screens' own desks (``message_desk`` …) ask by this.

        ``failed`` gives a Problem, a ValidationError or a RefusedError; a bug ends in the crash dialog.
        """
        raise NotImplementedError

    def save(self, draft: Integration, passwords: TypedPasswords) -> Call:
        """-> Integration. ``failed`` gives a ValidationError, or a Problem. With ``draft.id`` 0 it is new."""
        raise NotImplementedError

    def duplicate(self, integration_id: int) -> Call:
        """-> Integration, new and disabled, named "… (copy)"."""
        raise NotImplementedError

    def deletion_effects(self, ids: Iterable[int]) -> Call:
        """-> DeletionEffects (domain.status): what deleting them affects."""
        raise NotImplementedError

    def delete(self, ids: Iterable[int], successor: int | None = None) -> Call:
        """-> None. ``successor`` becomes the default if the default goes."""
        raise NotImplementedError

    def restore(self, ids: Iterable[int], heir: int | None = None) -> Call:
        """-> Integration that has become the default meanwhile and stays it, or None. Undoes a delete of this run.

        ``heir``: the successor of that delete, which gives *default* back.
        """
        raise NotImplementedError

    def enable(self, integration_id: int, *, test: bool = True) -> Call:
        """-> Integration. Tests first; ``progressed`` gives TestStep; a failing test leaves it as it was."""
        raise NotImplementedError

    def disable(self, ids: Iterable[int], successor: int | None = None) -> Call:
        """-> None."""
        raise NotImplementedError

    def check_now(self, ids: Iterable[int] | None = None) -> None:
        """Makes these (None: all that are not disabled) due at once, ahead of the schedule."""
        raise NotImplementedError

    def cancel_checks(self, ids: Iterable[int] | None = None) -> None:
        """Ends running and waiting checks that an admin asked for; what was taken in stays."""
        raise NotImplementedError

    def set_paused(self, paused: bool) -> None:
        raise NotImplementedError

    def test_connection(self, draft: Integration, direction: Direction, passwords: TypedPasswords) -> Call:
        """-> tuple[TestStep, ...]; each step comes by ``progressed`` as it ends. Tests what is typed."""
        raise NotImplementedError

    def list_folders(self, draft: Integration, passwords: TypedPasswords) -> Call:
        """-> tuple[str, ...] of folder names on the server that is typed."""
        raise NotImplementedError

    def send_test(self, draft: Integration, recipient: str, passwords: TypedPasswords) -> Call:
        """-> SendOutcome. Sends what is typed, through the outbox where ``draft`` is stored."""
        raise NotImplementedError

    def save_properties(self, values: Mapping[str, str]) -> Call:
        """-> AccountProperties. ``failed`` gives a ValidationError with a FieldError for each bad name."""
        raise NotImplementedError

    def open_vault(self) -> Call:
        """-> VaultState. Tries the system keyring again, after the admin unlocked it."""
        raise NotImplementedError

    def use_vault_for_this_run(self) -> Call:
        """-> VaultState. Goes on without a keyring: secrets typed now are forgotten at the end of the run."""
        raise NotImplementedError
