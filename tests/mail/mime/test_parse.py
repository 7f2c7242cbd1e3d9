"""The parser: it reads real mail, refuses what would kill it, and always answers."""

import random
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.domain.message import Attachment, ParsedMessage, ParseRefused, QuarantineReason
from mailint_gui.mail.mime.limits import MAX_MESSAGE
from mailint_gui.mail.mime.parse import parse


def parsed(raw: bytes) -> ParsedMessage:
    answer = parse(raw)
    assert isinstance(answer, ParsedMessage), answer
    return answer


def refused(raw: bytes) -> QuarantineReason:
    answer = parse(raw)
    assert isinstance(answer, ParseRefused), answer
    return answer.reason


def lines(*text: str) -> bytes:
    return "\r\n".join(text).encode()


def realistic() -> bytes:
    message = EmailMessage()
    message["From"] = "Ann Müller <ann@example.org>"
    message["To"] = '"Desk, the" <desk@mailint.example>, bob@example.org'
    message["Cc"] = "carl@example.org"
    message["Subject"] = "Drucker kaputt – schon wieder"
    message["Date"] = "Mon, 23 Nov 2026 13:00:00 +0100"
    message["Message-ID"] = "<one@example.org>"
    message.set_content("Liebes Team,\n\nder Drucker druckt nicht.\n")
    message.add_alternative("<p>Liebes Team,</p><p>der <b>Drucker</b> druckt nicht.</p>", subtype="html")
    message.add_attachment(bytes(range(256)) * 20, maintype="image", subtype="png", filename="Grüße.png")
    message.add_attachment("a,b\n", subtype="csv", filename="list.csv")
    message.set_boundary("outer")  # the same bytes each time, for the test that changes them
    return message.as_bytes().replace(b"\n", b"\r\n")


def test_a_realistic_message() -> None:
    answer = parsed(realistic())
    assert answer.message_id == "<one@example.org>"
    assert answer.subject == "Drucker kaputt – schon wieder"
    assert answer.sender == "ann@example.org"
    assert answer.recipients == ("desk@mailint.example", "bob@example.org", "carl@example.org")
    assert answer.date == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert answer.text == "Liebes Team,\n\nder Drucker druckt nicht."
    assert [(each.name, each.type) for each in answer.attachments] == [
        ("Grüße.png", "image/png"),
        ("list.csv", "text/csv"),
    ]
    assert answer.attachments[0].size == 5120
    assert answer.defects == ()


# Headers


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?q?Gr=FC=DFe_an_alle?= and more", "Grüße an alle and more"),
        ("=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),
        ("=?utf-8?q?a?=\r\n =?utf-8?q?b?= c", "ab c"),
        ("=?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=", "üü"),
        ("Re: =?windows-1252?Q?=80_5?=", "Re: € 5"),
        ("=?gb2312?b?xOO6ww==?=", "你好"),
        ("=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?no-such-charset?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?b?R?=", ""),
        ("=?utf-8*de?q?gut?=", "gut"),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("=?utf-8?x?a?= stays", "=?utf-8?x?a?= stays"),
        ("=?punycode?q?a-b?=", "a-b"),
        ("folded\r\n over\r\n\tlines", "folded over lines"),
        ("roh ü", "roh ü"),
        ("", ""),
    ],
)
def test_subjects(raw: str, subject: str) -> None:
    assert parsed(f"Subject: {raw}\r\n\r\nx".encode()).subject == subject


def test_a_raw_subject_in_latin_1() -> None:
    assert parsed("Subject: Grüße\r\n\r\n".encode("latin-1")).subject == "Grüße"


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        ("ann@example.org", "ann@example.org"),
        ("Ann <ann@example.org>", "ann@example.org"),
        ('"bob@evil.example" <ann@example.org>', "ann@example.org"),
        ("=?utf-8?q?bob=40evil.example=2C?= <ann@example.org>", "ann@example.org"),
        ("ann@example.org (Ann)", "ann@example.org"),
        ("jürgen@bücher.example", "jürgen@bücher.example"),
        ("nobody", ""),
        ("undisclosed:;", ""),
    ],
)
def test_senders(raw: str, sender: str) -> None:
    assert parsed(f"From: {raw}\r\n\r\n".encode()).sender == sender


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("Mon, 23 Nov 2026 13:00:00 +0100 (CET)", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("23 Nov 2026 12:00:00 -0000", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 12:00:00", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:00:00 -1400", None),
        ("Mon, 23 Nov 2026 25:61:00 +0000", None),
        ("Mon, 23 Nov 2026 12:00:00 +9999999999", None),
        ("yesterday", None),
    ],
)
def test_dates(raw: str, date: datetime | None) -> None:
    answer = parsed(f"Date: {raw}\r\n\r\n".encode())
    assert answer.date == date
    assert ("UnreadableDate" in answer.defects) is (date is None)


# Bodies


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("us-ascii", "utf-8"), ("no-such", "utf-8"), ("", "cp1252"),
     ("utf-16", "utf-16"), ("rot13", "utf-8"), ("idna", "utf-8")],
)  # fmt: skip
def test_charsets(charset: str, encoding: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    assert parsed(head + "Grüße €5".encode(encoding)).text == "Grüße €5"


def test_html_only() -> None:
    html = (
        "<html><head><title>T</title><style>p{}</style></head><body><p>One &amp; two</p><ul><li>a<li>b</ul>"
    )
    assert parsed(f"Content-Type: text/html\r\n\r\n{html}".encode()).text == "One & two\n\n- a\n- b"


def test_an_empty_plain_part_gives_way_to_html() -> None:
    raw = lines(
        "Content-Type: multipart/alternative; boundary=b", "", "--b", "Content-Type: text/plain", "", "  ",
        "--b", "Content-Type: text/html", "", "<b>Hello</b>", "--b--",
    )  # fmt: skip
    assert parsed(raw).text == "Hello"


def test_texts_of_a_mixed_message_follow_each_other() -> None:
    raw = lines(
        "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html", "", "<p>Body</p>",
        "--b", "Content-Type: text/plain", "", "-- list footer", "--b--",
    )  # fmt: skip
    assert parsed(raw).text == "Body\n\n-- list footer"


def test_an_attached_message_is_not_read_into_the_text() -> None:
    raw = lines(
        "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "see below",
        "--b", "Content-Type: message/rfc822", "", "Subject: =?utf-8?q?inn=C3=A9r?=", "", "inner", "--b--",
    )  # fmt: skip
    answer = parsed(raw)
    assert answer.text == "see below"
    assert answer.attachments == (Attachment("innér", "message/rfc822", 5),)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('Content-Disposition: attachment; filename="a b.pdf"', "a b.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        ("Content-Disposition: attachment; filename*0=long; filename*1=name.pdf", "longname.pdf"),
        ("Content-Disposition: attachment; filename==?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?=", "Grüße.pdf"),
        ('Content-Disposition: attachment; filename="Grüße.pdf"', "Grüße.pdf"),
        ('Content-Disposition: attachment; filename="../../etc/passwd"', "passwd"),
        (r'Content-Disposition: attachment; filename="C:\\Users\\x.pdf"', "x.pdf"),
        ("Content-Disposition: attachment; filename*=no-such''x.pdf", "x.pdf"),
        ("Content-Disposition: attachment", ""),
    ],
)
def test_attachment_names(header: str, name: str) -> None:
    raw = (
        f"Content-Type: application/pdf\r\n{header}\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n"
    )
    assert parsed(raw.encode()).attachments == (Attachment(name, "application/pdf", 4),)


def test_a_very_long_text_is_cut_and_says_so() -> None:
    answer = parsed(b"\r\n" + b"words and words " * 100_000)
    assert len(answer.text) == 1_000_000
    assert "TextCut" in answer.defects


def test_no_boundary_where_there_should_be_one() -> None:
    answer = parsed(b"Content-Type: multipart/mixed\r\n\r\nstill readable\r\n")
    assert answer.text == "still readable"
    assert answer.defects


# Limits


def nested(depth: int) -> bytes:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"".join(parts) + b"\r\ninnermost\r\n"


def many_parts(count: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * count + b"--b--\r\n"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Subject: " + b"=?utf-8?q?=C3=BC?= " * 15_000 + b"\r\n\r\n", QuarantineReason.HEADERS_TOO_LARGE),
        (b"X: " + b"a" * 10_000_000 + b"\r\n\r\n", QuarantineReason.HEADERS_TOO_LARGE),
        (b"X: a\r\n" * 60_000 + b"\r\n", QuarantineReason.HEADERS_TOO_LARGE),
        (b"X: a\r\n" + b" b\r\n" * 10_000 + b"\r\n", QuarantineReason.HEADERS_TOO_LARGE),
        (
            many_parts(1).replace(b"--b\r\n", b"--b\r\nX: " + b"a" * 40_000),
            QuarantineReason.HEADERS_TOO_LARGE,
        ),
        (
            many_parts(400).replace(b"--b\r\n", b"--b\r\nX: " + b"a" * 1000),
            QuarantineReason.HEADERS_TOO_LARGE,
        ),
        (nested(1200), QuarantineReason.TOO_DEEP),
        (nested(51), QuarantineReason.TOO_DEEP),
        (b"Content-Type: message/rfc822\r\n\r\n" * 60, QuarantineReason.TOO_DEEP),
        (many_parts(500), QuarantineReason.TOO_MANY_PARTS),
        (b"\r\n" + b"a" * MAX_MESSAGE, QuarantineReason.TOO_LARGE),
    ],
    ids=["subject", "10 MB", "many", "folded", "part", "parts", "1200", "51", "rfc822", "500", "50 MB"],
)
def test_what_goes_beyond_the_limits(raw: bytes, reason: QuarantineReason) -> None:
    started = time.process_time()
    assert refused(raw) is reason
    assert time.process_time() - started < 5  # a limit that is found only by parsing would take far longer


def test_what_stays_within_the_limits() -> None:
    assert parsed(nested(49)).text == "innermost"
    assert len(parsed(many_parts(499)).text.split()) == 499
    assert parsed(b"Subject: " + b"x" * 32_000 + b"\r\n\r\n").subject == "x" * 10_000


def test_deeply_nested_html() -> None:
    html = b"<div>" * 50_000 + b"core" + b"</div>" * 50_000
    assert parsed(b"Content-Type: text/html\r\n\r\n" + html).text == "core"


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", "<![CDATA[", "<?", "&#", "<", "</", "<!", "<a x='", "<script>", "<style></", "<a b=c "],
)
def test_html_that_is_never_closed(piece: str) -> None:
    """Read again and again from each opening, this would take minutes."""
    parsed(f"Content-Type: text/html\r\n\r\nseen {piece * 300_000}".encode())


# Anything at all


def assert_can_be_stored(answer: ParsedMessage | ParseRefused) -> None:
    assert isinstance(answer, ParsedMessage | ParseRefused)
    if isinstance(answer, ParsedMessage):
        texts = [
            answer.message_id,
            answer.subject,
            answer.sender,
            answer.text,
            *answer.recipients,
            *answer.defects,
        ]
        texts += [text for each in answer.attachments for text in (each.name, each.type)]
        for text in texts:
            assert "\0" not in text
            text.encode()
        assert answer.date is None or answer.date.utcoffset() is not None


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=2000))
def test_any_bytes_get_an_answer(raw: bytes) -> None:
    assert_can_be_stored(parse(raw))


HEADER_NAMES = st.sampled_from(
    ["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Disposition",
     "Content-Transfer-Encoding", "MIME-Version", "X"]
)  # fmt: skip
PIECES = st.sampled_from(
    ["multipart/mixed", "text/html", "message/rfc822", "message/delivery-status", "; boundary=b", "; charset=", "utf-8",
     "utf-7", "base64", "quoted-printable", "x-uuencode", "=?utf-8?b?", "?=", "*0*=", "filename", "name",
     "''", '"', "(",
     "<", ">", "@", ",", "\\", "%", "=", "\r\n ", "ü", "\udcff", "\0"]
)  # fmt: skip
VALUES = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=12).map("".join)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(HEADER_NAMES, VALUES), max_size=8),
    st.lists(st.one_of(st.just("--b"), VALUES), max_size=8),
)
def test_any_headers_get_an_answer(headers: list[tuple[str, str]], body: list[str]) -> None:
    head = [f"{name}: {value}" for name, value in headers]
    assert_can_be_stored(parse("\r\n".join([*head, "", *body]).encode(errors="surrogatepass")))


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 2**32))
def test_a_damaged_message_gets_an_answer(seed: int) -> None:
    """Bytes changed, dropped and repeated in a realistic message."""
    chance = random.Random(seed)
    raw = bytearray(realistic())
    for _ in range(chance.randint(1, 30)):
        place = chance.randrange(len(raw))
        match chance.randrange(3):
            case 0:
                raw[place] = chance.randrange(256)
            case 1:
                del raw[place : place + chance.randrange(40)]
            case 2:
                raw[place:place] = raw[place : place + chance.randrange(200)]
    assert_can_be_stored(parse(bytes(raw)))
