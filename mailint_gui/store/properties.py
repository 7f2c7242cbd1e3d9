"""Account properties in their text form."""

from collections.abc import Mapping

from sqlalchemy import select

from mailint_gui.store.rows import Repository, upsert
from mailint_gui.store.schema import PropertyTable


class Properties(Repository):
    __slots__ = ()

    def all(self) -> dict[str, str]:
        """Those that were ever set."""
        statement = select(PropertyTable.name, PropertyTable.value)
        return dict(self._connection.execute(statement).all())

    def set(self, values: Mapping[str, str]) -> None:
        rows = [{"name": name, "value": value} for name, value in values.items()]
        upsert(self._connection, PropertyTable, rows)
