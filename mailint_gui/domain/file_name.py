"""File names that are safe on every system, made from what a message calls its attachments."""

import re
import unicodedata

MAX_BYTES = 180  # in UTF-8; systems allow 255, and " (2)" or a temporary ending may be added
_SEPARATORS = re.compile(r"[/\\]")
_REFUSED = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
# Names of devices on Windows, whatever their ending.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_INVISIBLE = frozenset(
    {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
)  # Cf: what turns the direction hides an ending


def safe_file_name(name: str, otherwise: str = "attachment") -> str:
    """The last part of ``name`` without what a file system or an eye could misread; ``otherwise`` if none is left.

    The ending stays, also of a long name: what a file claims to be must be seen.
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name).strip())[-1]
    visible = "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in last)
    flat = " ".join(_REFUSED.sub("_", visible).split()).strip(". ")
    if not flat:
        return otherwise
    if flat.partition(".")[0].strip().casefold() in _DEVICES:
        flat = f"_{flat}"
    return _shortened(flat)


def free_name(name: str, taken: frozenset[str]) -> str:
    """``name``, or with a number before its ending where that is taken; ``taken`` is case-folded."""
    if name.casefold() not in taken:
        return name
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    number = 2
    while f"{stem} ({number}){ending}".casefold() in taken:
        number += 1
    return f"{stem} ({number}){ending}"


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if stem and len(ending.encode()) <= 20 else ""
    room = MAX_BYTES - len(ending.encode())
    start = (stem if ending else name).encode()[:room].decode(errors="ignore")
    return start.rstrip(". ") + ending
