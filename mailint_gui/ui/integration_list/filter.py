"""Sorting by true values, filtering by text and by condition."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from mailint_gui.domain.health import Condition
from mailint_gui.ui.integration_list.model import IntegrationModel
from mailint_gui.ui.integration_list.row import SORT_ROLE

FILTER_ORDER = (
    Condition.DISABLED_BY_ERRORS,
    Condition.FAILING,
    Condition.HELD_UP,
    Condition.NEEDS_SIGN_IN,
    Condition.EXPIRING,
    Condition.WAITING,
    Condition.NEVER_CHECKED,
    Condition.OK,
    Condition.DISABLED,
)


class IntegrationFilter(QSortFilterProxyModel):
    def __init__(self, model: IntegrationModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words: tuple[str, ...] = ()
        self._condition: Condition | None = None
        self.setSortRole(SORT_ROLE)
        self.setSortLocaleAware(True)
        self.setDynamicSortFilter(True)
        self.setSourceModel(model)

    def set_text(self, text: str) -> None:
        """Every word must occur somewhere in name, description, addresses or status."""
        self.beginFilterChange()
        self._words = tuple(text.casefold().split())
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def set_condition(self, condition: Condition | None) -> None:
        """Only rows in this condition; None: all."""
        self.beginFilterChange()
        self._condition = condition
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    @property
    def filters(self) -> bool:
        return bool(self._words) or self._condition is not None

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex) -> bool:
        row = self._model.row(source_row)
        if self._condition is not None and row.condition is not self._condition:
            return False
        return all(word in row.search for word in self._words)

    def ids_in_order(self) -> list[int]:
        return [self._model.row(self._source_row(place)).id for place in range(self.rowCount())]

    def _source_row(self, place: int) -> int:
        return self.mapToSource(self.index(place, 0)).row()

    def index_of(self, integration_id: int) -> QModelIndex:
        """Where it is shown; an invalid index when it is filtered out."""
        place = self._model.place_of(integration_id)
        return QModelIndex() if place is None else self.mapFromSource(self._model.index(place, 0))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        return self._model.headerData(section, orientation, role)
