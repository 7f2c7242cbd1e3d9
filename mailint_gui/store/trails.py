"""The trail of each message that was filed."""

from collections.abc import Mapping

from sqlalchemy import select

from mailint_gui.domain.trail import Footprint, Trail, TrailStep
from mailint_gui.store.rows import Repository, upsert
from mailint_gui.store.rule_forms import trace_form, trace_of
from mailint_gui.store.schema import TrailTable


class Trails(Repository):
    __slots__ = ()

    def put(self, message_id: int, trail: Trail) -> None:
        """In place of that of an earlier filing."""
        self.put_many({message_id: trail})

    def put_many(self, trails: Mapping[int, Trail]) -> None:
        """By the message's id."""
        rows = [
            {
                "message_id": message_id,
                "steps": [(one.step, one.facts) for one in trail.steps],
                "rules": [trace_form(one) for one in trail.rules],
            }
            for message_id, trail in trails.items()
        ]
        upsert(self._connection, TrailTable, rows)

    def get(self, message_id: int) -> Trail | None:
        found = select(TrailTable.steps, TrailTable.rules).where(TrailTable.message_id == message_id)
        row = next(self._rows(found), None)
        if row is None:
            return None
        steps = tuple(Footprint(TrailStep(step), _facts(facts)) for step, facts in row["steps"])
        return Trail(steps, tuple(trace_of(one) for one in row["rules"]))


def _facts(pairs: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)
