"""One line of the message log."""

from enum import IntEnum

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPalette

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow, MessageState
from mailint_gui.domain.outbox import OutboxState
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.paging.model import Cell
from mailint_gui.ui.paging.model import Shape as RowShape
from mailint_gui.ui.plain import plain_tip
from mailint_gui.wording.messages import message_state_words, octets_words, reason_words, way_words
from mailint_gui.wording.text import filled, isolated, one_line
from mailint_gui.wording.times import full, minute

translate = QCoreApplication.translate

_SHAPES: dict[str, Shape] = {
    MessageState.RECEIVED: Shape.NOT_CHECKED,
    MessageState.FILED: Shape.OK,
    MessageState.IGNORED: Shape.DISABLED,
    MessageState.QUARANTINED: Shape.FAILING,
    MessageState.ALREADY_KNOWN: Shape.ALREADY_KNOWN,
    MessageState.TOO_LARGE: Shape.TOO_LARGE,
    OutboxState.QUEUED: Shape.NOT_CHECKED,
    OutboxState.SENDING: Shape.CHECKING,
    OutboxState.SENT: Shape.OK,
    OutboxState.WAITING: Shape.PAUSED,
    OutboxState.UNCERTAIN: Shape.FAILING,
    OutboxState.FAILED: Shape.DISABLED_BY_ERRORS,
    OutboxState.CANCELLED: Shape.DISABLED,
}


def shape_of(state: str, partly_sent: bool = False) -> Shape:
    """``state`` as of ``MessageRow``."""
    return Shape.PARTLY_SENT if partly_sent else _SHAPES[state]


class Column(IntEnum):
    STATE = 0
    WAY = 1
    INTEGRATION = 2
    CORRESPONDENT = 3
    SUBJECT = 4
    TIME = 5
    RECORD = 6
    SIZE = 7


WIDTHS: dict[int, int] = {
    Column.STATE: 22,
    Column.WAY: 5,
    Column.INTEGRATION: 18,
    Column.CORRESPONDENT: 28,
    Column.TIME: 20,
    Column.RECORD: 8,
    Column.SIZE: 12,
}


def message_rows(palette: QPalette) -> RowShape:
    return RowShape(headings(), lambda row: row.id, lambda row: cells(row, palette))


def headings() -> tuple[str, ...]:
    return (
        translate("message_list", "State"),
        translate("message_list", "Way"),
        translate("message_list", "Integration"),
        translate("message_list", "From or to"),
        translate("message_list", "Subject"),
        translate("message_list", "Received"),
        translate("message_list", "Record"),
        translate("message_list", "Size"),
    )


def cells(row: MessageRow, palette: QPalette) -> tuple[Cell, ...]:
    state = message_state_words(row.state, row.partly_sent)
    icon = state_icon(shape_of(row.state, row.partly_sent), palette)
    subject = isolated(one_line(row.subject))
    return (
        Cell(state, plain_tip(reason_words(row) or state), icon),
        Cell(way_words(row.direction)),
        Cell(one_line(row.integration)),
        _correspondent(row),
        Cell(subject or translate("message_list", "(no subject)"), plain_tip(subject)),
        Cell(minute(row.received_at), full(row.received_at)),
        Cell("" if row.record is None else str(row.record), is_number=True),
        Cell(octets_words(row.size), is_number=True),
    )


def _correspondent(row: MessageRow) -> Cell:
    if row.direction == Direction.INCOMING:
        sender = isolated(one_line(row.sender))
        return Cell(sender, plain_tip(sender))
    whom = ", ".join(isolated(one_line(each)) for each in row.recipients[:5])
    text = filled(translate("message_list", "to {recipients}"), {"recipients": whom})
    return Cell(text, plain_tip(text))
