"""What services tell whoever listens, as immutable values; ``workers`` turns them into signals."""

from collections.abc import Callable
from dataclasses import dataclass

from mailint_gui.domain.check import CheckOutcome, CheckProgress, SendOutcome
from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.loop import LoopStop
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.secret import VaultState
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.domain.telling import Telling


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """Integrations that are new or differ; whoever shows them puts these in place of what they had."""

    statuses: tuple[IntegrationStatus, ...]


@dataclass(frozen=True, slots=True)
class StatusRemoved:
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PropertiesChanged:
    properties: AccountProperties


@dataclass(frozen=True, slots=True)
class VaultChanged:
    state: VaultState


@dataclass(frozen=True, slots=True)
class CheckStarted:
    integration_id: int


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """Something may be due to be sent."""


@dataclass(frozen=True, slots=True)
class MessagesChanged:
    """Messages of these integrations are new in the log, or have another place in it."""

    integration_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class RecordsChanged:
    """Service records that are new or differ."""

    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """The list of rules is another, or another one is shown of it."""


@dataclass(frozen=True, slots=True)
class LoopsChanged:
    """The loop breaker stopped something (``stopped``), or an admin released it."""

    stopped: tuple[LoopStop, ...] = ()


@dataclass(frozen=True, slots=True)
class EventsHappened:
    """Beside those that the outcome of a check or a send has."""

    events: tuple[IntegrationEvent, ...]


@dataclass(frozen=True, slots=True)
class TellingChanged:
    """What is told, how and when; or what an admin said of an incident."""

    telling: Telling


Announcement = (
    StatusChanged
    | StatusRemoved
    | PropertiesChanged
    | VaultChanged
    | CheckStarted
    | CheckProgress
    | CheckOutcome
    | SendOutcome
    | OutboxChanged
    | MessagesChanged
    | RecordsChanged
    | RulesChanged
    | LoopsChanged
    | EventsHappened
    | TellingChanged
)
Announce = Callable[[Announcement], None]
