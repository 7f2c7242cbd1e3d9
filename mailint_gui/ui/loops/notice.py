"""The banner of the main window as long as a loop is stopped."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from mailint_gui.domain.loop import LoopStop
from mailint_gui.ui.banners import Banners, Button, Subject
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.theme import Role
from mailint_gui.wording.loops import loop_words
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.loop_desk import LoopDesk


class LoopNotice(QObject):
    loops_requested = Signal()

    def __init__(self, desk: Desk, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = LoopDesk(desk)
        self._banners = banners
        self._calls = PendingCalls(self)
        desk.statuses_reset.connect(self._look)
        desk.loops_changed.connect(self._look)

    def _look(self) -> None:
        """What fails is told elsewhere: a store that does not answer has a banner of its own."""
        self._calls.follow(self._desk.active(), self._show)

    def _show(self, stops: Sequence[LoopStop]) -> None:
        if not stops:
            self._banners.hide(Subject.LOOPS)
            return
        told = loop_words(stops[0])
        if len(stops) > 1:
            told = self.tr("The loop breaker has stopped automatic mail of %n senders.", None, len(stops))
        show = Button(self.tr("Show stopped loops"), self.loops_requested.emit)
        self._banners.show(Subject.LOOPS, Role.CAUTION, told, show)
