"""The copy of a sent message in a folder of its sender's mailbox: owed once the server has taken the message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailint_gui.domain.integration import SENT_FOUND_BY_ITSELF, Integration, Protocol
from mailint_gui.domain.outbox import OutboxPurpose

# Most common first: what servers without RFC 6154 call it.
_USUAL_NAMES = ("sent", "sent items", "sent messages", "sent mail")
_COPIED = frozenset({OutboxPurpose.TYPED, OutboxPurpose.RULE, OutboxPurpose.AUTO_REPLY})


class SentCopyState(StrEnum):
    OWED = "owed"
    THERE = "there"  # put there by us, or by the server itself
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class SentCopy:
    """``uidvalidity`` and ``uid`` None: the server does not tell. ``reason`` is a problem kind or empty."""

    outbox_id: int
    integration_id: int
    state: SentCopyState
    folder: str
    uidvalidity: int | None
    uid: int | None
    attempts: int
    next_try_at: datetime | None
    reason: str
    detail: str
    owed_at: datetime
    changed_at: datetime


def has_mailbox(integration: Integration) -> bool:
    """Whether there is a mailbox in which a sent folder may be."""
    return integration.incoming.enabled and integration.incoming.protocol is Protocol.IMAP


def wants_copy(integration: Integration, purpose: OutboxPurpose) -> bool:
    """Trials and mail to admins about integrations leave no copy."""
    return bool(integration.outgoing.sent_folder) and has_mailbox(integration) and purpose in _COPIED


def sent_folder(wanted: str, special: Mapping[str, str], folders: Iterable[str]) -> str | None:
    """The folder that is meant by the setting ``wanted``; None where none can be found.

    ``special``: names by use (RFC 6154); ``folders``: all that can be opened.
    """
    if wanted and wanted != SENT_FOUND_BY_ITSELF:
        return wanted
    if "sent" in special:
        return special["sent"]
    by_last = {_last(name): name for name in sorted(folders, key=len, reverse=True)}
    return next((by_last[usual] for usual in _USUAL_NAMES if usual in by_last), None)


def _last(name: str) -> str:
    """Of a path with the separators that servers use."""
    return name.replace(".", "/").rpartition("/")[2].casefold()
