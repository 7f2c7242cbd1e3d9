"""Email addresses and host names as typed: trimmed, checked, never repaired silently.

Internationalised ones are right (RFC 6531 local parts, IDNA labels); what the wire cannot carry is decided when
it is sent, not here.
"""

import ipaddress
import re
from functools import cache

MAX_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3: a path of 256 with its angle brackets
MAX_LOCAL_PART = 64
MAX_HOST = 253
MAX_LABEL = 63

# RFC 5322 atext, and RFC 6532's UTF-8 beyond ASCII; quoted local parts are left out on purpose.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010FFFF]+"
_LOCAL_PART = rf"{_ATOM}(\.{_ATOM})*"
_LABEL = r"(?!-)[A-Za-z0-9\-_\u0080-\U0010FFFF]+(?<!-)"
_ENCODED_WORD = r"=\?[^?]*\?[BbQq]\?[^?]*\?="
# Half surrogates are what undecodable bytes of a command line become; no encoding can carry them.
_SPACES_AND_CONTROLS = (
    r"[\s\u0000-\u001f\u007f-\u00a0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff]"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """At first use: these large classes take 10 ms, which the first paint of the window need not wait for."""
    return re.compile(pattern)


def is_host(text: str) -> bool:
    """Whether ``text`` is a host name (IDN in either form) or an IP address, without brackets or port."""
    if not text or len(text) > MAX_HOST + 1 or _compiled(_SPACES_AND_CONTROLS).search(text):
        return False  # the length first: encoding a long label takes time by the square
    try:
        ipaddress.ip_address(text)
    except ValueError:
        pass
    else:
        return True
    labels = text.removesuffix(".").split(".")
    encoded = [_ascii_length(label) for label in labels]
    if sum(encoded) + len(labels) - 1 > MAX_HOST or max(encoded) > MAX_LABEL:
        return False
    looks_like_bad_ip = all(label.isdigit() for label in labels)
    return not looks_like_bad_ip and all(_compiled(_LABEL).fullmatch(label) for label in labels)


def _ascii_length(label: str) -> int:
    return len(label) if label.isascii() else len(label.encode("punycode")) + len("xn--")


def is_address(text: str) -> bool:
    """Whether ``text`` is one bare address ``local@domain``, without encoded words (RFC 2047 section 5)."""
    local_part, at, domain = text.rpartition("@")
    return bool(
        at
        and not _compiled(_ENCODED_WORD).search(text)
        and not _compiled(_SPACES_AND_CONTROLS).search(text)
        and len(text.encode()) <= MAX_ADDRESS
        and len(local_part.encode()) <= MAX_LOCAL_PART
        and _compiled(_LOCAL_PART).fullmatch(local_part)
        and is_host(domain)
    )


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def split_addresses(text: str) -> tuple[str, ...]:
    """Comma (or semicolon) separated addresses, trimmed, empty ones left out, each once, in order."""
    parts = (part.strip() for part in re.split(r"[,;\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))
