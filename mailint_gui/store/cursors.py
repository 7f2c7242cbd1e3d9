"""How far each folder was taken in, and from which account."""

from sqlalchemy import bindparam, select

from mailint_gui.domain.message import FolderCursor
from mailint_gui.store.rows import Repository, picked, table_of, upsert, values_of
from mailint_gui.store.schema import CursorTable

_ONE = select(table_of(CursorTable)).where(
    (CursorTable.integration_id == bindparam("integration_id")) & (CursorTable.folder == bindparam("folder"))
)  # built once: each check asks


class Cursors(Repository):
    __slots__ = ()

    def get(self, integration_id: int, folder: str) -> FolderCursor | None:
        """None before the first check of the folder."""
        row = next(self._rows(_ONE, {"integration_id": integration_id, "folder": folder}), None)
        return FolderCursor(**picked(FolderCursor, row)) if row else None

    def save(self, cursor: FolderCursor) -> None:
        upsert(self._connection, CursorTable, [values_of(cursor)])
