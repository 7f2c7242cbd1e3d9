"""What we have of a folder, to be laid beside the server's own list."""

from collections.abc import Iterable

from sqlalchemy import select

from mailint_gui.domain.message import FolderCursor
from mailint_gui.store.rows import Repository, portions
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

    def subjects(self, message_ids: Iterable[int]) -> dict[int, str]:
        """By id; empty where retention has forgotten the message."""
        found: dict[int, str] = {}
        for some in portions(message_ids):
            these = select(MessageTable.id, MessageTable.subject).where(MessageTable.id.in_(some))
            found.update((message_id, subject) for message_id, subject in self._connection.execute(these))
        return found
