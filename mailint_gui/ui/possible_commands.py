"""Which commands of the main window are possible, as a function of what is selected and what runs."""

from collections.abc import Sequence

from mailint_gui.domain.health import Condition
from mailint_gui.domain.status import IntegrationStatus

CAN_BE_ENABLED = frozenset({Condition.DISABLED, Condition.DISABLED_BY_ERRORS})


def possible_commands(
    chosen: Sequence[IntegrationStatus], *, any_there: bool, running: bool, can_undo: bool
) -> dict[str, bool]:
    """By the name of the action. Commands that are always possible are not named."""
    return {
        "edit": len(chosen) == 1,
        "duplicate": len(chosen) == 1,
        "delete": bool(chosen),
        "undo": can_undo,
        "check": any(status.condition is not Condition.DISABLED for status in chosen),
        "check_all": any_there,
        "cancel": running,
        "enable": any(status.condition in CAN_BE_ENABLED for status in chosen),
        "disable": any(status.integration.enabled for status in chosen),
        "export": any_there,
    }
