"""How all integrations fare, in one quiet line and as the one worst state."""

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.health import Condition
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.ui.icons import Shape
from mailint_gui.ui.integration_list.filter import FILTER_ORDER
from mailint_gui.ui.status_board import SHAPES, StatusBoard
from mailint_gui.wording.states import condition_name, offline_words, paused_words

translate = QCoreApplication.translate

_WELL = frozenset({Condition.OK, Condition.EXPIRING, Condition.WAITING})
_TROUBLE = (Condition.DISABLED_BY_ERRORS, Condition.NEEDS_SIGN_IN, Condition.FAILING, Condition.HELD_UP)


def summary_words(board: StatusBoard) -> str:
    """E.g. "3 integrations · 1 Disabled by errors · 1 Failing"; with what holds for all in front."""
    statuses = board.statuses()
    if not statuses:
        return ""
    parts = [offline_words()] if board.surroundings.offline else []
    parts += [paused_words()] if board.surroundings.paused else []
    total = len(statuses)
    one, many = translate("summary", "1 integration"), translate("summary", "%n integrations", None, total)
    parts.append(one if total == 1 else many)
    parts += [f"{count} {word}" for count, word in counts_of(statuses)]
    return " · ".join(parts)


def counts_of(statuses: Iterable[IntegrationStatus]) -> list[tuple[int, str]]:
    """How many are in each condition that any is in, with its word; in the order of the filter."""
    counts = Counter((status.condition, _has_expired(status)) for status in statuses)
    over = translate("summary", "Expired")
    words = [
        (each, expired, over if expired else condition_name(each))
        for each in FILTER_ORDER
        for expired in (True, False)
    ]
    return [(counts[each, expired], word) for each, expired, word in words if counts[each, expired]]


def _has_expired(status: IntegrationStatus) -> bool:
    """*Expiring*, by the name of its condition, and over already."""
    is_over = status.expiring is not None and status.expiring.has_expired
    return status.condition is Condition.EXPIRING and is_over


def worst_shape(board: StatusBoard) -> Shape:
    """What the tray shows: trouble first, then offline and paused, else that all is well."""
    conditions = {status.condition for status in board.statuses()}
    for condition in _TROUBLE:
        if condition in conditions:
            return SHAPES[condition]
    if board.surroundings.offline:
        return Shape.OFFLINE
    if board.surroundings.paused:
        return Shape.PAUSED
    return Shape.OK if conditions & _WELL else Shape.NOT_CHECKED


def troubled(board: StatusBoard) -> tuple[tuple[int, str, Shape], ...]:
    """Id, name and shape of those that somebody must look at, the worst first."""
    found = [status for status in board.statuses() if status.condition in _TROUBLE]
    found.sort(key=lambda status: (_TROUBLE.index(status.condition), status.name.casefold()))
    return tuple((status.id, status.name, SHAPES[status.condition]) for status in found)
