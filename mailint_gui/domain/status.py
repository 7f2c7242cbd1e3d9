"""An integration together with how it fares: the row of the list and of ``integrations list``."""

from dataclasses import dataclass, field
from datetime import datetime

from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.health import (
    Condition,
    DirectionState,
    Health,
    condition,
    direction_state,
    overall_state,
)
from mailint_gui.domain.integration import Direction, Integration


@dataclass(frozen=True, slots=True)
class IntegrationStatus:
    """``expiring``: what ends first of what it logs in with, within the time in which that is told."""

    integration: Integration
    health: Health = field(default_factory=Health)
    waiting_messages: int = 0
    quarantined_messages: int = 0
    unsent_messages: int = 0
    expiring: CredentialExpiring | None = None
    condition: Condition = field(init=False, compare=False)  # asked for far more often than it changes

    def __post_init__(self) -> None:
        """What is wrong already goes before what will be."""
        now = condition(self.integration, self.health)
        expires = now is Condition.OK and self.expiring is not None
        object.__setattr__(self, "condition", Condition.EXPIRING if expires else now)

    @property
    def id(self) -> int:
        return self.integration.id

    @property
    def name(self) -> str:
        return self.integration.name

    @property
    def next_check_at(self) -> datetime | None:
        """None where no check is to come: incoming is off, disabled by an admin or by errors, or needs a sign-in."""
        active = self.state_of(Direction.INCOMING) is DirectionState.ACTIVE
        return self.health.incoming.next_attempt_at if active else None

    @property
    def state(self) -> DirectionState:
        return overall_state(self.integration, self.health)

    def state_of(self, direction: Direction) -> DirectionState:
        return direction_state(self.integration, self.health, direction)


@dataclass(frozen=True, slots=True)
class DeletionEffects:
    """What deleting some integrations affects: asked about first, by name and number."""

    names: tuple[str, ...]
    includes_default: bool
    unsent_messages: int
    possible_successors: tuple[tuple[int, str], ...]
    rules: tuple[str, ...] = ()  # names of those that lose an address
