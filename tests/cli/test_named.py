"""What a command says of an integration that does not work at present."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailint_gui.cli.named import require_active
from mailint_gui.domain.health import DirectionHealth, DirectionState, ErrorRecord, Health
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration, OutgoingSettings
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.domain.status import IntegrationStatus

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BOTH = Integration(
    name="Support", incoming=IncomingSettings(enabled=True), outgoing=OutgoingSettings(enabled=True)
)
NEVER_SIGNED_IN = DirectionHealth(last_error=ErrorRecord(NOON, Problem(ProblemKind.SIGN_IN_NEEDED)))
BROKEN = DirectionHealth(disabled_by_errors_at=NOON)


def status(state: DirectionState) -> IntegrationStatus:
    match state:
        case DirectionState.OFF:
            return IntegrationStatus(Integration(name="Support"))
        case DirectionState.DISABLED:
            return IntegrationStatus(replace(BOTH, enabled=False))
        case DirectionState.NEEDS_SIGN_IN:
            return IntegrationStatus(BOTH, Health(NEVER_SIGNED_IN, NEVER_SIGNED_IN))
        case DirectionState.DISABLED_BY_ERRORS:
            return IntegrationStatus(BOTH, Health(BROKEN, BROKEN))
    return IntegrationStatus(BOTH)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("state", DirectionState)
def test_only_what_is_active_works_and_each_other_state_has_its_refusal(
    state: DirectionState, direction: Direction
) -> None:
    one = status(state)
    assert one.state_of(direction) is state
    if state is DirectionState.ACTIVE:
        require_active(one, direction)
        return
    with pytest.raises(RefusedError) as refused:
        require_active(one, direction)
    assert refused.value.refusal.endswith(str(state))
    assert refused.value.facts == {"name": "Support"}
