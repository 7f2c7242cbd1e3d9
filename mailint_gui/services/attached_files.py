"""What is attached to a draft: looked at when it is attached, read when it is sent."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from mailint_gui.domain.draft import Attached, AttachedFile, AttachedPart
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.domain.validation import FieldError, FieldFault, ValidationError
from mailint_gui.mail.files import File
from mailint_gui.services.message_log import MessageLog
from mailint_gui.services.scope import CancelScope


def attach(path: Path, place: str = "attachments") -> AttachedFile:
    """Raises ValidationError at ``place``."""
    try:
        found = path.stat()
    except OSError as error:
        raise ValidationError([_unreadable(str(path), error, place)]) from error
    _require_regular(found, str(path), place)
    return AttachedFile(str(path), found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class AttachedFiles:
    message_log: MessageLog

    def read(self, attached: Attached, place: str, scope: CancelScope) -> File:
        """Raises ValidationError at ``place``, Cancelled."""
        scope.raise_if_cancelled()
        if isinstance(attached, AttachedFile):
            return _read(attached, place)
        return self._part(attached, place, scope)

    def _part(self, attached: AttachedPart, place: str, scope: CancelScope) -> File:
        try:
            _, content = self.message_log.attachment(attached.message_id, attached.index, scope)
        except RefusedError as error:
            fault = FieldError(place, FieldFault.FILE_VANISHED, {"value": attached.name})
            raise ValidationError([fault]) from error
        return File(attached.name, content, attached.type)


def _read(attached: AttachedFile, place: str) -> File:
    """Not one byte is taken of a file that differs from what was attached."""
    try:
        path = Path(attached.path)
        _require_regular(path.stat(), attached.name, place)  # opening a pipe would wait
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            content = file.read(attached.size + 1) if _is_as_attached(before, attached) else None
            same = _is_as_attached(os.fstat(file.fileno()), attached)
    except OSError as error:
        raise ValidationError([_unreadable(attached.name, error, place)]) from error
    if content is None or not same or len(content) != attached.size:
        fault = FieldError(place, FieldFault.FILE_CHANGED, {"value": attached.name})
        raise ValidationError([fault])
    return File(attached.name, content)


def _is_as_attached(found: os.stat_result, attached: AttachedFile) -> bool:
    return (found.st_size, found.st_mtime_ns) == (attached.size, attached.changed_ns)


def _require_regular(found: os.stat_result, name: str, place: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        facts = {"value": name, "detail": "not a regular file"}
        raise ValidationError([FieldError(place, FieldFault.FILE_UNREADABLE, facts)])


def _unreadable(name: str, error: OSError, place: str) -> FieldError:
    if isinstance(error, FileNotFoundError):
        return FieldError(place, FieldFault.FILE_VANISHED, {"value": name})
    facts = {"value": name, "detail": error.strerror or str(error)}
    return FieldError(place, FieldFault.FILE_UNREADABLE, facts)
