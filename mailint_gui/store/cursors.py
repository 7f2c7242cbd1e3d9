"""How far each folder was taken in, and from which account."""

from sqlalchemy import ColumnElement, bindparam, select, update

from mailint_gui.domain.message import POP3_FOLDER, FolderCursor
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

    def leave_pop3(self, integration_id: int) -> bool:
        """The mailbox is read over IMAP from now on: what the other cursor says is of no account any more.

        Returns whether there is one.
        """
        return self._leave(integration_id, CursorTable.folder == POP3_FOLDER)

    def leave_imap(self, integration_id: int) -> bool:
        """As ``leave_pop3``, of all folders."""
        return self._leave(integration_id, CursorTable.folder != POP3_FOLDER)

    def _leave(self, integration_id: int, which: ColumnElement[bool]) -> bool:
        these = update(CursorTable).where(CursorTable.integration_id == integration_id, which)
        return self._connection.execute(these.values(user_name="")).rowcount > 0
