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
    ACTION_NOT_DONE = "action_not_done"  # action, rule, why (see NotDone), detail
    FILED_ANYWAY = "filed_anyway"  # admin


class NotDone(StrEnum):
    """Why an action of a rule was not done."""

    NO_RECORD = "no_record"  # the message is ignored, or filed without one
    FILED_ANYWAY = "filed_anyway"  # an admin decided otherwise than a rule to ignore it
    DONE_BEFORE = "done_before"  # when the message was filed before
    ALREADY_MOVED = "already_moved"  # by what the integration does after processing
    ALREADY_DELETED = "already_deleted"
    NO_FOLDERS = "no_folders"  # POP3 has none
    SAME_FOLDER = "same_folder"  # it is there already
    FOLDER_REFUSED = "folder_refused"  # the server has no such folder, or does not let us
    NO_SENDER = "no_sender"  # neither this integration nor the default one can send
    NO_RECIPIENT = "no_recipient"
    BAD_ADDRESS = "bad_address"
    TO_ITS_SENDER = "to_its_sender"  # who wrote it is not sent it, nor told of it
    AUTOMATIC_MAIL = "automatic_mail"  # no answer to what a program wrote (RFC 3834 section 2)
    NO_REPLY_ADDRESS = "no_reply_address"
    OWN_ADDRESS = "own_address"
    ANSWERED_LATELY = "answered_lately"  # once a day for each sender and record
    TOO_MANY_ANSWERS = "too_many_answers"  # to this sender, in a short time
    TOO_LARGE = "too_large"  # for the integration that would send it


@dataclass(frozen=True, slots=True)
class Footprint:
    step: TrailStep
    facts: tuple[tuple[str, str], ...] = ()


def footprint(step: TrailStep, **facts: str) -> Footprint:
    return Footprint(step, tuple(facts.items()))


@dataclass(frozen=True, slots=True)
class Trail:
    """In the order that things happened; ``rules``: every rule, empty where rules were not asked.

    Of a rule that did not match the condition is not kept: a dry run tells why.
    """

    steps: tuple[Footprint, ...] = ()
    rules: tuple[RuleTrace, ...] = ()
