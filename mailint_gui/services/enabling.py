"""*Test and re-enable*: only an admin does, and only what works is enabled."""

from dataclasses import dataclass

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.problem import ProblemError
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.connection_test import ConnectionTest, Report
from mailint_gui.services.integrations import Integrations
from mailint_gui.store.database import Database


@dataclass(frozen=True, slots=True)
class Enabling:
    database: Database
    integrations: Integrations
    connection_test: ConnectionTest

    def enable(
        self, integration_id: int, scope: CancelScope, report: Report, *, test: bool = True
    ) -> Integration:
        """Tests every direction that is not off; a failing test leaves all as it was.

        Raises LookupError, ProblemError (of the step that failed), Cancelled.
        """
        with self.database.read() as unit:
            integration = unit.integrations.get(integration_id)
        if integration is None:
            raise LookupError(integration_id)
        if test:
            self._test(integration, scope, report)
        return self.integrations.enable(integration_id)

    def _test(self, integration: Integration, scope: CancelScope, report: Report) -> None:
        on = {
            Direction.INCOMING: integration.incoming.enabled,
            Direction.OUTGOING: integration.outgoing.enabled,
        }
        for direction in Direction:
            if not on[direction]:
                continue
            for step in self.connection_test.test(integration, direction, scope, report):
                if step.problem:
                    raise ProblemError(step.problem)
