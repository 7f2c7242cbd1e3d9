from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.integration import Integration
from mailint_gui.domain.trail import Footprint, Trail, TrailStep
from mailint_gui.store.database import Database
from tests.store.rule_samples import texts, traces
from tests.store.samples import received
from tests.store.test_round_trips import same_database

steps = st.builds(
    Footprint, st.sampled_from(TrailStep), st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
)
trails = st.builds(Trail, st.lists(steps, max_size=4).map(tuple), st.lists(traces, max_size=2).map(tuple))


@same_database
@given(trail=trails)
def test_a_trail_comes_back_as_it_was_put(database: Database, support: Integration, trail: Trail) -> None:
    with database.write() as work:
        message_id = next((row.id for row in work.messages.list()), None)
        if message_id is None:
            (message_id,) = work.messages.add_received([received(support.id, 1)])
            assert message_id
            assert work.trails.get(message_id) is None
        work.trails.put(message_id, trail)
    with database.read() as work:
        assert work.trails.get(message_id) == trail
