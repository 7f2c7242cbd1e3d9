"""Users' patterns, on an engine that needs time by the length of the text alone.

Without that engine (a platform that lacks its wheel) patterns are refused; nothing falls back on ``re``.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Protocol

from mailint_gui.domain.rule_text import nfc
from mailint_gui.domain.rule_validation import PatternFault
from mailint_gui.domain.validation import FieldFault

MAX_PROGRAM = 50_000  # instructions; 10,000 characters to the letter are up to 40,004
# A step of the slow path takes 10 to 25 ns: measured 1.7 s for 200 instructions over 1,000,000 octets, 200 s for
# 8,100. This many steps at worst; a large pattern sees the start of a long text only.
MAX_STEPS = 100_000_000
_KEPT = 128
_MAX_MEMORY = 4 * 1024 * 1024  # octets of one pattern


class PatternRefused(Exception):
    """The pattern cannot be run here."""

    def __init__(self, fault: PatternFault) -> None:
        super().__init__(fault.fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Search:
    """``span``: octets of the first match. ``is_cut``: only the start of the text was looked at."""

    span: tuple[int, int] | None
    is_cut: bool = False


class _Compiled(Protocol):
    @property
    def programsize(self) -> int: ...

    def search(self, text: bytes, pos: int, endpos: int) -> Any: ...


def available() -> bool:
    return _engine() is not None


def pattern_fault(pattern: str) -> PatternFault | None:
    """What is wrong with a pattern; the checker for ``validate_rule``."""
    compiled = _compiled(pattern)
    return compiled if isinstance(compiled, PatternFault) else None


def search(pattern: str, text: bytes) -> Search:
    """``text``: UTF-8 in Normalization Form C. Without regard to case, unless the pattern says ``(?-i)``.

    Raises PatternRefused. Lets other threads run meanwhile.
    """
    compiled = _compiled(pattern)
    if isinstance(compiled, PatternFault):
        raise PatternRefused(compiled)
    limit = MAX_STEPS // compiled.programsize
    found = compiled.search(text, 0, min(len(text), limit))
    return Search(found.span() if found else None, is_cut=found is None and len(text) > limit)


@cache
def _engine() -> Any:
    """google-re2, or None. Imported on first use: most programs' runs have no pattern."""
    try:
        import re2  # type: ignore[import-untyped]  # has no types
    except ImportError:
        return None
    return re2


@lru_cache(maxsize=_KEPT)
def _compiled(pattern: str) -> _Compiled | PatternFault:
    engine = _engine()
    if engine is None:
        return PatternFault(FieldFault.PATTERNS_UNAVAILABLE)
    options = engine.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.max_mem = _MAX_MEMORY
    options.log_errors = False  # it would write them to standard error
    try:
        compiled: _Compiled = engine.compile(nfc(pattern).encode(), options)
    except UnicodeEncodeError:
        return PatternFault(FieldFault.BAD_PATTERN)
    except engine.error as error:
        return _refusal(error)
    return compiled if compiled.programsize <= MAX_PROGRAM else PatternFault(FieldFault.PATTERN_TOO_LARGE)


def _refusal(error: Exception) -> PatternFault:
    detail = error.args[0] if error.args else ""
    words = detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)
    too_large = "too large" in words or "repetition size" in words
    return PatternFault(FieldFault.PATTERN_TOO_LARGE if too_large else FieldFault.BAD_PATTERN, words)
