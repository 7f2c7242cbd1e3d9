"""Attachments, copies and rich text of a composed message."""

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.integration import MessageFormat
from mailint_gui.domain.message import ParsedMessage
from mailint_gui.mail.compose import Composed, Draft, compose
from mailint_gui.mail.files import File
from mailint_gui.mail.mime.parse import parse

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FROM, TO = "desk@mailint.example", ("ann@example.org",)


def read(answer: Composed) -> EmailMessage:
    message = email.message_from_bytes(answer.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def with_file(file: File) -> Composed:
    return compose(Draft(FROM, TO, "Subject", "Body", files=(file,)), NOW)


def test_copies_are_shown_and_blind_ones_are_not() -> None:
    draft = Draft(FROM, TO, "S", "B", copies=("bob@example.org", *TO), blind_copies=("boss@example.org",))
    answer = compose(draft, NOW)
    message = read(answer)
    assert (message["To"], message["Cc"], message["Bcc"]) == ("ann@example.org", "bob@example.org", None)
    assert answer.recipients == ("ann@example.org", "bob@example.org", "boss@example.org")
    assert b"boss" not in answer.raw


def test_blind_copies_alone_name_nobody() -> None:
    answer = compose(Draft(FROM, (), "S", "B", blind_copies=("boss@example.org",)), NOW)
    assert read(answer)["To"] == "undisclosed-recipients:;"
    assert answer.recipients == ("boss@example.org",)


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?=0D=0ABcc:_x@y.example?=",
        "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=.txt",
        "a =?utf-8?q?=0A=0Anext?= b",
        "=?=?utf-8?q?=0AX-A:_b?=",
    ],
)
def test_a_name_of_encoded_words_adds_no_header(name: str) -> None:
    [attached] = read(with_file(File(name, b"content"))).iter_attachments()
    assert set(attached.keys()) == {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}
    assert attached.get_filename() == name.replace("=?", "=_")
    assert attached.get_payload(decode=True) == b"content"


def test_files_arrive_byte_for_byte() -> None:
    contents = (b"", b"\x00\xff" * 5000, b"one line\r\nanother\n")
    files = tuple(File(f"{number}.bin", content) for number, content in enumerate(contents))
    answer = compose(Draft(FROM, TO, "S", "Body", files=files), NOW)
    attached = list(read(answer).iter_attachments())
    assert tuple(part.get_payload(decode=True) for part in attached) == contents
    assert [part.get_filename() for part in attached] == ["0.bin", "1.bin", "2.bin"]
    assert max(map(len, answer.raw.split(b"\r\n"))) <= 998
    assert b"\n" not in answer.raw.replace(b"\r\n", b"")
    parsed = parse(answer.raw)
    assert isinstance(parsed, ParsedMessage)
    assert parsed.text.strip() == "Body"
    assert [each.size for each in parsed.attachments] == [0, 10000, 18]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (File("report.pdf", b""), "application/pdf"),
        (File("photo", b"", "image/png"), "image/png"),
        (File("backup.tar.gz", b""), "application/octet-stream"),
        (File("no extension", b""), "application/octet-stream"),
        (File("mail.eml", b"From: x"), "application/octet-stream"),
        (File("x.txt", b"", "text/plain\r\nBcc: eve@example.org"), "application/octet-stream"),
    ],
)
def test_the_type_of_a_file(file: File, kind: str) -> None:
    (part,) = read(with_file(file)).iter_attachments()
    assert part.get_content_type() == kind


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("/home/ann/plan.txt", "plan.txt"),
        ("C:\\Users\\ann\\plan.txt", "plan.txt"),
        ('Übersicht "neu".pdf', 'Übersicht "neu".pdf'),
        ("a\r\nBcc: eve@example.org", "a Bcc: eve@example.org"),
        ("\ud800.txt", ".txt"),
        ("", "file"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
    ],
)
def test_the_name_of_a_file(name: str, sent: str) -> None:
    (part,) = read(with_file(File(name, b""))).iter_attachments()
    assert part.get_filename() == sent


@given(name=st.text(), kind=st.text(), content=st.binary(max_size=300))
def test_no_file_adds_a_header_or_a_recipient(name: str, kind: str, content: bytes) -> None:
    answer = with_file(File(name, content, kind))
    message = read(answer)
    assert answer.recipients == TO
    assert message.keys() == [
        "Date", "Message-ID", "From", "To", "Subject", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    (part,) = message.iter_attachments()
    assert set(part.keys()) == {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}
    assert part.get_payload(decode=True) == content


def test_rich_text_has_its_plain_part_and_its_signature() -> None:
    draft = Draft(FROM, TO, "S", "It prints.", rich="<div><b>It</b> prints.</div>", signature="A <desk>")
    message = read(compose(draft, NOW))
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().replace("\r\n", "\n") == "It prints.\n\n-- \nA <desk>\n"
    assert "<div><b>It</b> prints.</div>" in rich.get_content()
    assert "A &lt;desk&gt;" in rich.get_content()


def test_what_is_sent_as_plain_text_has_no_rich_part() -> None:
    draft = Draft(FROM, TO, "S", "It", rich="<b>It</b>", message_format=MessageFormat.PLAIN)
    assert read(compose(draft, NOW)).get_content_type() == "text/plain"
