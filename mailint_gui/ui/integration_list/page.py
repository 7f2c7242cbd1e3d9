"""The list's page of the main window: the table with its filters, and the detail pane beside it."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.health import Condition
from mailint_gui.ui._generated.ui_integration_list import Ui_IntegrationList
from mailint_gui.ui.integration_list.filter import FILTER_ORDER, IntegrationFilter
from mailint_gui.ui.integration_list.model import IntegrationModel
from mailint_gui.ui.integration_list.turning import TurningRings
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.wording.states import condition_name


class IntegrationListPage(QObject, Ui_IntegrationList):
    """``shown`` are the rows that the filters leave, in the order of the table."""

    selection_changed = Signal()

    def __init__(self, page: QWidget, board: StatusBoard, clock: Clock) -> None:
        super().__init__(page)
        Ui_IntegrationList.setupUi(self, page)
        self._board = board
        self.model = IntegrationModel(board, clock, self)
        self.shown = IntegrationFilter(self.model, self)
        self._set_up_table()
        self._set_up_filters()
        self._set_up_splitter(page.window().width())
        self.detail.watch(board, clock)
        self.rings = TurningRings(board, self.model, self.table)
        for signal in (board.reset, board.changed, board.removed):
            signal.connect(self.refresh)

    def _set_up_table(self) -> None:
        self.table.show_rows(self.shown)
        self.table.installEventFilter(self.model)
        self.table.selection_changed.connect(self._show_selection)

    def _set_up_filters(self) -> None:
        self.status_filter.addItem(self.tr("All"), None)
        for condition in FILTER_ORDER:
            self.status_filter.addItem(condition_name(condition), condition)
        self.search.textChanged.connect(self._filter)
        self.status_filter.currentIndexChanged.connect(self._filter)
        self.clear_filter.clicked.connect(self._clear_filter)

    def _set_up_splitter(self, width: int) -> None:
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setCollapsible(1, True)
        least = self.detail.minimumWidth()
        self.splitter.setSizes([width - least, least])

    def refresh(self) -> None:
        """What is there changed, and with it perhaps what can be done with what is selected."""
        self._show_match()
        self._show_selection()

    def tick(self) -> None:
        """Time went by."""
        self.model.refresh()
        self.detail.refresh()

    def select_soon(self, *ids: int) -> None:
        """Also what came just now."""
        self._board.flush()
        self.table.select(*ids)

    def find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _show_selection(self) -> None:
        self.detail.show_integrations(self.table.selected_ids())
        self.selection_changed.emit()

    def _filter(self) -> None:
        self.shown.set_text(self.search.text())
        condition = self.status_filter.currentData()  # Qt gives a plain text back
        self.shown.set_condition(Condition(condition) if condition else None)
        self._show_match()

    def _show_match(self) -> None:
        none = self.shown.filters and not self.shown.rowCount()
        self.rows.setCurrentWidget(self.no_match_page if none else self.table)

    def _clear_filter(self) -> None:
        self.search.clear()
        self.status_filter.setCurrentIndex(0)
        self.table.setFocus()
