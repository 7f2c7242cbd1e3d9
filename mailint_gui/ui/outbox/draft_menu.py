"""The drafts that are kept, by subject and time; one opens in a compose window."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from mailint_gui.domain.draft import StoredDraft
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.wording.text import filled, isolated, one_line
from mailint_gui.wording.times import minute
from mailint_gui.workers.compose_desk import ComposeDesk

_MOST = 30


class DraftMenu(QObject):
    def __init__(self, menu: QMenu, desk: ComposeDesk, open_draft: Callable[[StoredDraft], object]) -> None:
        super().__init__(menu)
        self._menu = menu
        self._desk = desk
        self._open = open_draft
        self._calls = PendingCalls(self)
        self._show(())

    def read(self) -> None:
        self._calls.follow(self._desk.drafts(), self._show)

    def _show(self, drafts: tuple[StoredDraft, ...]) -> None:
        """The newest first."""
        self._menu.clear()
        for stored in tuple(reversed(drafts))[:_MOST]:
            action = self._menu.addAction(self._words(stored))
            action.triggered.connect(lambda _checked=False, stored=stored: self._open(stored))
        if not drafts:
            self._menu.addAction(self.tr("There are no drafts")).setEnabled(False)

    def _words(self, stored: StoredDraft) -> str:
        subject = isolated(one_line(stored.draft.subject)) or self.tr("(no subject)")
        facts = {"subject": subject, "when": minute(stored.changed_at)}
        return filled(self.tr("{subject} – {when}"), facts).replace("&", "&&")
