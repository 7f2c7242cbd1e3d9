"""What services tell whoever listens, as immutable values; ``workers`` turns them into signals."""

from collections.abc import Callable
from dataclasses import dataclass

from mailint_gui.domain.check import CheckOutcome, CheckProgress, SendOutcome
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.secret import VaultState
from mailint_gui.domain.status import IntegrationStatus


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
)
Announce = Callable[[Announcement], None]
