"""What the loop breaker stopped: the automatic mail of one sender to one of our integrations."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LoopStop:
    """``count`` messages in ``minutes``; ``messages``: their ids in the log. Released by an admin, or still stopped.

    ``sender`` is a bare address, case-folded.
    """

    id: int
    integration_id: int
    integration: str
    sender: str
    count: int
    minutes: int
    messages: tuple[int, ...]
    stopped_at: datetime
    released_at: datetime | None = None
    released_by: str = ""
