"""What is kept for a time and no longer, as the account properties say: the history, and messages.

In small steps: between two of them others may write, and whoever goes through the steps may stop.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.domain.retention import AgedMessage, is_over
from mailint_gui.services.properties import Properties
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

AT_ONCE = 200  # rows of history
LOOKED_AT = 500  # messages
FORGOTTEN_AT_ONCE = 5
_BYTES_AT_ONCE = 1_000_000  # of messages: a database may overwrite what it lets go of

Prune = Callable[[UnitOfWork, datetime, int], int]


@dataclass(frozen=True, slots=True)
class Retention:
    """Each step is one transaction. All raise ProblemError; what was forgotten until then stays so."""

    database: Database
    properties: Properties
    clock: Clock

    def history(self) -> Iterator[int]:
        """How many checks or attempts to send each step forgot."""
        keep = self.properties.current().keep_history
        if keep is None:
            return
        before = self.clock() - keep
        yield from self._pruned(before, lambda unit, time, limit: unit.checks.prune(time, limit))
        yield from self._pruned(before, lambda unit, time, limit: unit.sends.prune(time, limit))

    def _pruned(self, before: datetime, prune: Prune) -> Iterator[int]:
        some = AT_ONCE
        while some == AT_ONCE:
            with self.database.write() as unit:
                some = prune(unit, before, AT_ONCE)
            yield some

    def messages(self) -> Iterator[int]:
        """How many messages each step forgot; ``domain.retention`` says which may go."""
        properties = self.properties.current()
        if properties.keep_messages is None:
            return
        before = self.clock() - properties.keep_messages
        closed = _closed(properties)
        after = None
        count = 0
        try:
            while aged := self._aged(before, after):
                after = aged[-1].received_at, aged[-1].id
                yield 0
                for some in _portions(each for each in aged if is_over(each, before, closed)):
                    forgotten = self._forget(some, before, closed)
                    count += forgotten
                    yield forgotten
        finally:
            if count:
                _log.info(
                    "messages removed, as keep_messages says: %d from before %s",
                    count,
                    before.isoformat("T", "minutes"),
                )

    def _aged(self, before: datetime, after: tuple[datetime, int] | None) -> tuple[AgedMessage, ...]:
        with self.database.read() as unit:
            return unit.forgetting.aged(before, after, LOOKED_AT)

    def _forget(self, ids: list[int], before: datetime, closed: frozenset[str]) -> int:
        """Those of them that may still go: somebody may have reopened a record meanwhile."""
        with self.database.write() as unit:
            over = [each.id for each in unit.forgetting.of(ids) if is_over(each, before, closed)]
            unit.forgetting.forget(over, self.clock())
        return len(over)


def _closed(properties: AccountProperties) -> frozenset[str]:
    return frozenset(each.casefold() for each in properties.closed_statuses)


def _portions(messages: Iterable[AgedMessage]) -> Iterator[list[int]]:
    """Ids of as many as one transaction takes in a moment; of a large one, that alone."""
    portion: list[int] = []
    size = 0
    for each in messages:
        if portion and (len(portion) == FORGOTTEN_AT_ONCE or size + each.size > _BYTES_AT_ONCE):
            yield portion
            portion, size = [], 0
        portion.append(each.id)
        size += each.size
    if portion:
        yield portion
