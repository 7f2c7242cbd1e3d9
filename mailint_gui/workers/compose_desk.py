"""What the compose windows ask for. Reading, quoting, files and the store are a worker's."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mailint_gui.domain.draft import AttachedFile, MailDraft, StoredDraft
from mailint_gui.domain.outbox import NotPossibleError, OutboxItem, OutboxState
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.reply import ReplyKind
from mailint_gui.domain.validation import FieldError, ValidationError
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Files that can be attached, and what keeps the others from it."""

    files: tuple[AttachedFile, ...]
    errors: tuple[FieldError, ...] = ()


class ComposeDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def blank(self) -> Call:
        """-> MailDraft."""
        return self._desk.call("begin a message", lambda services, _scope, _step: services.replies.blank())

    def reply(self, message_id: int, kind: ReplyKind) -> Call:
        """-> MailDraft."""
        return self._desk.call(
            "answer a message",
            lambda services, scope, _step: services.replies.to_message(message_id, kind, scope),
        )

    def reply_to_record(
        self, number: int, kind: ReplyKind = ReplyKind.REPLY, chosen: int | None = None
    ) -> Call:
        """-> MailDraft. ``chosen``: id of the message of it that is looked at."""
        return self._desk.call(
            "answer a record",
            lambda services, scope, _step: services.replies.to_record(number, scope, kind, chosen),
        )

    def again(self, outbox_id: int) -> Call:
        """-> MailDraft, of what was to be sent."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> MailDraft:
            item = services.outbox.get(outbox_id)
            if item is None:
                raise RefusedError(Refusal.NO_SUCH_OUTBOX_ITEM, id=str(outbox_id))
            return services.replies.again(item, scope)

        return self._desk.call("edit a message again", run)

    def drafts(self) -> Call:
        """-> tuple[StoredDraft, ...], oldest first."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> tuple[StoredDraft, ...]:
            return services.drafts.all()

        return self._desk.call("read drafts", run)

    def left_open(self) -> Call:
        """-> tuple[StoredDraft, ...]: what was being typed when the last run ended."""
        return self._desk.call(
            "read what was being typed", lambda services, _scope, _step: services.drafts.left_open()
        )

    def put_away(self, ids: Iterable[int]) -> Call:
        """-> None."""
        wanted = tuple(ids)
        return self._desk.call(
            "put drafts away", lambda services, _scope, _step: services.drafts.put_away(wanted)
        )

    def save(self, draft_id: int, draft: MailDraft, *, is_open: bool) -> Call:
        """-> int, its id. ``is_open``: a window goes on having it."""
        return self._desk.call(
            "save a draft",
            lambda services, _scope, _step: services.drafts.save(draft_id, draft, is_open=is_open),
        )

    def discard(self, draft_id: int) -> Call:
        """-> None."""
        return self._desk.call(
            "discard a draft", lambda services, _scope, _step: services.drafts.discard(draft_id)
        )

    def correspondents(self) -> Call:
        """-> tuple[str, ...], the latest first."""
        return self._desk.call(
            "read correspondents", lambda services, _scope, _step: services.drafts.correspondents()
        )

    def size_limit(self, integration_id: int) -> Call:
        """-> int: bytes that the integration can send at most; its server is asked once."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> int:
            integration = services.statuses.integration(integration_id)
            return services.size_limits.ask(integration, scope) if integration else 0

        return self._desk.call("ask how much can be sent", run)

    def look_at(self, paths: Iterable[Path]) -> Call:
        """-> LookedAt."""
        wanted = tuple(paths)

        def run(_services: "Services", scope: CancelScope, _step: Progress) -> LookedAt:
            from mailint_gui.services.attached_files import attach

            files: list[AttachedFile] = []
            errors: list[FieldError] = []
            for path in wanted:
                scope.raise_if_cancelled()
                try:
                    files.append(attach(path))
                except ValidationError as error:
                    errors += error.errors
            return LookedAt(tuple(files), tuple(errors))

        return self._desk.call("attach files", run)

    def send(self, draft_id: int, draft: MailDraft) -> Call:
        """-> OutboxItem, queued. ``failed`` gives a ValidationError with paths such as ``to[2]``."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> OutboxItem:
            try:
                return services.typed_mail.send(draft_id, draft, scope)
            except NotPossibleError as error:
                uncertain = error.state is OutboxState.UNCERTAIN
                why = Refusal.UNCERTAIN_MEANWHILE if uncertain else Refusal.CANNOT_REPLACE
                raise RefusedError(why, id=str(draft.replaces), state=error.state) from error

        return self._desk.call("queue a message", run)
