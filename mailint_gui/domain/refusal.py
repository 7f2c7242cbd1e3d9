"""Why a command cannot be carried out, as data: nothing went wrong, but it was asked for what is not there."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Refusal(StrEnum):
    """The words are in ``wording``; ``facts`` in braces there."""

    NO_SUCH_INTEGRATION = "no_such_integration"
    NO_SUCH_MESSAGE = "no_such_message"
    FORGOTTEN = "forgotten"  # by retention, ``at`` (ISO)
    NO_SUCH_OUTBOX_ITEM = "no_such_outbox_item"
    NO_SUCH_RECORD = "no_such_record"
    NO_SUCH_LOOP_STOP = "no_such_loop_stop"
    NO_INCIDENT = "no_incident"
    NOBODY_TO_TELL = "nobody_to_tell"
    NOTHING_SENDS = "nothing_sends"
    NO_SUCH_ATTACHMENT = "no_such_attachment"
    NOT_CHECKED_DISABLED = "not_checked_disabled"
    NOT_CHECKED_DISABLED_BY_ERRORS = "not_checked_disabled_by_errors"
    NOT_CHECKED_NEEDS_SIGN_IN = "not_checked_needs_sign_in"
    NOT_CHECKED_YET = "not_checked_yet"
    NUMBERED_ANEW = "numbered_anew"
    NOT_CHECKED_OFF = "not_checked_off"
    CANNOT_SEND_DISABLED = "cannot_send_disabled"
    CANNOT_SEND_DISABLED_BY_ERRORS = "cannot_send_disabled_by_errors"
    CANNOT_SEND_NEEDS_SIGN_IN = "cannot_send_needs_sign_in"
    CANNOT_SEND_OFF = "cannot_send_off"
    DIRECTION_OFF = "direction_off"
    NOTHING_TO_TEST = "nothing_to_test"
    TEST_FAILED = "test_failed"
    CHECK_CANCELLED = "check_cancelled"
    NOBODY_SIGNS_IN = "nobody_signs_in"
    SIGN_IN_OFF = "sign_in_off"
    BROWSER_ELSEWHERE = "browser_elsewhere"
    NOT_QUARANTINED = "not_quarantined"
    NOT_IGNORED = "not_ignored"
    CANNOT_DISCARD = "cannot_discard"
    NOT_READABLE = "not_readable"
    NO_RAW_MESSAGE = "no_raw_message"
    RAW_DAMAGED = "raw_damaged"
    ASKED_FOR = "asked_for"
    STILL_QUARANTINED = "still_quarantined"
    CANNOT_RETRY = "cannot_retry"
    CANNOT_CANCEL = "cannot_cancel"
    CANNOT_REPLACE = "cannot_replace"  # a message that was edited, by what it was edited to
    UNCERTAIN_MEANWHILE = "uncertain_meanwhile"  # the same
    NOT_UNCERTAIN = "not_uncertain"
    NOT_SENT = "not_sent"
    BODY_NOT_TEXT = "body_not_text"
    FILE_NOT_READ = "file_not_read"
    FILE_NOT_WRITTEN = "file_not_written"
    OUTPUT_NOT_WRITTEN = "output_not_written"
    PROFILE_IN_USE = "profile_in_use"
    PROFILE_NOT_WRITABLE = "profile_not_writable"
    PROFILE_NO_FOLDER = "profile_no_folder"
    OTHER_DATABASE = "other_database"
    INSTANCE_LOST = "instance_lost"
    OTHER_VERSION = "other_version"
    INTERRUPTED = "interrupted"
    NO_DISPLAY = "no_display"
    DEMO_UNAVAILABLE = "demo_unavailable"
    BUG = "bug"


class RefusedError(Exception):
    """Carries a ``Refusal`` up to the place that tells it."""

    def __init__(self, refusal: Refusal, **facts: str) -> None:
        super().__init__(f"{refusal}: {facts}")
        self.refusal = refusal
        self.facts: Mapping[str, str] = MappingProxyType(facts)


class NotOpenedError(Exception):
    """A profile cannot be opened, for a reason that is no fault of the program."""
