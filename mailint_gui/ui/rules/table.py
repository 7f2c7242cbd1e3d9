"""The table of rules: one line a rule, put in order by dragging, opened by Enter, turned on and off by Space."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QDropEvent, QHelpEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget

from mailint_gui.ui.row_table import RowTable
from mailint_gui.ui.rules.model import PLACE_ROLE, Column, RuleModel
from mailint_gui.ui.theme import BETWEEN_CONTROLS

_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_SHARES: dict[Column, float] = {
    Column.NAME: 0.22,
    Column.ADDRESSES: 0.18,
    Column.CONDITION: 0.32,
    Column.ACTIONS: 0.28,
}
_LEAST = 60 * 7  # pixels that the shared columns get together


class RuleTable(RowTable):
    """Places are those in the whole list, whatever of it is shown."""

    open_requested = Signal(int)  # place
    toggle_requested = Signal(object)  # tuple[int, ...]: places
    drop_requested = Signal(object, int)  # tuple[int, ...]: places; the row before which they are dropped
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tip: Callable[[int], str] = str  # words for the rule at a place
        self._fits = True
        self._sharing = False
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.doubleClicked.connect(lambda index: self.open_requested.emit(index.data(PLACE_ROLE)))

    def show_rows(self, model: RuleModel) -> None:
        self.setModel(model)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        header = self.horizontalHeader()
        self.align_headings()
        header.setStretchLastSection(True)
        header.sectionResized.connect(self._stop_fitting)
        self.set_row_height()
        self._share()

    def places(self) -> tuple[int, ...]:
        """The selected ones, from top to bottom."""
        return tuple(sorted(index.data(PLACE_ROLE) for index in self.selectionModel().selectedRows()))

    def shown(self) -> tuple[int, ...]:
        """Every place that is shown, from top to bottom."""
        model = self.model()
        return tuple(model.index(row, 0).data(PLACE_ROLE) for row in range(model.rowCount()))

    def select(self, places: Iterable[int]) -> None:
        """Those of them that are shown; the first becomes the current one."""
        rows = {place: row for row, place in enumerate(self.shown())}
        found = [self.model().index(rows[place], Column.NAME) for place in places if place in rows]
        flags = QItemSelectionModel.SelectionFlag
        self.clearSelection()
        for index in found[:1]:
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)
        for index in found[1:]:
            self.selectionModel().select(index, flags.Select | flags.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = self.places()
        if event.key() in _OPENING_KEYS and chosen:
            self.open_requested.emit(self.currentIndex().data(PLACE_ROLE))
        elif event.key() == Qt.Key.Key_Space and chosen:
            self.toggle_requested.emit(chosen)
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """The rules are put in order by who owns them; Qt would copy cells."""
        row = self.row_at_drop(event.position().toPoint().y())
        event.setDropAction(Qt.DropAction.IgnoreAction)  # else Qt removes the rows that were dragged
        event.accept()
        if event.source() is self and self.places():
            self.drop_requested.emit(self.places(), row)

    def row_at_drop(self, y: int) -> int:
        """The row before which something dropped at ``y`` of the viewport goes; the number of rows: to the end."""
        row = self.rowAt(y)
        if row < 0:
            return int(self.model().rowCount())
        middle = self.rowViewportPosition(row) + self.rowHeight(row) / 2
        return row if y < middle else row + 1

    def viewportEvent(self, event: QEvent) -> bool:
        """The whole rule in words, put together when somebody asks for it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            QToolTip.showText(event.globalPos(), self.tip(index.data(PLACE_ROLE)) if index.isValid() else "")
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits and self.model() is not None:
            self._share()

    def keep_columns(self) -> None:
        """The widths are the admin's from now on."""
        self._fits = False

    def _share(self) -> None:
        metrics, header = self.fontMetrics(), self.horizontalHeader()
        number = metrics.horizontalAdvance("0000") + 2 * BETWEEN_CONTROLS
        then = max(metrics.horizontalAdvance("Later rules follow") + 2 * BETWEEN_CONTROLS, 60)
        state = metrics.horizontalAdvance("Off") + self.iconSize().width() + 4 * BETWEEN_CONTROLS
        rest = max(self.viewport().width() - number - state - then, _LEAST)
        self._sharing = True
        header.resizeSection(Column.NUMBER, number)
        header.resizeSection(Column.STATE, state)
        for column, share in _SHARES.items():
            header.resizeSection(column, int(rest * share))
        self._sharing = False

    def _stop_fitting(self) -> None:
        if not self._sharing:
            self._fits = False
