"""Ignore lists, and mail that no person wrote."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.filtering import (
    Ignored,
    IgnoreReason,
    Sign,
    address_list,
    address_matches,
    classify,
    ignored_by,
    is_address_entry,
    is_marked_as_spam,
    text_matches,
)


@pytest.mark.parametrize(
    ("entry", "address", "expected"),
    [
        ("a@example.org", "a@example.org", True),
        (" A@Example.ORG ", "a@example.org", True),
        ("a@example.org", "ba@example.org", False),
        ("a@example.org", "a@example.org.evil", False),
        ("example.org", "a@example.org", True),
        ("@example.org", "a@example.org", True),
        ("example.org", "a@mail.example.org", False),
        ("example.org", "a@badexample.org", False),
        ("*.example.org", "a@mail.example.org", True),
        ("*.example.org", "a@x.mail.example.org", True),
        ("*.example.org", "a@example.org", False),
        ("*@example.org", "a@example.org", True),
        ("no-reply*@*", "no-reply-7@shop.example", True),
        ("no-reply*@*", "reply@no-reply.example", False),
        ("bounce-*-x@example.org", "bounce-1-x-2-x@example.org", True),
        ("bounce-*-x@example.org", "bounce-x@example.org", False),
        ("a.b@example.org", "axb@example.org", False),
        ("[a]?@example.org", "a1@example.org", False),
        ("bücher.example", "a@xn--bcher-kva.example", True),
        ("xn--bcher-kva.example", "a@BÜCHER.example", True),
        ("xn--ÿ.example", "a@xn--ÿ.example", True),
        ("example.org", "", False),
        ("", "a@example.org", False),
        ("*@example.org", "", False),
    ],
)
def test_addresses(entry: str, address: str, expected: bool) -> None:
    assert address_matches(entry, address) is expected
    assert (
        address_list(["other.example", entry, "x@other.example", "*.other.example"]).has(address) is expected
    )


@given(
    st.lists(
        st.sampled_from(["a@b.example", "B.example", "@b.example", "*@b.example", "*.example", " ", "@", "*"])
    ),
    st.sampled_from(["A@b.example", "c@b.example", "a@x.b.example", "a@example", "a", "@", ""]),
)
def test_a_list_of_addresses_has_what_one_of_its_entries_matches(entries: list[str], address: str) -> None:
    assert address_list(entries).has(address) is any(address_matches(each, address) for each in entries)


@pytest.mark.parametrize(
    ("entry", "text", "expected"),
    [
        ("Out of office", "OUT OF OFFICE", True),
        ("Out of office", "Re: Out of office", False),
        ("*out of office*", "Re: Out of office until Monday", True),
        ("[spam]*", "[SPAM] offer", True),
        ("[spam]*", "s offer", False),
        ("a*b*c", "a--b--c", True),
        ("a*b*c", "a--c--b", False),
        ("ab*ba", "aba", False),
        ("*ab*b", "ab", False),
        ("*ab*b", "abb", True),
        ("why?", "why?", True),
        ("why?", "why!", False),
        ("back\\slash \"'*", "BACK\\SLASH \"'x", True),
        ("*\u202e*", "a\u202eb", True),
        ("CAFÉ*", "cafe\u0301 table", True),
        ("*line*two*", "line one\nline two\n", True),
        ("*", "anything", True),
        ("", "", False),
    ],
)
def test_subjects(entry: str, text: str, expected: bool) -> None:
    assert text_matches(entry, text) is expected


def wildcard(pattern: str, text: str) -> bool:
    """The definition itself."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(wildcard(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return text[:1] == pattern[0] and wildcard(pattern[1:], text[1:])


@given(st.text("ab*", min_size=1, max_size=7), st.text("ab", max_size=9))
def test_wildcards_as_defined(pattern: str, text: str) -> None:
    assert text_matches(pattern, text) is wildcard(pattern, text)


def seconds(pattern: str, text: str) -> float:
    start = time.perf_counter()
    text_matches(pattern, text)
    return time.perf_counter() - start


def test_many_wildcards_take_linear_time() -> None:
    pattern = "*a" * 2000 + "*b"
    few = min(seconds(pattern, "a" * 5_000) for _ in range(3))
    many = min(seconds(pattern, "a" * 160_000) for _ in range(3))
    assert many < 32 * few * 5


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("a@example.org", True),
        ("example.org", True),
        ("@example.org", True),
        ("*.example.org", True),
        ("*@example.org", True),
        ("no-reply*@*", True),
        ("bücher.example", True),
        ("", False),
        ("*", False),
        ("*@*", False),
        ("@", False),
        ("@*.", False),
        ("two words", False),
        ("a@b@c.example", False),
        ("Name <a@example.org>", False),
    ],
)
def test_entries_that_mean_something(entry: str, expected: bool) -> None:
    assert is_address_entry(entry) is expected


def test_the_entry_that_ignores_is_named() -> None:
    senders, subjects = ("other.example", "*@Spam.example"), ("Viagra*", "*viagra*")
    assert ignored_by(senders, subjects, "x@spam.example", "viagra") == Ignored(
        IgnoreReason.SENDER, "*@Spam.example"
    )
    assert ignored_by(senders, subjects, "x@example.org", "buy viagra") == Ignored(
        IgnoreReason.SUBJECT, "*viagra*"
    )
    assert ignored_by(senders, subjects, "x@example.org", "printer") is None
    assert ignored_by((), (), "", "") is None


OURS = "<1.mailint@example.org>"


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        (("Message-ID", f" {OURS} "), Sign.OWN_MESSAGE),
        (("Auto-Submitted", "auto-replied"), Sign.AUTO_REPLIED),
        (("AUTO-SUBMITTED", "Auto-Replied; owner=x"), Sign.AUTO_REPLIED),
        (("Auto-Submitted", "(vacation) auto-replied (by rule)"), Sign.AUTO_REPLIED),
        (("Auto-Submitted", "auto-generated"), Sign.AUTO_GENERATED),
        (("Auto-Submitted", "auto-notified"), Sign.AUTO_GENERATED),
        (("Auto-Submitted", "something-new"), Sign.AUTO_GENERATED),
        (("Precedence", "bulk"), Sign.BULK),
        (("Precedence", "Junk"), Sign.BULK),
        (("Precedence", "list"), Sign.MAILING_LIST),
        (("Precedence", "auto_reply"), Sign.AUTO_REPLIED),
        (("X-Auto-Response-Suppress", "All"), Sign.REPLY_UNWANTED),
        (("X-Auto-Response-Suppress", "DR, RN, OOF, AutoReply"), Sign.REPLY_UNWANTED),
        (("Return-Path", " <> "), Sign.NULL_SENDER),
        (("List-Id", "<talk.example.org>"), Sign.MAILING_LIST),
        (("List-Unsubscribe", "<mailto:off@example.org>"), Sign.MAILING_LIST),
        (("X-Autoreply", "yes"), Sign.AUTO_REPLIED),
        (("X-Autorespond", "Out of office"), Sign.AUTO_REPLIED),
        (("Content-Type", "Multipart/Report; report-type=delivery-status"), Sign.AUTO_GENERATED),
        (("X-Failed-Recipients", "joe@example.com"), Sign.AUTO_GENERATED),
    ],
)
def test_each_sign(header: tuple[str, str], sign: Sign) -> None:
    origin = classify((("Subject", "x"), header), {OURS})
    assert [(each.sign, each.header, each.value) for each in origin.evidence] == [(sign, *header)]
    assert not origin.may_be_answered
    assert origin.is_reply_or_loop == (sign in {Sign.OWN_MESSAGE, Sign.AUTO_REPLIED, Sign.NULL_SENDER})


@pytest.mark.parametrize(
    "header",
    [
        ("Auto-Submitted", "no"),
        ("Auto-Submitted", " NO (written by hand)"),
        ("Auto-Submitted", ""),
        ("Auto-Submitted", "((("),
        ("Precedence", "first-class"),
        ("X-Auto-Response-Suppress", "None"),
        ("X-Auto-Response-Suppress", "DR, RN, NRN"),
        ("Return-Path", "<a@example.org>"),
        ("Return-Path", ""),
        ("List-Id", " "),
        ("X-Autoreply", "no"),
        ("Content-Type", "multipart/mixed; boundary=report"),
        ("X-Failed-Recipients", ""),
        ("Message-ID", "<another@example.org>"),
        ("In-Reply-To", OURS),
        ("References", OURS),
    ],
)
def test_what_people_write_is_no_sign(header: tuple[str, str]) -> None:
    origin = classify((header,), {OURS})
    assert origin.evidence == ()
    assert origin.may_be_answered
    assert not origin.is_reply_or_loop


def test_an_alert_is_automatic_and_no_reply_but_a_generated_answer_is() -> None:
    alert = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))
    assert not classify(alert).is_reply_or_loop
    assert not classify(alert).may_be_answered
    assert classify((*alert, ("In-Reply-To", OURS))).is_reply_or_loop
    assert not classify((*alert, ("In-Reply-To", " "))).is_reply_or_loop
    assert not classify((*alert, ("In-Reply-To", "<earlier@x>")), goes_on=True).is_reply_or_loop
    replied = ("Auto-Submitted", "auto-replied")
    assert classify((replied, ("In-Reply-To", "<earlier@x>")), goes_on=True).is_reply_or_loop


@given(
    st.lists(st.tuples(st.sampled_from(["Auto-Submitted", "Precedence", "Return-Path", "X-Spam"]), st.text()))
)
def test_any_header_is_read(headers: list[tuple[str, str]]) -> None:
    origin = classify(tuple(headers))
    assert origin.may_be_answered == (not origin.evidence)
    assert is_marked_as_spam(tuple(headers)) in (True, False)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("X-Spam-Flag", "YES", True),
        ("x-spam-status", "Yes, score=9.1 required=5.0", True),
        ("X-Spam", "Yes", True),
        ("X-MS-Exchange-Organization-SCL", "5", True),
        ("X-MS-Exchange-Organization-SCL", "-1", False),
        ("X-MS-Exchange-Organization-SCL", "4", False),
        ("X-Spam-Flag", "NO", False),
        ("X-Spam-Status", "No, score=-1.0", False),
        ("X-Spam-Level", "yes", False),
        ("Subject", "yes", False),
    ],
)
def test_spam_marks(name: str, value: str, expected: bool) -> None:
    assert is_marked_as_spam(((name, value),)) is expected
