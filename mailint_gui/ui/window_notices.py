"""What the main window says above its list: the demo, our own trouble, the vault, refusals, what can be undone."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.secret import VaultState
from mailint_gui.ui.banners import Banners, Button, Subject
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.theme import Role
from mailint_gui.wording.problems import words
from mailint_gui.wording.states import vault_words
from mailint_gui.workers.desk import Desk

_VAULT_TROUBLE = frozenset({VaultState.LOCKED, VaultState.ABSENT, VaultState.FAILED})


class WindowNotices(QObject):
    def __init__(self, desk: Desk, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._banners = banners
        self._calls = PendingCalls(self)
        desk.vault_changed.connect(self.show_vault)
        desk.trouble.connect(self.show_trouble)

    def show_demo(self) -> None:
        text = self.tr(
            "DEMO: sample integrations on a throw-away profile. Everything here is gone when you quit."
        )
        self._banners.show(Subject.DEMO, Role.ACCENT, text)

    def show_vault(self, state: VaultState) -> None:
        if state not in _VAULT_TROUBLE:
            self._banners.hide(Subject.VAULT)
            return
        self._banners.show(
            Subject.VAULT,
            Role.CAUTION,
            str(vault_words(state)),
            Button(self.tr("Try again"), self._open_vault),
            Button(self.tr("Go on for this run only"), self._use_vault_for_this_run),
        )

    def show_trouble(self, problem: Problem | None) -> None:
        if problem is None:
            self._banners.hide(Subject.TROUBLE)
        else:
            self._banners.show(Subject.TROUBLE, Role.NEGATIVE, str(words(problem)))

    def show_refusal(self, text: str, mend: Callable[[], object] | None = None) -> None:
        """``mend`` opens the place where it can be mended."""
        buttons = [Button(self.tr("Edit integration"), mend)] if mend else []
        self._banners.show(Subject.RESULT, Role.NEGATIVE, text, *buttons, closable=True)

    def offer_undo(self, count: int, undo: Callable[[], object]) -> None:
        """``count`` integrations were deleted; 0: there is nothing to undo (any more)."""
        if count == 0:
            self._banners.hide(Subject.UNDO)
            return
        text = self.tr("Integration deleted.")
        if count > 1:
            text = self.tr("%n integrations deleted.", None, count)
        self._banners.show(Subject.UNDO, Role.NEUTRAL, text, Button(self.tr("Undo"), undo), closable=True)

    def _open_vault(self) -> None:
        self._calls.follow(self._desk.open_vault(), self.show_vault, self._tell_vault_refusal)

    def _use_vault_for_this_run(self) -> None:
        self._calls.follow(self._desk.use_vault_for_this_run(), self.show_vault, self._tell_vault_refusal)

    def _tell_vault_refusal(self, problem: Problem) -> None:
        self.show_refusal(str(words(problem)))
