"""The message log as admins read it, and what they do about a message: try again, file anyway, discard."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import Attachment, MessageRow, MessageState, MessageView, ParseRefused
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.message_standing import MessageStanding
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.trail import Trail
from mailint_gui.services.announcements import Announce, MessagesChanged
from mailint_gui.services.filing import Filing
from mailint_gui.services.parsing import ParserProcess
from mailint_gui.services.properties import Properties
from mailint_gui.services.scope import CancelScope
from mailint_gui.store.database import Database
from mailint_gui.store.raw_messages import DamagedRawError
from mailint_gui.store.unit_of_work import UnitOfWork

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MessageLog:
    """Whatever names a message raises RefusedError where there is none of that number."""

    database: Database
    filing: Filing
    parser: ParserProcess
    properties: Properties
    announce: Announce

    def read(self, integration: str | None, state: str | None, use: Callable[[Iterator[MessageRow]], T]) -> T:
        """``use`` gets the rows, oldest first, one after the other: there may be very many."""
        with self.database.read() as unit:
            return use(unit.messages.list(integration, state))

    def page(
        self, wanted: MessageFilter, before_id: int | None = None, limit: int = 100
    ) -> tuple[MessageRow, ...]:
        """The newest first, those below ``before_id``."""
        with self.database.read() as unit:
            return unit.messages.page(wanted, before_id, limit)

    def get(self, message_id: int) -> MessageRow:
        with self.database.read() as unit:
            row = unit.messages.get(message_id)
            if row is None:
                raise _missing(unit, message_id)
        return row

    def source(self, message_id: int) -> bytes:
        """The bytes as the server gave them, or as they were sent. Raises RefusedError where there are none."""
        row = self.get(message_id)
        try:
            with self.database.read() as unit:
                raw = unit.messages.raw(message_id)
        except DamagedRawError as error:
            raise RefusedError(Refusal.RAW_DAMAGED, id=str(message_id)) from error
        if raw is None:
            raise RefusedError(Refusal.NO_RAW_MESSAGE, id=str(message_id), state=row.state)
        return raw

    def trail(self, message_id: int) -> Trail:
        """Empty where it was not filed yet, or filed by a version that kept none."""
        self.get(message_id)
        with self.database.read() as unit:
            return unit.trails.get(message_id) or Trail()

    def standing(self, message_id: int) -> MessageStanding:
        with self.database.read() as unit:
            found = unit.messages.standing(message_id)
            if found is None:
                raise _missing(unit, message_id)
        return found

    def view(self, message_id: int, scope: CancelScope) -> MessageView:
        """Raises RefusedError where it cannot be read, and Cancelled."""
        raw = self.source(message_id)
        scope.raise_if_cancelled()
        answer = self.parser.view(raw)
        if isinstance(answer, ParseRefused):
            raise RefusedError(Refusal.NOT_READABLE, id=str(message_id), reason=answer.reason)
        return answer

    def attachment(self, message_id: int, index: int, scope: CancelScope) -> tuple[Attachment, bytes]:
        """The one at ``index`` of those that ``view`` lists. Raises RefusedError, Cancelled."""
        listed = self.view(message_id, scope).attachments
        if not 0 <= index < len(listed):
            raise RefusedError(Refusal.NO_SUCH_ATTACHMENT, id=str(message_id))
        content = self.parser.attachment(self.source(message_id), index)
        if isinstance(content, ParseRefused):
            raise RefusedError(Refusal.NOT_READABLE, id=str(message_id), reason=content.reason)
        return listed[index], content

    def retry(self, message_id: int, scope: CancelScope) -> MessageRow:
        """Files a quarantined message again; one that is still on the server waits there for the next check.

        Raises RefusedError, Cancelled.
        """
        row = self.get(message_id)
        if row.direction != Direction.INCOMING or row.state != MessageState.QUARANTINED:
            raise RefusedError(Refusal.NOT_QUARANTINED, id=str(message_id), state=row.state)
        with self.database.write() as unit:
            is_there = unit.messages.set_asked_for(message_id)
            if not is_there:
                unit.messages.set_received(message_id)
            owner = unit.filing_facts.of([message_id])[message_id].integration_id
        if is_there:
            self.announce(MessagesChanged(frozenset({owner})))
        else:
            self.filing.file([message_id], scope)
        return self.get(message_id)

    def file_anyway(self, message_id: int, scope: CancelScope) -> MessageRow:
        """Files what is ignored, already known or without a record, past whatever kept it out.

        Raises RefusedError, Cancelled.
        """
        self.source(message_id)  # without it there is nothing to file
        with self.database.write() as unit:
            is_kept_out = unit.messages.set_file_anyway(message_id)
        if not is_kept_out:
            row = self.get(message_id)
            raise RefusedError(Refusal.NOT_IGNORED, id=str(message_id), state=row.state)
        self.filing.file([message_id], scope)
        return self.get(message_id)

    def discard(self, message_id: int) -> MessageRow:
        """A quarantined message is not waited for any more; it stays in the log, ignored. Raises RefusedError."""
        row = self.get(message_id)
        if row.direction != Direction.INCOMING or row.state != MessageState.QUARANTINED:
            raise RefusedError(Refusal.CANNOT_DISCARD, id=str(message_id), state=row.state)
        with self.database.write() as unit:
            unit.messages.set_discarded(message_id, self.properties.admin_name())
            owner = unit.filing_facts.of([message_id])[message_id].integration_id
        self.announce(MessagesChanged(frozenset({owner})))
        return self.get(message_id)


def _missing(unit: UnitOfWork, message_id: int) -> RefusedError:
    """One that retention took was there: somebody may have its number from a log or a mail."""
    at = unit.messages.forgotten_at(message_id)
    if at is None:
        return RefusedError(Refusal.NO_SUCH_MESSAGE, id=str(message_id))
    return RefusedError(Refusal.FORGOTTEN, id=str(message_id), at=at.isoformat())
