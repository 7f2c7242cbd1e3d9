"""Each answer of a token endpoint becomes the problem that an admin can act on; every row of the tables is used."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.problem import ProblemKind as Kind
from mailint_gui.mail.auth.oauth_problems import (
    AADSTS,
    ERRORS,
    LONGEST_WAIT,
    NUMBERS,
    PHRASES,
    problem_of_answer,
    seconds_to_wait,
)
from mailint_gui.wording.problems import words

K = Kind
TRAIL = (
    " Trace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333 Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd "
    "Timestamp: 2026-11-23 02:02:12Z"
)
# error, number, kind: as Microsoft Entra answers
ENTRA = [
    ("invalid_client", 7000215, K.CLIENT_SECRET_WRONG),
    ("invalid_client", 7000222, K.CLIENT_SECRET_EXPIRED),
    ("invalid_client", 700027, K.CERTIFICATE_REFUSED),
    ("invalid_client", 700024, K.CLOCK_WRONG),
    ("invalid_client", 7000218, K.APPLICATION_SETTINGS_WRONG),
    ("invalid_client", 7000229, K.CONSENT_MISSING),
    ("unauthorized_client", 700016, K.APPLICATION_UNKNOWN),
    ("unauthorized_client", 7000112, K.APPLICATION_UNKNOWN),
    ("invalid_request", 90002, K.TENANT_UNKNOWN),
    ("invalid_request", 900023, K.TENANT_UNKNOWN),
    ("invalid_request", 90038, K.TENANT_UNKNOWN),
    ("invalid_grant", 65001, K.CONSENT_MISSING),
    ("access_denied", 65004, K.SIGN_IN_REFUSED),
    ("invalid_client", 90094, K.CONSENT_MISSING),
    ("invalid_client", 650052, K.MAILBOX_NOT_LICENSED),
    ("invalid_resource", 500011, K.SCOPE_REFUSED),
    ("invalid_scope", 70011, K.SCOPE_REFUSED),
    ("invalid_scope", 1002012, K.SCOPE_REFUSED),
    ("invalid_resource", 650057, K.SCOPE_MISSING),
    ("interaction_required", 50076, K.SIGN_IN_NEEDED),
    ("interaction_required", 50078, K.SIGN_IN_NEEDED),
    ("interaction_required", 50079, K.SIGN_IN_NEEDED),
    ("interaction_required", 50158, K.SIGN_IN_NEEDED),
    ("invalid_grant", 50055, K.SIGN_IN_NEEDED),
    ("invalid_grant", 50133, K.SIGN_IN_NEEDED),
    ("invalid_grant", 50173, K.SIGN_IN_NEEDED),
    ("invalid_grant", 54005, K.SIGN_IN_NEEDED),
    ("invalid_grant", 70008, K.SIGN_IN_NEEDED),
    ("invalid_grant", 70043, K.SIGN_IN_NEEDED),
    ("invalid_grant", 700082, K.SIGN_IN_NEEDED),
    ("invalid_grant", 700084, K.SIGN_IN_NEEDED),
    ("login_required", 75011, K.SIGN_IN_NEEDED),
    ("invalid_grant", 9002313, K.SIGN_IN_NEEDED),  # a refresh token that is none: by its error
    ("invalid_request", 9002313, K.UNKNOWN),
    ("invalid_grant", 50126, K.SIGN_IN_REFUSED),
    ("invalid_grant", 50034, K.ACCOUNT_UNKNOWN),
    ("invalid_grant", 500341, K.ACCOUNT_UNKNOWN),
    ("interaction_required", 16000, K.WRONG_USER_SIGNED_IN),
    ("invalid_request", 50020, K.WRONG_USER_SIGNED_IN),
    ("invalid_grant", 50053, K.ACCOUNT_LOCKED),
    ("invalid_grant", 50057, K.ACCOUNT_LOCKED),
    ("invalid_request", 50011, K.APPLICATION_SETTINGS_WRONG),
    ("invalid_request", 500113, K.APPLICATION_SETTINGS_WRONG),
    ("invalid_grant", 50105, K.ACCESS_POLICY_DENIED),
    ("invalid_grant", 501051, K.ACCESS_POLICY_DENIED),
    ("interaction_required", 50097, K.ACCESS_POLICY_DENIED),
    ("interaction_required", 53000, K.ACCESS_POLICY_DENIED),
    ("interaction_required", 53001, K.ACCESS_POLICY_DENIED),
    ("interaction_required", 53002, K.ACCESS_POLICY_DENIED),
    ("access_denied", 53003, K.ACCESS_POLICY_DENIED),
    ("interaction_required", 53004, K.ACCESS_POLICY_DENIED),
    ("access_denied", 530003, K.ACCESS_POLICY_DENIED),
    ("access_denied", 530035, K.ACCESS_POLICY_DENIED),
    ("temporarily_unavailable", 90033, K.PROVIDER_UNAVAILABLE),
    ("invalid_grant", 50196, K.THROTTLED),
    ("temporarily_unavailable", 90055, K.THROTTLED),
    ("expired_token", 70019, K.SIGN_IN_REFUSED),
    ("invalid_grant", 99999999, K.SIGN_IN_NEEDED),  # a number of tomorrow
]


@pytest.mark.parametrize(("error", "number", "kind"), ENTRA)
def test_what_entra_answers(error: str, number: int, kind: Kind) -> None:
    description = f"AADSTS{number}: what happened.{TRAIL}"
    listed = problem_of_answer(error, description, [number], 400, provider="Microsoft 365")
    assert listed.kind is kind
    assert listed.detail == f"{error}: {description}"
    assert listed.facts == {"provider": "Microsoft 365"}
    assert problem_of_answer(error, description, status=400).kind is kind, (
        "the number may stand in the words alone"
    )


NOT_ANY_SCOPE = (
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
    "scopes requested."
)
CLOCK = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and "
    "exp values in the JWT claim."
)
# error, error_description, kind: as Google answers
GOOGLE = [
    ("invalid_grant", "Token has been expired or revoked.", K.SIGN_IN_NEEDED),
    ("invalid_grant", "Bad Request", K.SIGN_IN_NEEDED),
    ("invalid_grant", "reauth related error (invalid_rapt)", K.SIGN_IN_NEEDED),
    ("invalid_grant", "reauth related error (rapt_required)", K.SIGN_IN_NEEDED),
    ("invalid_grant", CLOCK, K.CLOCK_WRONG),
    ("invalid_grant", "Invalid JWT Signature.", K.KEY_FILE_WRONG),
    ("invalid_grant", "Invalid JWT: No valid verifier found for issuer", K.KEY_FILE_WRONG),
    ("invalid_grant", "Invalid grant: account not found", K.KEY_FILE_WRONG),
    ("invalid_grant", "Invalid email or User ID", K.ACCOUNT_UNKNOWN),
    ("invalid_grant", "Not a valid email", K.ACCOUNT_UNKNOWN),
    ("invalid_grant", "The account has been deleted", K.ACCOUNT_UNKNOWN),
    ("invalid_request", "Invalid impersonation &quot;sub&quot; field", K.ACCOUNT_UNKNOWN),
    ("unauthorized_client", NOT_ANY_SCOPE, K.DELEGATION_MISSING),
    ("unauthorized_client", "Unauthorized client or scope in request", K.DELEGATION_MISSING),
    ("access_denied", "Requested client not authorized.", K.DELEGATION_MISSING),
    ("access_denied", "Account restricted", K.ACCESS_POLICY_DENIED),
    ("access_denied", "", K.SIGN_IN_REFUSED),
    ("admin_policy_enforced", "", K.ACCESS_POLICY_DENIED),
    ("org_internal", "This client is restricted to users within its organization.", K.WRONG_USER_SIGNED_IN),
    ("disabled_client", "The OAuth client was disabled.", K.APPLICATION_UNKNOWN),
    ("deleted_client", "The OAuth client was deleted.", K.APPLICATION_UNKNOWN),
    ("invalid_client", "The OAuth client was not found.", K.APPLICATION_UNKNOWN),
    ("invalid_client", "The provided client secret is invalid.", K.CLIENT_SECRET_WRONG),
    ("invalid_client", "Unauthorized", K.CLIENT_SECRET_WRONG),
    ("invalid_scope", "Invalid OAuth scope or ID token audience provided.", K.SCOPE_REFUSED),
    ("redirect_uri_mismatch", "Bad Request", K.APPLICATION_SETTINGS_WRONG),
    ("rateLimitExceeded", "Rate Limit Exceeded", K.THROTTLED),
    ("internal_failure", "Backend Error", K.PROVIDER_UNAVAILABLE),
]


@pytest.mark.parametrize(("error", "description", "kind"), GOOGLE)
def test_what_google_answers(error: str, description: str, kind: Kind) -> None:
    problem = problem_of_answer(error, description, status=400, provider="Google")
    assert problem.kind is kind
    assert problem.detail == (f"{error}: {description}" if description else error)


# error, subtype, status, kind
STANDARD = [
    ("invalid_grant", "", 400, K.SIGN_IN_NEEDED),
    ("invalid_grant", "consent_required", 400, K.CONSENT_MISSING),
    ("invalid_grant", "invalid_rapt", 400, K.SIGN_IN_NEEDED),
    ("invalid_client", "", 401, K.CLIENT_SECRET_WRONG),
    ("unauthorized_client", "", 400, K.APPLICATION_SETTINGS_WRONG),
    ("unsupported_grant_type", "", 400, K.APPLICATION_SETTINGS_WRONG),
    ("invalid_scope", "", 400, K.SCOPE_REFUSED),
    ("invalid_request", "", 400, K.UNKNOWN),
    ("access_denied", "", 400, K.SIGN_IN_REFUSED),
    ("authorization_pending", "", 400, K.SIGN_IN_NEEDED),
    ("slow_down", "", 400, K.THROTTLED),
    ("expired_token", "", 400, K.SIGN_IN_REFUSED),
    ("authorization_declined", "", 400, K.SIGN_IN_REFUSED),
    ("bad_verification_code", "", 400, K.SIGN_IN_REFUSED),
    ("server_error", "", 500, K.PROVIDER_UNAVAILABLE),
    ("temporarily_unavailable", "", 503, K.PROVIDER_UNAVAILABLE),
    ("invalid_request", "", 429, K.THROTTLED),
    ("invalid_request", "", 503, K.PROVIDER_UNAVAILABLE),
    ("something_new", "", 400, K.UNKNOWN),
    ("", "", 429, K.THROTTLED),
    ("", "", 500, K.PROVIDER_UNAVAILABLE),
    ("", "", 502, K.PROVIDER_UNAVAILABLE),
    ("", "", 408, K.PROVIDER_UNAVAILABLE),
    ("", "", 200, K.PROVIDER_UNAVAILABLE),  # a page in place of an answer
    ("", "", 302, K.PROVIDER_UNAVAILABLE),
    ("", "", 404, K.UNKNOWN),
    ("", "", 0, K.UNKNOWN),
]


@pytest.mark.parametrize(("error", "subtype", "status", "kind"), STANDARD)
def test_what_the_standards_say(error: str, subtype: str, status: int, kind: Kind) -> None:
    assert problem_of_answer(error, "", status=status, subtype=subtype).kind is kind


def test_redirect_addresses_are_the_applications_settings() -> None:
    problem = problem_of_answer(
        "invalid_request", "redirect_uri did not match any of the client's", status=400
    )
    assert problem.kind is K.APPLICATION_SETTINGS_WRONG


# The tables themselves


def test_no_number_stands_in_two_rows() -> None:
    assert sum(map(len, NUMBERS.values())) == len(AADSTS)


@pytest.mark.parametrize(("number", "kind"), AADSTS.items())
def test_each_number_decides_before_any_error_and_status(number: int, kind: Kind) -> None:
    assert problem_of_answer("invalid_grant", "", [number], 500).kind is kind
    assert problem_of_answer("invalid_client", f"AADSTS{number}: x").kind is kind


@pytest.mark.parametrize(("error", "phrase", "kind"), PHRASES)
def test_each_phrase_decides_in_any_case_of_letters(error: str, phrase: str, kind: Kind) -> None:
    assert phrase == phrase.lower()
    assert problem_of_answer(error or "invalid_request", f"So: {phrase.title()}.").kind is kind
    if error:
        assert problem_of_answer("something_new", phrase).kind is not kind


@pytest.mark.parametrize(("error", "kind"), ERRORS.items())
def test_each_error_decides_where_nothing_else_does(error: str, kind: Kind) -> None:
    assert problem_of_answer(error, "words that nobody knows", [1], 400).kind is kind


@pytest.mark.parametrize("kind", sorted({*AADSTS.values(), *ERRORS.values(), *(row[2] for row in PHRASES)}))
def test_each_row_has_words_for_an_admin(kind: Kind) -> None:
    problem = next(
        problem_of_answer(error, phrase, codes, provider="Google")
        for error, phrase, codes, of_row in [
            *(("", "", [number], of_row) for number, of_row in AADSTS.items()),
            *((error, phrase, [], of_row) for error, phrase, of_row in PHRASES),
            *((error, "", [], of_row) for error, of_row in ERRORS.items()),
        ]
        if of_row is kind
    )
    told = words(problem, "Support")
    assert told.what.startswith("Support ")
    assert told.remedy
    assert "the mail server" not in told.what


# Without a user


def test_an_application_that_acts_by_itself_is_never_asked_to_sign_in() -> None:
    for error in ("invalid_grant", "interaction_required"):
        assert problem_of_answer(error, "Bad Request", somebody_signs_in=False).kind is K.UNKNOWN
    denied = problem_of_answer("access_denied", "", somebody_signs_in=False)
    assert denied.kind is K.DELEGATION_MISSING
    assert problem_of_answer("", "", [7000222], somebody_signs_in=False).kind is K.CLIENT_SECRET_EXPIRED


# Waiting


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("120", 120),
        (" 0 ", 0),
        ("99999999999999999999", LONGEST_WAIT),
        ("soon", None),
        ("-5", None),
        ("١٢", None),
        ("Mon, 23 Nov 2026 12:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 12:02:00 -0000", 120),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Tue, 23 Nov 2027 12:02:00 GMT", LONGEST_WAIT),
        ("Mon, 99 Nov 2026 12:02:00 GMT", None),
    ],
)
def test_retry_after(header: str, seconds: int | None) -> None:
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert seconds_to_wait(header, noon) == seconds
    wait = problem_of_answer("", "", status=429, retry_after=header, now=noon).facts.get("retry_after")
    assert wait == (None if seconds is None else str(seconds))


def test_a_date_to_wait_for_says_nothing_without_a_clock() -> None:
    assert seconds_to_wait("Mon, 23 Nov 2026 12:02:00 GMT") is None


# Details


def test_a_page_in_place_of_an_answer_is_quoted_with_its_status() -> None:
    problem = problem_of_answer("", "<html>Bad Gateway</html>", status=502)
    assert problem.detail == "HTTP 502: <html>Bad Gateway</html>"


def test_no_token_gets_into_a_detail() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    problem = problem_of_answer("invalid_grant", f"AADSTS50173: refresh_token=1.AXoAabc {token}{TRAIL}")
    assert problem.detail == f"invalid_grant: AADSTS50173: refresh_token=… …{TRAIL}"


@given(st.text(), st.text(), st.lists(st.integers()), st.integers(0, 999), st.text(), st.text())
def test_whatever_is_answered_it_is_a_problem(
    error: str, description: str, codes: list[int], status: int, retry_after: str, subtype: str
) -> None:
    problem = problem_of_answer(error, description, codes, status, retry_after, subtype=subtype)
    assert problem.kind in set(Kind)
