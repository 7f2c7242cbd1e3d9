"""What the viewer gets: HTML from which nothing can be loaded or run, images of the mail itself, attachments."""

import base64
import html.parser
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailint_gui.domain.message import Attachment, InlineImage, MessageView, ParsedMessage, ParseRefused
from mailint_gui.mail.mime.html_clean import MAX_HTML, clean_html, is_too_deep
from mailint_gui.mail.mime.parse import parse, parse_attachment, parse_view
from mailint_gui.mail.mime.quotes import new_text
from mailint_gui.mail.mime.viewing import MAX_IMAGE, MAX_IMAGES
from tests.mail.mime.corpus import CORPUS, Nasty

PIXEL = bytes(range(64))


def viewed(raw: bytes) -> MessageView:
    answer = parse_view(raw)
    assert isinstance(answer, MessageView), answer
    return answer


def cleaned(source: str) -> str:
    return clean_html(source, lambda content_id: "image-1" if content_id == "i@x" else None)


def related(body: str, *images: tuple[str, str, bytes]) -> bytes:
    parts = [f"Content-Type: text/html; charset=utf-8\r\n\r\n{body}"]
    parts += [
        f"Content-Type: {kind}\r\nContent-ID: <{content_id}>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(content).decode()
        for content_id, kind, content in images
    ]
    head = "Subject: x\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
    return (head + "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n").encode()


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("<p onclick='x()'>a", "<p>a</p>"),
        ("a<script>b</script><style>c</style>", "a"),
        ("<img src=cid:i@x alt=i>", '<img src="cid:image-1" alt="i">'),
        ("<img src=CID:i%40x>", '<img src="cid:image-1">'),
        ("<img src=cid:other>", "<img>"),
        ("<img src=http://x/y.png>", "<img>"),
        ("<img src='//x/y.png'>", "<img>"),
        ("<img src=file:///etc/passwd>", "<img>"),
        ("<img src=data:image/png;base64,AAAA>", "<img>"),
        ("<img srcset='http://x 2x' lowsrc=http://x dynsrc=http://x>", "<img>"),
        ("<a href='javascript:x()'>a</a>", '<a rel="noopener noreferrer">a</a>'),
        ("<a href=file:///etc/passwd>a</a>", '<a rel="noopener noreferrer">a</a>'),
        ("<a href='/relative'>a</a>", '<a rel="noopener noreferrer">a</a>'),
        ("<a href=' https://x'>a</a>", '<a href="https://x" rel="noopener noreferrer">a</a>'),
        ("<p style='color: red; background: url(http://x)'>a", "<p>a</p>"),
        ("<p style='color: red; position: fixed'>a", '<p style="color:red">a</p>'),
        ("<p style='background-color:u\\72l(http://x)'>a", "<p>a</p>"),
        ("<td background=http://x>a", "a"),
        ("<table background=http://x><tr><td>a</table>", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ("<form action=http://x><input name=a><button>b</button></form>c", "c"),
        ("<meta http-equiv=refresh content='0;url=http://x'>a", "a"),
        ("<base href=http://x><link rel=stylesheet href=http://x>a", "a"),
        ("<iframe src=http://x></iframe><object data=http://x></object><embed src=http://x>a", "a"),
        ("<svg><image href=http://x></svg>a", "a"),
        ("<video src=http://x poster=http://x></video>a", "a"),
        ("<!--[if mso]><img src=http://x><![endif]-->a", "a"),
        ("<body background=http://x onload=x()>a", "a"),
    ],
)
def test_cleaning(source: str, clean: str) -> None:
    assert re.sub(' style="([^"]*?);?"', r' style="\1"', cleaned(source)).strip() == clean


class Seen(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.values: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.values += [(name, value or "") for name, value in attributes]


def assert_harmless(shown: str) -> None:
    seen = Seen()
    seen.feed(shown)
    seen.close()
    assert not seen.tags & {
        "script",
        "style",
        "form",
        "input",
        "iframe",
        "object",
        "embed",
        "meta",
        "base",
        "link",
        "svg",
    }
    for name, value in seen.values:
        assert not name.startswith("on")
        if name == "src":
            assert value.startswith("cid:image-")
        elif name == "href":
            assert value.strip().lower().startswith(("http:", "https:", "mailto:", "tel:"))
        elif name == "style":
            assert "url" not in value.lower()
        else:
            assert name not in ("background", "srcset", "action", "poster", "data")


PIECES = st.sampled_from(
    ["<img src=", "<a href=", "<p style=", "'", '"', ">", "<", "</", "javascript:", "http://x", "cid:i@x", "url(",
     ")", "file:", "<script>", "</script>", "<style>", "<svg>", "<math>", "<!--", "-->", "<![CDATA[", "]]>", "&#106;",
     "&colon;", "\t", "\0", "<table>", "<td background=", "<noscript>", "<template>", "<form>", " onerror=", "/", "=",
     "\\", "@import", "<textarea>"]
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=25).map("".join))
def test_anything_is_harmless(source: str) -> None:
    assert_harmless(cleaned(source))


@pytest.mark.parametrize("nasty", CORPUS, ids=lambda nasty: nasty.name)
def test_the_corpus_is_shown(nasty: Nasty) -> None:
    """As it is parsed: with the same text and attachments, or refused alike."""
    started = time.process_time()
    shown = parse_view(nasty.raw)
    assert time.process_time() - started < 5
    answer = parse(nasty.raw)
    if isinstance(answer, ParsedMessage):
        assert isinstance(shown, MessageView)
        assert (shown.headers, shown.text) == (answer.headers, answer.text)
        assert shown.new_text == new_text(answer.text, answer.subject)
        assert shown.attachments == answer.attachments
        assert_harmless(shown.html)
    else:
        assert shown == answer


def test_images_of_the_mail_itself() -> None:
    body = "<p>a<img src='cid:one@x'><img src='cid:svg@x'><img src='cid:none@x'><img src='cid:one@x'>"
    raw = related(
        body,
        ("one@x", "image/png", PIXEL),
        ("svg@x", "image/svg+xml", b"<svg/>"),
        ("unused@x", "image/gif", PIXEL),
    )
    shown = viewed(raw)
    assert shown.images == (InlineImage("image-1", "image/png", PIXEL),)
    assert shown.html == '<p>a<img src="cid:image-1"><img><img><img src="cid:image-1"></p>'
    assert [each.type for each in shown.attachments] == ["image/png", "image/svg+xml", "image/gif"]


def test_images_are_bounded() -> None:
    many = [(f"{n}@x", "image/png", PIXEL) for n in range(MAX_IMAGES + 5)]
    body = "".join(f"<img src='cid:{content_id}'>" for content_id, _, _ in many)
    assert len(viewed(related(body, *many)).images) == MAX_IMAGES
    large = [(f"{n}@x", "image/png", b"x" * size) for n, size in enumerate([MAX_IMAGE + 1, *[MAX_IMAGE] * 4])]
    body = "".join(f"<img src='cid:{content_id}'>" for content_id, _, _ in large)
    assert [len(each.content) for each in viewed(related(body, *large)).images] == [MAX_IMAGE] * 3


def test_plain_text_has_no_html() -> None:
    shown = viewed(b"Subject: x\r\n\r\n<b>text</b>")
    assert (shown.html, shown.text) == ("", "<b>text</b>")


def test_plain_and_html_one_after_the_other() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\n<b>\r\nc\r\n--b--\r\n"
    )
    assert viewed(raw).html == "<p>a</p><hr>&lt;b&gt;<br>c"


def test_the_richer_alternative_is_shown() -> None:
    raw = (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nplain\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--\r\n"
    )
    shown = viewed(raw)
    assert (shown.text, shown.html) == ("plain", "<p>rich</p>")


@pytest.mark.parametrize(
    ("source", "defect"),
    [
        ("<div>" * 50_000, "HtmlTooDeep"),
        ("<b>" * 300 + "x", "HtmlTooDeep"),
        ("x" * (MAX_HTML + 1), "HtmlTooLarge"),
    ],
    ids=["50,000 divisions", "300 bold", "too large"],
)
def test_html_that_would_take_too_long(source: str, defect: str) -> None:
    started = time.process_time()
    shown = viewed(b"Content-Type: text/html\r\n\r\n" + source.encode())
    assert time.process_time() - started < 3
    assert shown.html == ""
    assert defect in shown.defects


def test_what_is_not_deep() -> None:
    assert not is_too_deep("<p>a<br><img><li>" * 100_000)
    assert not is_too_deep("<div><span>a</span></div>" * 100_000)
    assert not is_too_deep("</div>" * 1000 + "<div>" * 200)


def test_attachments_by_their_place() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n"
        b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx\r\n--b--\r\n"
    )
    assert viewed(raw).attachments == (
        Attachment("a.pdf", "application/pdf", 3),
        Attachment("inner", "message/rfc822", 1),
    )
    assert parse_attachment(raw, 0) == b"\0\1\2"
    assert parse_attachment(raw, 1) == b"Subject: inner\r\n\r\nx"
    for index in (2, -1):
        assert isinstance(parse_attachment(raw, index), ParseRefused)


def test_an_enclosed_message_by_the_standard_reader() -> None:
    """It writes anew what it took apart; here the outer mail is cut short, so it is asked."""
    inner = "Subject: inner\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nGrüße\r\n--c--\r\n"
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    content = parse_attachment(head + inner.encode(), 0)
    assert isinstance(content, bytes)
    again = parse(content)
    assert isinstance(again, ParsedMessage)
    assert (again.subject, again.text) == ("inner", "Grüße")
