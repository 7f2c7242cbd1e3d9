"""Which commands make sense for which messages."""

from collections.abc import Sequence

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow, MessageState

_KEPT_OUT = frozenset({MessageState.IGNORED.value, MessageState.ALREADY_KNOWN.value})


def can_be_filed_anyway(row: MessageRow) -> bool:
    """What is ignored, already known, or filed without a record."""
    without_record = row.state == MessageState.FILED and row.record is None
    return row.direction == Direction.INCOMING and (row.state in _KEPT_OUT or without_record)


def is_quarantined(row: MessageRow) -> bool:
    return row.direction == Direction.INCOMING and row.state == MessageState.QUARANTINED


def possible(rows: Sequence[MessageRow], is_busy: bool) -> dict[str, bool]:
    """Whether each command of the window can be carried out for the selected ``rows``; by its name."""
    incoming = [row for row in rows if row.direction == Direction.INCOMING]
    return {
        "file_anyway": bool(rows) and not is_busy and all(map(can_be_filed_anyway, rows)),
        "retry": bool(rows) and not is_busy and all(map(is_quarantined, rows)),
        "discard": bool(rows) and not is_busy and all(map(is_quarantined, rows)),
        "reply": len(rows) == 1,
        "reply_all": len(rows) == 1,
        "forward": len(rows) == 1,
        "export": len(rows) == 1,
        "try_rules": bool(rows) and len(incoming) == len(rows),
        "record": len(rows) == 1 and rows[0].record is not None,
    }
