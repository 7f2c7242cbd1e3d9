"""What the main window says above its list: the demo, our own trouble, the vault, refusals, what can be undone."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from mailint_gui.domain.problem import Problem
from mailint_gui.ui.banners import Banners, Button, Subject
from mailint_gui.ui.theme import Role
from mailint_gui.ui.vault_notice import VaultNotice
from mailint_gui.wording.problems import words
from mailint_gui.wording.text import filled
from mailint_gui.workers.desk import Desk


class WindowNotices(QObject):
    def __init__(self, desk: Desk, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._banners = banners
        self.vault = VaultNotice(desk, banners, self)
        desk.vault_changed.connect(self.vault.show)
        desk.trouble.connect(self.show_trouble)

    def show_demo(self) -> None:
        text = self.tr(
            "DEMO: sample integrations on a throw-away profile. Everything here is gone when you quit."
        )
        self._banners.show(Subject.DEMO, Role.ACCENT, text)

    def show_trouble(self, problem: Problem | None) -> None:
        if problem is None:
            self._banners.hide(Subject.TROUBLE)
        else:
            self._banners.show(Subject.TROUBLE, Role.NEGATIVE, str(words(problem)))

    def show_refusal(self, text: str, mend: Callable[[], object] | None = None) -> None:
        """``mend`` opens the place where it can be mended."""
        buttons = [Button(self.tr("Edit integration"), mend)] if mend else []
        self._banners.show(Subject.RESULT, Role.NEGATIVE, text, *buttons, closable=True)

    def show_notice(self, text: str) -> None:
        self._banners.show(Subject.RESULT, Role.NEUTRAL, text, closable=True)

    def offer_undo(self, names: tuple[str, ...], undo: Callable[[], object]) -> None:
        """``names`` of the integrations that were deleted; empty: there is nothing to undo (any more)."""
        if not names:
            self._banners.hide(Subject.UNDO)
            return
        text = filled(self.tr("{name} deleted."), {"name": names[0]})
        if len(names) > 1:
            text = self.tr("%n integrations deleted.", None, len(names))
        self._banners.show(Subject.UNDO, Role.NEUTRAL, text, Button(self.tr("Undo"), undo), closable=True)
