"""What is wrong with a service record as an admin changes it.

Values need not be in the lists of Settings: a list may change, and a record keeps what it was given.
"""

from collections.abc import Iterator
from dataclasses import replace

from mailint_gui.domain.record import RecordDraft
from mailint_gui.domain.record_filing import MAX_SUBJECT
from mailint_gui.domain.validation import MAX_WORD, FieldError, FieldFault

_WORDS = ("status", "category", "urgency", "impact", "priority", "assignee", "group")
CHANGEABLE = frozenset({"subject", "tags", *_WORDS})
MAX_TAGS = 100


def trimmed_record(draft: RecordDraft) -> RecordDraft:
    """Without blanks around; each tag once, without regard to case."""
    words = {name: getattr(draft, name).strip() for name in ("subject", *_WORDS)}
    tags = {tag.casefold(): tag for tag in map(str.strip, reversed(draft.tags)) if tag}
    return replace(draft, tags=tuple(reversed(tags.values())), **words)


def validate_record(draft: RecordDraft) -> tuple[FieldError, ...]:
    """Every fault of a trimmed draft; paths are the names of its fields, ``tags[2]`` for one of several."""
    return tuple(_faults(draft))


def _faults(draft: RecordDraft) -> Iterator[FieldError]:
    if not draft.status:
        yield FieldError("status", FieldFault.REQUIRED)
    yield from _text("subject", draft.subject, MAX_SUBJECT)
    for name in _WORDS:
        yield from _text(name, getattr(draft, name), MAX_WORD)
    if len(draft.tags) > MAX_TAGS:
        yield FieldError("tags", FieldFault.TOO_MANY, {"limit": str(MAX_TAGS)})
        return
    for number, tag in enumerate(draft.tags, 1):
        yield from _text(f"tags[{number}]", tag, MAX_WORD)


def _text(path: str, value: str, limit: int) -> Iterator[FieldError]:
    if len(value) > limit:
        yield FieldError(path, FieldFault.TOO_LONG, {"limit": str(limit)})
    if not value.isprintable():
        yield FieldError(path, FieldFault.CONTROL_CHARACTERS)
