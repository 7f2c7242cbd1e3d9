"""Recipients as people type and paste them: ``a@b.example, Ann Example <ann@example.org>; …``."""

import re

from mailint_gui.domain.address import is_address
from mailint_gui.domain.draft import MailDraft
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.validation import FieldError, FieldFault

MAX_RECIPIENTS = 500
FIELDS = ("to", "copies", "blind_copies")
_ENTRY = re.compile(r'(?:"[^"\n]*"|[^,;\n])+')
_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")


def typed_recipients(text: str) -> tuple[str, ...]:
    """The address of each entry, or the entry where it has none; each once, in order. Commas in quotes part nothing."""
    entries = (each.strip() for each in _ENTRY.findall(text.replace("\r", "\n")))
    return tuple(dict.fromkeys(_address(each) for each in entries if each))


def recipient_errors(draft: MailDraft) -> tuple[FieldError, ...]:
    """At ``to[2]`` for the second of a field, counted from 1; at ``to`` where there is none, or too many of them."""
    typed = {field: typed_recipients(getattr(draft, field)) for field in FIELDS}
    count = sum(map(len, typed.values()))
    if not count:
        return (FieldError("to", FieldFault.REQUIRED),)
    if count > MAX_RECIPIENTS:
        return (FieldError("to", FieldFault.TOO_MANY, {"limit": str(MAX_RECIPIENTS)}),)
    return tuple(
        FieldError(f"{field}[{number}]", FieldFault.BAD_ADDRESS, {"value": shortened(entry)})
        for field, entries in typed.items()
        for number, entry in enumerate(entries, 1)
        if not is_address(entry)
    )


def _address(entry: str) -> str:
    named = _IN_BRACKETS.search(entry)
    return named[1].strip() if named else entry
