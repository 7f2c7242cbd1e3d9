"""The cheap look: right on ordinary mail, bounded and quiet on any other."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.domain.message import CheapHeaders
from mailint_gui.mail.mime.cheap import HEAD, cheap_headers


def test_an_ordinary_head() -> None:
    raw = (
        b"Received: from a by b\r\n\tfor c\r\nMessage-ID:\r\n <one@example.org>\r\n"
        b"FROM: =?utf-8?q?Ann?= <ann@example.org>\r\nTo: desk@mailint.example,\r\n Bob <bob@example.org>\r\n"
        b"Subject: =?utf-8?q?a?=\r\n b\r\nsubject: second\r\nDate: Mon, 23 Nov 2026 13:00:00 +0100\r\n\r\n"
        b"From: body@example.org\r\n"
    )
    assert cheap_headers(raw) == CheapHeaders(
        message_id="<one@example.org>",
        subject="=?utf-8?q?a?= b",
        sender="ann@example.org",
        recipients=("desk@mailint.example", "bob@example.org"),
        date=datetime(2026, 11, 23, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"no header\r\nSubject: x", b" \r\n", b"\r\n\r\nSubject: x", b":\r\n"]
)
def test_no_headers(raw: bytes) -> None:
    assert cheap_headers(raw) == CheapHeaders()


def test_line_feeds_alone() -> None:
    assert cheap_headers(b"From x Mon Nov 23\nSubject: a\n b\n\nc").subject == "a b"


def test_values_are_bounded() -> None:
    raw = b"Subject: " + b"x" * 5000 + b"\r\nTo: " + b"a@b.example," * 100 + b"\r\n\r\n"
    found = cheap_headers(raw)
    assert len(found.subject) == 1000
    assert len(found.recipients) == 50


def test_only_the_first_64_kb() -> None:
    padding = b"X: " + b"x" * 100 + b"\r\n"
    raw = padding * (HEAD // len(padding) + 1) + b"Subject: too late\r\n\r\n"
    assert cheap_headers(raw).subject == ""


def test_its_cost_does_not_grow_with_the_message() -> None:
    head = b"Subject: x\r\nX: " + b"y" * HEAD
    raw = head + b"z" * 40_000_000

    def cost(message: bytes) -> float:
        started = time.process_time()
        for _ in range(200):
            cheap_headers(message)
        return time.process_time() - started

    assert cost(raw) < 20 * cost(head) + 0.05


@settings(deadline=None)
@given(st.binary(max_size=500))
def test_any_bytes_can_be_stored(raw: bytes) -> None:
    found = cheap_headers(b"Subject: " + raw + b"\r\nFrom: " + raw + b"\r\nDate: " + raw + b"\r\nTo: " + raw)
    for text in (found.subject, found.sender, found.message_id, *found.recipients):
        text.encode()
        assert "\0" not in text
