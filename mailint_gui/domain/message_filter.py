"""What a list of messages shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mailint_gui.domain.integration import Direction


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Empty or None: all.

    ``state``: of ``MessageState`` for what came in, of ``OutboxState`` for what goes out. From ``since`` up to but not
    with ``until``, by the time it came in or was queued. ``text`` is as ``domain.search`` reads it: of the subject,
    addresses, names of attachments and body.
    """

    integration_id: int | None = None
    direction: Direction | None = None
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    record: int | None = None


class KnownMessage(NamedTuple):
    """A message of ours that another one speaks of. ``message_id`` is its header's, ``log_id`` our own number."""

    message_id: str
    log_id: int
    record: int | None
    direction: Direction
    sender: str
