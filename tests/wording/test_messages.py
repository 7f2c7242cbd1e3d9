"""The words of the message log."""

from datetime import UTC, datetime

import pytest

from mailint_gui.domain.integration import IncomingSettings
from mailint_gui.domain.message import MessageRow, MessageState, QuarantineReason
from mailint_gui.wording.messages import detail_words, octets_words, reason_words


def row(state: MessageState, reason: str) -> MessageRow:
    blank = MessageRow(*[""] * len(MessageRow._fields))
    return blank._replace(state=state, reason=reason, received_at=datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (MessageState.TOO_LARGE, "25", "It is larger than the 25 MB that are taken in"),
        (MessageState.TOO_LARGE, QuarantineReason.NOT_HANDED_OUT, "The next check asks for it again"),
        (MessageState.QUARANTINED, QuarantineReason.NOT_HANDED_OUT, "It is still there"),
        (MessageState.QUARANTINED, QuarantineReason.NOT_FILED, "could be read, but not filed"),
        (MessageState.ALREADY_KNOWN, "", "It was taken in before"),
    ],
)
def test_why_a_message_is_where_it_is(state: MessageState, reason: str, words: str) -> None:
    assert words in reason_words(row(state, reason))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (QuarantineReason.PARSER_DIED, "(exit code -9)"),
        (QuarantineReason.TOO_MANY_PARTS, ""),
        (QuarantineReason.TOO_DEEP, ""),
    ],
)
def test_a_detail_that_only_repeats_the_reason_is_left_out(reason: QuarantineReason, words: str) -> None:
    assert detail_words(row(MessageState.QUARANTINED, reason), "exit code\n-9") == words


def test_a_message_at_the_limit_is_shown_as_large_as_the_limit() -> None:
    assert octets_words(IncomingSettings(largest_message_mb=25).largest_message_bytes) == "25 MB"
