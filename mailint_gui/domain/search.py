"""Searching text: what is looked for, and how text and query are brought to the same words."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_TEXT = 60_000  # characters of a text that are searched
MAX_WORD = 64  # characters; what is longer (encoded files) is found by its start
_MAX_QUERY = 1_000
_MAX_KNOWN = 20_000  # characters whose folding is kept, and words
# Scripts without blanks between words: each character is a word, so that a run of them is found as a phrase.
_NO_BLANKS = re.compile(
    "[\u2e80-\u2fdf\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


class Phrase(NamedTuple):
    """Words one after the other; of a prefix the last may be the start of a longer word."""

    words: tuple[str, ...]
    is_prefix: bool = False


class _Folding(dict[int, str]):
    """For ``str.translate``: letters and digits without case and accents, a blank for all else."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < _MAX_KNOWN:
            self[code] = folded
        return folded


def _folded(char: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(map(_kept, plain))


def _kept(char: str) -> str:
    if _NO_BLANKS.match(char):
        return f" {char} "
    category = unicodedata.category(char)
    if category == "Mn":
        return ""
    return char if char.isalnum() or category == "Mc" else " "


_FOLDING = _Folding()
_ASCII_FOLDING = bytes(ord(_folded(chr(code))) if code < 0x80 else code for code in range(0x100))


def search_words(*texts: str) -> list[str]:
    """The words of these, one text after the other, up to ``MAX_TEXT``; in linear time."""
    return search_text(*texts).split()


def search_text(*texts: str) -> str:
    """The same with blanks between them."""
    left = MAX_TEXT
    parts: list[str] = []
    for text in texts:
        looked_at = text[:left]
        parts.append(_all_folded(looked_at)[:left])  # some characters fold to eighteen, some to none
        left -= max(len(looked_at), len(parts[-1]))
    return " ".join(parts)


def _all_folded(text: str) -> str:
    """As ``_FOLDING`` has it, but for blanks: ASCII octet by octet, other words as they are known."""
    octets = text.encode(errors="surrogatepass").translate(_ASCII_FOLDING)
    words = octets.decode(errors="surrogatepass").split()
    return " ".join(
        [word if word.isascii() and len(word) <= MAX_WORD else _word_folded(word) for word in words]
    )


def _word_folded(word: str) -> str:
    return _short_folded(word) if len(word) <= MAX_WORD else _folded_and_cut(word)


def _folded_and_cut(word: str) -> str:
    return " ".join(_folded_words(word))


def _folded_words(text: str) -> list[str]:
    return [each[:MAX_WORD] for each in text.translate(_FOLDING).split()]


_short_folded = lru_cache(_MAX_KNOWN)(_folded_and_cut)


def search_phrases(typed: str) -> tuple[Phrase, ...]:
    """What all must be there, as an admin types it: words, and "several words" in double quotes.

    The last word is taken for the start of one unless its quotes are closed. Without a word in it: nothing, which
    finds nothing. Any text is a query; of a very long one the start counts.
    """
    parts = typed[:_MAX_QUERY].split('"')
    terms: list[str] = []
    for place, part in enumerate(parts):  # every other one in quotes
        terms += [part] if place % 2 else part.split()
    is_last_open = len(parts) % 2 == 0 or parts[-1].strip() != ""
    last = len(terms) if is_last_open else 0
    phrases: dict[Phrase, None] = {}  # each once
    for place, term in enumerate(terms, 1):
        if words := _folded_words(term):
            phrases[Phrase(tuple(words), place == last)] = None
    return tuple(phrases)
