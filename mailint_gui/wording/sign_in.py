"""What is said of a sign-in by a person: who, for what, and until when."""

from datetime import timedelta

from PySide6.QtCore import QCoreApplication

from mailint_gui.domain.oauth import SignInStatus
from mailint_gui.wording.stages import scope_name
from mailint_gui.wording.text import filled
from mailint_gui.wording.times import minute

translate = QCoreApplication.translate

# Of every sign-in by a person, and nothing that opens a mailbox (OpenID Connect Core 1.0 section 5.4).
_OF_THE_PERSON = frozenset({"openid", "profile", "email", "offline_access", "userinfo.email"})


def signed_in_words(status: SignInStatus, mailbox: str = "", *, is_new: bool = False) -> str:
    """Up to three lines. ``mailbox``: whose the account should be; ``is_new``: it may still be the wrong one."""
    return "\n".join(filter(None, (_who(status, mailbox, is_new), opens_words(status))))


def opens_words(status: SignInStatus) -> str:
    """For what the sign-in is, and until when its token is good: up to two lines."""
    lines = []
    names = [name for name in map(scope_name, status.scopes) if name.casefold() not in _OF_THE_PERSON]
    if names:
        scopes = ", ".join(dict.fromkeys(names))
        lines.append(filled(translate("sign_in", "For {scopes}."), {"scopes": scopes}))
    if status.valid_until is not None:
        template = translate("sign_in", "Token valid until {time}, then renewed by itself.")
        lines.append(filled(template, {"time": minute(status.valid_until)}))
    return "\n".join(lines)


def refused_words(status: SignInStatus) -> str:
    """Of a sign-in that is kept, and that the provider or the mailbox takes no more."""
    if not status.account:
        return translate("sign_in", "The sign-in is no longer valid. Sign in again.")
    template = translate("sign_in", "The sign-in of {account} is no longer valid. Sign in again.")
    return filled(template, {"account": status.account})


def _who(status: SignInStatus, mailbox: str, is_new: bool) -> str:
    if not status.account:
        return translate("sign_in", "Signed in.")
    if not status.is_of_another(mailbox):
        return filled(translate("sign_in", "Signed in as {account}."), {"account": status.account})
    if is_new:
        return other_account_words(status.account, mailbox)
    template = translate("sign_in", "Signed in as {account}, for the mailbox {mailbox}.")
    return filled(template, {"account": status.account, "mailbox": mailbox})


def other_account_words(account: str, mailbox: str) -> str:
    """To whoever has just signed in, and may have done so with the wrong account; a shared mailbox is opened so."""
    template = translate(
        "sign_in",
        "Signed in as {account}; the mailbox is {mailbox}: right only if that account may open it.",
    )
    return filled(template, {"account": account, "mailbox": mailbox})


def time_left_words(left: timedelta) -> str:
    """Minutes and seconds, always of one width with tabular figures."""
    seconds = max(0, round(left.total_seconds()))
    text = f"{seconds // 60}:{seconds % 60:02}"
    return filled(translate("sign_in", "Enter it there within {time} min"), {"time": text})
