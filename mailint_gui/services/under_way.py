"""What this process sends at present: whose end is whose to write down, and which rows have lost their sender."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.outbox import OutboxItem, OutboxState
from mailint_gui.services.verdict import Verdict


@dataclass(eq=False, slots=True)
class Claim:
    """A row that this process sends. ``recorded`` is whose health the end counts for; None: nobody's."""

    item: OutboxItem
    recorded: Integration | None
    began_at: datetime
    _ended: threading.Lock = field(default_factory=threading.Lock)

    def end(self) -> bool:
        """Whether the caller is the one to write down how it ended: the sender, or who gave it up."""
        return self._ended.acquire(blocking=False)


class UnderWay:
    """Thread-safe. A row that says *sending* and is not in here has lost its sender."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: set[Claim] = set()
        self._unsettled: deque[tuple[Claim, Verdict]] = deque()

    def begin(self, item: OutboxItem, recorded: Integration | None, now: datetime) -> Claim:
        """To be called before the row says *sending*."""
        claim = Claim(item, recorded, now)
        with self._lock:
            self._claims.add(claim)
        return claim

    def let_go(self, claim: Claim) -> None:
        """Not while its end is still to be written."""
        with self._lock:
            if all(claim is not unsettled for unsettled, _verdict in self._unsettled):
                self._claims.discard(claim)

    def __contains__(self, outbox_id: object) -> bool:
        with self._lock:
            return any(claim.item.id == outbox_id for claim in self._claims)

    def sending_through(self, integration_id: int) -> list[Claim]:
        with self._lock:
            return [
                claim
                for claim in self._claims
                if claim.item.integration_id == integration_id and claim.item.state is OutboxState.SENDING
            ]

    def keep(self, claim: Claim, verdict: Verdict) -> None:
        """An end that a failing store did not take."""
        with self._lock:
            self._unsettled.append((claim, verdict))

    def take_unsettled(self) -> tuple[Claim, Verdict] | None:
        """The oldest of them, whose claim still stands."""
        with self._lock:
            return self._unsettled.popleft() if self._unsettled else None
