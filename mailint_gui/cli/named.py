"""Finding what an argument names."""

from typing import TYPE_CHECKING

from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction, name_key
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.status import IntegrationStatus

if TYPE_CHECKING:
    from mailint_gui.services.services import Services


def status_named(services: "Services | None", name: str) -> IntegrationStatus:
    """Without regard to case. Raises RefusedError."""
    for status in services.statuses.all() if services else ():
        if name_key(status.name) == name_key(name):
            return status
    raise RefusedError(Refusal.NO_SUCH_INTEGRATION, name=name)


_CANNOT: dict[Direction, dict[DirectionState, Refusal]] = {
    Direction.INCOMING: {
        DirectionState.OFF: Refusal.NOT_CHECKED_OFF,
        DirectionState.DISABLED: Refusal.NOT_CHECKED_DISABLED,
        DirectionState.DISABLED_BY_ERRORS: Refusal.NOT_CHECKED_DISABLED_BY_ERRORS,
        DirectionState.NEEDS_SIGN_IN: Refusal.NOT_CHECKED_NEEDS_SIGN_IN,
    },
    Direction.OUTGOING: {
        DirectionState.OFF: Refusal.CANNOT_SEND_OFF,
        DirectionState.DISABLED: Refusal.CANNOT_SEND_DISABLED,
        DirectionState.DISABLED_BY_ERRORS: Refusal.CANNOT_SEND_DISABLED_BY_ERRORS,
        DirectionState.NEEDS_SIGN_IN: Refusal.CANNOT_SEND_NEEDS_SIGN_IN,
    },
}


def require_active(status: IntegrationStatus, direction: Direction) -> None:
    """Raises RefusedError where this direction does not work at present."""
    refusal = _CANNOT[direction].get(status.state_of(direction))
    if refusal is not None:
        raise RefusedError(refusal, name=status.name)
