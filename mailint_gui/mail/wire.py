"""The one gate for what goes on the wire: no argument of a command may end its line, and no field of SASL itself.

The libraries below check nothing (CVE-2025-15366, CVE-2025-15367): a line break in a folder name is a new command.
"""

import re
from typing import TypeVar

Argument = TypeVar("Argument", str, bytes)

_FORBIDDEN_TEXT = re.compile("[\r\n\x00]")
_FORBIDDEN_BYTES = re.compile(b"[\r\n\x00]")
_END_OF_FIELD = "\x01"


class WireError(ValueError):
    """An argument holds what would end it. It is not quoted here: it may be a secret."""

    def __init__(self, what: str = "an argument", held: str = "a line break or a NUL") -> None:
        super().__init__(f"{what} holds {held}, which no command can carry")


def checked(value: Argument, what: str = "an argument") -> Argument:
    """``value`` itself. Raises WireError when it holds CR, LF or NUL; ``what`` names it."""
    forbidden = _FORBIDDEN_TEXT.search(value) if isinstance(value, str) else _FORBIDDEN_BYTES.search(value)
    if forbidden:
        raise WireError(what)
    return value


def checked_field(value: str, what: str) -> str:
    r"""The same for a field of SASL XOAUTH2 or OAUTHBEARER, which \x01 ends (RFC 7628 section 3.1)."""
    if _END_OF_FIELD in value:
        raise WireError(what, "a separator (0x01)")
    return checked(value, what)
