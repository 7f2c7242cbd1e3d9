"""How a message stands with its server, beside what the list of messages shows."""

from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.message import Acknowledgement
from mailint_gui.domain.outbox import OutboxPurpose


@dataclass(frozen=True, slots=True)
class MessageStanding:
    """``acknowledgement``: what the server is still to be told; NONE: nothing, or nothing any more.

    ``acknowledge_to``: the folder of a move that a rule made owed; empty: as the settings say. ``detail``: more about
    the reason of its state, in the words of a server, of the parser, or the name of the admin who discarded it.
    ``uidvalidity`` is None over POP3 and for what goes out. ``purpose``: of what goes out.
    """

    uidvalidity: int | None
    acknowledgement: Acknowledgement
    acknowledge_to: str
    detail: str
    filed_at: datetime | None
    purpose: OutboxPurpose | None = None
