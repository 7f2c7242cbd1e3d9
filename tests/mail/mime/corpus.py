"""Nasty messages of our own making: what breaks readers of mail, each with what must hold of it all the same."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mailint_gui.domain.message import QuarantineReason
from tests.mail.mime import tnef_streams as tnef

PNG = base64.b64encode(bytes(range(48))).decode()


@dataclass(frozen=True)
class Nasty:
    """None: not well defined, so not asked. ``attachments``: their names."""

    name: str
    raw: bytes
    subject: str | None = None
    sender: str | None = None
    text: str | None = None
    attachments: tuple[str, ...] | None = None
    defect: str = ""
    refused: QuarantineReason | None = None
    differs: str = ""  # how the two readers do, where both answer


def crlf(text: str, encoding: str = "utf-8") -> bytes:
    return text.replace("\n", "\r\n").encode(encoding)


def letter(head: str, body: str = "text\n", encoding: str = "utf-8") -> bytes:
    """``head`` goes first: of two equal headers the first one counts."""
    start = f"{head}\n" if head else ""
    return crlf(f"{start}From: ann@example.org\nSubject: plain\nMessage-ID: <n@x>\n\n{body}", encoding)


def mixed(*parts: str, kind: str = "mixed", end: str = "--b--\n", boundary: str = "b") -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return letter(f"MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary={boundary}", body + end)


def attached(headers: str, content: str = PNG) -> str:
    return f"Content-Type: image/png\n{headers}\nContent-Transfer-Encoding: base64\n\n{content}"


PLAIN = "Content-Type: text/plain\n\ntext"
HTML = "Content-Type: text/html\n\n<p>html <b>text</b></p>"


def subjects() -> Iterator[Nasty]:
    for name, value, subject in (
        ("raw utf-8", "Grüße", "Grüße"),
        ("encoded word inside a word", "a=?utf-8?q?=C3=BC?=b", "aüb"),
        ("encoded word in quotes", '"=?utf-8?q?=C3=BC?="', '"ü"'),
        ("encoded word of an unknown charset", "=?x-none?q?caf=C3=A9?=", "café"),
        ("encoded word of an unknown encoding", "=?utf-8?z?abc?=", "=?utf-8?z?abc?="),
        ("encoded word cut short", "=?utf-8?b?R3LDvMOfZ", "=?utf-8?b?R3LDvMOfZ"),
        ("base64 of one character too many", "=?utf-8?b?R3LDvMOfZQA?=", None),
        ("a character cut in two words", "=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),
        ("two charsets side by side", "=?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=", "üü"),
        ("line ends inside an encoded word", "=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("a NUL inside an encoded word", "=?utf-8?q?a=00b?=", "a\ufffdb"),
        ("an escape sequence", "=?utf-8?q?=1B[31mred?=", "[31mred"),
        ("right to left", "=?utf-8?b?4oCu?= abc", "\u202e abc"),
        ("emoji", "🖨️ brennt 🔥", "🖨️ brennt 🔥"),
        ("a lone surrogate in utf-8", "=?utf-8?q?=ED=A0=80x?=", None),
        ("blanks in Q", "=?utf-8?q?a b c?=", "a b c"),
        ("question marks", "=?utf-8?q?what???=", None),
        ("many words", "=?utf-8?q?a?= " * 400, "a" * 400),
        ("nothing but blanks", "   ", ""),
        ("utf-7", "=?utf-7?q?+APw-?=", "ü"),
        ("iso-2022-jp", "=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
        ("koi8-r", "=?koi8-r?b?8NLJ18XU?=", "Привет"),
        ("big5", "=?big5?b?pKSk5Q==?=", "中文"),
        ("x-unknown", "=?x-unknown?q?caf=E9?=", "café"),
        ("punycode as a charset", "=?punycode?q?a-b?=", "a-b"),
        ("a token that looks like ours", "[#12] Re: [#13]", "[#12] Re: [#13]"),
        ("markup", "<img src=file:///etc/passwd>", "<img src=file:///etc/passwd>"),
    ):
        yield Nasty(f"subject: {name}", letter(f"Subject: {value}"), subject=subject, text="text")
    yield Nasty("subject: raw latin-1", letter("Subject: Grüße", encoding="latin-1"), subject="Grüße")
    yield Nasty("subject: raw and encoded", letter("Subject: ü =?utf-8?q?=C3=BC?="), subject="ü ü")
    yield Nasty("subject: folded in odd places", letter("Subject: a\n \n\t b\n  c"), subject="a b c")
    yield Nasty("subject: twice", letter("Subject: first"), subject="first")
    yield Nasty("subject: none", crlf("From: a@b\n\ntext"), subject="", sender="a@b", text="text")
    yield Nasty("subject: name in odd case", crlf("SUBJECT: x\n\ntext"), subject="x")
    yield Nasty(
        "subject: blank before the colon",
        crlf("Subject : x\nFrom: a@b\n\ntext"),
        subject="x",
        sender="a@b",
        differs="the standard one takes it for the body",
    )
    yield Nasty("subject: 32,000 characters", letter("Subject: " + "x" * 32_000), subject="x" * 10_000)
    yield Nasty(
        "subject: carriage returns inside",
        b"Subject: a\rb\r\nFrom: a@b\r\n\r\nx",
        subject="a b",
        differs="the standard one takes them for line ends",
    )


def senders() -> Iterator[Nasty]:
    for name, value, sender in (
        ("a comma in an encoded name", "=?utf-8?q?Nn=2C_Ann?= <ann@example.org>", "ann@example.org"),
        ("another address in the name", '"bob@evil.example" <ann@example.org>', "ann@example.org"),
        (
            "another address in an encoded name",
            "=?utf-8?q?bob=40evil.example?= <ann@example.org>",
            "ann@example.org",
        ),
        ("a comment", "ann@example.org (it is me, bob@evil.example)", "ann@example.org"),
        ("nested comments", "(((((())))))" * 50 + " ann@example.org", None),
        ("comments never closed", "(" * 2000 + " ann@example.org", None),
        ("quotes never closed", '"Ann <ann@example.org>', None),
        ("two senders", "ann@example.org, bob@example.org", "ann@example.org"),
        ("a group", "Team: ann@example.org, bob@example.org;", None),
        ("an empty group", "undisclosed-recipients:;", ""),
        ("no address", "Ann", ""),
        ("only brackets", "<>", ""),
        ("brackets never closed", "Ann <ann@example.org", None),
        ("a route", "<@relay.example:ann@example.org>", None),
        ("unicode", "jürgen@bücher.example", "jürgen@bücher.example"),
        ("two at signs", "a@b@example.org", None),
        ("a semicolon for a comma", "ann@example.org; bob@example.org", None),
        ("10,000 commas", "," * 10_000, ""),
        ("10,000 quotes", '"' * 10_000, None),
        ("10,000 backslashes", '"' + "\\" * 10_000 + '" <a@b>', None),
        ("a line end in quotes", '"Ann\n Nn" <ann@example.org>', "ann@example.org"),
    ):
        yield Nasty(f"sender: {name}", crlf(f"From: {value}\nSubject: x\n\ntext"), sender=sender, text="text")
    yield Nasty("sender: only in Sender", crlf("Sender: a@b\n\nx"), sender="a@b")
    yield Nasty("sender: two From headers", letter("From: first@example.org"), sender="first@example.org")
    yield Nasty(
        "recipients: 3,000",
        letter("To: " + ", ".join(f"a{n}@b" for n in range(3000))),
        sender="ann@example.org",
    )


def head_of_the_message() -> Iterator[Nasty]:
    yield Nasty("head: nothing at all", b"", subject="", sender="", text="")
    yield Nasty("head: one line end", b"\r\n", subject="", text="")
    yield Nasty("head: NUL bytes only", b"\0" * 1000, subject="")
    yield Nasty(
        "head: no empty line before the body",
        crlf("Subject: x\nthis is the body\nmore"),
        subject="x",
        text="this is the body\nmore",
    )
    yield Nasty(
        "head: a sentence with a colon at once",
        crlf("Subject: x\nDear all: hello\nmore"),
        subject="x",
        text="Dear all: hello\nmore",
    )
    yield Nasty(
        "head: begins with the body",
        crlf("just words\nmore words"),
        subject="",
        text="just words\nmore words",
    )
    yield Nasty("head: begins with a folded line", crlf(" folded\nSubject: x\n\ntext"))
    yield Nasty("head: begins with an empty line", b"\r\nSubject: x\r\n\r\ntext", subject="")
    yield Nasty(
        "head: an envelope line first",
        crlf("From ann@example.org Mon Nov 23\nSubject: x\n\ntext"),
        subject="x",
        text="text",
    )
    yield Nasty(
        "head: an envelope line in the middle",
        crlf("Subject: x\nFrom ann Mon\nFrom: a@b\n\ntext"),
        subject="x",
    )
    yield Nasty(
        "head: line feeds alone", b"Subject: x\nFrom: a@b\n\ntext\nmore", subject="x", text="text\nmore"
    )
    yield Nasty("head: carriage returns alone", b"Subject: x\rFrom: a@b\r\rtext")
    yield Nasty(
        "head: line ends mixed", b"Subject: x\nFrom: a@b\r\n\ntext", subject="x", sender="a@b", text="text"
    )
    yield Nasty("head: NUL in a header", b"Subject: a\0b\r\n\r\ntext", subject="a\ufffdb", text="text")
    yield Nasty(
        "head: 8-bit in a header's name",
        "Sübject: a\r\nSubject: b\r\n\r\ntext".encode(),
        subject="b",
        differs="the standard one takes it for the body",
    )
    yield Nasty("head: an empty name", crlf(": x\nSubject: y\n\ntext"))
    yield Nasty(
        "head: 20,000 headers",
        crlf("X: y\n" * 20_000 + "Subject: x\n\ntext"),
        subject="x",
        text="text",
        defect="HeadersCut",
    )
    yield Nasty(
        "head: one header of 33 KB", letter("X: " + "y" * 33_000), refused=QuarantineReason.HEADERS_TOO_LARGE
    )
    yield Nasty(
        "head: 300 KB of headers",
        letter("X: yyyyyyyyyyyyyyyyyyyyyy\n" * 12_000),
        refused=QuarantineReason.HEADERS_TOO_LARGE,
    )
    yield Nasty("head: a bad date", letter("Date: the day before"), defect="UnreadableDate", text="text")
    yield Nasty(
        "head: a date of 2,000 digits", letter("Date: " + "9" * 2000), defect="UnreadableDate", text="text"
    )
    yield Nasty(
        "head: a byte order mark first",
        b"\xef\xbb\xbfSubject: x\r\nFrom: a@b\r\n\r\ntext",
        sender="a@b",
    )
    yield Nasty("head: no end", b"Subject: x", subject="x", text="")
    yield Nasty("head: a folded header without end", b"Subject: x\r\n ", subject="x", text="")
    yield Nasty("head: long lines", letter("X-Long: " + "word " * 5000), text="text")


def charsets() -> Iterator[Nasty]:
    for charset, encoding in (
        ("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("us-ascii", "utf-8"), ("us-ascii", "cp1252"),
        ("no-such", "utf-8"), ("no-such", "cp1252"), ("", "utf-8"), ("utf-16", "utf-16"),
        ("utf-8", "utf-16"), ("rot13", "utf-8"), ("hex", "utf-8"), ("idna", "utf-8"),
        ("undefined", "utf-8"), ("unicode-escape", "utf-8"), ('"utf-8"', "utf-8"), ("'utf-8'", "utf-8"),
        ("utf-8; x=y", "utf-8"), ("UTF8", "utf-8"), ("cp-850", "utf-8"), ("8bit", "utf-8"),
        ("a" * 500, "utf-8"), ("utf-8\udcff", "utf-8"), ("*", "utf-8"), ("\"", "utf-8"),
        ("iso-8859-15", "iso-8859-15"), ("macintosh", "mac-roman"), ("utf-32", "utf-32"),
    ):  # fmt: skip
        head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        raw = head.encode(errors="surrogateescape") + "Grüße €5".encode(encoding)
        name = charset.encode(errors="replace").decode()[:30]
        yield Nasty(f"charset: {encoding} called {name!r}", raw, text="Grüße €5")
    yield Nasty(
        "charset: broken utf-8",
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nok \xc3\x28 \xff",
        text="ok Ã( ÿ",
    )
    yield Nasty("charset: NUL in the text", b"Subject: x\r\n\r\na\0b", text="a\ufffdb")
    yield Nasty("charset: a byte order mark", b"Subject: x\r\n\r\n\xef\xbb\xbftext", text="text")
    yield Nasty(
        "charset: shift_jis",
        b"Content-Type: text/plain; charset=shift_jis\r\n\r\n" + "日本語①".encode("cp932"),
        text="日本語①",
    )
    yield Nasty(
        "charset: gb2312 with more than it has",
        b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "你好鎔".encode("gb18030"),
        text="你好鎔",
    )
    yield Nasty(
        "charset: in html only",
        'Content-Type: text/html; charset=utf-8\r\n\r\n<meta charset="koi8-r"><p>Grüße'.encode(),
        text="Grüße",
    )


def encodings() -> Iterator[Nasty]:
    head = "Content-Transfer-Encoding: "
    for name, encoding, body, text in (
        ("quoted-printable", "quoted-printable", "Gr=C3=BC=\n=C3=9Fe", "Grüße"),
        ("broken quoted-printable", "quoted-printable", "100=% and =ZZ and =", None),
        ("quoted-printable in lower case", "Quoted-Printable", "Gr=c3=bc=c3=9fe", "Grüße"),
        ("base64", "base64", "R3LDvMOfZQ==", "Grüße"),
        ("base64 with blanks", "BASE64 ", "R3LD\n vMOf \n\nZQ==", None),
        ("base64 with other characters", "base64", "R3LD!!vMOfZQ==", None),
        ("base64 without padding", "base64", "R3LDvMOfZQ", None),
        ("base64 that stops", "base64", "R3LDv", None),
        ("base64 and a footer", "base64", "R3LDvMOfZQ==\n\n--\nList footer", None),
        ("unknown", "x-secret", "text", "text"),
        ("none by name", "none", "text", "text"),
        ("two", "base64, 8bit", "text", "text"),
        ("with a comment", "7bit (really)", "text", "text"),
        ("8bit that is not", "7bit", "Grüße", "Grüße"),
        ("uuencode", "x-uuencode", "begin 644 a.txt\n#86)C\n`\nend", None),
        ("uuencode never ended", "x-uuencode", "begin 644 a.txt\n#86)C", None),
        ("empty", "", "text", "text"),
    ):
        yield Nasty(f"encoding: {name}", letter(head + encoding, body), subject="plain", text=text)


def structure() -> Iterator[Nasty]:
    multi = "Content-Type: multipart/mixed"
    yield Nasty(
        "parts: no boundary",
        letter(multi, "--b\n\ntext\n--b--"),
        subject="plain",
        defect="NoBoundaryInMultipartDefect",
    )
    yield Nasty(
        "parts: a boundary that is not there",
        letter(f"{multi}; boundary=c", "--b\n\ntext"),
        text="--b\n\ntext",
    )
    yield Nasty("parts: an empty boundary", letter(f'{multi}; boundary=""', "--\n\ntext\n----\n"))
    yield Nasty("parts: never closed", mixed(PLAIN, end=""), text="text", attachments=())
    yield Nasty(
        "parts: cut in an attachment",
        mixed(PLAIN, attached("Content-Disposition: attachment; filename=a.png"), end="")[:-30],
        text="text",
        attachments=("a.png",),
    )
    yield Nasty("parts: none between the boundaries", letter(f"{multi}; boundary=b", "--b--\n"))
    yield Nasty(
        "parts: an end without a beginning",
        letter(f"{multi}; boundary=b", "text\n--b--\n"),
        text="text",
    )
    yield Nasty("head: a control in a header's name", crlf("Subject: x\nFro\x0bm: a@b\n\ntext"), subject="x")
    yield Nasty("parts: empty ones", mixed("", "", PLAIN), text="text")
    yield Nasty(
        "parts: text before and after",
        letter(f"{multi}; boundary=b", f"preamble\n--b\n{PLAIN}\n--b--\nepilogue"),
        text="text",
    )
    yield Nasty("parts: the boundary inside of a line", mixed("\nsee --b here\n"), text="see --b here")
    yield Nasty(
        "parts: a boundary with blanks after",
        letter(f"{multi}; boundary=b", f"--b  \n{PLAIN}\n--b-- \n"),
        text="text",
    )
    yield Nasty(
        "parts: a boundary that begins another",
        letter(
            f"{multi}; boundary=b",
            f"--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n{PLAIN}\n--bb--\n--b--\n",
        ),
    )
    yield Nasty(
        "parts: the same boundary twice",
        mixed(f"{multi}; boundary=b\n\n--b\n{PLAIN}\n--b--"),
    )
    yield Nasty(
        "parts: a boundary of 5,000 characters",
        letter(f"{multi}; boundary={'b' * 5000}", f"--{'b' * 5000}\n{PLAIN}\n--{'b' * 5000}--\n"),
        text="text",
    )
    yield Nasty(
        "parts: a boundary of pattern characters",
        letter(f'{multi}; boundary="(.*)+[x"', f"--(.*)+[x\n{PLAIN}\n--(.*)+[x--\n"),
        text="text",
    )
    yield Nasty(
        "parts: a boundary in 8-bit",
        letter(f'{multi}; boundary="ü"', f"--ü\n{PLAIN}\n--ü--\n"),
        differs="the standard one does not find it",
    )
    yield Nasty(
        "parts: a folded boundary", letter(f'{multi};\n\tboundary="b"', f"--b\n{PLAIN}\n--b--\n"), text="text"
    )
    yield Nasty(
        "parts: two boundaries given",
        letter(f"{multi}; boundary=b; boundary=c", f"--b\n{PLAIN}\n--b--\n"),
    )
    yield Nasty(
        "parts: a continued boundary",
        letter(f"{multi}; boundary*0=a; boundary*1=b", f"--ab\n{PLAIN}\n--ab--\n"),
    )
    yield Nasty("parts: no headers in a part", mixed("\ntext"), text="text")
    yield Nasty(
        "parts: no empty line in a part",
        mixed("Content-Type: text/plain\nfirst line\nsecond"),
        text="first line\nsecond",
    )
    yield Nasty("parts: plain and html alternative", mixed(PLAIN, HTML, kind="alternative"), text="text")
    yield Nasty("parts: html first", mixed(HTML, PLAIN, kind="alternative"), text="text")
    yield Nasty("parts: html alone as alternative", mixed(HTML, kind="alternative"), text="html text")
    yield Nasty(
        "parts: an alternative without text",
        mixed(attached(""), kind="alternative"),
        text="",
        attachments=("",),
    )
    yield Nasty(
        "parts: related with an image",
        mixed(
            HTML, attached("Content-ID: <i@x>\nContent-Disposition: inline; filename=i.png"), kind="related"
        ),
        text="html text",
        attachments=("i.png",),
    )
    yield Nasty("parts: an unknown multipart", mixed(PLAIN, HTML, kind="x-strange"), text="text\n\nhtml text")
    yield Nasty("parts: no subtype", letter("Content-Type: text"), text="text")
    yield Nasty("parts: nonsense as type", letter("Content-Type: ;;;/// ="), text="text")
    yield Nasty("parts: an unknown type", letter("Content-Type: x-thing/x-other"), text="", attachments=("",))
    yield Nasty(
        "parts: two types",
        letter("Content-Type: text/html\nContent-Type: text/plain", "<p>text</p>"),
        text="text",
    )
    yield Nasty("parts: 499", mixed(*["\nx"] * 498), subject="plain")
    yield Nasty("parts: 600", mixed(*["\nx"] * 600), refused=QuarantineReason.TOO_MANY_PARTS)
    yield Nasty("parts: 100,000", mixed(*["\nx"] * 100_000), refused=QuarantineReason.TOO_MANY_PARTS)
    yield Nasty(
        "parts: huge headers in a part",
        mixed("X: " + "y" * 40_000 + "\n\nx"),
        refused=QuarantineReason.HEADERS_TOO_LARGE,
    )
    yield Nasty("parts: 49 deep", nested(49), text="innermost")
    yield Nasty("parts: 51 deep", nested(51), refused=QuarantineReason.TOO_DEEP)
    yield Nasty("parts: 1,200 deep", nested(1200), refused=QuarantineReason.TOO_DEEP)
    yield Nasty("parts: 20,000 deep", nested(20_000), refused=QuarantineReason.TOO_DEEP)
    yield Nasty(
        "parts: a digest",
        mixed("\nSubject: one\n\nfirst", "\nSubject: two\n\nsecond", kind="digest"),
        attachments=("one", "two"),
    )
    yield Nasty(
        "parts: partial",
        letter('Content-Type: message/partial; id="x"; number=1; total=2'),
        attachments=("",),
        differs="the standard one has to write it anew",
    )
    yield Nasty(
        "parts: external body",
        letter(
            'Content-Type: message/external-body; access-type=URL; URL="http://x"',
            "Content-Type: image/gif\n\n",
        ),
        subject="plain",
    )


def nested(depth: int) -> bytes:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"".join(parts) + b"\r\ninnermost\r\n"


def enclosed() -> Iterator[Nasty]:
    inner = "Subject: =?utf-8?q?inn=C3=A9r?=\nMessage-ID: <i@x>\n\ninner text"
    yield Nasty(
        "enclosed: a message",
        mixed(PLAIN, f"Content-Type: message/rfc822\n\n{inner}"),
        text="text",
        attachments=("innér",),
    )
    yield Nasty(
        "enclosed: a named message",
        mixed(PLAIN, f"Content-Type: message/rfc822; name=a.eml\n\n{inner}"),
        attachments=("a.eml",),
    )
    yield Nasty(
        "enclosed: nothing but",
        letter("Content-Type: message/rfc822", inner),
        text="",
        attachments=("innér",),
    )
    encoded = base64.b64encode(crlf(inner)).decode()
    yield Nasty(
        "enclosed: in base64",
        mixed(PLAIN, f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{encoded}"),
        text="text",
        differs="the standard one does not decode it",
    )
    yield Nasty("enclosed: empty", mixed(PLAIN, "Content-Type: message/rfc822\n\n"), text="text")
    yield Nasty(
        "enclosed: 10 in one another",
        mixed(PLAIN, "Content-Type: message/rfc822\n\n" * 10 + "Subject: deep\n\nx"),
        text="text",
    )
    yield Nasty(
        "enclosed: 60 in one another",
        letter("", "").replace(b"\r\n\r\n", b"\r\n") + b"Content-Type: message/rfc822\r\n\r\n" * 60,
        refused=QuarantineReason.TOO_DEEP,
    )
    yield Nasty(
        "enclosed: a message with attachments",
        mixed(
            PLAIN,
            "Content-Type: message/rfc822\n\nSubject: s\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c\n"
            + attached("")
            + "\n--c--",
        ),
        text="text",
        attachments=("s",),
    )
    yield Nasty("enclosed: global", mixed(PLAIN, f"Content-Type: message/global\n\n{inner}"), text="text")
    yield Nasty(
        "enclosed: as .eml of another type",
        mixed(PLAIN, f"Content-Type: application/octet-stream; name=a.eml\n\n{inner}"),
        attachments=("a.eml",),
    )


def names() -> Iterator[Nasty]:
    for name, header, expected in (
        ("plain", "attachment; filename=a.png", "a.png"),
        ("with blanks", 'attachment; filename="a b.png"', "a b.png"),
        ("blanks without quotes", "attachment; filename=a b.png", None),
        ("rfc 2231", "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.png", "Grüße.png"),
        (
            "rfc 2231 in parts",
            "attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe; filename*2=.png",
            "Grüße.png",
        ),
        ("rfc 2231 out of order", "attachment; filename*1=b.png; filename*0=a", "ab.png"),
        ("rfc 2231 of no charset", "attachment; filename*=''a%20b.png", "a b.png"),
        ("rfc 2231 of an unknown charset", "attachment; filename*=x-none''a.png", "a.png"),
        ("rfc 2231 broken", "attachment; filename*=utf-8''%ZZ%", None),
        ("rfc 2231 and plain", "attachment; filename=\"u.png\"; filename*=utf-8''%C3%BC.png", None),
        ("rfc 2047", 'attachment; filename="=?utf-8?q?Gr=C3=BC=C3=9Fe.png?="', "Grüße.png"),
        ("rfc 2047 without quotes", "attachment; filename==?utf-8?b?R3LDvMOfZS5wbmc=?=", "Grüße.png"),
        (
            "rfc 2047 in two words",
            'attachment; filename="=?utf-8?q?Gr=C3=BC?= =?utf-8?q?=C3=9Fe.png?="',
            "Grüße.png",
        ),
        ("raw utf-8", 'attachment; filename="Grüße.png"', "Grüße.png"),
        ("a path", 'attachment; filename="../../etc/passwd"', "passwd"),
        ("a path of Windows", r'attachment; filename="C:\\temp\\x.png"', "x.png"),
        ("an encoded path", "attachment; filename*=utf-8''..%2F..%2Fx.png", "x.png"),
        ("a NUL", "attachment; filename*=utf-8''a%00.png", "a\ufffd.png"),
        ("line ends", "attachment; filename*=utf-8''a%0D%0Ab.png", "a b.png"),
        ("right to left", "attachment; filename*=utf-8''a%E2%80%AEgnp.exe", "a\u202egnp.exe"),
        ("a semicolon in quotes", 'attachment; filename="a;b.png"', "a;b.png"),
        ("an escaped quote", r'attachment; filename="a\"b.png"', 'a"b.png'),
        ("quotes never closed", 'attachment; filename="a.png', None),
        ("500 characters", f"attachment; filename={'n' * 500}.png", "n" * 251 + ".png"),
        ("no name", "attachment", ""),
        ("an empty name", 'attachment; filename=""', ""),
        ("only dots", 'attachment; filename=".."', ".."),
        ("1,500 parts", "attachment; " + "; ".join(f"filename*{n}=x" for n in range(1500)), None),
        ("inline", "inline; filename=a.png", "a.png"),
        ("no disposition's word", "; filename=a.png", "a.png"),
        ("two equal parameters", "attachment; filename=a.png; filename=b.png", None),
        ("upper case", "ATTACHMENT; FILENAME=A.PNG", "A.PNG"),
    ):
        raw = mixed(PLAIN, attached(f"Content-Disposition: {header}"))
        attachments = None if expected is None else (expected,)
        yield Nasty(f"name: {name}", raw, text="text", attachments=attachments)
    yield Nasty(
        "name: of the type only",
        mixed(PLAIN, f"Content-Type: image/png; name=a.png\n\n{PNG}"),
        attachments=("a.png",),
    )
    yield Nasty(
        "name: a text with a name",
        mixed(PLAIN, "Content-Type: text/plain; name=a.txt\n\nnot the text"),
        text="text",
        attachments=("a.txt",),
    )
    yield Nasty(
        "name: html attached",
        mixed(PLAIN, "Content-Type: text/html\nContent-Disposition: attachment\n\n<p>no"),
        text="text",
        attachments=("",),
    )


def sealed() -> Iterator[Nasty]:
    signature = "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----"
    yield Nasty(
        "sealed: signed by PGP",
        mixed(PLAIN, signature, kind="signed; protocol=application/pgp-signature"),
        text="text",
        attachments=("signature.asc",),
    )
    yield Nasty(
        "sealed: encrypted by PGP",
        mixed(
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----",
            kind="encrypted",
        ),
        text="",
        attachments=("", "encrypted.asc"),
        defect="EncryptedPgp",
    )
    yield Nasty(
        "sealed: PGP in the text",
        letter("", "-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----"),
        defect="EncryptedPgp",
    )
    smime = "Content-Type: application/pkcs7-mime; smime-type={}; name=smime.p7m\nContent-Transfer-Encoding: base64"
    yield Nasty(
        "sealed: encrypted by S/MIME",
        letter(smime.format("enveloped-data"), PNG),
        text="",
        attachments=("smime.p7m",),
        defect="EncryptedSmime",
    )
    yield Nasty(
        "sealed: signed by S/MIME in one",
        letter(smime.format("signed-data"), PNG),
        text="",
        attachments=("smime.p7m",),
        defect="SignedSmime",
    )
    yield Nasty(
        "sealed: signed by S/MIME in two",
        mixed(
            PLAIN,
            f"Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\n{PNG}",
            kind="signed",
        ),
        text="text",
        attachments=("smime.p7s",),
    )
    yield Nasty(
        "sealed: winmail.dat",
        mixed(
            PLAIN,
            f"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{PNG}",
        ),
        text="text",
        attachments=("winmail.dat",),
        defect="TnefNotOpened",
    )
    event = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Printer\\, again\nDTSTART;TZID=X:20261124T100000\n"
        "LOCATION:Room 5\nEND:VEVENT\nEND:VCALENDAR"
    )
    yield Nasty(
        "calendar: alone",
        letter("Content-Type: text/calendar; method=REQUEST", event),
        text="Printer, again · 2026-11-24 10:00 · Room 5",
        attachments=("",),
    )
    yield Nasty(
        "calendar: beside a text",
        mixed(PLAIN, f"Content-Type: text/calendar\n\n{event}", kind="alternative"),
        text="text",
        attachments=("",),
    )
    yield Nasty(
        "calendar: broken", letter("Content-Type: text/calendar", "BEGIN:VEVENT\nSUMMARY" * 1000), text=""
    )


def envelopes() -> Iterator[Nasty]:
    """More of them in ``test_tnef``."""
    inside = ("message.rtf", "журнал печати.log", "photo.png")
    yield Nasty("winmail.dat: whole", tnef.winmail(tnef.WHOLE), text="text", attachments=inside)
    yield Nasty(
        "winmail.dat: nothing else in the mail",
        tnef.winmail(tnef.stream(tnef.body(b"inner"), tnef.file(title=b"a.txt", data=b"a")), text=None),
        text="inner",
        attachments=("a.txt",),
    )
    deep = tnef.stream(tnef.body(b"core"))
    for _ in range(1000):
        deep = tnef.stream(tnef.enclosed(deep, "deep"))
    for name, content in (
        (
            "a property of 4 GB",
            tnef.stream(tnef.attribute(1, 0x00069003, b"\1\0\0\0\x1f\0\0\x10" + b"\xff" * 8)),
        ),
        ("4,000,000,000 properties", tnef.stream(tnef.attribute(1, 0x00069003, b"\xff" * 4))),
        ("4,000,000,000 values of nothing", tnef.stream(tnef.message(b"\1\x10\1\0" + b"\xff" * 4))),
        ("300,000 attributes", tnef.stream(tnef.body(b"") * 300_000)),
        ("100,000 files", tnef.stream(tnef.file() * 100_000)),
        ("cut short", tnef.WHOLE[:-300]),
        ("another signature", b"PK" + tnef.WHOLE[2:]),
    ):
        raw = tnef.winmail(content)
        yield Nasty(
            f"winmail.dat: {name}", raw, text="text", attachments=("winmail.dat",), defect="TnefNotOpened"
        )
    yield Nasty("winmail.dat: 1,000 messages in one another", tnef.winmail(deep), attachments=("deep",))
    hostile = tnef.packed(b"\xff" + b"\x0d\x0f" * 1_000_000, 0)
    yield Nasty(
        "winmail.dat: rich text that grows",
        tnef.winmail(tnef.stream(tnef.message(tnef.binary(tnef.RTF, hostile)))),
    )
    yield Nasty("winmail.dat: hundreds of them", hundreds_of_envelopes(), text="text", defect="TnefNotOpened")


def hundreds_of_envelopes() -> bytes:
    """All together they have more than one mail may."""
    one = base64.b64encode(tnef.stream(tnef.body(b"") * 300)).decode()
    part = f"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n{one}"
    return mixed(PLAIN, *[part] * 400)


def texts() -> Iterator[Nasty]:
    flowed = "Content-Type: text/plain; format=flowed"
    yield Nasty(
        "text: flowed", letter(flowed, "One \ntwo.\n> a \n> b\n-- \nAnn"), text="One two.\n> a b\n-- \nAnn"
    )
    yield Nasty("text: flowed, DelSp", letter(f"{flowed}; delsp=yes", "One \ntwo."), text="Onetwo.")
    yield Nasty("text: flowed, stuffed", letter(flowed, " >no quote\n From x"), text=">no quote\nFrom x")
    yield Nasty("text: flowed, 100,000 quotes", letter(flowed, ">" * 100_000 + " a"))
    yield Nasty("text: flowed, 200,000 lines", letter(flowed, "a \n" * 200_000))
    yield Nasty("text: one line of 2 MB", letter("", "a" * 2_000_000), defect="TextCut")
    yield Nasty("text: 1 MB of line ends", letter("", "\n" * 500_000), text="")
    yield Nasty("text: 500 KB of quotes", letter("", ">" * 500_000))
    yield Nasty("text: attributions without end", letter("", "On 1 wrote\n" * 50_000))
    yield Nasty("text: header lines without end", letter("", "From: x\n" * 50_000))
    yield Nasty("text: signatures without end", letter("", "--\n" * 50_000))
    yield Nasty("text: all of Unicode's spaces", letter("", "a\u2028b\u2029c\u0085d\u00a0e"), subject="plain")
    yield Nasty("text: an mbox inside", letter("", ">From here\nFrom there"), text=">From here\nFrom there")
    yield Nasty(
        "text: uuencoded inside", letter("", "see\nbegin 644 a.txt\n#86)C\n`\nend\n"), subject="plain"
    )
    yield Nasty(
        "text: yEnc inside", letter("", "=ybegin line=128 size=3 name=a\nabc\n=yend size=3"), subject="plain"
    )


def html() -> Iterator[Nasty]:
    for name, body, text in (
        (
            "entities",
            "<p>&lt;b&gt; &amp;amp; &euro; &#8364; &#x20AC; &nosuch; &#0;",
            "<b> &amp; € € € &nosuch; \ufffd",
        ),
        ("scripts", "<p>a<script>b</script><style>c</style><noscript>d</noscript>e", "ae"),
        ("a script never closed", "<p>a<script>b", "a"),
        ("hidden text", "<p>a<span style='display: none'>b</span><div hidden>c</div>d", "ad"),
        ("a hidden paragraph never closed", "<p style='display:none'>a<p>b", "b"),
        ("a table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a b\nc d"),
        ("a list", "<ul><li>a<li>b</ul>c", "- a\n- b\nc"),
        ("a link", "<a href='https://x.example/y'>here</a>", "here <https://x.example/y>"),
        ("a link that says so", "<a href='https://x.example/'>https://x.example</a>", "https://x.example"),
        ("a script as a link", "<a href='javascript:alert(1)'>here</a>", "here"),
        ("a quotation", "<p>new</p><blockquote type=cite>old<br>older</blockquote>", "new\n\n> old\n> older"),
        ("an indented block", "<p>a</p><blockquote>b</blockquote>", "a\n\nb"),
        ("written lines", "<pre>a\n  b\n</pre>c", "a\n  b\nc"),
        ("an unclosed head", "<head><title>t</title><body>a", "a"),
        ("marked sections of any name", "a<![en\nx]>b<![if !mso]>c<![endif]>d<![CDATA[e]]>f<![", "abcdf"),
        ("comments of Outlook", "<!--[if mso]><p>no</p><![endif]-->yes", "yes"),
        ("an unclosed comment", "a<!-- b", None),
        ("attributes without end", "<p " + "a=b " * 100_000, None),
        ("60,000 nested divisions", "<div>" * 60_000 + "core" + "</div>" * 60_000, "core"),
        ("60,000 nested quotations", "<blockquote type=cite>" * 60_000 + "core", ">>>>>>>>> core"),
        ("100,000 ends without a beginning", "</div></p></blockquote></pre></a>" * 20_000 + "core", "core"),
        ("100,000 hidden beginnings", "<span hidden>" * 100_000 + "core", ""),
        ("1 MB in one attribute", "<p title='" + "x" * 1_000_000 + "'>core", "core"),
        ("300,000 ampersands", "&" * 300_000, None),
        ("300,000 opening brackets", "<" * 300_000, None),
        ("300,000 declarations", "<!a " * 100_000, None),
        ("200,000 links", "<a href=http://x>" * 200_000, None),
        ("NUL bytes", "<p>a\0b<scr\0ipt>", None),
        ("markup in 16 bits", "\ufeff<p>core", "core"),
    ):
        yield Nasty(f"html: {name}", letter("Content-Type: text/html; charset=utf-8", body), text=text)


def killers() -> Iterator[Nasty]:
    """The four that were measured, see the architecture."""
    yield Nasty(
        "killer: 280 KB of encoded words",
        letter("Subject: " + "=?utf-8?q?=C3=BC?= " * 15_000),
        refused=QuarantineReason.HEADERS_TOO_LARGE,
    )
    yield Nasty(
        "killer: 31 KB of encoded words",
        letter("Subject: " + "=?utf-8?q?=C3=BC?= " * 1700),
        subject="ü" * 1700,
    )
    yield Nasty("killer: 1,200 nested parts", nested(1200), refused=QuarantineReason.TOO_DEEP)
    deep = "<div>" * 50_000 + "core" + "</div>" * 50_000
    yield Nasty("killer: 50,000 nested divisions", letter("Content-Type: text/html", deep), text="core")
    yield Nasty("killer: 20 KB of hostile quotes", letter("", "On a wrote:\n>" * 1500 + "On " * 2000))


FAMILIES: tuple[Callable[[], Iterator[Nasty]], ...] = (
    subjects, senders, head_of_the_message, charsets, encodings, structure, enclosed, names, sealed, envelopes,
    texts, html, killers,
)  # fmt: skip
CORPUS = tuple(nasty for family in FAMILIES for nasty in family())
