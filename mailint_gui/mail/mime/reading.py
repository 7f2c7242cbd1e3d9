"""From a message's headers and its MIME tree to what the program knows about it."""

import hashlib
from collections.abc import Iterable

from mailint_gui.domain.message import ParsedMessage
from mailint_gui.mail.mime.contents import Contents, attachment, contents_of, readable
from mailint_gui.mail.mime.dates import read_date
from mailint_gui.mail.mime.headers import Headers
from mailint_gui.mail.mime.part import Part
from mailint_gui.mail.mime.reports import delivery_report

_MAX_DATE = 998
_MAX_SUBJECT = 10_000
_MAX_DEFECTS = 20


def read(headers: Headers, root: Part) -> ParsedMessage:
    """``headers``: those of the message, ``root``: its tree."""
    contents = contents_of(root)
    text = readable(contents)
    date = headers.text("Date", _MAX_DATE)
    moment = read_date(date) if date else None
    if date and moment is None:
        contents.defects.append("UnreadableDate")
    subject = headers.text("Subject", _MAX_SUBJECT)
    message_id = headers.message_id()
    sender = next(iter(headers.addresses("From") or headers.addresses("Sender")), "")
    shown = headers.shown()
    if len(shown) < len(headers.fields):
        contents.defects.append("HeadersCut")
    return ParsedMessage(
        message_id=message_id,
        subject=subject,
        sender=sender,
        recipients=headers.addresses("To", "Cc"),
        date=moment,
        text=text,
        attachments=tuple(map(attachment, contents.attachments)),
        defects=tuple(dict.fromkeys(contents.defects))[:_MAX_DEFECTS],
        headers=shown,
        references=headers.references(),
        content_digest=_digest((message_id, sender.casefold(), str(moment), _words(text)), contents)
        if message_id
        else "",
        report=delivery_report(headers, root, text),
    )


def _words(text: str) -> str:
    """Without the blanks and line ends that servers on the way change."""
    return " ".join(text.split())


def _digest(values: Iterable[str], contents: Contents) -> str:
    """Equal for the same mail however it came: of what it says and carries once decoded, not how that travelled."""
    total = hashlib.sha256()
    for value in values:
        total.update(hashlib.sha256(value.encode()).digest())
    for part in contents.attachments:
        for leaf in _leaves(part):
            content = leaf.content()
            if leaf.kind.startswith("text/"):
                content = b" ".join(content.split())
            total.update(hashlib.sha256(f"{leaf.kind}\0{leaf.file_name}".encode()).digest())
            total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def _leaves(part: Part) -> Iterable[Part]:
    if not part.parts:
        yield part
    for below in part.parts:
        yield from _leaves(below)
