"""Whose sign-ins a form knows of: the one that is stored, and one that somebody has just made."""

from dataclasses import dataclass, replace

from mailint_gui.domain.oauth import SignInStatus
from mailint_gui.domain.secret import Secret

NOTHING = Secret("")
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """``key``: what the sign-in belongs to; ``state`` is empty where it is stored."""

    key: Key
    status: SignInStatus
    state: Secret = NOTHING


class KnownAccounts:
    """Both stay while something else is typed, and count again with the ``key`` that they belong to.

    ``mailbox``: whose account is expected; empty where any may be right. ``refused``: what is stored is worth nothing
    any more.
    """

    def __init__(self) -> None:
        self.key: Key = ()
        self.mailbox = ""
        self.refused = False
        self.new: Account | None = None
        self.stored: Account | None = None

    @property
    def current(self) -> Account | None:
        known = (self.new, self.stored)
        return next((each for each in known if each and each.key == self.key), None)

    @property
    def tokens(self) -> Secret:
        """Of a sign-in that is not stored yet; empty for none, and while what is typed asks for another one."""
        return self.current.state if self.current else NOTHING

    @property
    def is_doubtful(self) -> bool:
        """Somebody has just signed in whose mailbox it may not be."""
        return (
            bool(self.tokens) and self.current is not None and self.current.status.is_of_another(self.mailbox)
        )

    @property
    def is_refused(self) -> bool:
        """Somebody is signed in by what is stored, and has to sign in again."""
        return self.refused and self.current is not None and self.current is self.stored

    def sign_in(self, status: SignInStatus, state: Secret) -> None:
        self.new = Account(self.key, status, state)

    def store_new(self) -> None:
        if self.new is not None:
            self.stored, self.new = replace(self.new, state=NOTHING), None
