"""Whom we write with, for the completion of addresses."""

from sqlalchemy import select

from mailint_gui.domain.integration import Direction
from mailint_gui.store.rows import Repository
from mailint_gui.store.schema import MessageTable

_LATEST = 5000  # messages that are looked at


class Correspondents(Repository):
    __slots__ = ()

    def latest(self) -> tuple[str, ...]:
        """Bare addresses of the newest messages, as written, the latest first, each once without regard to case."""
        columns = (MessageTable.direction, MessageTable.sender, MessageTable.recipients)
        present = MessageTable.forgotten_at.is_(None)
        newest = select(*columns).where(present).order_by(MessageTable.id.desc()).limit(_LATEST)
        found: dict[str, str] = {}
        for direction, sender, recipients in self._connection.execute(newest):
            others = recipients if direction is Direction.OUTGOING else (sender,)
            for each in others:
                found.setdefault(each.casefold(), each)
        found.pop("", None)
        return tuple(found.values())
