"""The answers to FETCH: read quickly or by imapclient's parser, they are the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.mail.imap_answers import Fetched, messages
from mailint_gui.mail.mailbox_replies import Nonsense

UNASKED_FOR = b"9 (FLAGS (\\Seen))"  # as servers tell of changes; with it, the parser reads all of the answer
DATE = b'INTERNALDATE "23-Nov-2026 10:00:00 +0000"'
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
HEADS = st.sampled_from(
    [
        b'UID 5 RFC822.SIZE 3 INTERNALDATE "23-Nov-2026 10:00:00 +0000" BODY[]',
        b'uid 6 rfc822.size 30 internaldate " 1-Nov-2026 10:00:00 +0100" body[]',
        b"UID 7 BODY[]",
        b"RFC822.SIZE 3 UID 8 BODY[]",
        b'UID 9 INTERNALDATE "31-Feb-2026 10:00:00 +0000" BODY[]',
        b"UID 10 RFC822.SIZE 3 BODY[HEADER]<0>",
        b"RFC822.SIZE 3 BODY[]",
        b"UID 11 FLAGS (\\Seen) BODY[]",
        b"UID 11 X-GM-MSGID 1278455344230334865 BODY[]",
    ]
)
ENDS = st.sampled_from([b")", b")", b")", b" UID 12)", b" FLAGS (\\Seen))"])


def item(number: int, head: bytes, raw: bytes, end: bytes) -> list[Any]:
    return [(b"%d (%b {%d}" % (number, head, len(raw)), raw), end]


@given(st.lists(st.tuples(HEADS, st.binary(max_size=9), ENDS), min_size=1, max_size=4))
def test_both_ways_read_the_same(items: list[tuple[bytes, bytes, bytes]]) -> None:
    answer = [
        part for number, (head, raw, end) in enumerate(items, 1) for part in item(number, head, raw, end)
    ]
    assert messages(answer, b"BODY[]") == messages([*answer, UNASKED_FOR], b"BODY[]")


@pytest.mark.parametrize("unasked_for", [[], [UNASKED_FOR]])
def test_what_a_message_is(unasked_for: list[bytes]) -> None:
    answer = item(1, b"UID 5 RFC822.SIZE 30 " + DATE + b" BODY[]", b"abc", b")")
    assert messages(answer + unasked_for, b"BODY[]") == [Fetched(5, b"abc", 30, AT)]


@pytest.mark.parametrize("unasked_for", [[], [UNASKED_FOR]])
def test_a_zone_that_no_clock_has_is_nonsense(unasked_for: list[bytes]) -> None:
    head = b'UID 5 INTERNALDATE "23-Nov-2026 10:00:00 +99999999999999999" BODY[]'
    with pytest.raises(Nonsense):
        messages(item(1, head, b"abc", b")") + unasked_for, b"BODY[]")


@pytest.mark.parametrize("unasked_for", [[], [UNASKED_FOR]])
def test_a_zone_days_away_makes_no_date(unasked_for: list[bytes]) -> None:
    head = b'UID 5 INTERNALDATE "23-Nov-2026 10:00:00 +9999" BODY[]'
    answer = item(1, head, b"abc", b")") + unasked_for
    assert messages(answer, b"BODY[]") == [Fetched(5, b"abc", 3, None)]
