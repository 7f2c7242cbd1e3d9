"""Drafts of answers: to a message, within a record, or of what could not be sent."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from mailint_gui.domain.draft import Attached, AttachedPart, MailDraft
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow, MessageView
from mailint_gui.domain.outbox import OutboxItem, RecipientState
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.reply import (
    QuoteFacts,
    ReplyKind,
    addresses_in,
    named,
    names_in,
    quoted,
    references,
    reply_subject,
    thread_of,
    with_token,
    without,
)
from mailint_gui.domain.typed_recipients import typed_recipients
from mailint_gui.mail.compose import without_signature
from mailint_gui.services.message_log import MessageLog
from mailint_gui.services.properties import Properties
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.statuses import Statuses
from mailint_gui.store.database import Database

_NAMING = ("from", "reply-to", "to", "cc")  # headers that say what people are called

RenderQuote = Callable[[QuoteFacts], str]
"""-> the lines above what is quoted or handed on, in the catalogue's words"""


@dataclass(frozen=True, slots=True)
class Replies:
    database: Database
    statuses: Statuses
    message_log: MessageLog
    properties: Properties
    render: RenderQuote

    def blank(self) -> MailDraft:
        """A new one, from the default."""
        return MailDraft(integration_id=self._sender(0))

    def to_message(self, message_id: int, kind: ReplyKind, scope: CancelScope) -> MailDraft:
        """Raises RefusedError where it cannot be read, Cancelled."""
        row = self.message_log.get(message_id)
        view = self.message_log.view(message_id, scope)
        draft = MailDraft(
            integration_id=self._sender(self._integration_of(row)),
            subject=reply_subject(kind, row.subject, self.properties.current().subject_token, row.record),
            text=self._text(row, view, kind),
            record=row.record,
        )
        if kind is ReplyKind.FORWARD:
            return replace(draft, attachments=tuple(_parts(row.id, view)))
        to, copies = self._recipients(row, view, kind)
        thread = thread_of(view.headers, row.message_id)
        names = names_in(view.headers, *_NAMING)
        to, copies = (tuple(named(each, names) for each in field) for field in (to, copies))
        return replace(draft, to=", ".join(to), copies=", ".join(copies), answers=thread)

    def to_record(
        self,
        number: int,
        scope: CancelScope,
        kind: ReplyKind = ReplyKind.REPLY,
        chosen: int | None = None,
    ) -> MailDraft:
        """An answer to the chosen message where it came in and is readable, else to the newest that did and is;
        without one a first word to its requester. What is forwarded is the chosen one, whichever way it went.

        ``chosen``: id of a message. Raises RefusedError, Cancelled.
        """
        with self.database.read() as unit:
            record = unit.records.get(number)
            rows = unit.messages.of_record(number)
        if record is None:
            raise RefusedError(Refusal.NO_SUCH_RECORD, number=str(number))
        came_in = [row.id for row in reversed(rows) if row.direction == Direction.INCOMING]
        if kind is ReplyKind.FORWARD:
            of_it = [row.id for row in rows if row.id == chosen]  # a window may still show another record's
            return self.to_message(next(iter([*of_it, *came_in]), 0), kind, scope)
        for message_id in sorted(came_in, key=lambda each: each != chosen):
            try:
                return self.to_message(message_id, kind, scope)
            except RefusedError:  # quarantined, or forgotten meanwhile
                continue
        pattern = self.properties.current().subject_token
        return MailDraft(
            integration_id=self._sender(record.draft.integration_id),
            to=record.draft.requester,
            subject=with_token(record.draft.subject, pattern, number),
            record=number,
        )

    def again(self, item: OutboxItem, scope: CancelScope) -> MailDraft:
        """What was to be sent, as it was typed, for those who did not get it. Raises RefusedError, Cancelled."""
        with self.database.read() as unit:
            stored = unit.drafts.of_outbox(item.id)
            integration = unit.integrations.get(item.integration_id)
        got_it = {one.address.casefold() for one in item.recipients if one.state is RecipientState.SENT}
        replaces = None if item.partly_sent else item.id  # what some have got stays as it is
        if stored is not None:
            return replace(_left_to_send(stored.draft, got_it), replaces=replaces)
        signature = integration.outgoing.signature if integration else ""
        row, view = self.message_log.get(item.log_id), self.message_log.view(item.log_id, scope)
        to, copies = addresses_in(view.headers, "to"), addresses_in(view.headers, "cc")
        shown = {each.casefold() for each in (*to, *copies)}
        blind = without((one.address for one in item.recipients), got_it | shown)
        return MailDraft(
            integration_id=self._sender(item.integration_id),
            to=", ".join(without(to, got_it)),
            copies=", ".join(without(copies, got_it)),
            blind_copies=", ".join(blind),
            subject=row.subject,
            text=without_signature(view.text, signature),
            attachments=tuple(_parts(row.id, view)),
            answers=references(view.headers),
            record=row.record,
            replaces=replaces,
        )

    def _recipients(
        self, row: MessageRow, view: MessageView, kind: ReplyKind
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """To and Cc."""
        with self.database.read() as unit:
            ours = unit.filing_facts.own_addresses()
        if (
            row.direction == Direction.OUTGOING
        ):  # going on from what we wrote ourselves; never to blind copies
            to, others = addresses_in(view.headers, "to"), addresses_in(view.headers, "cc")
        else:
            to, others = addresses_in(view.headers, "reply-to") or without([row.sender], ()), row.recipients
        if kind is ReplyKind.REPLY:
            return to, ()
        return to, without(others, ours | {each.casefold() for each in to})

    def _text(self, row: MessageRow, view: MessageView, kind: ReplyKind) -> str:
        names = names_in(view.headers, *_NAMING)
        to, copies = (
            tuple(named(each, names) for each in addresses_in(view.headers, name)) for name in ("to", "cc")
        )
        facts = QuoteFacts(kind, named(row.sender, names), to, row.subject, row.date, copies)
        if kind is ReplyKind.FORWARD:
            return f"\n\n{self.render(facts)}\n\n{view.text}"
        return f"\n\n{self.render(facts)}\n{quoted(view.text)}"

    def _integration_of(self, row: MessageRow) -> int:
        return next((each.id for each in self.statuses.all() if each.name == row.integration), 0)

    def _sender(self, integration_id: int) -> int:
        """This one if it can send now, else the default, else any that can; 0: none."""
        able = [
            each for each in self.statuses.all() if each.state_of(Direction.OUTGOING) is DirectionState.ACTIVE
        ]
        able.sort(key=lambda each: (each.id != integration_id, not each.integration.is_default))
        return able[0].id if able else 0


def _left_to_send(draft: MailDraft, got_it: Collection[str]) -> MailDraft:
    """Recipients as typed, while nobody got it."""
    if not got_it:
        return draft
    to, copies, blind_copies = (
        ", ".join(without(typed_recipients(each), got_it))
        for each in (draft.to, draft.copies, draft.blind_copies)
    )
    return replace(draft, to=to, copies=copies, blind_copies=blind_copies)


def _parts(message_id: int, view: MessageView) -> Iterator[Attached]:
    for index, each in enumerate(view.attachments):
        yield AttachedPart(message_id, index, each.name, each.type, each.size)
