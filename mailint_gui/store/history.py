"""What pages of both histories, of checks and of sends, have in common."""

from typing import Any

from sqlalchemy import Select

from mailint_gui.domain.history import HistoryFilter
from mailint_gui.store.schema import CheckTable, SendTable

Kept = type[CheckTable] | type[SendTable]


def history_page(
    statement: Select[Any], of: Kept, wanted: HistoryFilter, before_id: int | None, limit: int
) -> Select[Any]:
    """``statement`` with the conditions, order and limit of one page; ids are in the order of time."""
    if before_id is not None:
        statement = statement.where(of.id < before_id)
    if wanted.integration_id is not None:
        statement = statement.where(of.integration_id == wanted.integration_id)
    if wanted.failed_only:
        statement = statement.where(of.problem_kind.is_not(None))
    if wanted.with_mail and of is CheckTable:
        statement = statement.where(CheckTable.seen > 0)
    if wanted.since is not None:
        statement = statement.where(of.finished_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(of.finished_at < wanted.until)
    return statement.order_by(of.id.desc()).limit(limit)
