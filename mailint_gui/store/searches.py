"""By which words messages are found."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, exists, func, select

from mailint_gui.domain.message import MessageState
from mailint_gui.store.full_text import MESSAGE_SEARCH, FullText
from mailint_gui.store.rows import Repository, portions
from mailint_gui.store.schema import MessageTable


class Searches(Repository):
    __slots__ = ("_index",)

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._index = FullText(connection, MESSAGE_SEARCH)

    def put(
        self, message_id: int, subject: str, sender: str, recipients: Sequence[str], text: str = ""
    ) -> None:
        """In place of what was there."""
        self._index.put({message_id: (subject, sender, *recipients, text)})

    def put_words(self, words: Mapping[int, str]) -> None:
        """By id, as ``read_message`` has them."""
        self._index.put_words(words)

    def put_headers(self, message_ids: Iterable[int]) -> None:
        """Of messages without a text to be had: what their rows say."""
        for some in portions(message_ids):
            found = select(
                MessageTable.id, MessageTable.subject, MessageTable.sender, MessageTable.recipients
            ).where(MessageTable.id.in_(some))
            rows = self._connection.execute(found)
            self._index.put({each: (subject, sender, *names) for each, subject, sender, names in rows})

    def missing(self, after_id: int, up_to: int) -> tuple[int, ...]:
        """Messages with these ids that are filed or sent, and that no search finds."""
        found = select(MessageTable.id).where(
            MessageTable.id > after_id,
            MessageTable.id <= up_to,
            MessageTable.forgotten_at.is_(None),
            func.coalesce(MessageTable.state, "") != MessageState.RECEIVED,
            ~exists().where(self._index.id == MessageTable.id),
        )
        return tuple(self._connection.execute(found.order_by(MessageTable.id)).scalars())

    def remove(self, message_ids: Iterable[int]) -> None:
        self._index.remove(message_ids)
