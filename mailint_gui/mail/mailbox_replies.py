"""What a mailbox server's refusal means: by its response code, by its words, and by the stage that it ended.

Sources: RFC 5530 and RFC 9051 section 7.1 (IMAP response codes), RFC 2449 section 8 and RFC 3206 (those of POP3);
https://support.google.com/mail/answer/7126229 (Gmail with IMAP, POP or web log-in switched off or asked for). What a
refusal means where a token was shown stands in ``token_refusals``.
"""

import imaplib
import poplib
import re
from collections.abc import Mapping

from mailint_gui.domain.check import Stage
from mailint_gui.domain.problem import ProblemKind as Kind


class Refusal(imaplib.IMAP4.error):
    """A tagged NO or BAD. ``text`` is the server's, response code included."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text


class Bye(imaplib.IMAP4.abort):
    """The server ends the connection (RFC 9051 section 7.1.5). ``text`` is its reason."""

    def __init__(self, text: str) -> None:
        super().__init__(f"BYE {text}")
        self.text = text


class Nonsense(imaplib.IMAP4.error):
    """The server's answer follows no grammar, or is larger than anything that was asked for."""


class Pop3Refusal(poplib.error_proto):
    """A -ERR (RFC 1939 section 3). ``text`` is the server's, response code included."""

    def __init__(self, text: str) -> None:
        super().__init__(f"-ERR {text}")
        self.text = text


# IMAP


def imap_kind(error: BaseException, stage: Stage) -> Kind:
    match error:
        case Refusal(status="BAD"):
            return _imap_text(error.text) or Kind.PROTOCOL_ERROR
        case Refusal():
            return _imap_text(error.text) or _REFUSED_AT.get(stage, Kind.UNKNOWN)
        case Bye():
            return _imap_text(error.text) or _BYE_AT.get(stage, Kind.CONNECTION_LOST)
        case Nonsense():
            return Kind.PROTOCOL_ERROR
    text = str(error)
    if "EOF" in text or "socket error" in text:
        return Kind.CONNECTION_LOST
    known = _imap_text(text)
    return known or (Kind.AUTHENTICATION_FAILED if stage is Stage.AUTHENTICATE else Kind.PROTOCOL_ERROR)


_REFUSED_AT = {Stage.AUTHENTICATE: Kind.AUTHENTICATION_FAILED, Stage.SELECT: Kind.FOLDER_MISSING}
_BYE_AT = {Stage.GREETING: Kind.SERVER_BUSY, Stage.AUTHENTICATE: Kind.SERVER_BUSY}


def _imap_text(text: str) -> Kind | None:
    """By phrase first: some providers say what matters only in words, beside a code for something else."""
    code = _RESPONSE_CODE.search(text)
    told = _RESPONSE_CODES.get(code[1].upper()) if code else None
    return _phrase(text, _PHRASES) or told or _phrase(text, _PASSING)


def _phrase(text: str, phrases: Mapping[str, Kind]) -> Kind | None:
    lowered = text.lower()
    return next((kind for phrase, kind in phrases.items() if phrase in lowered), None)


_RESPONSE_CODE = re.compile(r"\[([A-Za-z-]+)")
_RESPONSE_CODES = {
    "AUTHENTICATIONFAILED": Kind.AUTHENTICATION_FAILED,
    "AUTHORIZATIONFAILED": Kind.POLICY_REFUSED,
    "EXPIRED": Kind.AUTHENTICATION_FAILED,
    "PRIVACYREQUIRED": Kind.LOGIN_DISABLED,
    "CONTACTADMIN": Kind.ACCOUNT_LOCKED,
    "NOPERM": Kind.POLICY_REFUSED,
    "WEBALERT": Kind.POLICY_REFUSED,
    "UNAVAILABLE": Kind.SERVER_BUSY,
    "INUSE": Kind.SERVER_BUSY,
    "EXPUNGEISSUED": Kind.SERVER_BUSY,
    "SERVERBUG": Kind.PROTOCOL_ERROR,
    "CLIENTBUG": Kind.PROTOCOL_ERROR,
    "BADCHARSET": Kind.PROTOCOL_ERROR,
    "CORRUPTION": Kind.UNKNOWN,
    "CANNOT": Kind.FOLDER_MISSING,  # of a name that can be none
    "NONEXISTENT": Kind.FOLDER_MISSING,
    "TRYCREATE": Kind.FOLDER_MISSING,
    "LIMIT": Kind.THROTTLED,
    "THROTTLED": Kind.THROTTLED,
    "OVERQUOTA": Kind.MAILBOX_FULL,
    "TOOBIG": Kind.MESSAGE_TOO_LARGE,
}
_PHRASES = {
    "throttled": Kind.THROTTLED,
    "too many simultaneous": Kind.THROTTLED,
    "too many connections": Kind.THROTTLED,
    "bandwidth limit": Kind.THROTTLED,
    "application-specific password": Kind.POLICY_REFUSED,
    "app password": Kind.POLICY_REFUSED,
    "web login required": Kind.POLICY_REFUSED,
    "log in via your web browser": Kind.POLICY_REFUSED,
    "not enabled for imap": Kind.PROTOCOL_DISABLED,
    "not enabled for pop": Kind.PROTOCOL_DISABLED,
    "imap access is disabled": Kind.PROTOCOL_DISABLED,
    "pop access is disabled": Kind.PROTOCOL_DISABLED,
    "basic authentication is disabled": Kind.LOGIN_DISABLED,
    "basicauthblocked": Kind.LOGIN_DISABLED,
    "authenticated but not connected": Kind.SERVER_BUSY,
    "account is locked": Kind.ACCOUNT_LOCKED,
    "account locked": Kind.ACCOUNT_LOCKED,
    "account is disabled": Kind.ACCOUNT_LOCKED,
    "account disabled": Kind.ACCOUNT_LOCKED,
}
# What passes by itself, where no code says otherwise: these words are short, and a folder may be called like that.
_PASSING = {
    "too many": Kind.THROTTLED,
    "unavailable": Kind.SERVER_BUSY,
    "temporar": Kind.SERVER_BUSY,
    "try again": Kind.SERVER_BUSY,
    "internal error": Kind.SERVER_BUSY,
}

# POP3


def pop3_kind(error: BaseException, stage: Stage) -> Kind:
    if not isinstance(error, Pop3Refusal):
        return Kind.PROTOCOL_ERROR
    code = _POP3_CODE.match(error.text)
    told = _POP3_CODES.get(code[1].upper()) if code else None
    words = _phrase(error.text, _POP3_PHRASES) or told or _phrase(error.text, _PASSING)
    return words or _POP3_REFUSED_AT.get(stage, Kind.UNKNOWN)


_POP3_CODE = re.compile(r"\s*\[([A-Za-z-]+(?:/[A-Za-z-]+)?)")  # what a third level adds is not needed
_POP3_CODES = {
    "IN-USE": Kind.SERVER_BUSY,
    "LOGIN-DELAY": Kind.THROTTLED,
    "SYS/TEMP": Kind.SERVER_BUSY,
    "SYS/PERM": Kind.POLICY_REFUSED,
    "AUTH": Kind.AUTHENTICATION_FAILED,
}
_POP3_PHRASES = {
    **_PHRASES,
    "plaintext authentication disallowed": Kind.LOGIN_DISABLED,
    # the mailbox lock of servers without response codes; the first is RFC 1939's own example
    "maildrop already locked": Kind.SERVER_BUSY,
    "lock maildrop": Kind.SERVER_BUSY,
    "lock busy": Kind.SERVER_BUSY,
    "mailbox is locked": Kind.SERVER_BUSY,
    "mailbox in use": Kind.SERVER_BUSY,
}
_POP3_REFUSED_AT = {Stage.GREETING: Kind.SERVER_BUSY, Stage.AUTHENTICATE: Kind.AUTHENTICATION_FAILED}
