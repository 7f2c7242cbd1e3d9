"""What a mail server's refusal means where an access token was shown to it, and no password.

Sources: RFC 7628 section 3.2.2 (the reason, as JSON), RFC 5530 section 3 (AUTHORIZATIONFAILED);
https://developers.google.com/gmail/imap/xoauth2-protocol ("status" 400 or 401);
https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
(an application without its service principal in Exchange, or without FullAccess, is refused like a wrong password).
"""

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.problem import ProblemKind as Kind

# What a problem is taken for at first (any: None), words in its detail in lower case, and what it is.
ROWS: tuple[tuple[Kind | None, str, Kind], ...] = (
    (None, "insufficient_scope", Kind.SCOPE_MISSING),
    # Exchange: the token is good, the mailbox is not open to whom it names
    (None, "authenticated but not connected", Kind.MAILBOX_NOT_ALLOWED),
    (Kind.POLICY_REFUSED, "authorizationfailed", Kind.MAILBOX_NOT_ALLOWED),
    (Kind.LOGIN_DISABLED, "for logging in the server offers", Kind.TOKENS_NOT_OFFERED),
    (Kind.LOGIN_DISABLED, "basic authentication is disabled", Kind.PROTOCOL_DISABLED),
    (Kind.AUTHENTICATION_FAILED, "", Kind.MAILBOX_NOT_ALLOWED),
)


def after_token(problem: Problem) -> Problem:
    """``problem`` as it is to be understood of a token that the provider gave and that has not expired."""
    said = problem.detail.lower()
    for taken_for, phrase, kind in ROWS:
        if taken_for in (None, problem.kind) and phrase in said:
            return Problem(kind, problem.facts, problem.detail)
    return problem
