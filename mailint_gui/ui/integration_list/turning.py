"""The rings of running checks turn while somebody can see them, unless the platform wants things to hold still."""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QStyle

from mailint_gui.ui.integration_list.model import IntegrationModel
from mailint_gui.ui.integration_list.table import IntegrationTable
from mailint_gui.ui.status_board import StatusBoard

STEP_MS = 90
STEPS = 12  # of one turn; each is an icon that is drawn once

_SHOWN_OR_STYLED = frozenset({QEvent.Type.Show, QEvent.Type.StyleChange})


class TurningRings(QObject):
    """The icons of those cells change, and no paint of ours is called: that would have to win Python's lock."""

    def __init__(self, board: StatusBoard, model: IntegrationModel, table: IntegrationTable) -> None:
        super().__init__(table)
        self._board = board
        self._model = model
        self._table = table
        self._step = 0
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._turn)
        board.changed.connect(self._begin)
        table.installEventFilter(self)

    @property
    def turning(self) -> bool:
        return self._timer.isActive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SHOWN_OR_STYLED:
            self._begin()
        return super().eventFilter(watched, event)

    def _begin(self) -> None:
        if not self.turning and self._may_turn():
            self._timer.start()

    def _turn(self) -> None:
        if self._may_turn():
            self._step = (self._step + 1) % STEPS
            self._model.turn_rings(self._step * 360 // STEPS)
        else:
            self._timer.stop()

    def _may_turn(self) -> bool:
        seen = self._table.isVisible() and not self._table.window().isMinimized()
        return self._board.any_running and seen and self._moves()

    def _moves(self) -> bool:
        """0 is how a platform says that motion is reduced."""
        return bool(self._table.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration))
