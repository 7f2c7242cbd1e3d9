"""What the refusal of a token endpoint means: tables lead from a provider's codes and words to one ``ProblemKind``.

Sources: RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section 3.5 and OpenID Connect Core section 3.1.2.6 (``error``);
https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes and, for a number that is not on it,
https://login.microsoftonline.com/error?code=NUMBER (AADSTS);
https://developers.google.com/identity/protocols/oauth2/service-account#error-codes and
https://developers.google.com/identity/protocols/oauth2/native-app (Google).

Microsoft may change its numbers; one that is not known here falls back on ``error``, which is a standard's.
"""

import email.utils
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.problem import ProblemKind as Kind
from mailint_gui.mail.auth.blanking import without_tokens

LONGEST_WAIT = 24 * 3600  # seconds: a slip of a provider does not stop an integration for good


def problem_of_answer(
    error: str,
    description: str,
    codes: Sequence[int] = (),
    status: int = 0,
    retry_after: str = "",
    *,
    subtype: str = "",
    somebody_signs_in: bool = True,
    now: datetime | None = None,
    **facts: str,
) -> Problem:
    """The problem that an answer without a token is. Never raises; what is not known is UNKNOWN, with its words.

    ``error``, ``description``, ``codes``: the answer's ``error``, ``error_description``, ``error_codes``; an answer
    that is no JSON has an empty ``error``, and its text as ``description``. ``subtype``: Google's ``error_subtype``,
    Microsoft's ``suberror``. ``status`` and ``retry_after`` are HTTP's, 0 and empty where there are none; ``now`` is
    needed for a Retry-After that is a date. ``somebody_signs_in`` is False for an application that acts by itself:
    nobody can be asked to sign in then. The wait goes into the fact ``retry_after``, in whole seconds.
    """
    kind = _kind(error, f"{description} {subtype}", codes, status)
    if not somebody_signs_in:
        kind = _WITHOUT_A_USER.get(kind, kind)
    wait = seconds_to_wait(retry_after, now)
    if wait is not None:
        facts = {**facts, "retry_after": str(wait)}
    return Problem(kind, facts, _detail(error, description, subtype, status))


def seconds_to_wait(retry_after: str, now: datetime | None = None) -> int | None:
    """What a Retry-After asks for (RFC 9110 section 10.2.3), at most a day; None where it cannot be read."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return min(int(text[:9]), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if now is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0, round((moment - now).total_seconds())), LONGEST_WAIT)


def _kind(error: str, text: str, codes: Sequence[int], status: int) -> Kind:
    for code in _numbers(text, codes):
        if code in AADSTS:
            return AADSTS[code]
    lowered = text.lower()
    for of_error, phrase, kind in PHRASES:
        if of_error in ("", error) and phrase in lowered:
            return kind
    if status in (408, 429):
        return STATUSES[status]
    return ERRORS.get(error) or _of_status(error, status)


def _numbers(text: str, codes: Sequence[int]) -> Iterator[int]:
    yield from codes
    yield from map(int, re.findall(r"AADSTS(\d{1,9})", text))


def _of_status(error: str, status: int) -> Kind:
    """An answer without ``error`` is not the provider's own: a page of a proxy, or of a server that is down."""
    if status in STATUSES:
        return STATUSES[status]
    if 500 <= status <= 599 or (not error and 200 <= status <= 399):
        return Kind.PROVIDER_UNAVAILABLE
    return Kind.UNKNOWN


def _detail(error: str, description: str, subtype: str, status: int) -> str:
    head = " ".join(filter(None, (error, f"({subtype})" if subtype else "")))
    if not error and status:
        head = f"HTTP {status}"
    return without_tokens(": ".join(filter(None, (head, description.strip()))))


NUMBERS: Mapping[Kind, Sequence[int]] = {
    # a session, a grant or a second factor that ran out: signing in mends it
    Kind.SIGN_IN_NEEDED: (
        *(50055, 50058, 50072, 50074, 50076, 50078, 50079, 50085, 50089, 50125, 50132, 50133),
        *(50135, 50137, 50139, 50142, 50144, 50158, 50173, 54005, 70000, 70008, 70016, 70043),
        *(75011, 700020, 700082, 700084),
    ),
    Kind.SIGN_IN_REFUSED: (50056, 50064, 50126, 50134, 65004, 70018, 70019, 90119, 90120, 90123),
    Kind.WRONG_USER_SIGNED_IN: (16000, 50020, 90072, 500207, 500208),
    Kind.ACCOUNT_UNKNOWN: (16003, 50014, 50034, 50197, 51004, 500341),
    Kind.ACCOUNT_LOCKED: (50053, 50057),
    # 7000229: the application has no service principal in the tenant; consenting makes one
    Kind.CONSENT_MISSING: (50150, 65001, 90008, 90094, 90095, 90099, 650056, 7000229, 9002341),
    Kind.SCOPE_MISSING: (65005, 650057),
    Kind.SCOPE_REFUSED: (28002, 28003, 50001, 70011, 500011, 700022, 700023, 901002, 1002012),
    Kind.CLIENT_SECRET_WRONG: (70002, 7000215),
    Kind.CLIENT_SECRET_EXPIRED: (7000222,),
    Kind.CERTIFICATE_REFUSED: (50006, 50012, 50013, 50017, 50048, 700027, 700030),
    Kind.CLOCK_WRONG: (500133, 700024),
    Kind.APPLICATION_UNKNOWN: (70001, 90112, 650059, 700011, 700016, 1000031, 7000112),
    Kind.APPLICATION_SETTINGS_WRONG: (50011, 70003, 70004, 70005, 500113, 700025, 700054, 900971, 7000218),
    Kind.TENANT_UNKNOWN: (
        *(50049, 50059, 50128, 50194, 90002, 90019, 90038, 90051, 90124, 90130, 900023, 900382),
        *(900432, 9001023, 9002332),
    ),
    Kind.MAILBOX_NOT_LICENSED: (500014, 650052),
    # 50105, 501051: the user, or the application, is not assigned to what asks for assignment
    Kind.ACCESS_POLICY_DENIED: (
        *(50002, 50005, 50097, 50105, 50127, 50129, 50131, 50155, 50187, 53000, 53001, 53002),
        *(53003, 53004, 53010, 53011, 500021, 500022, 500212, 500213, 501051, 530002, 530003),
        *(530032, 530034, 530035),
    ),
    Kind.THROTTLED: (50088, 50196, 90055),
    Kind.PROVIDER_UNAVAILABLE: (
        *(40008, 40010, 50000, 50033, 50087, 50162, 50166, 70012, 80001, 80002, 80005, 80007),
        *(80014, 90006, 90012, 90024, 90033, 90036, 90090, 90091),
    ),
}
"""Of Microsoft Entra: the number after AADSTS, by what it means for an integration."""

AADSTS = {number: kind for kind, numbers in NUMBERS.items() for number in numbers}

# Words that say more than the ``error`` (empty: any) that they stand beside, in lower case; the first that fits.
PHRASES: Sequence[tuple[str, str, Kind]] = (
    ("", "token must be a short-lived token", Kind.CLOCK_WRONG),
    ("", "not within its valid time range", Kind.CLOCK_WRONG),
    ("", "invalid jwt", Kind.KEY_FILE_WRONG),
    ("invalid_grant", "account not found", Kind.KEY_FILE_WRONG),
    ("", "invalid email or user id", Kind.ACCOUNT_UNKNOWN),
    ("", "not a valid email", Kind.ACCOUNT_UNKNOWN),
    ("", "invalid impersonation", Kind.ACCOUNT_UNKNOWN),
    ("", "account has been deleted", Kind.ACCOUNT_UNKNOWN),
    ("invalid_grant", "account has been disabled", Kind.ACCOUNT_LOCKED),
    ("", "expired or revoked", Kind.SIGN_IN_NEEDED),
    ("", "invalid_rapt", Kind.SIGN_IN_NEEDED),
    ("", "rapt_required", Kind.SIGN_IN_NEEDED),
    ("", "reauth related error", Kind.SIGN_IN_NEEDED),
    ("invalid_grant", "consent_required", Kind.CONSENT_MISSING),
    ("", "unauthorized to retrieve access tokens", Kind.DELEGATION_MISSING),
    ("", "client not authorized for any of the scopes", Kind.DELEGATION_MISSING),
    ("unauthorized_client", "unauthorized client or scope", Kind.DELEGATION_MISSING),
    ("access_denied", "requested client not authorized", Kind.DELEGATION_MISSING),
    ("access_denied", "account restricted", Kind.ACCESS_POLICY_DENIED),
    ("invalid_client", "client was not found", Kind.APPLICATION_UNKNOWN),
    ("invalid_client", "client is invalid", Kind.APPLICATION_UNKNOWN),
    ("invalid_request", "redirect_uri", Kind.APPLICATION_SETTINGS_WRONG),
)

ERRORS: Mapping[str, Kind] = {
    # RFC 6749, RFC 8628, OpenID Connect, RFC 8707
    "access_denied": Kind.SIGN_IN_REFUSED,
    "authorization_pending": Kind.SIGN_IN_NEEDED,
    "expired_token": Kind.SIGN_IN_REFUSED,
    "slow_down": Kind.THROTTLED,
    "invalid_client": Kind.CLIENT_SECRET_WRONG,
    "invalid_grant": Kind.SIGN_IN_NEEDED,
    "invalid_scope": Kind.SCOPE_REFUSED,
    "invalid_target": Kind.SCOPE_REFUSED,
    "unauthorized_client": Kind.APPLICATION_SETTINGS_WRONG,
    "unsupported_grant_type": Kind.APPLICATION_SETTINGS_WRONG,
    "unsupported_response_type": Kind.APPLICATION_SETTINGS_WRONG,
    "server_error": Kind.PROVIDER_UNAVAILABLE,
    "temporarily_unavailable": Kind.PROVIDER_UNAVAILABLE,
    "account_selection_required": Kind.SIGN_IN_NEEDED,
    "consent_required": Kind.CONSENT_MISSING,
    "interaction_required": Kind.SIGN_IN_NEEDED,
    "login_required": Kind.SIGN_IN_NEEDED,
    "insufficient_scope": Kind.SCOPE_MISSING,  # RFC 6750 section 3.1
    # Microsoft
    "authorization_declined": Kind.SIGN_IN_REFUSED,
    "bad_verification_code": Kind.SIGN_IN_REFUSED,
    "invalid_resource": Kind.SCOPE_REFUSED,
    # Google
    "access_not_configured": Kind.ACCESS_POLICY_DENIED,
    "admin_policy_enforced": Kind.ACCESS_POLICY_DENIED,
    "deleted_client": Kind.APPLICATION_UNKNOWN,
    "disabled_client": Kind.APPLICATION_UNKNOWN,
    "internal_failure": Kind.PROVIDER_UNAVAILABLE,
    "org_internal": Kind.WRONG_USER_SIGNED_IN,
    "rateLimitExceeded": Kind.THROTTLED,
    "rate_limit_exceeded": Kind.THROTTLED,
    "redirect_uri_mismatch": Kind.APPLICATION_SETTINGS_WRONG,
    "userRateLimitExceeded": Kind.THROTTLED,
}

# Google says access_denied where a scope is not among the delegated ones
_WITHOUT_A_USER = {Kind.SIGN_IN_NEEDED: Kind.UNKNOWN, Kind.SIGN_IN_REFUSED: Kind.DELEGATION_MISSING}

STATUSES: Mapping[int, Kind] = {408: Kind.PROVIDER_UNAVAILABLE, 429: Kind.THROTTLED}
