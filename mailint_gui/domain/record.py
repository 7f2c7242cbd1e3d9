"""Service records: what messages are filed to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """A record before it has its number, and what may be changed of one that has.

    ``requester`` is a bare address. ``linked_to``: the number of the record that this one goes on from.
    """

    integration_id: int
    subject: str
    requester: str
    status: str
    category: str = ""
    urgency: str = ""
    impact: str = ""
    priority: str = ""
    assignee: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    linked_to: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One record as stored. Its number is never given out twice, even after it is gone."""

    number: int
    draft: RecordDraft
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One line of the list of records. ``integration`` is the name of the one that opened it."""

    number: int
    integration: str
    subject: str
    requester: str
    status: str
    category: str
    urgency: str
    impact: str
    priority: str
    assignee: str
    group: str
    tags: tuple[str, ...]
    linked_to: int | None
    messages: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What a list of records shows; without regard to case. Empty or None: all.

    ``text`` is as ``domain.search`` reads it: of the number, subject, requester and tags. ``statuses``: any of these.
    ``open_only``: none of ``closed_statuses``.
    """

    text: str = ""
    statuses: tuple[str, ...] = ()
    integration_id: int | None = None
    open_only: bool = False
    closed_statuses: tuple[str, ...] = ()
