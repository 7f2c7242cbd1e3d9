"""What was said in checks whose trace an admin asked for."""

from sqlalchemy import select

from mailint_gui.store.rows import Repository, upsert
from mailint_gui.store.schema import ProtocolTraceTable


class ProtocolTraces(Repository):
    """Goes with its check when that is pruned."""

    __slots__ = ()

    def put(self, check_id: int, content: str) -> None:
        """``content`` has no secrets any more."""
        upsert(self._connection, ProtocolTraceTable, [{"check_id": check_id, "content": content}])

    def get(self, check_id: int) -> str | None:
        found = select(ProtocolTraceTable.content).where(ProtocolTraceTable.check_id == check_id)
        return self._connection.execute(found).scalar()
