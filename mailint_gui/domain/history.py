"""The history of an integration: each check and each attempt to send."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailint_gui.domain.check import CheckTally
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What a list of it shows. None: all. From ``since`` up to but not with ``until``, by when it ended.

    ``with_mail``: checks that saw a message, and every attempt to send.
    """

    integration_id: int | None = None
    failed_only: bool = False
    with_mail: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One check (``direction`` incoming) or one attempt to send.

    ``id`` is unique within its direction. ``result``: of ``CheckResult``, or of ``OutboxState`` what the attempt left.
    ``tally`` only of a check, ``outbox_id`` only of an attempt. ``is_traced``: what was said is kept.
    """

    direction: Direction
    id: int
    integration_id: int
    integration: str
    result: str
    started_at: datetime
    finished_at: datetime
    tally: CheckTally | None = None
    outbox_id: int | None = None
    problem: Problem | None = None
    is_traced: bool = False

    @property
    def duration(self) -> timedelta:
        return self.finished_at - self.started_at


@dataclass(frozen=True, slots=True)
class HistoryCursor:
    """Where a page ends: ids of the last check and the last attempt that were shown. None: none was."""

    check_id: int | None = None
    send_id: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Checks and attempts together, those that began last first. ``older``: where to go on; None: that is all."""

    rows: tuple[HistoryRow, ...] = ()
    older: HistoryCursor | None = None
