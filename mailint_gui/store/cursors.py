"""How far each folder was taken in, and from which account."""

from sqlalchemy import bindparam, select, update

from mailint_gui.domain.message import FolderCursor
from mailint_gui.store.rows import Repository, picked, table_of, upsert, values_of
from mailint_gui.store.schema import CursorTable

_NO_UIDVALIDITY = 0  # RFC 9051 section 2.3.1.1: a server never gives it, so the next check judges anew

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

    def next_generation(self, integration_id: int) -> None:
        """The integration was pointed at another account, which may use the same numbers for other mail."""
        of_all_folders = update(CursorTable).where(CursorTable.integration_id == integration_id)
        moved_on = {"generation": CursorTable.generation + 1, "uidvalidity": _NO_UIDVALIDITY}
        self._connection.execute(of_all_folders.values(moved_on))
