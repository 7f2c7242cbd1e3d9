"""What is kept for a time and no longer, as the account properties say: the history of checks."""

from dataclasses import dataclass

from mailint_gui.domain.clock import Clock
from mailint_gui.services.properties import Properties
from mailint_gui.store.database import Database

AT_ONCE = 5_000  # rows: years of history must not keep the others from writing


@dataclass(frozen=True, slots=True)
class Retention:
    database: Database
    properties: Properties
    clock: Clock

    def prune(self) -> int:
        """Forgets what is past its time; may be called as often as one likes. -> how many checks.

        Raises ProblemError; what was forgotten until then stays so.
        """
        keep = self.properties.current().keep_history
        if keep is None:
            return 0
        before = self.clock() - keep
        forgotten = 0
        while True:
            with self.database.write() as unit:
                some = unit.checks.prune(before, AT_ONCE)
            forgotten += some
            if some < AT_ONCE:
                return forgotten
