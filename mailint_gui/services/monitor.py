"""The health of every integration, in one place that everyone reads.

A quiet success is written with the next flush, once a second, many in one transaction; whatever an admin or a
counter depends on is written at once.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from mailint_gui.domain.check import CheckOutcome
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.health import (
    Attempt,
    DirectionHealth,
    ErrorRecord,
    Health,
    after_attempt,
    reenabled,
    signed_in,
)
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.missing_secret import secret_given
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.services.properties import Properties
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)

MOST_UNSAVED = (
    5_000  # checks that the history may lack after a store that failed for long: memory is finite too
)

Tell = Callable[[UnitOfWork, Sequence[IntegrationEvent]], None]


class Monitor:
    def __init__(self, database: Database, properties: Properties, clock: Clock) -> None:
        self._database = database
        self._properties = properties
        self._clock = clock
        self._lock = threading.RLock()
        self._health: dict[int, Health] | None = None
        self._untold: list[tuple[Tell, Sequence[IntegrationEvent]]] = []
        self._unsaved: set[tuple[int, Direction]] = set()
        self._unsaved_checks: deque[CheckOutcome] = deque(maxlen=MOST_UNSAVED)
        self._unsaved_traces: list[tuple[CheckOutcome, str]] = []

    def health(self, integration_id: int) -> Health:
        with self._lock:
            return self._all().get(integration_id, Health())

    def record(
        self, integration: Integration, direction: Direction, attempt: Attempt, tell: Tell | None = None
    ) -> tuple[Health, tuple[IntegrationEvent, ...]]:
        """The health after this attempt, and what is to be told. A failing store does not lose it: the next flush
        writes it.

        ``tell`` is called for its events in the transaction that writes the health: what is noted as told is told.
        """
        now = self._clock()
        with self._lock:
            before = self.health(integration.id)
            after, events = after_attempt(
                direction, before.of(direction), attempt, self._properties.current(), now
            )
            health = self._put(integration.id, direction, after)
            told = tuple(IntegrationEvent(integration.id, integration.name, now, event) for event in events)
            if tell and told:
                self._untold.append((tell, told))
        if attempt.problem or events or before.of(direction).consecutive_errors:
            self._try_to_flush()
        return health, told

    def reenable(self, integration_id: int) -> Health:
        """Counters to zero and nothing disabled by errors any more, in both directions."""
        with self._lock:
            for direction in Direction:
                self._put(integration_id, direction, reenabled(self.health(integration_id).of(direction)))
            self.flush()
            return self.health(integration_id)

    def signed_in(self, integration_id: int, directions: Iterable[Direction] = tuple(Direction)) -> Health:
        """Somebody signed in, or need not: what waited for that is tried again."""
        with self._lock:
            for direction in directions:
                self._put(integration_id, direction, signed_in(self.health(integration_id).of(direction)))
            self.flush()
            return self.health(integration_id)

    def signed_out(self, integration_id: int, directions: Iterable[Direction], problem: Problem) -> None:
        """Nobody is signed in any more, as ``problem`` says: nothing is tried meanwhile, and nothing counted."""
        for direction in directions:
            self.set_error(integration_id, direction, ErrorRecord(self._clock(), problem))

    def secret_given(self, integration_id: int) -> None:
        """A secret that an import did not bring is not missing any more."""
        with self._lock:
            before = self.health(integration_id)
            for direction in Direction:
                if (given := secret_given(before.of(direction))) != before.of(direction):
                    self._put(integration_id, direction, given)
        self._try_to_flush()

    def set_error(self, integration_id: int, direction: Direction, error: ErrorRecord) -> None:
        """Shows a fault that no attempt found (a password that was never given); counts nothing."""
        with self._lock:
            health = self.health(integration_id).of(direction)
            self._put(integration_id, direction, replace(health, last_error=error))
        self._try_to_flush()

    def set_next(self, integration_id: int, at: datetime | None) -> Health:
        with self._lock:
            incoming = self.health(integration_id).incoming
            return self._put(integration_id, Direction.INCOMING, replace(incoming, next_attempt_at=at))

    def note_check(self, outcome: CheckOutcome) -> None:
        """Keeps the outcome for the history; written with the next flush."""
        with self._lock:
            self._unsaved_checks.append(outcome)

    def note_traced_check(self, outcome: CheckOutcome, trace: str) -> None:
        """With what was said in it; written at once if the store can."""
        with self._lock:
            self._unsaved_traces.append((outcome, trace))
        self._try_to_flush()

    def flush(self) -> None:
        """Writes what is not written yet, in one transaction. Raises ProblemError; then it is still unsaved."""
        with self._lock:
            if not (self._unsaved or self._unsaved_checks or self._unsaved_traces):
                return
            healths = [(each, side, self.health(each).of(side)) for each, side in sorted(self._unsaved)]
            untold, self._untold = (
                self._untold,
                [],
            )  # a bug in telling must not keep health from being written
            try:
                with self._database.write() as unit:
                    unit.health.save_many(healths)
                    unit.checks.add_many(self._unsaved_checks)
                    for outcome, trace in self._unsaved_traces:
                        unit.traces.put(unit.checks.add(outcome), trace)
                    for tell, events in _together(untold):
                        tell(unit, events)
            except ProblemError:
                self._untold = untold
                raise
            self._unsaved.clear()
            self._unsaved_checks.clear()
            self._unsaved_traces.clear()

    def _try_to_flush(self) -> None:
        try:
            self.flush()
        except ProblemError as error:
            _log.warning("health is not written yet: %s", error)

    def _put(self, integration_id: int, direction: Direction, health: DirectionHealth) -> Health:
        whole = self.health(integration_id).with_direction(direction, health)
        self._all()[integration_id] = whole
        self._unsaved.add((integration_id, direction))
        return whole

    def _all(self) -> dict[int, Health]:
        if self._health is None:
            with self._database.read() as unit:
                self._health = dict(unit.health.all())
        return self._health


def _together(
    untold: Iterable[tuple[Tell, Sequence[IntegrationEvent]]],
) -> Iterator[tuple[Tell, Sequence[IntegrationEvent]]]:
    """In their order, but what is told the same way by one call."""
    for tell, some in groupby(untold, itemgetter(0)):
        yield tell, [event for _, events in some for event in events]
