"""Text as rules compare it: without regard to case and to how an accent is written."""

import re
import unicodedata

# Sorting a run of marks takes time by the square of its length, so text is normalised in pieces. A piece ends
# before an ASCII character where there is one, since nothing composes across that boundary.
_PIECE = re.compile(r"[\s\S]{1,128}(?=[\x00-\x7f]|\Z)|[\s\S]{1,128}")


def nfc(text: str) -> str:
    """In Normalization Form C (Unicode Standard Annex 15), in linear time."""
    return text if text.isascii() else _PIECE.sub(lambda piece: unicodedata.normalize("NFC", piece[0]), text)


def fold(text: str) -> str:
    """What two texts are compared by: the canonical caseless form (Unicode, D145), composed; in linear time."""
    return text.casefold() if text.isascii() else _PIECE.sub(_folded, text)


def _folded(piece: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", piece[0]).casefold())


def shortened(text: str, limit: int = 80) -> str:
    """Fit for a message to people: the start, and an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
