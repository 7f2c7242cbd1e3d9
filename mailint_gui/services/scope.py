"""What a caller hands to a use case so that it can be watched and cancelled; defined where the sockets are."""

from mailint_gui.mail.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.mail.turnstile import Turnstile

__all__ = ["CancelReason", "CancelScope", "Cancelled", "Turnstile"]
