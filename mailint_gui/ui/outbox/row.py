"""One line of the outbox."""

from enum import IntEnum

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPalette

from mailint_gui.domain.outbox import OutboxItem, OutboxState
from mailint_gui.ui.icons import state_icon
from mailint_gui.ui.messages.row import shape_of
from mailint_gui.ui.paging.model import Cell
from mailint_gui.ui.paging.model import Shape as RowShape
from mailint_gui.ui.plain import plain_tip
from mailint_gui.wording.outbox import outbox_reason_words, outbox_state_words
from mailint_gui.wording.text import isolated, one_line
from mailint_gui.wording.times import full, minute

translate = QCoreApplication.translate
_RECIPIENTS_SHOWN = 5
_WAITS = frozenset({OutboxState.QUEUED, OutboxState.WAITING})


class Column(IntEnum):
    STATE = 0
    INTEGRATION = 1
    RECIPIENTS = 2
    SUBJECT = 3
    QUEUED = 4
    NEXT = 5
    ATTEMPTS = 6


WIDTHS: dict[int, int] = {
    Column.STATE: 28,
    Column.INTEGRATION: 18,
    Column.RECIPIENTS: 28,
    Column.QUEUED: 24,
    Column.NEXT: 24,
    Column.ATTEMPTS: 10,
}


def outbox_rows(palette: QPalette) -> RowShape:
    return RowShape(headings(), lambda item: item.id, lambda item: cells(item, palette))


def headings() -> tuple[str, ...]:
    return (
        translate("outbox_list", "State"),
        translate("outbox_list", "Integration"),
        translate("outbox_list", "To"),
        translate("outbox_list", "Subject"),
        translate("outbox_list", "Queued"),
        translate("outbox_list", "Next try"),
        translate("outbox_list", "Attempts"),
    )


def cells(item: OutboxItem, palette: QPalette) -> tuple[Cell, ...]:
    state = outbox_state_words(item.state, item.partly_sent)
    icon = state_icon(shape_of(item.state, item.partly_sent), palette)
    subject = isolated(one_line(item.subject))
    whom = ", ".join(isolated(one_line(each.address)) for each in item.recipients[:_RECIPIENTS_SHOWN])
    return (
        Cell(state, plain_tip(str(outbox_reason_words(item)) or state), icon),
        Cell(one_line(item.integration)),
        Cell(whom, plain_tip(whom)),
        Cell(subject or translate("outbox_list", "(no subject)"), plain_tip(subject)),
        Cell(minute(item.created_at), full(item.created_at)),
        _next_try(item),
        Cell(str(item.attempts), is_number=True),
    )


def _next_try(item: OutboxItem) -> Cell:
    if item.state not in _WAITS:
        return Cell("–", spoken=translate("outbox_list", "none"))
    if item.next_try_at is None:
        return Cell(translate("outbox_list", "as soon as it can"))
    return Cell(minute(item.next_try_at), full(item.next_try_at))
