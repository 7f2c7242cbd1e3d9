"""What the screens of messages ask for. Reading, parsing, decoding of images and files are a worker's."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mailint_gui.domain.file_name import free_name, safe_file_name
from mailint_gui.domain.integration import Direction
from mailint_gui.domain.message import MessageRow, MessageView
from mailint_gui.domain.message_filter import MessageFilter
from mailint_gui.domain.message_standing import MessageStanding
from mailint_gui.domain.refusal import Refusal, RefusedError
from mailint_gui.domain.trail import Trail
from mailint_gui.services.scope import CancelScope
from mailint_gui.workers.calls import Call
from mailint_gui.workers.desk import Desk, Progress
from mailint_gui.workers.html_layout import LayableHtml, layable
from mailint_gui.workers.inline_images import Pictures, decoded
from mailint_gui.workers.shown_text import ShownText, shown_bytes, shown_text
from mailint_gui.workers.whole_file import write_whole

if TYPE_CHECKING:  # their imports are heavy, and belong to the first job
    from mailint_gui.services.services import Services

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class ReadableMessage:
    """``view`` as the parser gave it; its texts as a window can show them without waiting."""

    view: MessageView
    text: ShownText
    new_text: ShownText
    html: LayableHtml
    pictures: Pictures


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """All that the viewer shows but the source. Without ``content`` there is a ``refusal`` that says why."""

    row: MessageRow
    trail: Trail
    standing: MessageStanding
    content: ReadableMessage | None
    refusal: RefusedError | None = None


@dataclass(frozen=True, slots=True)
class SavedFiles:
    directory: Path
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saving:
    done: int
    total: int


class MessageDesk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def page(self, wanted: MessageFilter, before_id: int | None = None, limit: int = PAGE_ROWS) -> Call:
        """-> tuple[MessageRow, ...], the newest first, those below ``before_id``."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> tuple[MessageRow, ...]:
            return services.message_log.page(wanted, before_id, limit)

        return self._desk.call("read the message log", run)

    def open(self, message_id: int) -> Call:
        """-> OpenedMessage."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> OpenedMessage:
            return _opened(services, message_id, scope)

        return self._desk.call("open a message", run)

    def source(self, message_id: int) -> Call:
        """-> ShownText."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> ShownText:
            return shown_bytes(services.message_log.source(message_id))

        return self._desk.call("read a source", run)

    def save_source(self, message_id: int, path: Path) -> Call:
        """-> SavedFiles. The bytes as they came, or as they were sent."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> SavedFiles:
            write_whole(path, services.message_log.source(message_id))
            return SavedFiles(path.parent, (path.name,))

        return self._desk.call("export a message", run)

    def save_attachment(self, message_id: int, index: int, path: Path) -> Call:
        """-> SavedFiles."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> SavedFiles:
            _attachment, content = services.message_log.attachment(message_id, index, scope)
            write_whole(path, content)
            return SavedFiles(path.parent, (path.name,))

        return self._desk.call("save an attachment", run)

    def save_attachments(self, message_id: int, directory: Path) -> Call:
        """-> SavedFiles; ``progressed`` gives Saving. Nothing that is there is written over: names get a number."""

        def run(services: "Services", scope: CancelScope, step: Progress) -> SavedFiles:
            return _saved_all(services, message_id, directory, scope, step)

        return self._desk.call("save all attachments", run)

    def retry(self, message_id: int) -> Call:
        """-> MessageRow, after a quarantined one was filed again, or could not be."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> MessageRow:
            return services.message_log.retry(message_id, scope)

        return self._desk.call("retry a message", run)

    def file_anyway(self, message_id: int) -> Call:
        """-> MessageRow."""

        def run(services: "Services", scope: CancelScope, _step: Progress) -> MessageRow:
            return services.message_log.file_anyway(message_id, scope)

        return self._desk.call("file a message anyway", run)

    def discard(self, message_id: int) -> Call:
        """-> MessageRow. It stays in the log, ignored, with its source."""

        def run(services: "Services", _scope: CancelScope, _step: Progress) -> MessageRow:
            return services.message_log.discard(message_id)

        return self._desk.call("discard a message", run)


def _opened(services: "Services", message_id: int, scope: CancelScope) -> OpenedMessage:
    log = services.message_log
    row, standing = log.get(message_id), log.standing(message_id)
    trail = log.trail(message_id) if row.direction == Direction.INCOMING else Trail()
    scope.raise_if_cancelled()
    try:
        view = log.view(message_id, scope)
    except RefusedError as refusal:
        if refusal.refusal in (Refusal.NO_SUCH_MESSAGE, Refusal.FORGOTTEN):
            raise
        return OpenedMessage(row, trail, standing, None, refusal)
    scope.raise_if_cancelled()
    return OpenedMessage(row, trail, standing, _readable(view))


def _readable(view: MessageView) -> ReadableMessage:
    return ReadableMessage(
        view=view,
        text=shown_text(view.text),
        new_text=shown_text(view.new_text),
        html=layable(view.html),
        pictures=decoded(view.images),
    )


def _saved_all(
    services: "Services", message_id: int, directory: Path, scope: CancelScope, step: Progress
) -> SavedFiles:
    attachments = services.message_log.view(message_id, scope).attachments
    taken = _names_in(directory)
    names: list[str] = []
    for index, attachment in enumerate(attachments):
        scope.raise_if_cancelled()
        step(Saving(index, len(attachments)))
        name = free_name(safe_file_name(attachment.name), taken)
        _attachment, content = services.message_log.attachment(message_id, index, scope)
        write_whole(directory / name, content)
        taken |= {name.casefold()}
        names.append(name)
    return SavedFiles(directory, tuple(names))


def _names_in(directory: Path) -> frozenset[str]:
    try:
        return frozenset(entry.name.casefold() for entry in directory.iterdir())
    except OSError as error:
        detail = error.strerror or str(error)
        raise RefusedError(Refusal.FILE_NOT_WRITTEN, path=str(directory), detail=detail) from error
