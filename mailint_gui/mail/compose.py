"""Building a message (RFC 5322) from what was typed.

Nothing typed can add a header or a recipient: addresses are judged one by one, all other values lose their line
ends and controls, and only ``email.message`` writes headers.
"""

import html
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, formataddr
from hashlib import sha256
from typing import Any

import idna

from mailint_gui.domain.address import domain_of, is_address
from mailint_gui.domain.integration import MessageFormat
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.mail.files import File, with_files
from mailint_gui.mail.original import with_original

_LONGEST_WORD = 60
_MOST_REFERENCES = 20
_SIGNATURE_MARK = "-- "  # RFC 3676 section 4.3
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent. ``recipients`` bare addresses; ``automatic``: nobody typed it, nobody shall answer it.

    ``copies`` stand under Cc; ``blind_copies`` are in no header. ``rich``: the same as ``body`` as a piece of HTML of
    our own; empty: it is made from ``body``. ``answers``: message ids, the last one of what is answered, those before
    it of what that refers to. ``original``: the bytes of a message that is handed on; it goes without ``files``.
    """

    sender: str
    recipients: tuple[str, ...]
    subject: str
    body: str
    display_name: str = ""
    reply_to: str = ""
    signature: str = ""
    message_format: MessageFormat = MessageFormat.HTML
    automatic: bool = False
    answers: tuple[str, ...] = ()
    original: bytes | None = None
    copies: tuple[str, ...] = ()
    blind_copies: tuple[str, ...] = ()
    rich: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Composed:
    """``raw`` has CRLF line ends and is 7-bit but for headers that ``needs_smtputf8`` (RFC 6531) is about, and but for
    an original of 8 bits.

    ``sender`` and ``recipients`` are the envelope's: as in the draft, each once, internationalised domains as
    A-labels.
    """

    raw: bytes
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    needs_smtputf8: bool


class _Finished(str):
    """A header value as it goes out, folded and encoded."""

    __slots__ = ()


class _Policy(EmailPolicy):
    """Leaves finished values alone: ``EmailMessage``'s own folding loses blanks between encoded words."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        return (name, value) if isinstance(value, _Finished) else super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, _Finished):
            return f"{name}: {value}{self.linesep}".encode()
        return super().fold_binary(name, value)


def random_id() -> str:
    return secrets.token_hex(16)


def compose(draft: Draft, now: datetime, new_id: Callable[[], str] = random_id) -> Composed:
    """The same draft, moment (aware) and id give the same bytes.

    Raises ProblemError: SENDER_REFUSED or RECIPIENT_REFUSED, with the fact ``address``, for what is no address.
    """
    sender = _wire_form(draft.sender, ProblemKind.SENDER_REFUSED)
    reply_to = _wire_form(draft.reply_to, ProblemKind.SENDER_REFUSED) if draft.reply_to else ""
    to, copies, blind = map(_recipients, (draft.recipients, draft.copies, draft.blind_copies))
    recipients = tuple(dict.fromkeys((*to, *copies, *blind)))
    if not recipients:
        raise ProblemError(Problem(ProblemKind.RECIPIENT_REFUSED, {"address": ""}))
    needs_smtputf8 = not all(address.isascii() for address in (sender, reply_to, *recipients))
    unique = new_id()
    message = EmailMessage(_Policy(linesep=SMTP.linesep, cte_type="7bit", utf8=needs_smtputf8))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id = f"<{unique}@{domain_of(sender)}>"
    message["From"] = _mailbox(draft.display_name, sender)
    if reply_to:
        message["Reply-To"] = _Finished(reply_to)
    _set_recipients(message, to, copies)
    message["Subject"] = _unstructured("Subject", draft.subject)
    _set_thread(message, draft.answers)
    if draft.automatic:
        # RFC 3834 section 5
        message["Auto-Submitted"] = "auto-replied" if draft.answers else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    _set_body(message, draft, unique)
    if draft.original is not None:
        raw = with_original(message, draft.original, unique)
    else:
        raw = with_files(message, draft.files, unique)
    return Composed(raw, message_id, sender, recipients, needs_smtputf8)


def _recipients(addresses: tuple[str, ...]) -> tuple[str, ...]:
    typed = (_wire_form(address, ProblemKind.RECIPIENT_REFUSED) for address in addresses)
    return tuple(dict.fromkeys(typed))


def _set_recipients(message: EmailMessage, to: tuple[str, ...], copies: tuple[str, ...]) -> None:
    """RFC 5322 section 3.6.3: blind copies alone are told by a group that names nobody."""
    others = [each for each in copies if each not in to]
    if to:
        message["To"] = _addresses(to)
    if others:
        message["Cc"] = _addresses(others)
    if not to and not others:
        message["To"] = _Finished("undisclosed-recipients:;")


def _set_thread(message: EmailMessage, answers: tuple[str, ...]) -> None:
    """RFC 5322 section 3.6.4. What is no message id is left out: it comes from foreign mail."""
    ids = [each for each in answers if _MESSAGE_ID.fullmatch(each)]
    if ids:
        message["In-Reply-To"] = _Finished(ids[-1])
        message["References"] = _Finished("\r\n ".join(ids[-_MOST_REFERENCES:]))


def _set_body(message: EmailMessage, draft: Draft, unique: str) -> None:
    text = _lines(draft.body)
    signature = _lines(draft.signature).strip("\n")
    if signature:
        text = f"{text.rstrip()}\n\n{_SIGNATURE_MARK}\n{signature}"
    message.set_content(text.rstrip("\n") + "\n")
    if draft.message_format is MessageFormat.HTML:
        rich = _rich_html(draft.rich, signature) if draft.rich else _as_html(text)
        message.add_alternative(rich, subtype="html")
        message.set_boundary(f"=_{sha256(unique.encode()).hexdigest()[:32]}")


def without_signature(text: str, signature: str) -> str:
    """What ``compose`` put ``signature`` under; all of ``text`` where it does not end in it.

    Blanks and line ends at the ends of lines and of the whole, which a mail may lose or gain, make no difference.
    """
    below = _without_ends(f"{_SIGNATURE_MARK}\n" + _lines(signature).strip("\n"))
    if not signature.strip() or not f"\n{_without_ends(text)}".endswith(f"\n{below}"):
        return text
    lines = _lines(text).rstrip().split("\n")
    return "\n".join(lines[: -(below.count("\n") + 1)]).rstrip()


def _without_ends(text: str) -> str:
    return "\n".join(line.rstrip() for line in _lines(text).split("\n")).rstrip()


def _as_html(text: str) -> str:
    return _page(f"<div>{_escaped(text)}</div>")


def _rich_html(rich: str, signature: str) -> str:
    below = f"\n<div><br>\n-- <br>\n{_escaped(signature)}</div>" if signature else ""
    return _page(_lines(rich).strip("\n") + below)


def _page(body: str) -> str:
    return f"<!DOCTYPE html>\n<html>\n<body>\n{body}\n</body>\n</html>\n"


def _escaped(text: str) -> str:
    return html.escape(text.rstrip("\n")).replace("\n", "<br>\n")


def _addresses(addresses: Iterable[str]) -> _Finished:
    """As they are: ``EmailMessage`` would decode what looks like an encoded word, line ends in it included."""
    return _Finished(",\r\n ".join(addresses))


def _mailbox(display_name: str, address: str) -> _Finished:
    name = _one_line(display_name)
    if not name:
        return _Finished(address)
    if _needs_encoding(name):
        return _Finished(f"{_encoded('From', name)}\r\n <{address}>")
    phrase, _, _ = formataddr((name, "a@b")).rpartition(
        " <"
    )  # quoted where RFC 5322 section 3.2.3 asks for it
    return _Finished(
        f"{phrase}\r\n <{address}>" if len(phrase) + len(address) > 70 else f"{phrase} <{address}>"
    )


def _unstructured(name: str, value: str) -> _Finished:
    text = _one_line(value)
    return _Finished(_encoded(name, text, "utf-8" if _needs_encoding(text) else "us-ascii"))


def _needs_encoding(text: str) -> bool:
    """What is not ASCII, what would be taken for an encoded word (RFC 2047), and what is too long to be folded."""
    return not text.isascii() or "=?" in text or any(len(word) > _LONGEST_WORD for word in text.split())


def _encoded(name: str, text: str, charset: str = "utf-8") -> str:
    return Header(text, charset, header_name=name).encode(linesep="\r\n")


def _wire_form(address: str, kind: ProblemKind) -> str:
    if not is_address(address):
        raise ProblemError(Problem(kind, {"address": address}, "not an email address"))
    local_part, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local_part}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise ProblemError(Problem(kind, {"address": address}, str(error))) from error


def _one_line(value: str) -> str:
    """Controls, line ends of every kind and what UTF-8 cannot carry become blanks."""
    printable = (char if char.isprintable() else " " for char in value)
    return " ".join("".join(printable).split())


def _lines(text: str) -> str:
    """Lines end in LF; no controls but tabs, nothing that UTF-8 cannot carry."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (char for char in text if char in "\n\t" or not (char < " " or "\x7f" <= char <= "\x9f"))
    return "".join(kept).encode(errors="replace").decode()
