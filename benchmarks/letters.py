"""Mail like that of a help desk: the same letters in every run, of sizes that are log-normal around 10 KB."""

import base64
import quopri
import random
from email.header import Header
from pathlib import Path

_SUBJECTS = (
    "Quarterly report and next steps for the project",
    "Größenänderung der Bestellung – Rückfrage",
    "会議の日程についてお知らせ",
    "Отчёт о продажах за третий квартал",
    "Réunion déplacée à mercredi",
    "Re: Re: Fwd: invoice 2024-1187",
    "आपका ऑर्डर भेज दिया गया है 🚚",
)
_NAMES = ("Jane Doe", "Jürgen Müller", "山田太郎", "Иван Петров", "José Núñez")
_TALK = (
    "please find attached the document regards meeting tomorrow price total order shipped tracking number "
    "größe naïve straße Москва 東京 https://example.com/a/b?c=d"
)
_WORDS = _TALK.split()
_FILES = ("report.pdf", "screenshot.png", "log.txt")
_SMALLEST, _USUAL, _LARGEST = 1_500, 9_900, 600_000
_VERY_LARGE_SHARE = 0.01  # of about a megabyte


def letter(number: int) -> bytes:
    """CRLF throughout, as it is on the wire."""
    dice = random.Random(number)
    size = _size(dice)
    head = _head(number, dice)
    if size < 3_000 or number % 10 == 0:
        body = _part("text/plain", _text(dice, size - len(head)))
    elif size > 30_000 or number % 10 in (1, 2):
        body = _with_attachment(number, dice, size)
    else:
        body = _alternative(number, dice, size)
    return (head + body).replace("\n", "\r\n").encode()


def ordinary_letter(number: int) -> bytes:
    """A short one of a few kilobytes, for folders whose mail is only counted."""
    dice = random.Random(number)
    return (_head(number, dice) + _part("text/plain", _text(dice, 1_000))).replace("\n", "\r\n").encode()


def large_letter(megabytes: int) -> bytes:
    dice = random.Random(megabytes)
    attachment = _attachment("export.bin", dice.randbytes(megabytes * 1024 * 1024 * 73 // 100))
    text = _part("text/plain", _text(dice, 2_000))
    head = _head(0, dice)
    return (head + _multipart("mixed", "large", [text, attachment])).replace("\n", "\r\n").encode()


def write_letters(directory: Path, count: int) -> list[Path]:
    directory.mkdir(exist_ok=True)
    files = [directory / f"{number:06}" for number in range(count)]
    for number, file in enumerate(files):
        if not file.exists():
            file.write_bytes(letter(number))
    return files


def _size(dice: random.Random) -> int:
    if dice.random() < _VERY_LARGE_SHARE:
        return int(dice.uniform(0.8, 1.4) * 1e6)
    return max(_SMALLEST, min(int(dice.lognormvariate(0, 1.1) * _USUAL), _LARGEST))


def _head(number: int, dice: random.Random) -> str:
    date = f"Mon, 23 Nov 2026 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02} +0000"
    name, subject = _NAMES[number % len(_NAMES)], _SUBJECTS[number % len(_SUBJECTS)]
    hops = [
        f"Received: from mx{hop}.example.net (mx{hop}.example.net [192.0.2.{hop}])\n\tby relay.example.org "
        f"(Postfix) with ESMTPS id {dice.getrandbits(40):X}\n\tfor <desk@example.org>; {date}"
        for hop in range(dice.randint(2, 5))
    ]
    signature = "\n\t ".join(base64.b64encode(dice.randbytes(48)).decode() for _ in range(5))
    lines = [
        *hops,
        f"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=one; h=from:to:subject;\n\tb={signature}",
        f"From: {_encoded(name)} <sender{number % 400}@example.net>",
        'To: desk@example.org, "Second, Person" <second@example.org>',
        f"Subject: {_encoded(f'{subject} #{number}')}",
        f"Date: {date}",
        f"Message-ID: <{number}.{dice.getrandbits(64):x}@example.net>",
        "MIME-Version: 1.0",
    ]
    return "\n".join(lines) + "\n"


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode()


def _text(dice: random.Random, size: int) -> str:
    lines: list[str] = []
    length = 0
    while length < size:
        line = " ".join(dice.choices(_WORDS, k=9))
        lines.append(line)
        length += len(line.encode()) + 1
    return "\n".join(lines)


def _part(kind: str, text: str) -> str:
    body = quopri.encodestring(text.encode()).decode("ascii")
    return f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{body}\n"


def _alternative(number: int, dice: random.Random, size: int) -> str:
    plain = _text(dice, size // 3)
    html = "<html><body>" + "".join(f"<p>{line}</p>\n" for line in plain.splitlines()) + "</body></html>"
    parts = [_part("text/plain", plain), _part("text/html", html)]
    return _multipart("alternative", f"alternative{number}", parts)


def _with_attachment(number: int, dice: random.Random, size: int) -> str:
    shown = _alternative(number, dice, min(size, 30_000) // 2)
    content = dice.randbytes(max(1_000, (size - len(shown)) * 73 // 100))
    attachment = _attachment(_FILES[number % len(_FILES)], content)
    return _multipart("mixed", f"mixed{number}", [shown, attachment])


def _attachment(name: str, content: bytes) -> str:
    return (
        "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="{name}"\n\n'
        + base64.encodebytes(content).decode("ascii")
    )


def _multipart(kind: str, boundary: str, parts: list[str]) -> str:
    inside = "".join(f"--{boundary}\n{part}" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'
