"""Asking a server to report what becomes of a message (RFC 3461)."""

_LONGEST_ENVELOPE_ID = 100  # characters (section 4.4)
_LONGEST_ORIGINAL = 500  # likewise (section 4.2)


def sender_parameters(envelope_id: str) -> tuple[str, ...]:
    """For MAIL: the headers alone come back, and with them the Message-ID that a report is known by."""
    encoded = xtext(envelope_id)
    return ("RET=HDRS", f"ENVID={encoded}") if len(encoded) <= _LONGEST_ENVELOPE_ID else ("RET=HDRS",)


def recipient_parameters(address: str) -> tuple[str, ...]:
    """For RCPT. An address that is not ASCII has a form of its own (RFC 6533), which few servers know."""
    asked = "NOTIFY=SUCCESS,DELAY,FAILURE"
    original = f"ORCPT=rfc822;{xtext(address)}"
    return (asked, original) if address.isascii() and len(original) <= _LONGEST_ORIGINAL else (asked,)


def xtext(value: str) -> str:
    """Section 4: printable ASCII as it is, but for ``+`` and ``=``; all else as ``+`` and two hex digits."""
    return "".join(
        chr(octet) if 33 <= octet <= 126 and octet not in b"+=" else f"+{octet:02X}"
        for octet in value.encode()
    )
