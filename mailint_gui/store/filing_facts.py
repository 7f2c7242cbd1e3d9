"""What filing asks of the log before it decides where a message goes."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, TextClause, bindparam, func, select, text, union
from sqlalchemy.orm import InstrumentedAttribute

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import LoggedMessage, MessageState
from mailint_gui.store import schema
from mailint_gui.store.rows import Repository, portions
from mailint_gui.store.schema import (
    IncomingTable,
    IntegrationTable,
    LoopStopTable,
    MessageTable,
    OutboxTable,
    OutgoingTable,
    RecipientTable,
    RecordTable,
)

_LOGGED = select(  # in the order of LoggedMessage
    MessageTable.id,
    MessageTable.integration_id,
    MessageTable.state,
    MessageTable.size,
    MessageTable.sha256,
    MessageTable.received_at,
    (MessageTable.uidl != "").label("is_pop3"),
    MessageTable.file_anyway,
).where(MessageTable.direction == Direction.INCOMING, MessageTable.id.in_(bindparam("ids", expanding=True)))


class Twin(NamedTuple):
    """The same message of another mailbox of ours: its id, its record, and the name of the integration."""

    id: int
    record: int
    integration: str


class FilingFacts(Repository):
    __slots__ = ()

    def of(self, ids: Collection[int], *, locked: bool = False) -> dict[int, LoggedMessage]:
        """Received messages by id. ``locked``: they stay as they are until the end of the transaction."""
        statement = _LOGGED.with_for_update() if locked else _LOGGED
        found = self._connection.execute(statement, {"ids": list(ids)})
        return {row[0]: LoggedMessage(*row) for row in found}

    def latest(self, limit: int) -> tuple[int, ...]:
        """The ids of the messages received last, the newest first."""
        found = select(MessageTable.id).where(MessageTable.direction == Direction.INCOMING)
        return tuple(self._connection.execute(found.order_by(MessageTable.id.desc()).limit(limit)).scalars())

    def same_mail(self, digests: Iterable[str], except_integration: int) -> dict[str, Twin]:
        """By content digest, the first message of the same mail that another integration filed to a record."""
        return self._twins(
            MessageTable.content_digest, digests, text(schema.WITH_CONTENT_DIGEST), except_integration
        )

    def same_bytes(self, digests: Iterable[str], except_integration: int) -> dict[str, Twin]:
        """As ``same_mail``, by the SHA-256 of the raw bytes."""
        others = select(IntegrationTable.id).where(IntegrationTable.id != except_integration)
        indexed = MessageTable.integration_id.in_(others)
        return self._twins(MessageTable.sha256, digests, indexed, except_integration)

    def _twins(
        self,
        column: InstrumentedAttribute[str],
        digests: Iterable[str],
        indexed: ColumnElement[bool] | TextClause,
        except_integration: int,
    ) -> dict[str, Twin]:
        found: dict[str, Twin] = {}
        for some in portions({each for each in digests if each}):
            these = (
                select(
                    column, MessageTable.id, MessageTable.record, IntegrationTable.name, MessageTable.state
                )
                .join(IntegrationTable, IntegrationTable.id == MessageTable.integration_id)
                .where(
                    indexed,
                    column.in_(some),
                    MessageTable.integration_id != except_integration,
                    MessageTable.direction == Direction.INCOMING,
                )
                .order_by(MessageTable.id.desc())
            )
            # State and record are looked at here: SQLite would go by the index of the state, through all messages.
            for digest, message_id, record, name, state in self._connection.execute(these):
                if state is MessageState.FILED and record is not None:
                    found[digest] = Twin(message_id, record, name)
        return found

    def records_here(self, integration_id: int, message_ids: Iterable[str]) -> dict[str, int]:
        """The records of those messages (by the Message-ID header) that this integration received or sent."""
        found: dict[str, int] = {}
        for some in portions(message_ids):
            these = select(MessageTable.message_id, MessageTable.record).where(
                MessageTable.message_id.in_(some),
                MessageTable.integration_id == integration_id,
                MessageTable.record.is_not(None),
            )
            rows = self._connection.execute(these)
            found |= {message_id: record for message_id, record in rows if record is not None}
        return found

    def follow_up(self, record: int) -> tuple[int, str] | None:
        """``(number, status)`` of the newest record that goes on from this one."""
        found = select(RecordTable.id, RecordTable.status).where(
            text(schema.LINKED), RecordTable.linked_to == record
        )
        row = self._connection.execute(found.order_by(RecordTable.id.desc()).limit(1)).first()
        return (row[0], row[1]) if row else None

    def own_addresses(self) -> frozenset[str]:
        """Of all integrations, both ways, case-folded."""
        both = union(select(IncomingTable.address), select(OutgoingTable.address))
        return frozenset(each.casefold() for each in self._connection.execute(both).scalars() if each)

    def released_at(self, integration_id: int, sender: str) -> datetime | None:
        """When an admin last released this pair of the loop breaker."""
        latest = select(func.max(LoopStopTable.released_at)).where(
            LoopStopTable.integration_id == integration_id, LoopStopTable.sender == sender
        )
        return self._connection.execute(latest).scalar()

    def is_answered(self, record: int, address: str, since: datetime) -> bool:
        """Whether a rule answered this address in this record since then."""
        answers = (
            select(OutboxTable.id)
            .join(MessageTable, MessageTable.id == OutboxTable.log_id)
            .join(RecipientTable, RecipientTable.outbox_id == OutboxTable.id)
            .where(MessageTable.record == record, *_answer_to(address, since))
        )
        return self._connection.execute(answers.limit(1)).first() is not None

    def answers_to(self, address: str, since: datetime) -> int:
        """How often rules answered this address since then."""
        answers = (
            select(func.count())
            .select_from(OutboxTable)
            .join(RecipientTable, RecipientTable.outbox_id == OutboxTable.id)
            .where(*_answer_to(address, since))
        )
        return self._connection.execute(answers).scalar_one()


def _answer_to(address: str, since: datetime) -> tuple[Any, ...]:
    return (
        text(schema.AUTOMATIC_ANSWERS),
        OutboxTable.created_at >= since,
        func.lower(RecipientTable.address) == address.lower(),
    )
