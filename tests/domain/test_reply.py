"""The pure parts of answering."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.address import is_address
from mailint_gui.domain.draft import AttachedFile, MailDraft, encoded_size, message_size
from mailint_gui.domain.reply import (
    MAX_QUOTED,
    ReplyKind,
    addresses_in,
    named,
    names_in,
    quoted,
    references,
    reply_subject,
    thread_of,
    without,
)
from mailint_gui.domain.subject_token import record_numbers
from mailint_gui.domain.typed_recipients import typed_recipients

K, PATTERN = ReplyKind, "[#{id}]"


@pytest.mark.parametrize(
    ("kind", "subject", "record", "expected"),
    [
        (K.REPLY, "printer", None, "Re: printer"),
        (K.REPLY, "printer", 7, "Re: printer [#7]"),
        (K.REPLY_ALL, "RE: printer [#7]", 7, "RE: printer [#7]"),
        (K.REPLY, "printer [#70]", 7, "Re: printer [#70] [#7]"),
        (K.FORWARD, "Re: printer", 7, "Fwd: Re: printer [#7]"),
        (K.FORWARD, "FW: printer", None, "FW: printer"),
        (K.REPLY, "", None, "Re:"),
        (K.REPLY, " a\r\n b ", None, "Re: a b"),
    ],
)
def test_subjects(kind: ReplyKind, subject: str, record: int | None, expected: str) -> None:
    assert reply_subject(kind, subject, PATTERN, record) == expected


@given(st.sampled_from(ReplyKind), st.text(), st.integers(1, 10**9))
def test_the_token_is_there_and_stays_once(kind: ReplyKind, subject: str, record: int) -> None:
    if len(record_numbers(PATTERN, subject)) >= 10:
        return
    once = reply_subject(kind, subject, PATTERN, record)
    assert record in record_numbers(PATTERN, once)
    assert reply_subject(kind, once, PATTERN, record) == once


def test_threads() -> None:
    headers = [("REFERENCES", "<1@x>\t<2@x> junk <1@x>"), ("In-Reply-To", "<9@x>")]
    assert thread_of(headers, "<3@x>") == ("<1@x>", "<2@x>", "<3@x>")
    assert thread_of([("In-Reply-To", "<9@x> <8@x>")], "<3@x>") == ("<9@x>", "<3@x>")
    assert thread_of(headers, "") == ()
    assert references(headers) == ("<1@x>", "<2@x>")
    many = " ".join(f"<{number}@x>" for number in range(100))
    assert len(thread_of([("References", many)], "<new@x>")) == 21


@given(st.lists(st.tuples(st.sampled_from(["To", "cc", "Reply-To", "X"]), st.text())))
def test_only_addresses_come_out(headers: list[tuple[str, str]]) -> None:
    assert all(map(is_address, addresses_in(headers, "to", "cc", "reply-to")))


def test_each_address_once() -> None:
    assert without(["A@x.example", "a@X.example", "b@x.example", "no"], {"b@x.example"}) == ("A@x.example",)


def test_quotations() -> None:
    assert quoted("a\n\n> b\r\nc  \n") == "> a\n>\n>> b\n> c"
    assert quoted("x" * (MAX_QUOTED + 5)).endswith("\n> […]")


@given(st.integers(0, 10_000))
def test_the_size_is_never_told_too_small(size: int) -> None:
    import binascii

    lines = binascii.b2a_base64(b"x" * size, newline=False)
    assert encoded_size(size) == len(lines) + len(lines) // 76 * 2
    assert message_size(MailDraft(attachments=(AttachedFile("a", size, 0),))) > encoded_size(size)


def test_names_of_headers() -> None:
    headers = [
        ("From", '"Berg, Anna" <Anna@Example.com>'),
        ("Reply-To", "Desk <anna@example.com>"),
        ("Cc", '"boss@bank.example" <c@x.example>, Bo <b@x.example>, d@x.example'),
        ("X-Other", "Eve <e@x.example>"),
    ]
    names = names_in(headers, "from", "reply-to", "cc")
    assert names == {"anna@example.com": "Berg, Anna", "b@x.example": "Bo"}
    assert named("ANNA@example.com", names) == '"Berg, Anna" <ANNA@example.com>'
    assert named("d@x.example", names) == "d@x.example"


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_name_adds_no_recipient(one: str, other: str) -> None:
    names: dict[str, str] = {}
    for name, address in ((one, "a@x.example"), (other, "b@x.example")):
        names |= names_in([("From", f"{name} <{address}>"), ("To", f'"{name}" <{address}>')], "from", "to")
    typed = ", ".join(named(each, names) for each in ("a@x.example", "b@x.example"))
    assert typed_recipients(typed) == ("a@x.example", "b@x.example")
