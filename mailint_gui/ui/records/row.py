"""One line of the list of service records."""

from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.record import RecordRow
from mailint_gui.ui.paging.model import Cell, Shape
from mailint_gui.ui.plain import plain_tip
from mailint_gui.wording.text import isolated, one_line
from mailint_gui.wording.times import full, minute

translate = QCoreApplication.translate


class Column(IntEnum):
    NUMBER = 0
    SUBJECT = 1
    REQUESTER = 2
    STATUS = 3
    ASSIGNEE = 4
    GROUP = 5
    CATEGORY = 6
    PRIORITY = 7
    MESSAGES = 8
    CHANGED = 9


WIDTHS: dict[int, int] = {
    Column.NUMBER: 8,
    Column.REQUESTER: 28,
    Column.STATUS: 12,
    Column.ASSIGNEE: 14,
    Column.GROUP: 14,
    Column.CATEGORY: 14,
    Column.PRIORITY: 10,
    Column.MESSAGES: 10,
    Column.CHANGED: 20,
}


def record_rows() -> Shape:
    return Shape(headings(), lambda row: row.number, cells)


def headings() -> tuple[str, ...]:
    return (
        translate("record_list", "Number"),
        translate("record_list", "Subject"),
        translate("record_list", "Requester"),
        translate("record_list", "Status"),
        translate("record_list", "Assignee"),
        translate("record_list", "Group"),
        translate("record_list", "Category"),
        translate("record_list", "Priority"),
        translate("record_list", "Messages"),
        translate("record_list", "Changed"),
    )


def cells(row: RecordRow) -> tuple[Cell, ...]:
    return (
        Cell(str(row.number), is_number=True),
        _text(row.subject or translate("record_list", "(no subject)")),
        _text(row.requester),
        _text(row.status),
        _text(row.assignee),
        _text(row.group),
        _text(row.category),
        _text(row.priority),
        Cell(str(row.messages), is_number=True),
        Cell(minute(row.changed_at), full(row.changed_at)),
    )


def _text(text: str) -> Cell:
    line = isolated(one_line(text))
    return Cell(line, plain_tip(line))
