"""One value for each integration: what changes it, what is told, and what is kept."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailint_gui.domain.health import DirectionHealth, Health
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.status import IntegrationStatus
from mailint_gui.workers.status_book import StatusBook

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON.replace(hour=13)
FAILING = DirectionHealth(consecutive_errors=2)


class Reader:
    def __init__(self) -> None:
        self.book = StatusBook()
        self.changed: list[IntegrationStatus] = []
        self.removed: list[int] = []
        self.book.changed.connect(self.changed.append)
        self.book.removed.connect(self.removed.append)
        self.book.fill([status(1), status(2)])


def status(integration_id: int, *, waiting: int = 0, health: Health | None = None) -> IntegrationStatus:
    integration = Integration(id=integration_id, name=f"no. {integration_id}")
    return IntegrationStatus(integration, health or Health(), waiting)


def next_of(book: StatusBook, integration_id: int) -> datetime | None:
    found = book.get(integration_id)
    assert found is not None
    return found.health.incoming.next_attempt_at


@pytest.fixture
def reader(qapp: object) -> Reader:
    return Reader()


def test_filling_tells_nothing(reader: Reader) -> None:
    assert reader.book.ids() == (1, 2)
    assert reader.book.get(3) is None
    assert (reader.changed, reader.removed) == ([], [])


def test_only_what_differs_is_told(reader: Reader) -> None:
    reader.book.put([status(1), status(2, waiting=1), status(3)])
    assert reader.changed == [status(2, waiting=1), status(3)]
    reader.book.put([status(2, waiting=1)])
    assert len(reader.changed) == 2


def test_one_direction_leaves_the_other_alone(reader: Reader) -> None:
    reader.book.put_health(1, Direction.INCOMING, FAILING)
    reader.book.put_health(1, Direction.OUTGOING, replace(FAILING, consecutive_errors=5))
    reader.book.put_health(1, Direction.INCOMING, DirectionHealth())
    found = reader.book.get(1)
    assert found is not None
    assert (found.health.incoming.consecutive_errors, found.health.outgoing.consecutive_errors) == (0, 5)


def test_health_of_one_that_is_gone_brings_nothing_back(reader: Reader) -> None:
    reader.book.remove([1])
    assert reader.book.put_health(1, Direction.INCOMING, FAILING) is None
    reader.book.put_next_check(1, NOON)
    assert (reader.book.ids(), reader.changed) == ((2,), [])


def test_the_schedule_alone_says_when_the_next_check_comes(reader: Reader) -> None:
    reader.book.put_next_check(1, NOON)
    stale = Health(incoming=replace(FAILING, next_attempt_at=LATER))
    (shown,) = reader.book.put([status(1, health=stale)])
    assert (next_of(reader.book, 1), shown.health.incoming.next_attempt_at) == (NOON, NOON)
    reader.book.put_health(1, Direction.INCOMING, stale.incoming)
    assert next_of(reader.book, 1) == NOON
    reader.book.put([status(3, health=stale)])  # a new one has no time yet, whatever was stored
    assert next_of(reader.book, 3) is None
    reader.changed.clear()
    reader.book.put_next_check(1, NOON)
    assert reader.changed == []


def test_removed_is_told_once(reader: Reader) -> None:
    reader.book.remove([1, 7])
    reader.book.remove([1])
    assert reader.removed == [1]
    reader.book.put([status(1)])
    assert reader.book.ids() == (2, 1)
