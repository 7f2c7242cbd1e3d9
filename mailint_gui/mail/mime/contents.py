"""Which parts of a message are its text, and which are attachments."""

from dataclasses import dataclass, field, replace

from mailint_gui.domain.message import Attachment
from mailint_gui.mail.mime.calendar import calendar_summary
from mailint_gui.mail.mime.flowed import unflow
from mailint_gui.mail.mime.html_text import html_to_text
from mailint_gui.mail.mime.limits import MAX_TEXT
from mailint_gui.mail.mime.part import MESSAGES, Part
from mailint_gui.mail.mime.text import decode_header, one_line
from mailint_gui.mail.mime.tnef import TnefMessage, open_tnef
from mailint_gui.mail.mime.tnef_part import TnefPart, text_part
from mailint_gui.mail.mime.tnef_stream import Budget, TnefBrokenError

_MAX_NAME = 255
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PGP_MARK = "-----BEGIN PGP MESSAGE-----"


@dataclass(slots=True)
class Contents:
    """Parts in the order of the message. ``texts`` is what to read, ``shown`` the richer form of the same.

    ``enveloped``: what was opened of Outlook's own envelope, within ``tnef``.
    """

    texts: list[Part] = field(default_factory=list)
    shown: list[Part] = field(default_factory=list)
    attachments: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    enveloped: list[TnefMessage] = field(default_factory=list)
    tnef: Budget = field(default_factory=Budget)


def contents_of(root: Part) -> Contents:
    found = Contents()
    _visit(root, found)
    _read_enveloped(found)
    return found


def _visit(part: Part, contents: Contents) -> None:
    """Sorts a part and all below it; the recursion ends at ``MAX_DEPTH``."""
    contents.defects += part.defects
    if _is_tnef(part):
        if _opens(part, contents):
            return
        contents.defects.append("TnefNotOpened")
    contents.defects += _sealed(part)
    if part.kind == "multipart/alternative":
        _visit_alternatives(part, contents)
    elif part.parts and part.is_multipart:
        for subpart in part.parts:
            _visit(subpart, contents)
    elif _is_readable(part):
        contents.texts.append(part)
        contents.shown.append(part)
    else:
        contents.attachments.append(part)


def _visit_alternatives(part: Part, contents: Contents) -> None:
    """To read: the plain form where one says anything, else the others. To show: HTML where there is any."""
    inner = replace(contents, texts=[], shown=[])
    for subpart in part.parts:
        _visit(subpart, inner)
    plain = [part for part in inner.texts if not is_html(part) and part.text().strip()]
    html = [part for part in inner.texts if is_html(part)]
    contents.texts += plain or html
    contents.shown += [shown for shown in inner.shown if is_html(shown)] or plain


def _is_tnef(part: Part) -> bool:
    return part.kind in _TNEF or part.file_name.lower() == "winmail.dat"


def _opens(part: Part, contents: Contents) -> bool:
    """Whether it could be read. What is in the envelope takes its place; it stays beside that if not all could be."""
    try:
        opened = open_tnef(part.content(), contents.tnef)
    except TnefBrokenError:
        return False
    if opened.is_empty and not opened.is_whole:
        return False
    contents.enveloped.append(opened)
    contents.attachments += map(TnefPart, opened.files)
    if opened.is_empty or not opened.is_whole:
        contents.attachments.append(part)
    if not opened.is_whole:
        contents.defects.append("TnefRestNotRead")
    return True


def _read_enveloped(contents: Contents) -> None:
    """The text in an envelope is that of a mail that says nothing else; beside another it says the same again."""
    if not contents.enveloped or any(_text_of(part).strip() for part in contents.texts):
        return
    for opened in contents.enveloped:
        plain = [text_part("text/plain", opened.plain)] if opened.plain else []
        html = [text_part("text/html", opened.html)] if opened.html else []
        contents.texts += plain or html
        contents.shown += html or plain


def _sealed(part: Part) -> list[str]:
    """What stays closed here and is an attachment."""
    if part.kind == "multipart/encrypted":
        return ["EncryptedPgp"]
    if part.kind in _SMIME:
        return ["SignedSmime" if part.parameter("smime-type").startswith("signed") else "EncryptedSmime"]
    return []


def is_html(part: Part) -> bool:
    return part.kind == "text/html"


def _is_readable(part: Part) -> bool:
    if part.kind not in ("text/plain", "text/html"):
        return part.is_multipart  # without any boundary it is one text
    return part.disposition != "attachment" and not part.file_name


def readable(contents: Contents) -> str:
    """The texts one after the other, up to ``MAX_TEXT`` characters; notes a defect where that cuts."""
    texts: list[str] = []
    room = MAX_TEXT
    for part in contents.texts:
        text = _text_of(part)
        texts.append(text[:room])
        room -= len(text)
        if room <= 0:
            contents.defects.append("TextCut")
            break
    whole = "\n\n".join(text for text in texts if text.strip())[:MAX_TEXT]
    if whole.lstrip().startswith(_PGP_MARK):
        contents.defects.append("EncryptedPgp")
    return whole or _invitation(contents)


def _text_of(part: Part) -> str:
    text = part.text()
    if is_html(part):
        text = html_to_text(text[: 4 * MAX_TEXT], MAX_TEXT)
    elif part.parameter("format").lower() == "flowed":
        text = unflow(text, part.parameter("delsp").lower() == "yes")
    return text.strip("\n")


def _invitation(contents: Contents) -> str:
    calendars = (part for part in contents.attachments if part.kind == "text/calendar")
    return next((calendar_summary(part.text()) for part in calendars), "")


def attachment(part: Part) -> Attachment:
    name = part.file_name
    if not name and part.kind in MESSAGES and part.parts:
        name = one_line(decode_header(part.parts[0].field("Subject")), _MAX_NAME)
    return Attachment(name, part.kind, _size(part))


def _size(part: Part) -> int:
    """Octets once decoded. Of an attached message those of its parts."""
    if part.parts:
        return sum(_size(subpart) for subpart in part.parts)
    return len(part.content())
