"""When the credentials of integrations end, as far as that is known here without asking anybody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.credentials_in_use import expiries
from mailint_gui.domain.events import CredentialExpiring
from mailint_gui.domain.expiry import Expiry, days_left, due_warning
from mailint_gui.domain.integration import Integration
from mailint_gui.services.credential_dates import CredentialDates
from mailint_gui.services.monitor import Monitor
from mailint_gui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Expiries:
    dates: CredentialDates
    monitor: Monitor
    clock: Clock

    def of(self, unit: UnitOfWork, integrations: Iterable[Integration]) -> dict[int, tuple[Expiry, ...]]:
        """By integration."""
        known = self.dates.known(unit)
        return {
            each.id: expiries(each, self.monitor.health(each.id), partial(known.of, each))
            for each in integrations
        }

    def expiring(
        self, unit: UnitOfWork, integrations: Iterable[Integration]
    ) -> dict[int, CredentialExpiring | None]:
        """By integration, what ends first of it; None: nothing within the time in which that is told."""
        now = self.clock()
        return {owner: first_to_end(found, now) for owner, found in self.of(unit, integrations).items()}

    def look_outside(self, integrations: Collection[Integration]) -> None:
        """At what is kept in files; may take seconds."""
        self.dates.look_outside(integrations)


def first_to_end(found: Iterable[Expiry], now: datetime) -> CredentialExpiring | None:
    first = min(found, key=lambda each: each.on, default=None)
    if first is None or due_warning(first.on, now) is None:
        return None
    return CredentialExpiring(first.kind, first.on, days_left(first.on, now), first.direction)
