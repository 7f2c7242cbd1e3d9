from mailint_gui.domain.integration import Integration
from mailint_gui.domain.loop import LoopStop
from mailint_gui.store.database import Database
from tests.store.samples import LATER, NOW

ROBOT = "robot@example.org"


def test_a_pair_is_stopped_until_released(database: Database, support: Integration) -> None:
    with database.write() as work:
        assert work.loop_stops.active() == ()
        assert work.loop_stops.of_pair(support.id, ROBOT) is None
        stop = work.loop_stops.stop(support.id, ROBOT, count=6, minutes=10, messages=[1, 2], at=NOW)
        assert stop == LoopStop(stop.id, support.id, "Support", ROBOT, 6, 10, (1, 2), NOW)
        again = work.loop_stops.stop(support.id, ROBOT, count=9, minutes=30, messages=[], at=LATER)
        assert again == stop
        assert work.loop_stops.active() == (stop,)
        assert work.loop_stops.of_pair(support.id, ROBOT) == stop
        assert work.loop_stops.of_pair(support.id, "other@example.org") is None
    with database.write() as work:
        assert work.loop_stops.release(stop.id, "ann", LATER)
        assert not work.loop_stops.release(stop.id, "bob", LATER)
        assert not work.loop_stops.release(99, "bob", LATER)
        released = work.loop_stops.get(stop.id)
        assert released
        assert (released.released_at, released.released_by) == (LATER, "ann")
        assert work.loop_stops.active() == ()
        assert work.loop_stops.of_pair(support.id, ROBOT) is None


def test_a_pair_that_was_released_may_be_stopped_again(database: Database, support: Integration) -> None:
    with database.write() as work:
        sales = work.integrations.add(Integration(name="Sales"))
        first = work.loop_stops.stop(support.id, ROBOT, count=6, minutes=10, messages=[], at=NOW)
        work.loop_stops.release(first.id, "ann", NOW)
        second = work.loop_stops.stop(support.id, ROBOT, count=6, minutes=10, messages=[], at=LATER)
        third = work.loop_stops.stop(sales.id, ROBOT, count=6, minutes=10, messages=[], at=LATER)
        assert work.loop_stops.active() == (third, second)
        assert [stop.id for stop in work.loop_stops.all(10)] == [third.id, second.id, first.id]
        assert work.loop_stops.all(1) == (third,)
        assert work.loop_stops.get(99) is None
