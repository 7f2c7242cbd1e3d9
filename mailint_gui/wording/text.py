"""Filling the named fields of a template with untrusted facts."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from PySide6 import QtCore

# Returns its second argument; PySide6's stub says object. lupdate finds texts by this very name.
QT_TRANSLATE_NOOP = cast(Callable[[str, str], str], QtCore.QT_TRANSLATE_NOOP)

FACT_LIMIT = 200
_GAP = re.compile(r" ([.,:])(?= |$)")
_FIELD = re.compile(r"\{(\w+)\}")
_ISOLATE, _END_OF_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})  # classes of UAX #9
_BLANKS_AND_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Words:
    """``what`` happened, to what; ``remedy``: what to do. Plain text, never to be shown as rich text."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


def filled(template: str, facts: Mapping[str, str]) -> str:
    """``template`` with each ``{name}`` replaced; an absent fact leaves no gap and raises nothing.

    A fact in a script that runs from right to left is isolated, so that it does not turn the sentence round.
    """
    text = _FIELD.sub(lambda match: isolated(one_line(facts.get(match[1], ""))), template)
    return _GAP.sub(r"\1", " ".join(text.split()))


def isolated(text: str) -> str:
    """With marks around it where it is, or holds, right-to-left text (UAX #9 section 2.4); else as it is."""
    turns = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)
    return f"{_ISOLATE}{text}{_END_OF_ISOLATE}" if turns else text


def without_isolates(text: str) -> str:
    """For what a program reads, or a terminal shows: the same words without the marks of ``isolated``."""
    return text.replace(_ISOLATE, "").replace(_END_OF_ISOLATE, "")


def one_line(text: str) -> str:
    """What may come from a server or a message as one short line, without direction marks and controls."""
    flat = unbroken(text)
    return flat if len(flat) <= FACT_LIMIT else flat[: FACT_LIMIT - 1] + "…"


def unbroken(text: str) -> str:
    """The same however long it is."""
    return _BLANKS_AND_CONTROLS.sub(" ", text).strip()


def sentence(text: str) -> str:
    """With a capital at its beginning, where a fact may stand that begins without one."""
    begin = 1 if text.startswith(_ISOLATE) else 0
    return text[:begin] + text[begin : begin + 1].upper() + text[begin + 1 :]
