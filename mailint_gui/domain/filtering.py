"""What is kept out before rules are asked: ignore lists, and mail that no person wrote.

Headers are pairs of name and decoded value, in the order of the message.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailint_gui.domain.address import is_address, is_host
from mailint_gui.domain.rule_text import fold
from mailint_gui.domain.rule_verdict import Headers

ANY_TEXT = "*"


class IgnoreReason(StrEnum):
    SENDER = "sender"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Ignored:
    """Which entry of which list it was, as typed."""

    reason: IgnoreReason
    entry: str


def ignored_by(senders: Iterable[str], subjects: Iterable[str], sender: str, subject: str) -> Ignored | None:
    """The first entry that matches: ``address_matches`` for senders, ``text_matches`` for subjects."""
    for entry in senders:
        if address_matches(entry, sender):
            return Ignored(IgnoreReason.SENDER, entry)
    for entry in subjects:
        if text_matches(entry, subject):
            return Ignored(IgnoreReason.SUBJECT, entry)
    return None


def is_address_entry(entry: str) -> bool:
    """Whether an entry means something to ``address_matches``: an address, a domain, or either with ``*`` in it."""
    sample = entry.strip().removeprefix("@").replace(ANY_TEXT, "x")
    says_something = entry.strip(f"{ANY_TEXT}@. ")
    return bool(says_something) and (is_address(sample) if "@" in sample else is_host(sample))


def address_matches(entry: str, address: str) -> bool:
    """``a@example.org``: that address. ``example.org`` or ``@example.org``: that domain, without its subdomains.

    ``*`` stands for any text: ``*@example.org``, ``*.example.org``. Without regard to case, IDN in either form.
    """
    return _address_matches(_entry_key(entry), _address_key(address))


def _address_matches(wanted: str, given: str) -> bool:
    if "@" not in wanted:
        given = given.rpartition("@")[2]
    return bool(wanted and given) and _wildcard(wanted, given)


@dataclass(frozen=True, slots=True)
class AddressList:
    """Entries as ``address_matches`` has them, sorted so that a long list is asked as quickly as a short one."""

    addresses: frozenset[str]
    domains: frozenset[str]
    wildcards: tuple[str, ...]

    def has(self, address: str) -> bool:
        given = _address_key(address)
        if given in self.addresses or given.rpartition("@")[2] in self.domains:
            return True
        return any(_address_matches(wanted, given) for wanted in self.wildcards)


def address_list(entries: Iterable[str]) -> AddressList:
    wanted = frozenset(map(_entry_key, entries)) - {""}
    wildcards = frozenset(each for each in wanted if ANY_TEXT in each)
    addresses = frozenset(each for each in wanted - wildcards if "@" in each)
    return AddressList(addresses, wanted - wildcards - addresses, tuple(wildcards))


def _entry_key(entry: str) -> str:
    return _address_key(entry.strip()).removeprefix("@")


@lru_cache(maxsize=4096)  # the same few entries are asked of every message
def _address_key(address: str) -> str:
    local_part, at, domain = fold(address).rpartition("@")
    return local_part + at + ".".join(_unicode_label(label) for label in domain.split("."))


def _unicode_label(label: str) -> str:
    """``xn--…`` as what it stands for (RFC 5890), or as it is where it stands for nothing."""
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return fold(label[4:].encode("ascii").decode("punycode"))
    except UnicodeError:
        return label


def text_matches(entry: str, text: str) -> bool:
    """The whole text, without regard to case and to blanks around; ``*`` stands for any text, line breaks included."""
    wanted = fold(entry.strip())
    return bool(wanted) and _wildcard(wanted, fold(text.strip()))


def _wildcard(wanted: str, given: str) -> bool:
    """In linear time: the first piece starts, the last ends, those between follow in order, each as early as can be."""
    first, *others = wanted.split(ANY_TEXT)
    if not others:
        return wanted == given
    *between, last = others
    position, end = len(first), len(given) - len(last)
    if not given.startswith(first) or not given.endswith(last) or position > end:
        return False
    for piece in between:
        found = given.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


class Sign(StrEnum):
    """What tells that a program wrote or spread a message."""

    OWN_MESSAGE = "own_message"  # one that we sent, come back
    AUTO_REPLIED = "auto_replied"
    AUTO_GENERATED = "auto_generated"
    NULL_SENDER = "null_sender"
    BULK = "bulk"
    MAILING_LIST = "mailing_list"
    REPLY_UNWANTED = "reply_unwanted"


_REPLIES = frozenset({Sign.OWN_MESSAGE, Sign.AUTO_REPLIED, Sign.NULL_SENDER})


@dataclass(frozen=True, slots=True)
class Evidence:
    """``header``: the name of the header field that says so, and its ``value``."""

    sign: Sign
    header: str
    value: str


@dataclass(frozen=True, slots=True)
class Origin:
    evidence: tuple[Evidence, ...] = ()

    @property
    def is_reply_or_loop(self) -> bool:
        """What an integration ignores by default. An alert of a monitoring program is automatic, and is not one."""
        return any(each.sign in _REPLIES for each in self.evidence)

    @property
    def may_be_answered(self) -> bool:
        """Whether an automatic answer is allowed (RFC 3834 section 2); any sign forbids it."""
        return not self.evidence


def classify(headers: Headers, own_message_ids: Container[str] = (), *, goes_on: bool = False) -> Origin:
    """``own_message_ids``: those of mail that we sent, with their angle brackets.

    ``goes_on``: it names an earlier message of its own sender, as monitoring programs do when all is well again; so
    it answers nobody.
    """
    is_answer = not goes_on and any(
        name.lower() in ("in-reply-to", "references") and value.strip() for name, value in headers
    )
    return Origin(tuple(_evidence(headers, own_message_ids, is_answer)))


def _evidence(headers: Headers, own_message_ids: Container[str], is_answer: bool) -> Iterator[Evidence]:
    for name, value in headers:
        key = name.lower()
        if key == "message-id" and value.strip() in own_message_ids:
            yield Evidence(Sign.OWN_MESSAGE, name, value)
        elif key.startswith("list-") and value.strip():  # RFC 2369, RFC 2919
            yield Evidence(Sign.MAILING_LIST, name, value)
        elif key in _READERS and (sign := _READERS[key](value)):
            # Exchange calls its out-of-office replies generated; only an answer to something is a reply.
            if sign is Sign.AUTO_GENERATED and is_answer:
                sign = Sign.AUTO_REPLIED
            yield Evidence(sign, name, value)


# The first word behind blanks and comments (RFC 5322 section 3.2.2), without parameters.
_WORD = re.compile(r"\s*(?:\([^()]*\)\s*)*([^\s();,]+)")


def _word(value: str) -> str:
    found = _WORD.match(value)
    return found[1].lower() if found else ""


def _auto_submitted(value: str) -> Sign | None:
    """RFC 3834 section 5: whatever is not ``no`` is automatic, words that are not known included."""
    word = _word(value)
    if word in ("", "no"):
        return None
    return Sign.AUTO_REPLIED if word == "auto-replied" else Sign.AUTO_GENERATED


_PRECEDENCE = {
    "bulk": Sign.BULK,
    "junk": Sign.BULK,
    "list": Sign.MAILING_LIST,
    "auto_reply": Sign.AUTO_REPLIED,
}


def _precedence(value: str) -> Sign | None:
    return _PRECEDENCE.get(_word(value))


def _suppressed(value: str) -> Sign | None:
    """A list of MS-OXCMAIL; delivery and read receipts are no answers of ours."""
    asked = {part.strip().lower() for part in value.split(",")}
    return Sign.REPLY_UNWANTED if asked & {"all", "oof", "autoreply"} else None


def _null_path(value: str) -> Sign | None:
    return Sign.NULL_SENDER if value.strip() == "<>" else None


def _report(value: str) -> Sign | None:
    """RFC 6522: of a delivery, or that mail was read; those of old systems bear no other sign."""
    return Sign.AUTO_GENERATED if _word(value) == "multipart/report" else None


def _vacation(value: str) -> Sign | None:
    return None if value.strip().lower() in ("", "no", "false") else Sign.AUTO_REPLIED


_READERS: Mapping[str, Callable[[str], Sign | None]] = {
    "auto-submitted": _auto_submitted,
    "precedence": _precedence,
    "x-auto-response-suppress": _suppressed,
    "return-path": _null_path,
    "content-type": _report,
    "x-failed-recipients": lambda value: Sign.AUTO_GENERATED if value.strip() else None,  # Exim, Google
    "x-autoreply": _vacation,
    "x-autorespond": _vacation,
}


def is_marked_as_spam(headers: Headers) -> bool:
    """Whether a filter on the way marked it: SpamAssassin and rspamd, or Exchange's spam confidence level of 5 to 9."""
    return any(_marks_spam(name.lower(), _word(value)) for name, value in headers)


def _marks_spam(key: str, word: str) -> bool:
    if key == "x-ms-exchange-organization-scl":
        return word in {"5", "6", "7", "8", "9"}
    return key in ("x-spam-flag", "x-spam-status", "x-spam") and word in ("yes", "true")
