"""Sending what an admin typed: judged as a whole, then queued in the transaction that puts its draft away."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailint_gui.domain.clock import Clock
from mailint_gui.domain.draft import MailDraft, message_size
from mailint_gui.domain.health import DirectionState
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.message import Attachment
from mailint_gui.domain.outbox import (
    NotPossibleError,
    OutboxAction,
    OutboxItem,
    OutboxPurpose,
    OutboxState,
)
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.size import MB
from mailint_gui.domain.typed_recipients import recipient_errors, typed_recipients
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.mail.compose import Composed, Draft, compose
from mailint_gui.mail.files import File
from mailint_gui.services.announcements import Announce, MessagesChanged, OutboxChanged, RecordsChanged
from mailint_gui.services.attached_files import AttachedFiles
from mailint_gui.services.outbox import put
from mailint_gui.services.scope import CancelScope
from mailint_gui.services.size_limits import SizeLimits
from mailint_gui.services.statuses import Statuses
from mailint_gui.store.database import Database
from mailint_gui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TypedMail:
    database: Database
    statuses: Statuses
    files: AttachedFiles
    sizes: SizeLimits
    clock: Clock
    announce: Announce

    def send(self, draft_id: int, draft: MailDraft, scope: CancelScope) -> OutboxItem:
        """Queues it; it is sent by whoever sends. Its draft is kept beside it until it is sent.

        Raises ValidationError with every fault (``to[2]``, ``attachments[1]``), NotPossibleError where the item that
        it replaces is being sent or was sent, ProblemError where nothing can be stored, and Cancelled.
        """
        errors = list(recipient_errors(draft))
        integration = self._sender(draft.integration_id, errors)
        if integration is None:
            raise ValidationError(errors)
        limit = self.sizes.known(integration)
        errors += _size_errors(message_size(draft), limit)
        files = tuple(self._files(draft, errors, scope)) if not _too_large(errors) else ()
        if errors:
            raise ValidationError(errors)
        composed = self._composed(draft, integration, files)
        if errors := list(_size_errors(len(composed.raw), limit)):
            raise ValidationError(errors)
        scope.raise_if_cancelled()
        item = self._queue(draft_id, draft, integration, composed, files)
        self.announce(OutboxChanged())
        self.announce(MessagesChanged(frozenset({integration.id})))
        if draft.record is not None:
            self.announce(RecordsChanged(frozenset({draft.record})))
        return item

    def _sender(self, integration_id: int, errors: list[FieldError]) -> Integration | None:
        """None, and ``errors`` say why, where it cannot send now."""
        found = next(iter(self.statuses.of([integration_id])), None)
        if found is None:
            errors.append(FieldError("integration", FieldFault.REQUIRED))
            return None
        if found.state_of(Direction.OUTGOING) is not DirectionState.ACTIVE:
            errors.append(FieldError("integration", FieldFault.CANNOT_SEND, {"value": found.name}))
            return None
        return found.integration

    def _files(self, draft: MailDraft, errors: list[FieldError], scope: CancelScope) -> Iterator[File]:
        """Adds to ``errors`` what keeps one from being read."""
        for number, attached in enumerate(draft.attachments, 1):
            try:
                yield self.files.read(attached, f"attachments[{number}]", scope)
            except ValidationError as error:
                errors += error.errors

    def _composed(self, draft: MailDraft, integration: Integration, files: tuple[File, ...]) -> Composed:
        outgoing = integration.outgoing
        message = Draft(
            sender=integration.sender_address,
            display_name=outgoing.display_name,
            reply_to=outgoing.reply_to,
            recipients=typed_recipients(draft.to),
            copies=typed_recipients(draft.copies),
            blind_copies=typed_recipients(draft.blind_copies),
            subject=draft.subject,
            body=draft.text,
            rich=draft.rich,
            signature=outgoing.signature,
            message_format=outgoing.message_format,
            answers=draft.answers,
            files=files,
        )
        try:
            return compose(message, self.clock())
        except ProblemError as error:  # a domain that no name server could be asked for
            path = "to" if error.problem.kind is ProblemKind.RECIPIENT_REFUSED else "integration"
            facts = {"value": error.problem.facts.get("address", "")}
            raise ValidationError([FieldError(path, FieldFault.BAD_ADDRESS, facts)]) from error

    def _queue(
        self,
        draft_id: int,
        draft: MailDraft,
        integration: Integration,
        composed: Composed,
        files: tuple[File, ...],
    ) -> OutboxItem:
        now = self.clock()
        attached = [Attachment(each.name, each.type, len(each.content)) for each in files]
        with self.database.write() as unit:
            if draft.replaces is not None:
                _give_up(unit, draft.replaces)
            item = put(
                unit,
                integration,
                OutboxPurpose.TYPED,
                composed,
                draft.subject,
                now,
                text=draft.text,
                record=draft.record,
                attachments=attached,
                report_delivery=draft.report_delivery,
            )
            unit.drafts.set_queued(unit.drafts.put(draft_id, draft, now), item.id)
            if draft.record is not None and unit.records.get(draft.record) is not None:
                unit.records.touch(draft.record, now)
        return item


def _give_up(unit: UnitOfWork, outbox_id: int) -> None:
    """Raises NotPossibleError: what may have gone out is not sent a second time as something else."""
    item = unit.outbox.get(outbox_id)
    if item is not None and item.state is OutboxState.UNCERTAIN:  # since it was opened to be edited
        raise NotPossibleError(item.state, OutboxAction.CANCEL)
    if item is not None and item.state is not OutboxState.CANCELLED:
        unit.outbox.cancel(outbox_id)
    unit.drafts.remove_of_outbox(outbox_id)


def _size_errors(size: int, limit: int) -> tuple[FieldError, ...]:
    if size <= limit:
        return ()
    facts = {"size": f"{size / MB:.1f}", "limit": f"{limit / MB:.0f}"}
    return (FieldError("attachments", FieldFault.MESSAGE_TOO_LARGE, facts),)


def _too_large(errors: list[FieldError]) -> bool:
    return any(error.fault is FieldFault.MESSAGE_TOO_LARGE for error in errors)
