"""What happened, as small immutable values. One place in ``workers`` turns them into signals."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class ErrorsReached:
    """The notify threshold was crossed; ``since`` is the first error of the run."""

    direction: Direction
    errors: int
    since: datetime
    problem: Problem


@dataclass(frozen=True, slots=True)
class DisabledByErrors:
    direction: Direction
    errors: int
    since: datetime
    problem: Problem


@dataclass(frozen=True, slots=True)
class SignInNeeded:
    """Nothing is tried any more until an admin signs in; told at once, whatever the thresholds."""

    direction: Direction
    since: datetime
    problem: Problem


@dataclass(frozen=True, slots=True)
class Recovered:
    """A run of errors that had been notified ended; ``mail``: messages moved by the attempt that ended it."""

    direction: Direction
    since: datetime
    lasted: timedelta
    mail: int


HealthEvent = ErrorsReached | DisabledByErrors | SignInNeeded | Recovered


@dataclass(frozen=True, slots=True)
class OutboxStuck:
    """``count`` messages wait to be sent, the oldest of them since ``since``."""

    count: int
    since: datetime
    direction: Direction = Direction.OUTGOING


@dataclass(frozen=True, slots=True)
class MessagesNotSent:
    """``count`` messages more were refused, given up, or came back, for all recipients or for some; or nobody knows
    whether they were sent, if that is the kind of ``problem``. The latest is about ``subject``, and for ``to``.
    """

    count: int
    to: tuple[str, ...]
    subject: str
    problem: Problem
    direction: Direction = Direction.OUTGOING


@dataclass(frozen=True, slots=True)
class MessagesQuarantined:
    """``count`` messages more lie in quarantine."""

    count: int
    direction: Direction = Direction.INCOMING


@dataclass(frozen=True, slots=True)
class LoopWasStopped:
    sender: str
    count: int
    minutes: int
    direction: Direction = Direction.INCOMING


@dataclass(frozen=True, slots=True)
class NoSuccessSince:
    """No check was without error since ``since``, though checks were due."""

    since: datetime
    direction: Direction = Direction.INCOMING


@dataclass(frozen=True, slots=True)
class NoMailSince:
    """Checks go well, and no mail came since ``since``."""

    since: datetime
    direction: Direction = Direction.INCOMING


@dataclass(frozen=True, slots=True)
class CredentialExpiring:
    """``direction``: whose settings name it. ``days`` as ``domain.expiry.days_left`` counts them."""

    kind: ExpiryKind
    on: datetime
    days: int
    direction: Direction

    @property
    def has_expired(self) -> bool:
        return self.days < 0


WatchEvent = (
    OutboxStuck
    | MessagesNotSent
    | MessagesQuarantined
    | LoopWasStopped
    | NoSuccessSince
    | NoMailSince
    | CredentialExpiring
)
"""What the look at clocks and rows finds, beside what a check or a send tells."""


@dataclass(frozen=True, slots=True)
class IntegrationEvent:
    """An event and whose it is; what notifications, the panel and mail to the admin are made of."""

    integration_id: int
    integration_name: str
    at: datetime
    event: HealthEvent | WatchEvent
