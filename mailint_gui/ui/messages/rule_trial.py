"""Tries the stored rules on messages that are chosen in the log."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.ui.messages.failure import Failure, failure_words
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.rule_desk import RuleDesk, StoredRules


class RuleTrial(QObject):
    told = Signal(str, bool)

    def __init__(self, desk: Desk, board: StatusBoard, window: QWidget) -> None:
        super().__init__(window)
        self._desk = RuleDesk(desk)
        self._board = board
        self._window = window
        self._calls = PendingCalls(self)

    def open(self, message_ids: tuple[int, ...]) -> None:
        if message_ids:
            self._calls.follow(
                self._desk.read(), lambda stored: self._show(stored, message_ids), self._failed
            )

    def _show(self, stored: StoredRules, message_ids: tuple[int, ...]) -> None:
        from mailint_gui.ui.rules.dry_run import DryRunDialog  # loaded when first used

        dialog = DryRunDialog(self._desk, stored.rules, self._board, self._window, message_ids=message_ids)
        dialog.open()

    def _failed(self, failure: Failure) -> None:
        self.told.emit(failure_words(failure), True)
