"""Whom a rule never answers: RFC 3834 section 2, and what everybody's mailbox learned since."""

from collections.abc import Container

from mailint_gui.domain.address import is_address
from mailint_gui.domain.filtering import Origin
from mailint_gui.domain.trail import NotDone

# Local parts of programs, without what separates words in them.
_PROGRAMS = ("noreply", "donotreply", "dontreply", "mailerdaemon", "postmaster", "bounce", "autoreply")
_OF_LISTS = ("owner-", "-owner", "-request", "-bounces")


def why_not_answered(sender: str, origin: Origin, own_addresses: Container[str]) -> NotDone | None:
    """``sender``: a bare address. ``own_addresses``: case-folded. None: it may be answered."""
    if not is_address(sender):
        return NotDone.BAD_ADDRESS
    if not origin.may_be_answered:
        return NotDone.AUTOMATIC_MAIL
    if sender.casefold() in own_addresses:
        return NotDone.OWN_ADDRESS
    return NotDone.NO_REPLY_ADDRESS if _is_of_a_program(sender) else None


def _is_of_a_program(address: str) -> bool:
    local_part = address.rpartition("@")[0].casefold()
    bare = "".join(char for char in local_part if char not in "-_.+")
    if bare.startswith(_PROGRAMS) or "noreply" in bare or "donotreply" in bare:
        return True
    return local_part.startswith(_OF_LISTS) or local_part.endswith(_OF_LISTS)
