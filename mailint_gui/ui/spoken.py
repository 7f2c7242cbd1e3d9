"""What screen readers hear of a cell: the name of its column, which they cannot see above it, and what is in it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


def spoken(heading: str, text: str) -> str:
    return f"{heading}: {text}"


def speak_cells(model: QStandardItemModel, cells: Sequence[QStandardItem]) -> None:
    """Of one row of ``model``, whether or not it is in there yet."""
    for column, cell in enumerate(cells):
        cell.setData(spoken(model.horizontalHeaderItem(column).text(), cell.text()), _ACCESSIBLE)


def speak_line(tree: QTreeWidget, line: QTreeWidgetItem) -> None:
    """Of one line of ``tree``."""
    headings = tree.headerItem()
    for column in range(tree.columnCount()):
        line.setData(column, _ACCESSIBLE, spoken(headings.text(column), line.text(column)))
