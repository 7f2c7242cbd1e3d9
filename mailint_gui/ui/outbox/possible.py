"""Which commands make sense for which items, and which of these the window lists."""

from collections.abc import Sequence

from mailint_gui.domain.outbox import (
    TRANSITIONS,
    OutboxAction,
    OutboxFilter,
    OutboxItem,
    OutboxPurpose,
    OutboxState,
)

NOT_SENT = OutboxFilter(
    frozenset(OutboxState) - {OutboxState.SENT, OutboxState.CANCELLED}, or_partly_sent=True
)
_EDITABLE = frozenset({OutboxState.FAILED, OutboxState.CANCELLED, OutboxState.WAITING})


def possible(items: Sequence[OutboxItem], is_busy: bool) -> dict[str, bool]:
    """Whether each command of the window can be carried out for the selected ``items``; by its name."""
    free = bool(items) and not is_busy
    no_test = all(item.purpose is not OutboxPurpose.TEST for item in items)
    return {
        "retry": free and no_test and _all_take(items, OutboxAction.RETRY),
        "edit": free and no_test and len(items) == 1 and _is_editable(items[0]),
        "arrived": free and _all_take(items, OutboxAction.ARRIVED),
        "cancel": free and _all_take(items, OutboxAction.CANCEL),
    }


def _is_editable(item: OutboxItem) -> bool:
    return item.state in _EDITABLE or item.partly_sent


def _all_take(items: Sequence[OutboxItem], action: OutboxAction) -> bool:
    return all((item.state, action) in TRANSITIONS for item in items)
