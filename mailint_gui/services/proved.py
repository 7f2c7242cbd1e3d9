"""A sign-in that is waited for is needed no longer, once a test has shown that what is stored logs in."""

from dataclasses import dataclass

from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import log_in_direction, settings_of
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.services.announcements import Announce, StatusChanged
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.statuses import Statuses
from mailint_gui.store.database import Database


@dataclass(frozen=True, slots=True)
class Proved:
    """As after an administrator of the organisation had given what was missing, without any change here."""

    database: Database
    monitor: Monitor
    statuses: Statuses
    announce: Announce

    def works(self, tested: Integration, direction: Direction, typed: TypedPasswords) -> None:
        """``tested`` and ``typed``: with what a test has just passed. Raises ProblemError when the store fails."""
        if typed or not self.monitor.health(tested.id).of(direction).needs_sign_in:
            return
        if self._is_stored(tested, direction):
            self.monitor.signed_in(tested.id, (direction,))
            self.announce(StatusChanged(self.statuses.of({tested.id})))

    def _is_stored(self, tested: Integration, direction: Direction) -> bool:
        with self.database.read() as unit:
            stored = unit.integrations.get(tested.id)
        sides = {direction, log_in_direction(tested, direction)}
        return stored is not None and all(
            settings_of(stored, each) == settings_of(tested, each) for each in sides
        )
