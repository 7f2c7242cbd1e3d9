"""What screen readers hear of cells."""

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from mailint_gui.ui.paging.model import Cell, PagedModel, Shape
from mailint_gui.ui.spoken import speak_cells, speak_line


def heard(model: QAbstractItemModel) -> list[str]:
    cells = [model.index(0, column) for column in range(model.columnCount())]
    return [cell.data(Qt.ItemDataRole.AccessibleTextRole) for cell in cells]


def test_each_cell_of_a_table_begins_with_the_name_of_its_column(qapp: object) -> None:
    model = QStandardItemModel(0, 2)
    model.setHorizontalHeaderLabels(["State", "Subject"])
    row = [QStandardItem("Filed"), QStandardItem("Invoice")]
    speak_cells(model, row)
    model.appendRow(row)
    assert heard(model) == ["State: Filed", "Subject: Invoice"]


def test_each_cell_of_a_tree_does_too(qtbot: QtBot) -> None:
    tree = QTreeWidget()
    qtbot.addWidget(tree)
    tree.setHeaderLabels(["Recipient", "Details"])
    speak_line(tree, QTreeWidgetItem(tree, ["ann@example.org", ""]))
    assert heard(tree.model()) == ["Recipient: ann@example.org", "Details: "]


@pytest.mark.parametrize("later", [False, True], ids=["first", "changed later"])
def test_a_long_list_says_what_its_text_does_not(qapp: object, later: bool) -> None:
    rows = Shape(("Record", "Next try"), lambda _row: 1, lambda row: (Cell(row), Cell("–", spoken="none")))
    model = PagedModel(rows)
    model.fill(["7"])
    if later:
        model.put("8")
    assert heard(model) == [f"Record: {8 if later else 7}", "Next try: none"]
