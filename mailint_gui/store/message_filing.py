"""Filing as the store sees it: the queue of what waits, the verdicts, and what the log knows of earlier mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, text, update

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import (
    Acknowledgement,
    FiledMessage,
    MessageState,
    ParsedMessage,
    QuarantineReason,
)
from mailint_gui.domain.message_filter import KnownMessage
from mailint_gui.domain.read_message import message_words
from mailint_gui.domain.trail import FilingReason
from mailint_gui.store import rows, schema
from mailint_gui.store.rows import Repository, portions, table_of
from mailint_gui.store.schema import MessageTable
from mailint_gui.store.searches import Searches
from mailint_gui.store.types import storable_date

_VERDICT = (
    "state",
    "filed_at",
    "reason",
    "detail",
    "record",
    "automatic",
    "message_id",
    "subject",
    "sender",
    "recipients",
    "date",
    "attachments",
    "defects",
    "content_digest",
)
_TABLE = table_of(MessageTable)
_FILE = (  # built once, and by the table: each message goes through it
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row_id"), _TABLE.c.state == MessageState.RECEIVED)
    .values({name: bindparam(name) for name in _VERDICT})
)
_FILED_AWAY = (MessageState.IGNORED, MessageState.ALREADY_KNOWN)


class MessageFiling(Repository):
    __slots__ = ()

    def unfiled(self, limit: int) -> tuple[tuple[int, int], ...]:
        """``(message id, integration id)`` of what waits to be filed, oldest first."""
        found = select(MessageTable.id, MessageTable.integration_id).where(text(schema.UNFILED))
        return tuple(self._connection.execute(found.order_by(MessageTable.id).limit(limit)))

    def unfiled_counts(self) -> dict[int, int]:
        """By integration."""
        return self._counts(schema.UNFILED)

    def quarantined_counts(self) -> dict[int, int]:
        return self._counts(schema.QUARANTINED)

    def _counts(self, condition: str) -> dict[int, int]:
        owner = MessageTable.integration_id
        counted = select(owner, func.count()).where(text(condition)).group_by(owner)
        return dict(self._connection.execute(counted).all())

    def set_filed(
        self,
        message_id: int,
        parsed: ParsedMessage,
        at: datetime,
        *,
        state: MessageState = MessageState.FILED,
        reason: str = "",
        detail: str = "",
        record: int | None = None,
        automatic: bool = False,
    ) -> bool:
        """Its verdict: *filed*, *ignored* or *already known*; from now on searches find it.

        False, and nothing is changed, when it does not wait to be filed: somebody else was quicker.
        """
        filed = FiledMessage(message_id, parsed, message_words(parsed), state, reason, record, automatic)
        done = self._file(message_id, detail=detail, **_columns(filed, at))
        if done:
            Searches(self._connection).put_words({message_id: filed.words})
        return done

    def set_filed_many(self, filed: Sequence[FiledMessage], at: datetime) -> None:
        """The same for messages that are known to wait to be filed, in as few statements."""
        if filed:
            verdicts = [{"row_id": each.id, "detail": "", **_columns(each, at)} for each in filed]
            self._connection.execute(_FILE, verdicts)
            Searches(self._connection).put_words({each.id: each.words for each in filed})

    def set_quarantined(self, message_id: int, reason: QuarantineReason, detail: str) -> bool:
        """As ``set_filed``; searches find what intake knew of it."""
        done = self._file(message_id, state=MessageState.QUARANTINED, reason=reason, detail=detail)
        if done:
            Searches(self._connection).put_headers([message_id])
        return done

    def _file(self, row_id: int, /, **values: Any) -> bool:
        return self._change(row_id, (MessageState.RECEIVED,), **values)

    def set_received(self, message_id: int) -> None:
        """Puts it before the parser again."""
        this = update(MessageTable).where(MessageTable.id == message_id)
        self._connection.execute(this.values(state=MessageState.RECEIVED, reason="", detail=""))

    def set_asked_for(self, message_id: int) -> bool:
        """Has the next check ask the server again for what it did not hand out. False: it is no such message.

        Until then it is what was left there, as what is too large: that is taken in as soon as it fits.
        """
        this = update(MessageTable).where(
            MessageTable.id == message_id,
            text(schema.QUARANTINED),
            MessageTable.reason == QuarantineReason.NOT_HANDED_OUT,
        )
        return self._connection.execute(this.values(state=MessageState.TOO_LARGE, detail="")).rowcount == 1

    def set_file_anyway(self, message_id: int) -> bool:
        """Has what is ignored, already known or without a record filed again, past what kept it out. False: not so."""
        kept_out = MessageTable.state.in_(_FILED_AWAY) | (
            (MessageTable.state == MessageState.FILED) & MessageTable.record.is_(None)
        )
        this = update(MessageTable).where(MessageTable.id == message_id, kept_out)
        values = {"state": MessageState.RECEIVED, "reason": "", "detail": "", "file_anyway": True}
        return self._connection.execute(this.values(values)).rowcount == 1

    def set_discarded(self, message_id: int, detail: str) -> bool:
        """Takes it out of quarantine for good; its bytes stay. False: it is not in quarantine."""
        values = {"state": MessageState.IGNORED, "reason": FilingReason.DISCARDED, "detail": detail}
        return self._change(message_id, (MessageState.QUARANTINED,), **values)

    def _change(self, row_id: int, states: Iterable[MessageState], /, **values: Any) -> bool:
        this = update(MessageTable).where(MessageTable.id == row_id, MessageTable.state.in_(states))
        return self._connection.execute(this.values(values)).rowcount == 1

    def owe_move(self, message_id: int, folder: str, *, while_owed: bool = False) -> bool:
        """From now on the server is to move it there. False: it came from no folder of a server.

        ``while_owed``: False too when the server was told already, and moved or deleted it by the settings.
        """
        this = update(MessageTable).where(MessageTable.id == message_id, MessageTable.uid.is_not(None))
        if while_owed:
            this = this.where(MessageTable.acknowledgement != Acknowledgement.NONE)
        owed = this.values(acknowledgement=Acknowledgement.MOVE, acknowledge_to=folder)
        return self._connection.execute(owed).rowcount == 1

    def by_message_ids(self, ids: Iterable[str]) -> tuple[KnownMessage, ...]:
        """Messages both ways whose Message-ID is one of these, oldest first; forgotten ones too."""
        found: list[KnownMessage] = []
        for some in portions(each for each in ids if each):
            these = select(
                MessageTable.message_id,
                MessageTable.id,
                MessageTable.record,
                MessageTable.direction,
                MessageTable.sender,
            ).where(MessageTable.message_id.in_(some))
            found += (KnownMessage(*row) for row in self._connection.execute(these.order_by(MessageTable.id)))
        return tuple(found)

    def own_message_ids(self, ids: Iterable[str]) -> frozenset[str]:
        """Which of these are of mail that we sent or are to send."""
        known = self.by_message_ids(ids)
        return frozenset(each.message_id for each in known if each.direction is Direction.OUTGOING)

    def automatic_count(
        self,
        integration_id: int,
        sender: str,
        since: datetime,
        sent_near: tuple[datetime | None, timedelta] | None = None,
    ) -> tuple[int, tuple[int, ...]]:
        """How much automatic mail one sender sent to one integration since then, and its ids, the newest first.

        ``sender`` without regard to case. ``sent_near``: by its Date not so far from that of another one; what says no
        date is near to all.
        """
        automatic = select(MessageTable.id, MessageTable.sender, MessageTable.date).where(
            text(schema.AUTOMATIC),
            MessageTable.integration_id == integration_id,
            MessageTable.received_at >= since,
        )
        wanted = sender.casefold()
        newest_first = self._connection.execute(automatic.order_by(MessageTable.id.desc()))
        ids = tuple(
            each
            for each, address, date in newest_first
            if address.casefold() == wanted and _is_near(date, sent_near)
        )
        return len(ids), ids


def _is_near(date: datetime | None, sent_near: tuple[datetime | None, timedelta] | None) -> bool:
    moment, most = sent_near or (None, timedelta())
    moment = storable_date(moment)
    return date is None or moment is None or abs(date - moment) < most


def _columns(filed: FiledMessage, at: datetime) -> dict[str, Any]:
    parsed = filed.parsed
    return {
        "state": filed.state,
        "filed_at": at,
        "reason": filed.reason,
        "record": filed.record,
        "automatic": filed.automatic,
        "message_id": parsed.message_id,
        "subject": parsed.subject,
        "sender": parsed.sender,
        "recipients": parsed.recipients,
        "date": storable_date(parsed.date),
        "attachments": [rows.values_of(one) for one in parsed.attachments],
        "defects": parsed.defects,
        "content_digest": parsed.content_digest,
    }
