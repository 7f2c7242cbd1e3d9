"""An admin signs in at a provider, with the browser or with a code, and what can go wrong on the way."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction, IncomingAuthentication, Integration
from mailint_gui.domain.oauth import DeviceCode, Provider, SignedIn, SignIn
from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.domain.secret import SecretPurpose, TypedPasswords
from mailint_gui.mail.scope import DEADLINES, Cancelled, CancelReason
from mailint_gui.services.applications import wanted_scopes
from mailint_gui.services.scope import CancelScope
from mailint_gui.wording.problems import words
from tests.servers import wait
from tests.servers.browser import Browser
from tests.servers.oidc_answer import Answer
from tests.servers.oidc_provider import GOOGLE_MAIL, OidcProvider, User
from tests.services.oauth import (
    by_a_person,
    client_secret,
    google,
    integration,
    signed_in_on_device,
    visiting,
)
from tests.services.office import Office

IN = Direction.INCOMING
LIMIT = 60


@pytest.fixture(autouse=True)
def _vault(office: Office) -> None:
    office.services.credentials.use_for_this_run()


@pytest.fixture
def admin(oidc_provider: OidcProvider) -> User:
    return oidc_provider.add_user("help@example.org")


@pytest.fixture
def microsoft(oidc_provider: OidcProvider) -> Integration:
    client = oidc_provider.add_client()
    return integration(by_a_person(oidc_provider, client.id, SignIn.INTERACTIVE))


@pytest.fixture
def on_device(oidc_provider: OidcProvider) -> Integration:
    client = oidc_provider.add_client()
    return integration(by_a_person(oidc_provider, client.id, SignIn.DEVICE_CODE))


def in_browser(
    office: Office, one: Integration, provider: OidcProvider, user: User, *, allow: bool = True
) -> SignedIn:
    visit = visiting(provider, user, allow=allow)
    return office.services.sign_ins.in_browser(one, IN, CancelScope(), visit)


# The browser


def test_signing_in_gives_a_token_and_what_to_keep(
    office: Office, oidc_provider: OidcProvider, microsoft: Integration, admin: User
) -> None:
    signed_in = in_browser(office, microsoft, oidc_provider, admin)
    assert signed_in.account == admin.name
    typed = TypedPasswords(others={SecretPurpose.INCOMING_TOKENS: signed_in.state})
    tokens = office.services.sign_ins.tokens
    asked = oidc_provider.token_requests()
    given = tokens.token(microsoft, IN, CancelScope(), typed, fresh=True)
    assert given.value == signed_in.token.value
    assert oidc_provider.token_requests() == asked  # what is only typed is not spent by a test
    stored = office.services.integrations.save(microsoft, typed)
    status = office.services.sign_ins.status(stored, IN)
    assert status is not None
    assert status.account == admin.name


@pytest.mark.parametrize("allow", [True, False])
@pytest.mark.parametrize("provider", list(Provider))
def test_a_real_browser(
    office: Office,
    oidc_provider: OidcProvider,
    microsoft: Integration,
    admin: User,
    browser: Browser,
    provider: Provider,
    allow: bool,
) -> None:
    one = microsoft
    if provider is Provider.GOOGLE:
        client = oidc_provider.add_client(secret="s3cret")
        one = integration(
            google(oidc_provider, SignIn.INTERACTIVE, client.id), authentication=IncomingAuthentication.GOOGLE
        )
        one = office.services.integrations.save(one, client_secret(client.secret))
    pages: SimpleQueue[str] = SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        signing_in = pool.submit(office.services.sign_ins.in_browser, one, IN, CancelScope(), pages.put)
        browser.open(pages.get(timeout=LIMIT))
        browser.sign_in(admin.name, admin.password, allow=allow)
        if allow:
            browser.wait_for_text("go back to Mailint")
            assert signing_in.result(LIMIT).account == admin.name
        else:
            browser.wait_for_text("got no permission")
            with pytest.raises(ProblemError) as caught:
                signing_in.result(LIMIT)
            assert caught.value.problem.kind is ProblemKind.SIGN_IN_REFUSED


def test_google_knows_who_signed_in(office: Office, oidc_provider: OidcProvider, admin: User) -> None:
    client = oidc_provider.add_client(secret="s3cret")
    one = integration(
        google(oidc_provider, SignIn.INTERACTIVE, client.id), authentication=IncomingAuthentication.GOOGLE
    )
    one = office.services.integrations.save(one, client_secret(client.secret))
    signed_in = in_browser(office, one, oidc_provider, admin)
    assert signed_in.account == admin.name
    assert GOOGLE_MAIL in signed_in.token.grants
    office.services.sign_ins.keep(one, IN, signed_in)
    tokens = office.services.sign_ins.tokens
    first = tokens.token(one, IN, CancelScope()).value
    assert first == signed_in.token.value
    renewed = tokens.token(one, IN, CancelScope(), fresh=True).value
    assert renewed != first
    tokens.forget(one.id)
    assert tokens.token(one, IN, CancelScope()).value == renewed  # read from the vault


def test_google_opens_the_mailbox_of_its_own_account_only(
    office: Office, oidc_provider: OidcProvider
) -> None:
    client = oidc_provider.add_client(secret="s3cret")
    one = integration(
        google(oidc_provider, SignIn.INTERACTIVE, client.id), authentication=IncomingAuthentication.GOOGLE
    )
    one = office.services.integrations.save(one, client_secret(client.secret))
    somebody = oidc_provider.add_user("somebody@example.org")
    with pytest.raises(ProblemError) as caught:
        in_browser(office, one, oidc_provider, somebody)
    assert caught.value.problem.kind is ProblemKind.WRONG_USER_SIGNED_IN
    assert caught.value.problem.facts["got"] == somebody.name


def test_refused_by_the_admin(
    office: Office, oidc_provider: OidcProvider, microsoft: Integration, admin: User
) -> None:
    with pytest.raises(ProblemError) as caught:
        in_browser(office, microsoft, oidc_provider, admin, allow=False)
    assert caught.value.problem.kind is ProblemKind.SIGN_IN_REFUSED


def test_an_answer_to_another_sign_in_changes_nothing(
    office: Office, oidc_provider: OidcProvider, microsoft: Integration, admin: User
) -> None:
    """Any page in the browser can send one."""

    def visit(url: str) -> None:
        target = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0])
        forged = urlunsplit(target._replace(path="/", query=urlencode({"code": "forged", "state": "forged"})))
        with oidc_provider.session() as browser:
            assert browser.get(forged, timeout=LIMIT).status_code == 400
            assert (
                browser.get(urlunsplit(target._replace(path="/favicon.ico")), timeout=LIMIT).status_code
                == 400
            )
        visiting(oidc_provider, admin)(url)

    signed_in = office.services.sign_ins.in_browser(microsoft, IN, CancelScope(), visit)
    assert signed_in.account == admin.name


@pytest.mark.parametrize("reason", [CancelReason.ADMIN, CancelReason.SHUTDOWN, CancelReason.OVERDUE])
def test_a_browser_that_never_comes_back(
    office: Office, oidc_provider: OidcProvider, microsoft: Integration, reason: CancelReason
) -> None:
    scope = CancelScope()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(
            office.services.sign_ins.in_browser, microsoft, IN, scope, lambda _url: scope.cancel(reason)
        )
        with pytest.raises((Cancelled, ProblemError)) as caught:
            waiting.result(LIMIT)
    if isinstance(caught.value, ProblemError):
        assert caught.value.problem.kind is ProblemKind.TIMED_OUT
        assert caught.value.problem.facts["stage"] == Stage.SIGN_IN


# The code


def test_a_code_that_nobody_enters_in_time(
    office: Office, oidc_provider: OidcProvider, on_device: Integration
) -> None:
    oidc_provider.configure(device_code_lifetime=3)
    scope = CancelScope({Stage.SIGN_IN: 1.0})  # the code says how long, and not the stage
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.on_device(on_device, IN, scope, lambda _code: None)
    assert caught.value.problem.kind is ProblemKind.TIMED_OUT
    told = words(caught.value.problem, "Help", IN)
    assert told.what == "Help was not signed in: nobody did so at Microsoft 365 in time."
    assert "within 3 s" in told.remedy


class Noting(CancelScope):
    """Notes how long it is to wait before each question, and goes on at once; ``meanwhile`` happens before."""

    def __init__(self, meanwhile: Callable[[], object] = bool) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self.patience = 0.0  # of whoever watches over it
        self._meanwhile = meanwhile

    def pause(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 1))
        self.patience = self.remaining()
        self._meanwhile()


def entering(provider: OidcProvider, user: User, then: Callable[[], object]) -> Callable[[DeviceCode], None]:
    """Somebody enters the code as soon as it is shown; ``then`` something comes in the way."""

    def show(code: DeviceCode) -> None:
        provider.enter_code(code.user_code, user)
        then()

    return show


@pytest.mark.parametrize(
    ("answer", "pauses"),
    [
        (Answer(503, "busy"), [2, 4, 8, 16, 32, 60, 60]),
        (Answer.throttled(7), [7, 7, 8, 16, 32, 60, 60]),
        (Answer.throttled(90), [90] * 7),
        (Answer.html(), [2, 4, 8, 16, 32, 60, 60]),
        (Answer.error("temporarily_unavailable"), [2, 4, 8, 16, 32, 60, 60]),
        (Answer.error("slow_down"), [6, 11, 16, 21, 26, 31, 36]),
    ],
    ids=["503", "429", "429 for long", "a page", "unavailable", "slow down"],
)
@pytest.mark.filterwarnings("ignore:Attempted too soon")
def test_what_passes_does_not_end_a_sign_in_by_a_code(
    office: Office,
    oidc_provider: OidcProvider,
    on_device: Integration,
    admin: User,
    answer: Answer,
    pauses: list[float],
) -> None:
    """RFC 8628 section 3.5."""
    scope = Noting()
    show = entering(oidc_provider, admin, lambda: oidc_provider.answer(answer, times=len(pauses)))
    signed_in = office.services.sign_ins.on_device(on_device, IN, scope, show)
    assert signed_in.account == admin.name
    assert scope.pauses == pauses


@pytest.mark.filterwarnings("ignore:Attempted too soon")
def test_an_outage_does_not_end_a_sign_in_by_a_code(
    office: Office, oidc_provider: OidcProvider, on_device: Integration, admin: User
) -> None:
    scope = Noting(meanwhile=oidc_provider.start)
    show = entering(oidc_provider, admin, oidc_provider.stop)
    signed_in = office.services.sign_ins.on_device(on_device, IN, scope, show)
    assert signed_in.account == admin.name
    assert scope.pauses == [2]
    assert scope.patience > DEADLINES[Stage.SIGN_IN]  # the code is good for longer


def test_what_was_in_the_way_when_a_code_expired_is_told(
    office: Office, oidc_provider: OidcProvider, on_device: Integration, admin: User
) -> None:
    oidc_provider.configure(device_code_lifetime=2)
    show = entering(oidc_provider, admin, lambda: oidc_provider.answer(Answer(503, "busy"), times=100))
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.on_device(on_device, IN, CancelScope(), show)
    assert caught.value.problem.kind is ProblemKind.PROVIDER_UNAVAILABLE


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer.error("something_new"), ProblemKind.UNKNOWN),
        (Answer.aadsts(65001, "invalid_grant", "No consent."), ProblemKind.CONSENT_MISSING),
        (Answer.error("expired_token"), ProblemKind.TIMED_OUT),
    ],
)
def test_a_refusal_ends_a_sign_in_by_a_code_at_once(
    office: Office, oidc_provider: OidcProvider, on_device: Integration, answer: Answer, kind: ProblemKind
) -> None:
    scope = Noting()
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.on_device(
            on_device, IN, scope, lambda _code: oidc_provider.answer(answer, times=2)
        )
    assert caught.value.problem.kind is kind
    assert scope.pauses == []


def test_whoever_cancels_waits_for_no_question(
    office: Office, oidc_provider: OidcProvider, on_device: Integration
) -> None:
    scope = CancelScope()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(office.services.sign_ins.on_device, on_device, IN, scope, lambda _code: None)
        wait.until(lambda: oidc_provider.token_requests() > 0, "a question")
        oidc_provider.pause()
        scope.cancel(CancelReason.ADMIN)
        with pytest.raises(Cancelled):
            waiting.result(LIMIT)


def test_with_a_code(
    office: Office, oidc_provider: OidcProvider, on_device: Integration, admin: User
) -> None:
    signed_in = signed_in_on_device(office.services, on_device, oidc_provider, admin)
    assert signed_in.account == admin.name


def test_a_code_that_is_refused(
    office: Office, oidc_provider: OidcProvider, on_device: Integration, admin: User
) -> None:
    with pytest.raises(ProblemError) as caught:
        signed_in_on_device(office.services, on_device, oidc_provider, admin, allow=False)
    assert caught.value.problem.kind is ProblemKind.SIGN_IN_REFUSED


def test_a_code_that_nobody_types(
    office: Office, oidc_provider: OidcProvider, on_device: Integration
) -> None:
    scope = CancelScope()
    with pytest.raises(Cancelled):
        office.services.sign_ins.on_device(
            on_device, IN, scope, lambda _code: scope.cancel(CancelReason.ADMIN)
        )


def test_an_application_that_is_not_known(
    office: Office, oidc_provider: OidcProvider, on_device: Integration
) -> None:
    oidc_provider.answer(
        Answer.aadsts(700016, "unauthorized_client", "Application with identifier 'x' was not found."),
        endpoint="device_authorization",
    )
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.on_device(on_device, IN, CancelScope(), lambda _code: None)
    assert caught.value.problem.kind is ProblemKind.APPLICATION_UNKNOWN


def test_an_authority_that_knows_no_codes(
    office: Office, oidc_provider: OidcProvider, on_device: Integration
) -> None:
    authority = oidc_provider.authority
    endpoints = {"token_endpoint": oidc_provider.token_endpoint, "issuer": authority}
    endpoints["authorization_endpoint"] = oidc_provider.authorization_endpoint
    oidc_provider.answer(Answer(200, json.dumps(endpoints)), endpoint="discovery")
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.on_device(on_device, IN, CancelScope(), lambda _code: None)
    assert caught.value.problem.kind is ProblemKind.APPLICATION_SETTINGS_WRONG


def test_a_tenant_that_is_not_known(
    office: Office, oidc_provider: OidcProvider, on_device: Integration
) -> None:
    oidc_provider.answer(
        Answer.aadsts(90002, "invalid_tenant", "Tenant 'x' not found."), endpoint="discovery", times=5
    )
    with pytest.raises(ProblemError) as caught:
        office.services.sign_ins.on_device(on_device, IN, CancelScope(), lambda _code: None)
    assert caught.value.problem.kind is ProblemKind.TENANT_UNKNOWN


def test_signing_in_asks_for_what_is_switched_on_and_no_more(
    office: Office, oidc_provider: OidcProvider, on_device: Integration, admin: User
) -> None:
    wanted = replace(on_device.incoming, oauth=replace(on_device.incoming.oauth, scopes=()))
    one = replace(on_device, incoming=wanted)
    assert wanted_scopes(one, IN) == ("https://outlook.office365.com/IMAP.AccessAsUser.All",)
