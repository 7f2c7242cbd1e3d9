"""How far each folder was taken in."""

from sqlalchemy import select

from mailint_gui.domain.message import FolderCursor
from mailint_gui.store.rows import Repository, picked, table_of, upsert, values_of
from mailint_gui.store.schema import CursorTable


class Cursors(Repository):
    __slots__ = ()

    def get(self, integration_id: int, folder: str) -> FolderCursor | None:
        """None before the first check of the folder."""
        this = (CursorTable.integration_id == integration_id) & (CursorTable.folder == folder)
        row = next(self._rows(select(table_of(CursorTable)).where(this)), None)
        return FolderCursor(**picked(FolderCursor, row)) if row else None

    def save(self, cursor: FolderCursor) -> None:
        upsert(self._connection, CursorTable, [values_of(cursor)])
