"""Which parts of a message are its text, and which are attachments."""

from dataclasses import dataclass, field

from mailint_gui.domain.message import Attachment
from mailint_gui.mail.mime.calendar import calendar_summary
from mailint_gui.mail.mime.flowed import unflow
from mailint_gui.mail.mime.html_text import html_to_text
from mailint_gui.mail.mime.limits import MAX_TEXT
from mailint_gui.mail.mime.part import MESSAGES, Part
from mailint_gui.mail.mime.text import decode, decode_header, one_line

_MAX_NAME = 255
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PGP_MARK = "-----BEGIN PGP MESSAGE-----"


@dataclass(slots=True)
class Contents:
    """Parts in the order of the message. ``texts`` is what to read, ``shown`` the richer form of the same."""

    texts: list[Part] = field(default_factory=list)
    shown: list[Part] = field(default_factory=list)
    attachments: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def contents_of(root: Part) -> Contents:
    found = Contents()
    _visit(root, found)
    return found


def _visit(part: Part, contents: Contents) -> None:
    """Sorts a part and all below it; the recursion ends at ``MAX_DEPTH``."""
    contents.defects += part.defects
    contents.defects += _not_opened(part)
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
    inner = Contents(attachments=contents.attachments, defects=contents.defects)
    for subpart in part.parts:
        _visit(subpart, inner)
    plain = [text for text in inner.texts if not is_html(text) and decoded(text).strip()]
    html = [text for text in inner.texts if is_html(text)]
    contents.texts += plain or html
    contents.shown += [shown for shown in inner.shown if is_html(shown)] or plain


def _not_opened(part: Part) -> list[str]:
    """What stays closed here and is an attachment: sealed mail, and Outlook's own envelope."""
    if part.kind == "multipart/encrypted":
        return ["EncryptedPgp"]
    if part.kind in _SMIME:
        return ["SignedSmime" if part.parameter("smime-type").startswith("signed") else "EncryptedSmime"]
    if part.kind in _TNEF or part.file_name.lower() == "winmail.dat":
        return ["TnefNotOpened"]
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
    text = decoded(part)
    if is_html(part):
        text = html_to_text(text[: 4 * MAX_TEXT], MAX_TEXT)
    elif part.parameter("format").lower() == "flowed":
        text = unflow(text, part.parameter("delsp").lower() == "yes")
    return text.strip("\n")


def _invitation(contents: Contents) -> str:
    calendars = (part for part in contents.attachments if part.kind == "text/calendar")
    return next((calendar_summary(decoded(part)) for part in calendars), "")


def decoded(part: Part) -> str:
    return decode(part.content()[: 8 * MAX_TEXT], part.charset).removeprefix("\ufeff")


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
