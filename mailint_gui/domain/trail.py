"""The trail of a message: each step of its filing, so that "where did it go, and why" has an answer."""

from dataclasses import dataclass
from enum import StrEnum

from mailint_gui.domain.rule_verdict import RuleTrace


class FilingReason(StrEnum):
    """Why a message is ignored, already known, or filed without a record: ``reason`` in the message log."""

    IGNORED_SENDER = "ignored_sender"
    IGNORED_SUBJECT = "ignored_subject"
    AUTOMATIC_REPLY = "automatic_reply"
    OWN_MESSAGE = "own_message"
    LOOP = "loop"
    RULE = "rule"
    DELIVERY_REPORT = "delivery_report"
    SAME_MESSAGE = "same_message"  # of another mailbox of ours
    LOG_ONLY = "log_only"
    DISCARDED = "discarded"


class TrailStep(StrEnum):
    """What was found or done. Facts: see ``Footprint``."""

    IGNORE_LIST = "ignore_list"  # reason, entry
    AUTOMATIC = "automatic"  # sign, header, value
    LOOP = "loop"  # address, count, minutes
    LOOP_RELEASED = "loop_released"  # address
    DELIVERY_REPORT = "delivery_report"  # message_id, recipient, status, answer
    SAME_MESSAGE = "same_message"  # message (its id in the log), integration
    TOKEN = "token"  # record
    TOKEN_UNKNOWN = "token_unknown"  # record
    TOKEN_FORGED = "token_forged"  # record, sender
    REFERENCE = "reference"  # record, message_id
    CLOSED = "closed"  # record, linked (the new record's number) or reopened ("yes")
    RULE_IGNORED = "rule_ignored"  # rule
    RECORD_OPENED = "record_opened"  # record
    RECORD_JOINED = "record_joined"  # record
    RECORD_SET = "record_set"  # field, value, rule (empty: a default or the status after a reply)
    TAGGED = "tagged"  # tag, rule
    MOVE_OWED = "move_owed"  # folder, rule
    ACTION_DONE = "action_done"  # action, rule, detail
    ACTION_NOT_DONE = "action_not_done"  # action, rule, why (a word of a closed list, see services.filing)
    FILED_ANYWAY = "filed_anyway"  # admin


@dataclass(frozen=True, slots=True)
class Footprint:
    step: TrailStep
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Trail:
    """In the order that things happened; ``rules``: every rule, empty where rules were not asked."""

    steps: tuple[Footprint, ...] = ()
    rules: tuple[RuleTrace, ...] = ()
