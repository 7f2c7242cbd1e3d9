"""The message log as admins read it, and a second try for what is in quarantine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow, MessageState
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.services.filing import Filing
from mailint_gui.services.scope import CancelScope
from mailint_gui.store.database import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MessageLog:
    database: Database
    filing: Filing

    def read(self, integration: str | None, state: str | None, use: Callable[[Iterator[MessageRow]], T]) -> T:
        """``use`` gets the rows, oldest first, one after the other: there may be very many."""
        with self.database.read() as unit:
            return use(unit.messages.list(integration, state))

    def get(self, message_id: int) -> MessageRow:
        """Raises RefusedError."""
        with self.database.read() as unit:
            row = unit.messages.get(message_id)
        if row is None:
            raise RefusedError(Refusal.NO_SUCH_MESSAGE, id=str(message_id))
        return row

    def raw(self, message_id: int) -> bytes:
        """The bytes as the server gave them, or as they were sent. Raises RefusedError."""
        row = self.get(message_id)
        with self.database.read() as unit:
            raw = unit.messages.raw(message_id)
        if raw is None:
            raise RefusedError(Refusal.NO_RAW_MESSAGE, id=str(message_id), state=row.state)
        return raw

    def retry(self, message_id: int, scope: CancelScope) -> MessageRow:
        """Files a quarantined message again. Raises RefusedError, Cancelled."""
        row = self.get(message_id)
        if row.direction != Direction.INCOMING or row.state != MessageState.QUARANTINED:
            raise RefusedError(Refusal.NOT_QUARANTINED, id=str(message_id), state=row.state)
        with self.database.write() as unit:
            unit.messages.set_received(message_id)
        self.filing.file([message_id], scope)
        return self.get(message_id)
