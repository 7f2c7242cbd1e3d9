"""Text as rules compare it: without regard to case and to how an accent is written."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# Sorting a run of marks takes time by the square of its length, so long words are normalised in pieces. A piece ends
# before an ASCII character where there is one, since nothing composes across that boundary.
_PIECE = re.compile(r"[\s\S]{1,128}(?=[\x00-\x7f]|\Z)|[\s\S]{1,128}")
_LONGEST_WORD = 128
# Letters and signs that are composed, and with which nothing composes but what is none of them.
_COMPOSED = (
    "\\x00-\u02ff\u0375-\u037d\u037f-\u0384\u0388-\u0482\u048a-\u0590\u2002-\u20cf\u3041-\u3096\u30a1-\u30fa"
    "\u4e00-\u9fff\uac00-\ud7a3"
)
_MAY_COMPOSE = re.compile(f"[^{_COMPOSED}]")
_KEPT = 8192  # words: most come again


def nfc(text: str) -> str:
    """In Normalization Form C (Unicode Standard Annex 15), in linear time."""
    if text.isascii() or not _MAY_COMPOSE.search(text):
        return text
    return _word_by_word(text, _composed)


def fold(text: str) -> str:
    """What two texts are compared by: the canonical caseless form (Unicode, D145), composed; in linear time."""
    folded = text.casefold()
    if text.isascii() or not _MAY_COMPOSE.search(folded):  # composed as it is, and no marks were in the way
        return folded
    octets = text.encode(errors="surrogatepass").lower()  # of ASCII letters alone
    return _word_by_word(octets.decode(errors="surrogatepass"), _folded)


def _word_by_word(text: str, normal: Callable[[str], str]) -> str:
    """Nothing composes with a blank, and in most languages most words are ASCII or known."""
    return " ".join([word if word.isascii() else normal(word) for word in text.split(" ")])


def _composed(word: str) -> str:
    return _composed_piece(word) if len(word) <= _LONGEST_WORD else _in_pieces(word, _composed_piece)


def _folded(word: str) -> str:
    return _folded_piece(word) if len(word) <= _LONGEST_WORD else _in_pieces(word, _folded_piece)


def _in_pieces(word: str, normal: Callable[[str], str]) -> str:
    return _PIECE.sub(lambda piece: normal(piece[0]), word)


@lru_cache(_KEPT)
def _composed_piece(piece: str) -> str:
    return unicodedata.normalize("NFC", piece)


@lru_cache(_KEPT)
def _folded_piece(piece: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", piece).casefold())


def shortened(text: str, limit: int = 80) -> str:
    """Fit for a message to people: the start, and an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
