"""The banner of the main window about what was being typed when the program ended unexpectedly."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt

from mailint_gui.domain.draft import StoredDraft
from mailint_gui.ui.banners import Banners, Button, Subject
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.theme import Role
from mailint_gui.wording.text import filled, isolated, one_line
from mailint_gui.wording.times import minute
from mailint_gui.workers.compose_desk import ComposeDesk
from mailint_gui.workers.desk import Desk


class DraftNotice(QObject):
    """Looks once, when the profile is open: later on, drafts that are open have a window."""

    def __init__(
        self, desk: Desk, banners: Banners, open_draft: Callable[[StoredDraft], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = ComposeDesk(desk)
        self._banners = banners
        self._open = open_draft
        self._calls = PendingCalls(self)
        desk.statuses_reset.connect(self._look, Qt.ConnectionType.SingleShotConnection)

    def _look(self) -> None:
        self._calls.follow(self._desk.left_open(), self._show)

    def _show(self, left: Sequence[StoredDraft]) -> None:
        if not left:
            return
        told = self.tr("%n messages were being typed when Mailint ended unexpectedly.", None, len(left))
        if len(left) == 1:
            one = self.tr("“{subject}” was being typed when Mailint ended unexpectedly.")
            subject = isolated(one_line(left[0].draft.subject)) or self.tr("(no subject)")
            told = filled(one, {"subject": subject})
        kept = self.tr("What is kept is as of {when}; it stays under Outbox > Drafts until it is sent.")
        facts = {"when": minute(max(each.changed_at for each in left))}
        opens = self.tr("Open draft") if len(left) == 1 else self.tr("Open drafts")
        self._banners.show(
            Subject.DRAFTS,
            Role.CAUTION,
            f"{told} {filled(kept, facts)}",
            Button(opens, lambda: self._open_all(left)),
            Button(self.tr("Close"), lambda: self._put_away(left)),
        )

    def _open_all(self, left: Sequence[StoredDraft]) -> None:
        self._put_away(left)
        for each in left:
            self._open(each)

    def _put_away(self, left: Sequence[StoredDraft]) -> None:
        self._banners.hide(Subject.DRAFTS)
        self._calls.follow(self._desk.put_away(each.id for each in left))
