"""That the vault cannot be used, why, and the two ways on: the same in the main window and in a form."""

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.secret import VaultState
from mailint_gui.ui.banners import Banners, Button, Subject
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.theme import Role
from mailint_gui.wording.problems import words
from mailint_gui.wording.states import not_kept_words, vault_words
from mailint_gui.wording.text import Words
from mailint_gui.workers.desk import Desk

VAULT_TROUBLE: dict[ProblemKind, VaultState] = {
    ProblemKind.VAULT_LOCKED: VaultState.LOCKED,
    ProblemKind.VAULT_ABSENT: VaultState.ABSENT,
    ProblemKind.VAULT_FAILED: VaultState.FAILED,
}


class VaultNotice(QObject):
    opened = Signal()  # what was asked for here worked

    def __init__(self, desk: Desk, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._banners = banners
        self._calls = PendingCalls(self)
        self._keeping = False  # what is told is that something was not kept
        desk.vault_changed.connect(self._hide_if_ready)

    def show(self, state: VaultState) -> None:
        self._keeping = False
        self._show(state, vault_words(state))

    def show_not_kept(self, state: VaultState) -> None:
        """A password that was typed could not be stored, and so nothing was."""
        self._keeping = True
        self._show(state, not_kept_words(state))

    def _show(self, state: VaultState, told: Words) -> None:
        if state not in VAULT_TROUBLE.values():
            self._banners.hide(Subject.VAULT)
            return
        self._banners.show(
            Subject.VAULT,
            Role.CAUTION,
            str(told),
            Button(self.tr("Try again"), self._open),
            Button(self.tr("Go on for this run only"), self._use_for_this_run),
        )

    def _hide_if_ready(self, state: VaultState) -> None:
        if state is VaultState.READY:
            self._banners.hide(Subject.VAULT)

    def _open(self) -> None:
        self._calls.follow(self._desk.open_vault(), self._answered, self._tell_refusal)

    def _use_for_this_run(self) -> None:
        self._calls.follow(self._desk.use_vault_for_this_run(), self._answered, self._tell_refusal)

    def _answered(self, state: VaultState) -> None:
        if self._keeping:
            self.show_not_kept(state)
        else:
            self.show(state)
        if state is VaultState.READY:
            self.opened.emit()

    def _tell_refusal(self, problem: Problem) -> None:
        self._banners.show(Subject.RESULT, Role.NEGATIVE, str(words(problem)), closable=True)
