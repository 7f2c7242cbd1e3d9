"""What filing needs of a parsed message: headers, references, the digest of the same mail in several mailboxes."""

import pytest

from mailint_gui.domain.message import ParsedMessage
from mailint_gui.mail.mime.headers import MAX_SHOWN, MAX_SHOWN_TEXT, MAX_SHOWN_VALUE
from mailint_gui.mail.mime.parse import parse


def parsed(raw: bytes) -> ParsedMessage:
    answer = parse(raw)
    assert isinstance(answer, ParsedMessage), answer
    return answer


def test_headers_keep_their_order_and_are_decoded() -> None:
    raw = (
        b"Received: from a\r\n\tby b\r\nX-Empty:\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
        b"received: second\r\nX-Raw: gr\xfcn\r\n\r\nBody: none\r\n"
    )
    assert parsed(raw).headers == (
        ("Received", "from a by b"),
        ("X-Empty", ""),
        ("Subject", "Grüße"),
        ("received", "second"),
        ("X-Raw", "grün"),
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"X: y\r\n" * (MAX_SHOWN + 1),
        b"".join(b"X-%d: %s\r\n" % (n, b"y" * 3900) for n in range(30)),
    ],
    ids=["number", "bytes"],
)
def test_headers_are_bounded(raw: bytes) -> None:
    answer = parsed(raw + b"\r\n")
    assert len(answer.headers) <= MAX_SHOWN
    assert sum(len(name) + len(value) for name, value in answer.headers) <= MAX_SHOWN_TEXT
    assert "HeadersCut" in answer.defects
    assert len(parsed(b"X: " + b"y" * 20_000 + b"\r\n\r\n").headers[0][1]) == MAX_SHOWN_VALUE


@pytest.mark.parametrize(
    ("head", "references"),
    [
        ("In-Reply-To: <c@x>\r\nReferences: <a@x> <b@x>\r\n <c@x>", ("<c@x>", "<b@x>", "<a@x>")),
        ("References: <a@x><b@x>", ("<b@x>", "<a@x>")),
        ("In-Reply-To: Your message of Monday <a@x> (fine)", ("<a@x>",)),
        ("In-Reply-To: a@x", ("<a@x>",)),
        ("In-Reply-To: your mail", ()),
        ("References: <a b@x> <> << <c@x>", ("<c@x>",)),
        ("References: " + "<" * 10_000, ()),
    ],
)
def test_references(head: str, references: tuple[str, ...]) -> None:
    assert parsed(f"{head}\r\n\r\n".encode()).references == references


def test_references_are_bounded_and_keep_the_nearest() -> None:
    chain = " ".join(f"<{n}@x>" for n in range(1000))
    found = parsed(f"References: {chain}\r\n\r\n".encode()).references
    assert found[0] == "<999@x>"
    assert len(found) == 100


@pytest.mark.parametrize(
    ("value", "message_id"),
    [("<a@x>", "<a@x>"), ("<a@x> (by us)", "<a@x>"), ("a@x", "a@x"), ("", ""), ("<>", "<>")],
)
def test_message_ids(value: str, message_id: str) -> None:
    assert parsed(f"Message-ID: {value}\r\n\r\n".encode()).message_id == message_id


LETTER = (
    b"Message-ID: <a@x>\r\nFrom: Ann <ann@example.org>\r\nDate: Mon, 23 Nov 2026 13:00:00 +0100\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe an alle\r\n"
    b"--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Message-ID", b"Received: from far away\r\nDelivered-To: other@x\r\nmessage-id"),
        (b"boundary=b", b"boundary=\"b\""),
        (b"Ann <ann@example.org>", b'"A. Nn" <Ann@example.org>'),
        (b"13:00:00 +0100", b"12:00:00 +0000"),
        (b"quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe an", "8bit\r\n\r\nGrüße  an".encode()),
        (b"AAECAw==", b"AAEC\r\nAw=="),
        (b"\r\n", b"\n"),
    ],
)  # fmt: skip
def test_the_same_mail_by_another_way_has_the_same_digest(old: bytes, new: bytes) -> None:
    assert old in LETTER
    assert parsed(LETTER.replace(old, new)).content_digest == parsed(LETTER).content_digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<a@x>", b"<b@x>"),
        (b"ann@", b"bob@"),
        (b"13:00", b"13:01"),
        (b"alle", b"alles"),
        (b"AAECAw==", b"AAECBA=="),
        (b"a.png", b"b.png"),
    ],
)
def test_another_mail_has_another_digest(old: bytes, new: bytes) -> None:
    assert old in LETTER
    assert parsed(LETTER.replace(old, new)).content_digest != parsed(LETTER).content_digest


def test_no_digest_without_a_message_id() -> None:
    assert parsed(b"Subject: x\r\n\r\ntext").content_digest == ""
