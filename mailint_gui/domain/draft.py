"""Mail as an admin types it, before it is a message: kept as typed, however unfinished."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

_HEADERS = 2000  # bytes, more or less


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file by its path, read when the mail is sent. ``size`` and ``changed_ns`` (its mtime): when it was attached."""

    path: str
    size: int
    changed_ns: int

    @property
    def name(self) -> str:
        return PurePath(self.path).name


@dataclass(frozen=True, slots=True)
class AttachedPart:
    """The attachment of a message in the log, by its place in ``MessageView.attachments``."""

    message_id: int
    index: int
    name: str
    type: str
    size: int


Attached = AttachedFile | AttachedPart


@dataclass(frozen=True, slots=True)
class MailDraft:
    """``to``, ``copies`` and ``blind_copies`` as typed. ``rich``: ``text`` as HTML of our own, empty where plain.

    ``answers``: as of ``mail.compose.Draft``. ``record``: the number of the one that it belongs to. ``replaces``: the
    outbox item that is given up once this one is queued. ``integration_id`` 0: nothing can send. ``report_delivery``:
    the server is asked to report what becomes of it (RFC 3461).
    """

    integration_id: int = 0
    to: str = ""
    copies: str = ""
    blind_copies: str = ""
    subject: str = ""
    text: str = ""
    rich: str = ""
    attachments: tuple[Attached, ...] = ()
    answers: tuple[str, ...] = ()
    record: int | None = None
    replaces: int | None = None
    report_delivery: bool = False


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """``is_open``: a window has it; with no window there, the program ended before it was put away."""

    id: int
    draft: MailDraft
    changed_at: datetime
    is_open: bool = False


def encoded_size(size: int) -> int:
    """Bytes of ``size`` bytes in base64, with its line ends (RFC 2045 section 6.8)."""
    characters = (size + 2) // 3 * 4
    return characters + characters // 76 * 2


def message_size(draft: MailDraft) -> int:
    """About how many bytes the message will have."""
    text = len(draft.text.encode(errors="replace")) + len(draft.rich.encode(errors="replace"))
    return _HEADERS + encoded_size(text) + sum(encoded_size(each.size) for each in draft.attachments)
