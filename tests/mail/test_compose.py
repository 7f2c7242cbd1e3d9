"""Composing: what is typed arrives as typed, and adds nothing."""

import email
import re
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.domain.address import is_address
from mailint_gui.domain.integration import MessageFormat
from mailint_gui.domain.message import ParsedMessage
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.mail import original as original_module
from mailint_gui.mail.compose import Composed, Draft, compose, without_signature
from mailint_gui.mail.mime.parse import parse

NOW = datetime(2026, 11, 23, 12, 34, 56, tzinfo=timezone(timedelta(hours=1)))
DRAFT = Draft("desk@mailint.example", ("ann@example.org", "bob@example.org"), "Printer", "It prints.\n")


def composed(draft: Draft) -> Composed:
    return compose(draft, NOW, lambda: "0123456789abcdef")


def read(answer: Composed) -> EmailMessage:
    message = email.message_from_bytes(answer.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def changed(**values: object) -> Draft:
    fields = {name: getattr(DRAFT, name) for name in DRAFT.__dataclass_fields__}
    return Draft(**{**fields, **values})


def test_the_headers() -> None:
    answer = composed(changed(display_name="Help Desk", reply_to="reply@mailint.example"))
    message = read(answer)
    assert message.keys() == [
        "Date", "Message-ID", "From", "Reply-To", "To", "Subject", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert message["Date"] == "Mon, 23 Nov 2026 12:34:56 +0100"
    assert message["Message-ID"] == answer.message_id == "<0123456789abcdef@mailint.example>"
    assert message["From"] == "Help Desk <desk@mailint.example>"
    assert (
        read(composed(changed(display_name='Desk, "the"')))["From"].addresses[0].display_name == 'Desk, "the"'
    )
    assert message["To"] == "ann@example.org, bob@example.org"
    assert answer.sender == "desk@mailint.example"
    assert answer.recipients == DRAFT.recipients
    assert not answer.needs_smtputf8


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert composed(DRAFT) == composed(DRAFT)
    assert compose(DRAFT, NOW).message_id != compose(DRAFT, NOW).message_id


def test_automatic_mail_says_so() -> None:
    message = read(composed(changed(automatic=True)))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert "Auto-Submitted" not in read(composed(DRAFT))


def test_an_automatic_answer_names_what_it_answers() -> None:
    ids = ("<1@example.org>", "no id", "<2@example.org>\r\nBcc: eve@example.org", "<3@example.org>")
    message = read(composed(changed(automatic=True, answers=ids)))
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["In-Reply-To"] == "<3@example.org>"
    assert message["References"].split() == ["<1@example.org>", "<3@example.org>"]
    assert message["Bcc"] is None


@pytest.mark.parametrize("form", MessageFormat)
@pytest.mark.parametrize(
    "original",
    [
        b"Subject: x\r\n\r\nhello\r\n",
        b"Subject: x\n\nbare line ends\n",
        "Subject: grün\r\n\r\nüß\r\n".encode(),
        b"Subject: latin\r\n\r\n\xfc\xdf\r\n--=_0123\r\n",
        b"",
    ],
)
def test_an_original_is_handed_on_as_it_is(original: bytes, form: MessageFormat) -> None:
    answer = composed(changed(original=original, message_format=form, body="see below", signature="me"))
    message = read(answer)
    assert message.get_content_type() == "multipart/mixed"
    assert text_of(message).startswith("see below")
    whole = original.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert b"message/rfc822" in answer.raw
    assert answer.raw.count(whole) >= 1
    assert answer.raw.isascii() == original.isascii()
    assert (message["Content-Transfer-Encoding"] == "8bit") == (not original.isascii())
    [inner] = list(message.iter_attachments())
    assert inner.get_content_type() == "message/rfc822"
    assert all(len(line) <= 998 for line in answer.raw.split(b"\r\n"))


@pytest.mark.parametrize("original", [b"Subject: x\r\n\r\n\0\r\n", b"x" * 5_000, b"\n" + b"\xff" * 999])
def test_what_cannot_travel_as_it_is_becomes_a_file(original: bytes) -> None:
    answer = composed(changed(original=original))
    assert answer.raw.isascii()
    [inner] = list(read(answer).iter_attachments())
    assert inner.get_filename() == "original.eml"
    assert inner.get_content() == original


def test_both_formats_and_a_signature() -> None:
    draft = changed(body="1 < 2 & <b>\n\nsecond\n\n", signature="The Desk\nRoom 1\n")
    both = read(composed(draft))
    expected = "1 < 2 & <b>\n\nsecond\n\n-- \nThe Desk\nRoom 1\n"
    assert both.get_content_type() == "multipart/alternative"
    assert text_of(both) == expected
    assert "1 &lt; 2 &amp; &lt;b&gt;<br>" in text_of(both, "html")
    plain = read(composed(Draft(**{**_fields(draft), "message_format": MessageFormat.PLAIN})))
    assert plain.get_content_type() == "text/plain"
    assert text_of(plain) == expected


def _fields(draft: Draft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def test_internationalised_domains_go_as_a_labels() -> None:
    answer = composed(changed(sender="desk@bücher.example", recipients=("ann@münchen.example",)))
    assert answer.sender == "desk@xn--bcher-kva.example"
    assert answer.recipients == ("ann@xn--mnchen-3ya.example",)
    assert answer.message_id.endswith("@xn--bcher-kva.example>")
    assert answer.raw.isascii()
    assert not answer.needs_smtputf8


def test_a_local_part_in_utf8_needs_smtputf8() -> None:
    answer = composed(changed(recipients=("jürgen@example.org",)))
    assert answer.needs_smtputf8
    assert answer.recipients == ("jürgen@example.org",)
    assert "To: jürgen@example.org\r\n".encode() in answer.raw


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "ann@",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: x@y.example",
        "=?utf-8?q?=0D=0ABcc=3A_x=40y=2Eexample?=@b.example",
        "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=@b.example",
    ],
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ProblemError) as caught:
        composed(changed(recipients=("ann@example.org", address)))
    assert caught.value.problem.kind is ProblemKind.RECIPIENT_REFUSED
    assert caught.value.problem.facts["address"] == address
    with pytest.raises(ProblemError) as caught:
        composed(changed(sender=address))
    assert caught.value.problem.kind is ProblemKind.SENDER_REFUSED


@pytest.mark.parametrize("address", ["a=0D=0Ab@c.example", "a?q?b@c.example", "'a'&%b/c{d}|`e~@c.example"])
def test_an_odd_address_is_written_as_it_is(address: str) -> None:
    answer = composed(changed(recipients=(address,), copies=("ann@example.org",) * 2, reply_to=address))
    head = answer.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert f"To: {address}" in head
    assert "Cc: ann@example.org" in head
    assert f"Reply-To: {address}" in head


def test_nobody_to_send_to() -> None:
    with pytest.raises(ProblemError):
        composed(changed(recipients=()))


def test_each_recipient_once() -> None:
    assert composed(changed(recipients=("ann@example.org",) * 3)).recipients == ("ann@example.org",)


ANY_TEXT = st.text(max_size=30)
HOSTILE = st.sampled_from(
    ["\r\nBcc: x@y.example", "\nX-A: b\n\nbody", "\r", "\u2028Bcc: x@y.example", "\x85", "\0", "=?utf-8?q?=0ABcc:_x?=",
     '"', "\\", '"\r\n', "<x@y.example>", ", x@y.example", "(", ";", ":", "\ud800", "x" * 100, "ü" * 100, " " * 90]
)  # fmt: skip
TYPED = st.lists(st.one_of(ANY_TEXT, HOSTILE), max_size=3).map("".join)
HEADERS = {
    "Date",
    "Message-ID",
    "From",
    "To",
    "Subject",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}


@settings(deadline=None, max_examples=50)
@given(TYPED, TYPED, TYPED, TYPED, st.sampled_from(MessageFormat), st.sampled_from(["desk", "dösk"]))
def test_nothing_typed_adds_a_header_or_a_recipient(
    subject: str, display_name: str, body: str, signature: str, message_format: MessageFormat, local_part: str
) -> None:
    answer = composed(
        Draft(
            sender=f"{local_part}@mailint.example",
            recipients=("ann@example.org",),
            subject=subject,
            body=body,
            display_name=display_name,
            signature=signature,
            message_format=message_format,
        )
    )
    message = read(answer)
    assert set(message.keys()) <= HEADERS
    assert len(message.keys()) == len(set(message.keys()))
    assert [each.addr_spec for each in message["To"].addresses] == ["ann@example.org"]
    senders = [each.addr_spec for each in message["From"].addresses]
    assert [each.encode(errors="surrogateescape").decode() for each in senders] == [
        f"{local_part}@mailint.example"
    ]
    assert answer.recipients == ("ann@example.org",)
    assert b"\r" not in answer.raw.replace(b"\r\n", b"")
    assert b"\n" not in answer.raw.replace(b"\r\n", b"")
    assert max(len(line) for line in answer.raw.split(b"\r\n")) <= 998
    head, _, content = answer.raw.partition(b"\r\n\r\n")
    assert content.isascii()
    assert answer.needs_smtputf8 or head.isascii()


WORDS = st.lists(
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=90), max_size=12
).map(" ".join)


@settings(deadline=None, max_examples=50)
@given(WORDS, WORDS, st.sampled_from(MessageFormat))
def test_what_is_typed_is_read_back(subject: str, body: str, message_format: MessageFormat) -> None:
    answer = composed(
        changed(subject=subject, body=body, display_name=subject[:60], message_format=message_format)
    )
    parsed = parse(answer.raw)
    assert isinstance(parsed, ParsedMessage), parsed
    assert parsed.subject == subject
    assert parsed.sender == DRAFT.sender
    assert parsed.recipients == DRAFT.recipients
    assert parsed.message_id == answer.message_id
    assert parsed.date == NOW.astimezone(UTC)
    assert parsed.text.strip() == body.strip()


LABELS = st.from_regex(r"[a-z]([a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)
ADDRESSES = st.builds(
    lambda local, labels: f"{local}@{'.'.join(labels)}",
    st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]{1,64}", fullmatch=True),
    st.lists(LABELS, min_size=1, max_size=4),
).filter(is_address)


@settings(deadline=None, max_examples=50)
@given(ADDRESSES, st.lists(ADDRESSES, min_size=1, max_size=8))
def test_every_address_stands_in_the_headers_as_in_the_envelope(sender: str, recipients: list[str]) -> None:
    answer = composed(changed(sender=sender, recipients=tuple(recipients), display_name="Désk, the"))
    message = read(answer)
    assert [each.addr_spec for each in message["From"].addresses] == [sender] == [answer.sender]
    assert [each.addr_spec for each in message["To"].addresses] == list(answer.recipients)
    assert message["Message-ID"].strip() == answer.message_id


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?a?=",
        "x" * 1500,
        "ü" * 400,
        "a  b",
        "Re: Grüße an alle, auch an die im dritten Stock: wir sind da",
        "ASCII " * 60,
    ],
)
def test_subjects_that_need_care(subject: str) -> None:
    answer = composed(changed(subject=subject, display_name=subject[:200]))
    read_back = parse(answer.raw)
    assert isinstance(read_back, ParsedMessage)
    assert read_back.subject == " ".join(subject.split())
    assert read_back.sender == DRAFT.sender
    assert max(len(line) for line in answer.raw.split(b"\r\n")) <= 998


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a"]), max_size=30).map(b"".join))
def test_line_ends_are_the_same_wherever_the_pieces_end(raw: bytes) -> None:
    whole = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(original_module, "_AT_ONCE", 3)
        assert original_module._with_crlf(raw) == whole


def test_a_large_original_is_handed_on_whole() -> None:
    line = b"x" * 60 + b"\n"
    raw = b"Subject: x\n\n" + line * 40_000
    answer = composed(changed(original=raw))
    assert raw.replace(b"\n", b"\r\n") in answer.raw


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("It prints.\n\n-- \nThe desk\n", "It prints."),
        ("It prints.\r\n\r\n-- \r\nThe desk\r\n\r\n\r\n", "It prints."),
        ("It prints.\n--\nThe desk", "It prints."),
        ("-- \nThe desk", ""),
        ("It prints.\n\n-- \nThe desk\n\n-- \nThe desk\n", "It prints.\n\n-- \nThe desk"),
        ("It prints.\n\n-- \nThe desk\nand more\n", None),
        ("It prints.\n\n-- \nAnother desk\n", None),
        ("It prints.\n\nx-- \nThe desk\n", None),
        ("", None),
    ],
)
def test_a_signature_is_taken_off_where_it_ends_the_text(text: str, before: str | None) -> None:
    for signature in ("The desk", "\nThe desk\r\n\n"):
        assert without_signature(text, signature) == (text if before is None else before)
    assert without_signature(text, "") == text
