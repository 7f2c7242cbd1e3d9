"""The outbox. Each row has one in the message log: one list shows all mail, one table holds all bytes."""

import hashlib
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update

from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import Acknowledgement, Attachment
from mailint_gui.domain.outbox import (
    OF_OURS,
    TRANSITIONS,
    OutboxAction,
    OutboxItem,
    OutboxPurpose,
    OutboxRecipient,
    OutboxState,
    RecipientState,
    next_state,
)
from mailint_gui.domain.problem import ProblemKind
from mailint_gui.store import schema
from mailint_gui.store.outbox_items import SENDING, WANTED, OutboxItems
from mailint_gui.store.raw_messages import RawMessages
from mailint_gui.store.rows import portions, upsert, values_of
from mailint_gui.store.schema import (
    MessageTable,
    OutboxTable,
    RecipientTable,
)
from mailint_gui.store.searches import Searches

_GOT_THERE = frozenset({OutboxAction.ACCEPTED, OutboxAction.FOUND, OutboxAction.ARRIVED, OutboxAction.PARTLY})
_UNHAPPY = frozenset({OutboxAction.REFUSED, OutboxAction.ANSWER_LOST})
_CLAIMABLE = [state for state, action in TRANSITIONS if action is OutboxAction.CLAIM]
_SET = update(OutboxTable).where(OutboxTable.id == WANTED)
_CLAIM = (
    update(OutboxTable)
    .where(OutboxTable.id == WANTED, OutboxTable.state.in_(_CLAIMABLE))
    .values(
        state=OutboxState.SENDING,
        attempts=OutboxTable.attempts + 1,
        next_try_at=None,
        answer_awaited=False,
        changed_at=bindparam("at"),
    )
)
_MARK_ANSWER_AWAITED = (
    update(OutboxTable)
    .where(
        OutboxTable.id == WANTED,
        OutboxTable.state == OutboxState.SENDING,
        OutboxTable.attempts == bindparam("attempt"),
    )
    .values(answer_awaited=True)
)
_IS_TO_BE_TOLD = OutboxTable.purpose.not_in(OF_OURS)
_OWE_WORD = update(OutboxTable).where(OutboxTable.id == WANTED).values(end_untold=_IS_TO_BE_TOLD)


class Outbox(OutboxItems):
    __slots__ = ()

    def add(
        self,
        integration_id: int,
        *,
        purpose: OutboxPurpose,
        sender: str,
        subject: str,
        message_id: str,
        recipients: Sequence[str],
        raw: bytes,
        at: datetime,
        text: str = "",
        record: int | None = None,
        attachments: Sequence[Attachment] = (),
        report_delivery: bool = False,
    ) -> OutboxItem:
        """Queues a message, durable with the commit. ``message_id`` is its header's; searches find ``text``.

        ``record``: the number of the one that it is about.
        """
        log_id = self._add_to_log(
            integration_id=integration_id,
            message_id=message_id,
            subject=subject,
            sender=sender,
            recipients=tuple(recipients),
            date=at,
            received_at=at,
            size=len(raw),
            sha256=hashlib.sha256(raw).hexdigest(),
            record=record,
            attachments=[values_of(each) for each in attachments],
        )
        RawMessages(self._connection).add([(log_id, raw)])
        Searches(self._connection).put(log_id, subject, sender, recipients, text)
        outbox_id = self._add_item(
            log_id=log_id,
            integration_id=integration_id,
            purpose=purpose,
            report_delivery=report_delivery,
            created_at=at,
            changed_at=at,
        )
        self._put_recipients(outbox_id, [OutboxRecipient(address) for address in recipients])
        return self._existing(outbox_id)

    def _add_to_log(self, **values: Any) -> int:
        statement = insert(MessageTable).values(
            direction=Direction.OUTGOING,
            folder="",
            generation=0,
            uidl="",
            reason="",
            detail="",
            acknowledgement=Acknowledgement.NONE,
            acknowledge_to="",
            defects=(),
            content_digest="",
            automatic=False,
            file_anyway=False,
            **values,
        )
        return self._connection.execute(statement.returning(MessageTable.id)).scalar_one()

    def _add_item(self, **values: Any) -> int:
        statement = insert(OutboxTable).values(
            state=OutboxState.QUEUED, attempts=0, answer_awaited=False, reason="", answer="", **values
        )
        return self._connection.execute(statement.returning(OutboxTable.id)).scalar_one()

    def claim(self, outbox_id: int, at: datetime) -> bool:
        """Whether this caller is now the one who sends it."""
        return self._connection.execute(_CLAIM, {"wanted": outbox_id, "at": at}).rowcount == 1

    def mark_answer_awaited(
        self, outbox_id: int, attempts: int, changed: Sequence[OutboxRecipient] = ()
    ) -> bool:
        """From now on the server may have taken it, but for whom it refused: a crash leaves it uncertain.

        ``changed``: recipients that differ from what is stored.

        False, and nothing may go out, when the attempt of this number is over already.
        """
        values = {"wanted": outbox_id, "attempt": attempts}
        is_ours = self._connection.execute(_MARK_ANSWER_AWAITED, values).rowcount == 1
        if is_ours and any(one.state is RecipientState.REFUSED for one in changed):
            self._owe_word(outbox_id)
        for one in changed if is_ours else ():
            its_row = (RecipientTable.outbox_id == outbox_id) & (RecipientTable.address == one.address)
            said = {"state": one.state, "answer": one.answer}
            self._connection.execute(update(RecipientTable).where(its_row).values(said))
        return is_ours

    def is_answer_awaited(self, outbox_id: int) -> bool:
        """Stays so until the end of the transaction."""
        found = select(OutboxTable.answer_awaited).where(OutboxTable.id == outbox_id).with_for_update()
        return bool(self._connection.execute(found).scalar())

    def settle(
        self,
        outbox_id: int,
        action: OutboxAction,
        at: datetime,
        reason: str = "",
        answer: str = "",
        recipients: Sequence[OutboxRecipient] | None = None,
        next_try_at: datetime | None = None,
    ) -> OutboxItem:
        """How an attempt ended. ``recipients`` None: as they were, and all sent if it was accepted, but for whom the
        server refused or put off. None of a message that is refused for good is left waiting.

        Raises NotPossibleError, and MissingRowError.
        """
        said: dict[str, Any] = {"reason": reason, "answer": answer, "next_try_at": next_try_at}
        item = self._moved(outbox_id, action, at, **said)
        to = item.recipients if recipients is None else tuple(recipients)
        if recipients is None and action in _GOT_THERE:
            to = tuple(_sent_unless_refused(one) for one in to)
        elif action is OutboxAction.REFUSED:
            to = tuple(_refused_if_waiting(one, "" if recipients else answer) for one in to)
        if to != item.recipients:
            self._put_recipients(outbox_id, to)
        if action in _UNHAPPY or _refused_in(to) - _refused_in(item.recipients):
            self._owe_word(outbox_id)
        return replace(item, state=next_state(item.state, action), recipients=to, **said)

    def retry(self, outbox_id: int, at: datetime | None = None) -> OutboxItem:
        """Queues it again, from the start, for those who did not get it.

        Raises NotPossibleError, MissingRowError.
        """
        item = self._moved(
            outbox_id,
            OutboxAction.RETRY,
            at,
            reason="",
            answer="",
            next_try_at=None,
            attempts=0,
            tried_from=at,
        )
        again = [
            one if one.state is RecipientState.SENT else OutboxRecipient(one.address)
            for one in item.recipients
        ]
        self._put_recipients(outbox_id, again)
        return self._existing(outbox_id)

    def cancel(self, outbox_id: int, at: datetime | None = None) -> OutboxItem:
        """Raises NotPossibleError, MissingRowError."""
        self._moved(outbox_id, OutboxAction.CANCEL, at, next_try_at=None)
        return self._existing(outbox_id)

    def fail_delivered(self, message_id: str, address: str, answer: str, at: datetime) -> int | None:
        """A report came that mail of ours did not reach a recipient; it failed once it reached none.

        ``message_id`` is its header's. Where an alias hides the only recipient, it is that one. -> the id of the item,
        None where it is not ours.
        """
        ours = select(OutboxTable.id).join(MessageTable, MessageTable.id == OutboxTable.log_id)
        ours = ours.where(MessageTable.message_id == message_id).order_by(OutboxTable.id.desc()).limit(1)
        outbox_id: int | None = self._connection.execute(ours).scalar()
        if outbox_id is None or not message_id:
            return None
        item = self._existing(outbox_id, locked=True)
        recipients = _refused(item.recipients, address, answer)
        self._put_recipients(outbox_id, recipients)
        if _refused_in(recipients) - _refused_in(item.recipients):
            self._owe_word(outbox_id)
        none_got_it = all(one.state is RecipientState.REFUSED for one in recipients)
        if none_got_it and (item.state, OutboxAction.BOUNCED) in TRANSITIONS:
            reason = ProblemKind.RECIPIENT_REFUSED
            self._moved(outbox_id, OutboxAction.BOUNCED, at, reason=reason, answer=answer)
        return outbox_id

    def recover(self, at: datetime, under_way: Container[int] = ()) -> tuple[OutboxItem, ...]:
        """What is *sending* and whose sender is gone: uncertain if an answer was awaited, else queued again.

        ``under_way`` are those that somebody still sends; it is asked after the rows are locked. -> those changed.
        """
        locked = self._connection.execute(SENDING.with_for_update()).scalars().all()
        left = OutboxTable.id.in_([outbox_id for outbox_id in locked if outbox_id not in under_way])
        sending = update(OutboxTable).where(left, OutboxTable.state == OutboxState.SENDING)
        lost = {"state": next_state(OutboxState.SENDING, OutboxAction.ANSWER_LOST), "changed_at": at}
        self._connection.execute(
            sending.where(OutboxTable.answer_awaited).values(
                reason=ProblemKind.DELIVERY_UNCERTAIN, end_untold=_IS_TO_BE_TOLD, **lost
            )
        )
        test = OutboxTable.purpose == OutboxPurpose.TEST
        self._connection.execute(sending.where(test).values(state=OutboxState.FAILED, changed_at=at))
        self._connection.execute(sending.values(state=OutboxState.QUEUED, changed_at=at))
        return self._where(left)

    def end_tests(self, at: datetime) -> None:
        """At start, when nobody waits for them any more: a test that was not sent has failed."""
        unsent = OutboxTable.state.in_((OutboxState.QUEUED, OutboxState.WAITING))
        tests = update(OutboxTable).where(
            text(schema.UNSETTLED), unsent, OutboxTable.purpose == OutboxPurpose.TEST
        )
        self._connection.execute(tests.values(state=OutboxState.FAILED, next_try_at=None, changed_at=at))

    def set_told(self, ids: Iterable[int]) -> None:
        """What became of them."""
        for some in portions(ids):
            self._connection.execute(
                update(OutboxTable).where(OutboxTable.id.in_(some)).values(end_untold=False)
            )

    def _owe_word(self, outbox_id: int) -> None:
        """An admin is to be told how it ended."""
        self._connection.execute(_OWE_WORD, {"wanted": outbox_id})

    def _moved(self, outbox_id: int, action: OutboxAction, at: datetime | None, **values: Any) -> OutboxItem:
        """The item as it was; its row has moved on."""
        item = self._existing(outbox_id, locked=True)
        changed = {"changed_at": at} if at else {}
        state = next_state(item.state, action)
        self._set(outbox_id, state=state, answer_awaited=False, **changed, **values)
        return item

    def _set(self, outbox_id: int, **values: Any) -> None:
        self._connection.execute(_SET, {"wanted": outbox_id, **values})

    def _put_recipients(self, outbox_id: int, recipients: Iterable[OutboxRecipient]) -> None:
        numbered = [
            {"outbox_id": outbox_id, "position": position, **values_of(one)}
            for position, one in enumerate(recipients)
        ]
        upsert(self._connection, RecipientTable, numbered)


def _sent_unless_refused(recipient: OutboxRecipient) -> OutboxRecipient:
    if recipient.state is RecipientState.REFUSED or recipient.answer:
        return recipient
    return OutboxRecipient(recipient.address, RecipientState.SENT, recipient.answer)


def _refused_in(recipients: Iterable[OutboxRecipient]) -> set[str]:
    return {one.address for one in recipients if one.state is RecipientState.REFUSED}


def _refused_if_waiting(recipient: OutboxRecipient, answer: str) -> OutboxRecipient:
    """``answer`` empty: its own."""
    if recipient.state is not RecipientState.QUEUED:
        return recipient
    return OutboxRecipient(recipient.address, RecipientState.REFUSED, answer or recipient.answer)


def _refused(recipients: Sequence[OutboxRecipient], address: str, answer: str) -> list[OutboxRecipient]:
    wanted = address.casefold() if len(recipients) > 1 else recipients[0].address.casefold()
    return [
        OutboxRecipient(one.address, RecipientState.REFUSED, answer)
        if one.address.casefold() == wanted
        else one
        for one in recipients
    ]
