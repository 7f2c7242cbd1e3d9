"""What we have of a folder, to be laid beside the server's own list."""

from sqlalchemy import select

from mailint_gui.domain.message import FolderCursor
from mailint_gui.store.rows import Repository
from mailint_gui.store.schema import MessageTable


class Reconciling(Repository):
    __slots__ = ()

    def of_imap(self, cursor: FolderCursor) -> dict[str, int]:
        """Numbers in the log by UID, of the account and numbering that the cursor is at; forgotten ones too."""
        found = select(MessageTable.uid, MessageTable.id).where(
            MessageTable.integration_id == cursor.integration_id,
            MessageTable.folder == cursor.folder,
            MessageTable.uidvalidity == cursor.uidvalidity,
            MessageTable.generation == cursor.generation,
        )
        return {str(uid): message_id for uid, message_id in self._connection.execute(found)}
