"""Messages as the log knows them, and what the parser makes of raw bytes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class MessageState(StrEnum):
    """Every message taken in ends in exactly one of these; RECEIVED is stored and not filed yet."""

    RECEIVED = "received"
    FILED = "filed"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    ALREADY_KNOWN = "already_known"
    TOO_LARGE = "too_large"


class Acknowledgement(StrEnum):
    """What the server is still to be told about a message: the debt of intake, paid first on the next check."""

    NONE = ""
    MARK_READ = "mark_read"
    MOVE = "move"
    DELETE = "delete"
    DELETING = "deleting"  # over POP3: the server was told, and has not said yet that it is done


class QuarantineReason(StrEnum):
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    PARSER_DIED = "parser_died"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    HEADERS_TOO_LARGE = "headers_too_large"
    TOO_LARGE = "too_large"
    UNPARSABLE = "unparsable"
    RAW_MISSING = "raw_missing"
    RAW_DAMAGED = "raw_damaged"
    NOT_FILED = "not_filed"
    NOT_HANDED_OUT = "not_handed_out"


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a message of a server one message (RFC 9051 section 2.3.1.1): kept unique by the database.

    ``generation`` counts the accounts that an integration was pointed at, and how often a server numbered its folder
    anew: another account may use the same numbers, and so does a folder that is restored with its old UIDVALIDITY.
    """

    integration_id: int
    folder: str
    uidvalidity: int
    uid: int
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Pop3Identity:
    """The same over POP3 (RFC 1939 section 7). ``sha256`` is empty for what was left on the server.

    Without the digest the unique id is not enough: there are servers that give it to another message later on.
    """

    integration_id: int
    uidl: str
    sha256: str
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Pop3Seen:
    """What we have for a unique id that a POP3 server listed.

    ``message_id`` None: it was there before the first check, and stays alone. The rest is of that message: ``sha256``
    is empty as long as it was never fetched, ``size`` in bytes.
    """

    message_id: int | None
    first_seen_at: datetime
    sha256: str = ""
    acknowledgement: Acknowledgement = Acknowledgement.NONE
    state: MessageState | None = None
    size: int = 0


POP3_FOLDER = ""  # the one that there is


@dataclass(frozen=True, slots=True)
class FolderCursor:
    """How far a folder was taken in. Over POP3 it is ``POP3_FOLDER`` without numbers.

    ``baseline_uid`` and ``baseline_at``: what the first check left alone (0 and the epoch: it took everything).
    Up to ``recheck_until`` a UID is judged by its digest, after the folder was numbered anew or the account changed;
    it stays in the store so that a check that was cut short goes on judging. ``server`` and ``user_name``, case-folded,
    are the account that all this holds for: where settings name another one, it is found out when that one lets us in.
    """

    integration_id: int
    folder: str
    uidvalidity: int
    last_uid: int
    baseline_uid: int
    baseline_at: datetime
    generation: int = 0
    recheck_until: int = 0
    server: str = ""
    user_name: str = ""

    def is_numbered_anew(self, uidvalidity: int, uidnext: int | None) -> bool:
        """Whether the folder, of which the server tells this now (``uidnext`` None: it does not), has other UIDs.

        A UIDNEXT never goes back (RFC 9051 section 2.3.1.1) but where a folder is restored from a backup.
        """
        return uidvalidity != self.uidvalidity or (uidnext is not None and uidnext <= self.last_uid)


@dataclass(frozen=True, slots=True)
class Debt:
    """What the server is still owed for a message that is stored.

    ``folder``: where a rule has it moved to; empty: it is acknowledged as the settings say.
    """

    message_id: int
    uid: int
    acknowledgement: "Acknowledgement"
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class CheapHeaders:
    """What intake stores at once, cut from the raw headers without parsing the message; decoded later."""

    message_id: str = ""
    subject: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a delivery report (RFC 3464 section 2.3); ``status`` as in RFC 3463, ``answer`` the server's."""

    address: str
    status: str
    answer: str


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of mail. ``message_id``: of the mail that it speaks of, empty where it does not say. Nothing
    ``failed``: it is delivered, delayed or passed on.
    """

    message_id: str
    failed: tuple[FailedRecipient, ...]


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """The parser's answer. ``sender`` and ``recipients`` are bare addresses; ``text`` is the readable body.

    ``headers``: name and decoded value, in the order of the message. ``references``: message ids of In-Reply-To and
    References, with their angle brackets, the nearest first. ``content_digest`` is equal for the same mail in several
    mailboxes: it covers Message-ID, sender, date and body, not the headers that each way adds (empty where there is
    no Message-ID).
    """

    message_id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    date: datetime | None
    text: str
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    content_digest: str = ""
    report: DeliveryReport | None = None


@dataclass(frozen=True, slots=True)
class InlineImage:
    """What ``cid:`` in the HTML may show."""

    content_id: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as the viewer shows it. ``new_text`` is ``text`` without what it quotes and without the signature.

    ``html`` is cleaned (no script, no form, nothing remote) or empty."""

    headers: tuple[tuple[str, str], ...]
    text: str
    new_text: str
    html: str
    images: tuple[InlineImage, ...]
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParseRefused:
    """The parser could not or would not; the message is quarantined with its raw bytes."""

    reason: QuarantineReason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One message as fetched, on its way into the store.

    ``raw`` None: left on the server, as too large or because the server did not hand it out (``detail``: its words).
    """

    raw: bytes | None
    size: int
    sha256: str
    headers: CheapHeaders
    received_at: datetime
    state: MessageState
    reason: str
    acknowledgement: Acknowledgement
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage(Received):
    """Over IMAP."""

    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPop3(Received):
    """Over POP3."""

    identity: Pop3Identity


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """What filing knows of a message beside its parsed text. ``is_pop3``: it came by POP3, which has no folders."""

    id: int
    integration_id: int
    state: MessageState | None
    size: int
    sha256: str
    received_at: datetime
    is_pop3: bool
    file_anyway: bool


@dataclass(frozen=True, slots=True)
class FiledMessage:
    """The verdict on a message: ``state`` FILED, IGNORED or ALREADY_KNOWN. ``words``: as ``read_message`` has them."""

    id: int
    parsed: ParsedMessage
    words: str
    state: MessageState
    reason: str = ""
    record: int | None = None
    automatic: bool = False


class MessageRow(NamedTuple):
    """One line of the message log, incoming or outgoing (``state`` then is the outbox's).

    A tuple, since it is made by the hundred at each scroll: that is six times as quick as a frozen dataclass.
    """

    id: int
    integration: str
    direction: str
    state: str
    reason: str
    folder: str
    uid: str
    message_id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    date: datetime | None
    received_at: datetime
    size: int
    sha256: str
    record: int | None
    attachments: tuple[Attachment, ...]
    partly_sent: bool  # as of ``OutboxItem``
