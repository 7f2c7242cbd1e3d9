"""When the credentials of integrations end, as far as that is known here without asking anybody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.credentials_in_use import expiries
from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.expiry import Expiry, days_left, due_warning
from mailint_gui.domain.integration import Integration
from mailint_gui.services.credential_dates import CredentialDates
from mailint_gui.services.monitor import Monitor
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Expiries:
    database: Database
    dates: CredentialDates
    monitor: Monitor
    clock: Clock

    def of(self, unit: UnitOfWork, integrations: Collection[Integration]) -> dict[int, tuple[Expiry, ...]]:
        """By integration."""
        kept = self.dates.of(unit, integrations)
        return {each.id: expiries(each, self.monitor.health(each.id), kept[each.id]) for each in integrations}

    def expiring(
        self, unit: UnitOfWork, integrations: Collection[Integration]
    ) -> dict[int, CredentialExpiring]:
        """By integration, what ends first of it, within the time in which that is told."""
        first = {owner: self._first(found) for owner, found in self.of(unit, integrations).items()}
        return {owner: found for owner, found in first.items() if found}

    def _first(self, found: Iterable[Expiry]) -> CredentialExpiring | None:
        now = self.clock()
        first = min(found, key=lambda each: each.on, default=None)
        if first is None or due_warning(first.on, now) is None:
            return None
        return CredentialExpiring(first.kind, first.on, days_left(first.on, now), first.direction)

    def look_outside(self) -> None:
        """At what is kept in files; may take seconds. Raises ProblemError when the store fails."""
        with self.database.read() as unit:
            integrations = unit.integrations.all()
        self.dates.look_outside(integrations)
