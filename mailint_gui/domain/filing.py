"""How what came in is filed: what is kept out, which record a message joins, and what a new record begins with."""

from dataclasses import dataclass
from enum import StrEnum


class AutomaticMail(StrEnum):
    """What becomes of automatic replies, and of our own mail that comes back."""

    IGNORE = "ignore"
    LOG_ONLY = "log_only"  # filed, without a record
    ACCEPT = "accept"


class RecordMatching(StrEnum):
    """By what a message is known to belong to a record that there is."""

    SUBJECT_TOKEN = "subject_token"
    REFERENCES = "references"  # In-Reply-To and References (RFC 5322 section 3.6.4)
    BOTH = "both"


class ClosedRecords(StrEnum):
    """What a reply to a closed record does."""

    REOPEN = "reopen"
    LINKED_RECORD = "linked_record"


@dataclass(frozen=True, slots=True)
class FilingSettings:
    """Of one integration. Entries of the ignore lists are as ``domain.filtering`` reads them.

    ``status_after_reply`` empty: the status is kept. The others are what a new record begins with; empty: nothing.
    """

    ignore_senders: tuple[str, ...] = ()
    ignore_subjects: tuple[str, ...] = ()
    automatic_mail: AutomaticMail = AutomaticMail.IGNORE
    record_matching: RecordMatching = RecordMatching.BOTH
    status_after_reply: str = ""
    closed_records: ClosedRecords = ClosedRecords.REOPEN
    category: str = ""
    urgency: str = ""
    priority: str = ""
    assignee: str = ""
    group: str = ""
