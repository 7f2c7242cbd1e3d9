"""Access tokens: asked for once, renewed ahead of their end, never lost and never hammered for."""

import contextlib
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.field_error import FieldFault
from mailint_gui.domain.field_error import FieldFault as F
from mailint_gui.domain.integration import Direction, IncomingAuthentication, Integration
from mailint_gui.domain.oauth import OAuthSettings, SignIn
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, SecretPlace, SecretPurpose, SecretReference, TypedPasswords
from mailint_gui.mail.auth import http
from mailint_gui.mail.scope import Cancelled, CancelReason
from mailint_gui.services.credentials import Credentials
from mailint_gui.services.scope import CancelScope
from mailint_gui.wording.problems import words
from mailint_gui.wording.stages import token_words
from mailint_gui.wording.text import without_isolates
from tests.servers import wait
from tests.servers.oidc_answer import Answer
from tests.servers.oidc_provider import Client, OidcProvider
from tests.services.oauth import (
    app_only,
    application_certificate,
    by_a_person,
    client_secret,
    google,
    integration,
    signed_in_on_device,
)
from tests.services.office import Office

IN = Direction.INCOMING


class Now:
    """The time for all tokens, which a test sets forward."""

    def __init__(self, office: Office) -> None:
        self._ahead = timedelta(0)
        tokens = office.services.sign_ins.tokens
        tokens.applications._clock = tokens.sign_ins._clock = self

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, **by: float) -> None:
        self._ahead += timedelta(**by)


@pytest.fixture
def now(office: Office) -> Now:
    return Now(office)


@pytest.fixture(autouse=True)
def _vault(office: Office) -> None:
    office.services.credentials.use_for_this_run()


@pytest.fixture
def app_certificate() -> tuple[str, str]:
    return application_certificate(datetime.now(UTC) + timedelta(days=30))


@pytest.fixture
def client(oidc_provider: OidcProvider) -> Client:
    return oidc_provider.add_client(secret="s3cret")


@pytest.fixture
def one(office: Office, oidc_provider: OidcProvider, client: Client) -> Integration:
    draft = integration(app_only(oidc_provider, client.id))
    return office.services.integrations.save(draft, client_secret(client.secret))


def token(office: Office, one: Integration, *, fresh: bool = False) -> str:
    given = office.services.sign_ins.tokens.token(one, IN, CancelScope(), fresh=fresh)
    return given.value.reveal()


def refusal(office: Office, one: Integration, *, fresh: bool = False) -> ProblemKind:
    return problem_of(office, one, fresh=fresh).kind


def problem_of(office: Office, one: Integration, *, fresh: bool = False) -> Problem:
    with pytest.raises(ProblemError) as caught:
        token(office, one, fresh=fresh)
    return caught.value.problem


# One request


def test_one_request_for_many_integrations_and_workers(
    office: Office, oidc_provider: OidcProvider, client: Client
) -> None:
    many = [
        office.services.integrations.save(
            integration(app_only(oidc_provider, client.id), f"help{number}@example.org", f"Help {number}"),
            client_secret(client.secret),
        )
        for number in range(20)
    ]
    together = threading.Barrier(8)
    with ThreadPoolExecutor(8, initializer=together.wait) as pool:
        tokens = set(pool.map(lambda each: token(office, each), many))
    assert len(tokens) == 1
    assert oidc_provider.token_requests("client_credentials") == 1


def test_another_secret_is_another_identity(
    office: Office, oidc_provider: OidcProvider, one: Integration
) -> None:
    first = token(office, one)
    other = oidc_provider.add_client(secret="other")
    draft = integration(app_only(oidc_provider, other.id), name="Other")
    second = office.services.integrations.save(draft, client_secret(other.secret))
    assert token(office, second) != first


def test_renewed_ahead_of_its_end(office: Office, one: Integration, now: Now) -> None:
    first = token(office, one)
    now.advance(minutes=50)
    assert token(office, one) == first
    now.advance(minutes=6)
    assert token(office, one) != first


def test_one_that_is_still_good_serves_while_the_provider_has_trouble(
    office: Office, oidc_provider: OidcProvider, one: Integration, now: Now
) -> None:
    first = token(office, one)
    now.advance(minutes=56)
    oidc_provider.answer(Answer(503, ""), times=2)
    assert token(office, one) == first
    assert refusal(office, one, fresh=True) is ProblemKind.PROVIDER_UNAVAILABLE
    assert token(office, one) == first  # what an admin tried is no harm to the others
    now.advance(seconds=20)
    assert token(office, one) != first


def test_one_that_the_mailbox_refused_is_asked_for_anew(
    office: Office, oidc_provider: OidcProvider, one: Integration
) -> None:
    first = token(office, one)
    office.services.sign_ins.tokens.refused(one, IN)
    assert token(office, one) != first


def test_mailboxes_that_refuse_it_again_and_again_cost_one_request(
    office: Office, oidc_provider: OidcProvider, one: Integration, client: Client, now: Now
) -> None:
    other = office.services.integrations.save(
        integration(app_only(oidc_provider, client.id), name="Other"), client_secret(client.secret)
    )
    tokens = office.services.sign_ins.tokens
    for _ in range(5):
        for each in (one, other):
            token(office, each)
            tokens.refused(each, IN)
    assert oidc_provider.token_requests() == 2
    now.advance(minutes=11)
    token(office, one)
    tokens.refused(one, IN)
    token(office, one)
    assert oidc_provider.token_requests() == 3


def test_an_admin_who_tests_gets_a_new_one(office: Office, one: Integration) -> None:
    assert token(office, one) != token(office, one, fresh=True)


# Secrets


def test_a_secret_that_is_mended_is_used_at_once(
    office: Office, oidc_provider: OidcProvider, client: Client
) -> None:
    draft = integration(app_only(oidc_provider, client.id))
    one = office.services.integrations.save(draft, client_secret("wrong"))
    assert refusal(office, one) is ProblemKind.CLIENT_SECRET_WRONG
    office.services.integrations.save(one, client_secret(client.secret))
    assert token(office, one)


@pytest.mark.parametrize(
    ("authentication", "sign_in", "secret"),
    [
        (IncomingAuthentication.MICROSOFT365, SignIn.APP_ONLY, "credential"),
        (IncomingAuthentication.GOOGLE, SignIn.SERVICE_ACCOUNT, "key_file"),
    ],
)
def test_one_without_its_secret_is_told_which(
    office: Office, authentication: IncomingAuthentication, sign_in: SignIn, secret: str
) -> None:
    """As it is tested while it is disabled for that."""
    draft = integration(OAuthSettings(sign_in=sign_in, client_id="any"), authentication=authentication)
    (step,) = office.services.connection_test.test(draft, IN, CancelScope())
    assert step.problem is not None
    assert (step.problem.kind, step.problem.facts["secret"]) == (ProblemKind.PASSWORD_MISSING, secret)


def test_a_certificate(office: Office, oidc_provider: OidcProvider, app_certificate: tuple[str, str]) -> None:
    pem, certificate = app_certificate
    client = oidc_provider.add_client(certificate=certificate)
    typed = TypedPasswords(others={SecretPurpose.INCOMING_CERTIFICATE: Secret(pem)})
    one = office.services.integrations.save(integration(app_only(oidc_provider, client.id)), typed)
    assert token(office, one)


def test_a_certificate_that_the_provider_does_not_know(
    office: Office, oidc_provider: OidcProvider, app_certificate: tuple[str, str]
) -> None:
    client = oidc_provider.add_client(secret="another way")
    typed = TypedPasswords(others={SecretPurpose.INCOMING_CERTIFICATE: Secret(app_certificate[0])})
    one = office.services.integrations.save(integration(app_only(oidc_provider, client.id)), typed)
    assert refusal(office, one) is ProblemKind.CERTIFICATE_REFUSED


def test_a_service_account_acts_for_the_mailbox(office: Office, oidc_provider: OidcProvider) -> None:
    key = json.dumps(oidc_provider.add_service_account())
    oidc_provider.add_user("help@example.org")
    draft = integration(
        google(oidc_provider, SignIn.SERVICE_ACCOUNT), authentication=IncomingAuthentication.GOOGLE
    )
    typed = TypedPasswords(others={SecretPurpose.INCOMING_KEY_FILE: Secret(key)})
    one = office.services.integrations.save(draft, typed)
    assert token(office, one)
    step, *_ = office.services.connection_test.test(one, IN, CancelScope())
    assert "the service account, acting for help@example.org" in without_isolates(
        token_words(dict(step.facts))
    )


@pytest.mark.parametrize(
    ("part", "fault"),
    [("private", F.NO_CERTIFICATE), ("certificate", F.NO_PRIVATE_KEY), ("nothing", F.NO_CERTIFICATE)],
)
def test_a_certificate_of_no_use_is_told_before_the_provider_is_asked(
    office: Office,
    oidc_provider: OidcProvider,
    app_certificate: tuple[str, str],
    tmp_path: Path,
    part: str,
    fault: FieldFault,
) -> None:
    both, certificate = app_certificate
    path = tmp_path / "app.pem"
    path.write_text({"private": both.removesuffix(certificate), "certificate": certificate}.get(part, part))
    reference = SecretReference(SecretPlace.FILE, str(path))
    one = integration(app_only(oidc_provider, "any", certificate=reference))
    (step,) = office.services.connection_test.test(one, IN, CancelScope())
    assert step.problem is not None
    assert (step.problem.kind, step.problem.facts["fault"]) == (ProblemKind.CERTIFICATE_UNUSABLE, fault)
    assert str(path) in words(step.problem).what
    assert oidc_provider.token_requests() == 0


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"type": "authorized_user"}', '{"type": "service_account"}']
)
def test_a_key_file_of_the_wrong_kind(office: Office, oidc_provider: OidcProvider, content: str) -> None:
    draft = integration(
        google(oidc_provider, SignIn.SERVICE_ACCOUNT), authentication=IncomingAuthentication.GOOGLE
    )
    typed = TypedPasswords(others={SecretPurpose.INCOMING_KEY_FILE: Secret(content or " ")})
    one = office.services.integrations.save(draft, typed)
    assert refusal(office, one) is ProblemKind.KEY_FILE_WRONG


# What the provider says

NO_ANSWERS = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 5000,
    '{"access_token": 1}',
    '{"access_token": "a", "token_type": "Bearer", "expires_in": "soon"}',
    '{"access_token": "a", "token_type": "Bearer", "expires_in": 1e15}',
    '{"access_token": "a", "token_type": "Bearer", "expires_in": 1' + "0" * 30 + "}",
    '{"access_token": "' + "a" * 1_100_000 + '"}',
]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            Answer.aadsts(7000222, "invalid_client", "The provided client secret keys are expired."),
            ProblemKind.CLIENT_SECRET_EXPIRED,
        ),
        (
            Answer.aadsts(700016, "unauthorized_client", "Application not found."),
            ProblemKind.APPLICATION_UNKNOWN,
        ),
        (Answer.throttled(120), ProblemKind.THROTTLED),
        (Answer.html(), ProblemKind.PROVIDER_UNAVAILABLE),
        *((Answer(200, body), ProblemKind.PROVIDER_UNAVAILABLE) for body in NO_ANSWERS),
        (Answer(307, "", {"Location": "https://localhost:9/"}), ProblemKind.PROVIDER_UNAVAILABLE),
        (Answer(500, "oops"), ProblemKind.PROVIDER_UNAVAILABLE),
        (Answer(503, ""), ProblemKind.PROVIDER_UNAVAILABLE),
    ],
)
def test_each_refusal_has_its_kind(
    office: Office, oidc_provider: OidcProvider, one: Integration, answer: Answer, kind: ProblemKind
) -> None:
    oidc_provider.answer(answer, times=10)
    assert refusal(office, one) is kind


@pytest.mark.parametrize(
    "answer", [Answer.html(), *(Answer(200, body) for body in NO_ANSWERS), Answer(500, "oops")]
)
def test_google_likewise(office: Office, oidc_provider: OidcProvider, answer: Answer) -> None:
    key = json.dumps(oidc_provider.add_service_account())
    draft = integration(
        google(oidc_provider, SignIn.SERVICE_ACCOUNT), authentication=IncomingAuthentication.GOOGLE
    )
    typed = TypedPasswords(others={SecretPurpose.INCOMING_KEY_FILE: Secret(key)})
    one = office.services.integrations.save(draft, typed)
    oidc_provider.answer(answer, times=5)
    assert refusal(office, one) is ProblemKind.PROVIDER_UNAVAILABLE
    assert oidc_provider.token_requests() == 1


@pytest.mark.parametrize("body", ["{}", "[]", "<html>"])
def test_endpoints_that_are_none(
    office: Office, oidc_provider: OidcProvider, one: Integration, body: str
) -> None:
    oidc_provider.answer(Answer(200, body), endpoint="discovery", times=5)
    assert refusal(office, one) is ProblemKind.PROVIDER_UNAVAILABLE


def test_who_was_refused_does_not_ask_again_at_once(
    office: Office, oidc_provider: OidcProvider, one: Integration, now: Now
) -> None:
    oidc_provider.answer(Answer.throttled(600), times=1)
    assert refusal(office, one) is ProblemKind.THROTTLED
    asked = oidc_provider.token_requests()
    now.advance(seconds=590)
    with pytest.raises(ProblemError) as caught:
        token(office, one)
    assert caught.value.problem.kind is ProblemKind.THROTTLED
    assert caught.value.problem.wait_asked_for <= 10  # what is left of it
    assert oidc_provider.token_requests() == asked == 1
    now.advance(seconds=11)
    assert token(office, one)


def test_an_admin_who_tests_asks_at_once(
    office: Office, oidc_provider: OidcProvider, one: Integration
) -> None:
    oidc_provider.answer(Answer.throttled(600), times=1)
    assert refusal(office, one) is ProblemKind.THROTTLED
    assert token(office, one, fresh=True)


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("stopped", ProblemKind.CONNECTION_REFUSED),
        ("another certificate", ProblemKind.TLS_UNTRUSTED),
        ("no such name", ProblemKind.RESOLVE_FAILED),
    ],
)
def test_a_provider_that_cannot_be_reached(
    office: Office, oidc_provider: OidcProvider, one: Integration, what: str, kind: ProblemKind
) -> None:
    """The mail server, and where its name is typed, have no part in it."""
    host = "no-such-host.invalid" if what == "no such name" else "localhost"
    if what == "stopped":
        oidc_provider.stop()
    elif what == "another certificate":
        office.services.properties.set({"extra_ca_file": ""})
    oauth = replace(one.incoming.oauth, authority=oidc_provider.authority.replace("localhost", host))
    one = replace(one, incoming=replace(one.incoming, oauth=oauth))
    problem = problem_of(office, office.services.integrations.save(one))
    assert problem.kind is kind
    told = words(problem, "Help", IN)
    assert host in told.what
    assert "the sign-in service of Microsoft 365" in told.what
    assert "Check server and port" not in told.remedy
    assert "Settings, Network" in told.remedy


@pytest.mark.parametrize("endpoint", ["discovery", "token"])
@pytest.mark.parametrize("status", [200, 302, 403, 404, 511])
def test_something_else_that_answers_in_place_of_the_provider(
    office: Office, oidc_provider: OidcProvider, one: Integration, status: int, endpoint: str
) -> None:
    answer = Answer.html(status)
    if status == 302:
        answer = replace(answer, headers={**answer.headers, "Location": "https://localhost:9/log-in"})
    oidc_provider.answer(answer, endpoint=endpoint, times=5)
    problem = problem_of(office, one)
    assert problem.kind is ProblemKind.PROVIDER_UNAVAILABLE
    told = words(problem, "Help", IN)
    assert "something else answered in place of localhost" in told.what
    assert "a log-in page of this network" in told.remedy


@pytest.mark.parametrize("status", [200, 403])
def test_something_else_that_answers_in_place_of_google(
    office: Office, oidc_provider: OidcProvider, status: int
) -> None:
    key = json.dumps(oidc_provider.add_service_account())
    draft = integration(
        google(oidc_provider, SignIn.SERVICE_ACCOUNT), authentication=IncomingAuthentication.GOOGLE
    )
    typed = TypedPasswords(others={SecretPurpose.INCOMING_KEY_FILE: Secret(key)})
    one = office.services.integrations.save(draft, typed)
    oidc_provider.answer(Answer.html(status), times=5)
    assert "something else answered in place of localhost" in words(problem_of(office, one)).what


def test_a_service_that_is_down_may_have_a_page(
    office: Office, oidc_provider: OidcProvider, one: Integration
) -> None:
    oidc_provider.answer(Answer.html(503), times=5)
    assert "does not work at present" in words(problem_of(office, one)).what


def test_an_application_that_a_policy_denies_is_not_to_sign_in(
    office: Office, oidc_provider: OidcProvider, one: Integration
) -> None:
    oidc_provider.answer(Answer.aadsts(53003, "access_denied", "Blocked by Conditional Access."))
    problem = problem_of(office, one)
    assert problem.kind is ProblemKind.ACCESS_POLICY_DENIED
    told = str(words(problem, "Help", IN))
    assert "Sign in" not in told
    assert "application" in told


def test_a_provider_that_is_silent(
    office: Office, oidc_provider: OidcProvider, one: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_SECONDS", 0.3)
    oidc_provider.pause()
    assert refusal(office, one) is ProblemKind.TIMED_OUT
    oidc_provider.resume()
    assert token(office, one, fresh=True)


def test_a_provider_that_takes_longer_than_anybody_waits(
    office: Office, oidc_provider: OidcProvider, one: Integration
) -> None:
    oidc_provider.pause()
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.tokens.token(one, IN, CancelScope({Stage.TOKEN: 0.3}))
    told = words(caught.value.problem, "Help", IN)
    assert told.what == "Help could not log in: the sign-in service of Microsoft 365 did not answer in time."
    assert "proxy" in told.remedy


@pytest.mark.parametrize("ahead", [-3600, 7200])
def test_a_clock_that_is_wrong(office: Office, oidc_provider: OidcProvider, ahead: int) -> None:
    oidc_provider.configure(clock_offset=ahead)
    key = json.dumps(oidc_provider.add_service_account())
    oidc_provider.add_user("help@example.org")
    draft = integration(
        google(oidc_provider, SignIn.SERVICE_ACCOUNT), authentication=IncomingAuthentication.GOOGLE
    )
    typed = TypedPasswords(others={SecretPurpose.INCOMING_KEY_FILE: Secret(key)})
    one = office.services.integrations.save(draft, typed)
    assert refusal(office, one) is ProblemKind.CLOCK_WRONG


def test_a_clock_that_is_wrong_with_a_certificate(
    office: Office, oidc_provider: OidcProvider, app_certificate: tuple[str, str]
) -> None:
    oidc_provider.configure(clock_offset=3600)
    client = oidc_provider.add_client(certificate=app_certificate[1])
    typed = TypedPasswords(others={SecretPurpose.INCOMING_CERTIFICATE: Secret(app_certificate[0])})
    one = office.services.integrations.save(integration(app_only(oidc_provider, client.id)), typed)
    assert refusal(office, one) is ProblemKind.CLOCK_WRONG


def test_the_environment_changes_nothing(
    office: Office, one: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert token(office, one)


def test_cancelling_one_takes_the_token_from_nobody(
    office: Office, oidc_provider: OidcProvider, one: Integration
) -> None:
    oidc_provider.configure(delay=1)
    leaving, staying = CancelScope(), CancelScope()
    tokens = office.services.sign_ins.tokens
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(tokens.token, one, IN, leaving)
        second = pool.submit(tokens.token, one, IN, staying)
        leaving.cancel(CancelReason.ADMIN)
        with pytest.raises(Cancelled):
            first.result(30)
        assert second.result(30).value
    assert oidc_provider.token_requests() == 1


# A sign-in by a person


@pytest.fixture
def signed(office: Office, oidc_provider: OidcProvider, now: Now) -> Integration:
    oidc_provider.configure(rotation=True)
    user = oidc_provider.add_user("help@example.org")
    client = oidc_provider.add_client()
    one = office.services.integrations.save(
        integration(by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE))
    )
    signed_in = signed_in_on_device(office.services, one, oidc_provider, user)
    assert signed_in.account == user.name
    office.services.sign_ins.keep(one, IN, signed_in)
    return one


def kept(office: Office, one: Integration) -> str:
    with office.services.database.read() as unit:
        return office.services.credentials.unsealed(unit, one.id, SecretPurpose.INCOMING_TOKENS).reveal()


def test_nobody_signed_in_yet(office: Office, oidc_provider: OidcProvider) -> None:
    client = oidc_provider.add_client()
    one = office.services.integrations.save(
        integration(by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE))
    )
    assert refusal(office, one) is ProblemKind.SIGN_IN_NEEDED
    assert oidc_provider.token_requests() == 0


def test_a_sign_in_is_read_again_from_the_vault(
    office: Office, oidc_provider: OidcProvider, signed: Integration
) -> None:
    first = token(office, signed)
    office.services.sign_ins.tokens.forget(signed.id)
    assert token(office, signed) == first
    status = office.services.sign_ins.status(signed, IN)
    assert status is not None
    assert status.account == "help@example.org"


def test_a_rotated_refresh_token_is_stored_before_the_token_is_used(
    office: Office, oidc_provider: OidcProvider, signed: Integration
) -> None:
    before = kept(office, signed)
    token(office, signed, fresh=True)
    assert kept(office, signed) != before
    office.services.sign_ins.tokens.forget(signed.id)
    assert token(office, signed, fresh=True)  # the refresh token that was spent is not the one that is kept


def test_a_store_that_fails_in_the_middle_of_a_rotation_loses_no_refresh_token(
    office: Office,
    oidc_provider: OidcProvider,
    signed: Integration,
    monkeypatch: pytest.MonkeyPatch,
    now: Now,
) -> None:
    def fail(*_arguments: object) -> None:
        raise ProblemError(Problem(ProblemKind.STORE_FAILED))

    before = kept(office, signed)
    with monkeypatch.context() as failing:
        failing.setattr(Credentials, "keep", fail)
        assert refusal(office, signed, fresh=True) is ProblemKind.STORE_FAILED
        assert kept(office, signed) == before
    asked = oidc_provider.token_requests("refresh_token")
    now.advance(minutes=1)
    assert token(office, signed)
    assert kept(office, signed) != before
    assert oidc_provider.token_requests("refresh_token") == asked
    office.services.sign_ins.tokens.forget(signed.id)
    assert token(office, signed, fresh=True)


def another_sign_in(office: Office, one: Integration, provider: OidcProvider, name: str) -> None:
    signed_in = signed_in_on_device(office.services, one, provider, provider.add_user(name))
    office.services.sign_ins.keep(one, IN, signed_in)


def during_a_renewal(
    office: Office, provider: OidcProvider, one: Integration, then: Callable[[], None]
) -> None:
    """``then()`` while the provider takes its time over a request that began before."""
    asked = provider.token_requests("refresh_token")
    provider.configure(delay=1)
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(office.services.sign_ins.tokens.token, one, IN, CancelScope(), fresh=True)
        wait.until(lambda: provider.token_requests("refresh_token") > asked, "the request")
        provider.configure(delay=0)
        then()
        with contextlib.suppress(ProblemError):
            renewing.result(30)


def test_who_signs_in_during_a_renewal_is_not_undone(
    office: Office, oidc_provider: OidcProvider, signed: Integration
) -> None:
    def then() -> None:
        another_sign_in(office, signed, oidc_provider, "new@example.org")

    during_a_renewal(office, oidc_provider, signed, then)
    status = office.services.sign_ins.status(signed, IN)
    assert status is not None
    assert status.account == "new@example.org"
    assert token(office, signed, fresh=True)


def test_who_signs_out_during_a_renewal_is_not_signed_in_again(
    office: Office, oidc_provider: OidcProvider, signed: Integration
) -> None:
    during_a_renewal(office, oidc_provider, signed, lambda: office.services.sign_ins.sign_out(signed, IN))
    assert office.services.sign_ins.status(signed, IN) is None
    assert refusal(office, signed) is ProblemKind.SIGN_IN_NEEDED


def test_a_save_during_a_renewal_spends_no_refresh_token_twice(
    office: Office, oidc_provider: OidcProvider, signed: Integration
) -> None:
    def then() -> None:
        office.services.integrations.save(replace(signed, description="changed"))
        assert token(office, signed, fresh=True)

    during_a_renewal(office, oidc_provider, signed, then)
    assert token(office, signed, fresh=True)


def test_a_test_of_other_settings_leaves_the_sign_in_good(
    office: Office, oidc_provider: OidcProvider, signed: Integration
) -> None:
    oauth = replace(signed.incoming.oauth, mailbox="x@y.example")
    draft = replace(signed, incoming=replace(signed.incoming, oauth=oauth))
    assert token(office, signed)
    assert token(office, draft, fresh=True)
    assert token(office, signed, fresh=True)


def test_a_save_after_a_store_that_failed_loses_no_refresh_token(
    office: Office, oidc_provider: OidcProvider, signed: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ProblemError(Problem(ProblemKind.STORE_FAILED))

    with monkeypatch.context() as failing:
        failing.setattr(Credentials, "keep", fail)
        assert refusal(office, signed, fresh=True) is ProblemKind.STORE_FAILED
    office.services.integrations.save(replace(signed, description="changed"))
    assert token(office, signed, fresh=True)
    assert token(office, signed, fresh=True)


def test_a_copy_has_no_sign_in(office: Office, oidc_provider: OidcProvider, signed: Integration) -> None:
    copy = office.services.integrations.duplicate(signed.id)
    assert office.services.sign_ins.status(copy, IN) is None
    assert token(office, signed, fresh=True)


def test_a_typed_sign_in_that_has_aged_is_not_spent(
    office: Office, oidc_provider: OidcProvider, signed: Integration, now: Now
) -> None:
    user = oidc_provider.add_user("other@example.org")
    signed_in = signed_in_on_device(office.services, signed, oidc_provider, user)
    typed = TypedPasswords(others={SecretPurpose.INCOMING_TOKENS: signed_in.state})
    now.advance(minutes=57)
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.tokens.token(signed, IN, CancelScope(), typed, fresh=True)
    assert caught.value.problem.kind is ProblemKind.SIGN_IN_NEEDED
    office.services.integrations.save(signed, typed)
    assert token(office, signed, fresh=True)


def test_closing_waits_for_a_rotation_to_be_stored(
    office: Office, oidc_provider: OidcProvider, signed: Integration
) -> None:
    before = kept(office, signed)
    during_a_renewal(office, oidc_provider, signed, lambda: office.services.sign_ins.tokens.close(20))
    assert kept(office, signed) != before
    with pytest.raises(Cancelled):
        token(office, signed, fresh=True)


def test_revoked_needs_a_sign_in(office: Office, oidc_provider: OidcProvider, signed: Integration) -> None:
    oidc_provider.revoke_refresh_tokens()
    assert refusal(office, signed, fresh=True) is ProblemKind.SIGN_IN_NEEDED


def test_signing_out_forgets(office: Office, oidc_provider: OidcProvider, signed: Integration) -> None:
    office.services.sign_ins.sign_out(signed, IN)
    assert office.services.sign_ins.status(signed, IN) is None
    assert refusal(office, signed) is ProblemKind.SIGN_IN_NEEDED


def test_another_application_drops_the_sign_in(
    office: Office, oidc_provider: OidcProvider, signed: Integration
) -> None:
    renamed = office.services.integrations.save(replace(signed, description="changed"))
    assert office.services.sign_ins.status(renamed, IN) is not None
    other = replace(signed.incoming, oauth=replace(signed.incoming.oauth, client_id="other"))
    changed = office.services.integrations.save(replace(signed, incoming=other))
    assert office.services.sign_ins.status(changed, IN) is None
