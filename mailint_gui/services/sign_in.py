"""An admin signs in at a provider: with the browser of this computer, or with a code on any device."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import TOKENS_OF, log_in_direction, settings_of, sign_in_of
from mailint_gui.domain.mailbox_access import mailbox_of
from mailint_gui.domain.oauth import DeviceCode, Provider, SignedIn, SignIn, SignInStatus
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import SecretPurpose, TypedPasswords
from mailint_gui.mail.auth.kept_sign_in import KeptSignIn
from mailint_gui.mail.auth.loopback import Loopback, Page
from mailint_gui.mail.connect import diagnosed
from mailint_gui.mail.scope import CancelScope, run_with_deadline
from mailint_gui.services.announcements import Announce, StatusChanged
from mailint_gui.services.applications import Applications
from mailint_gui.services.credentials import NOTHING_TYPED, Credentials
from mailint_gui.services.device_polling import until_entered
from mailint_gui.services.identities import Identities
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.statuses import Statuses
from mailint_gui.services.tokens import Tokens
from mailint_gui.store.database import Database

if TYPE_CHECKING:
    from mailint_gui.mail.auth.identity import Identity

T = TypeVar("T")

_REQUEST_SECONDS = 90.0  # for a few requests to the provider, each with its own patience
# What the providers take as redirect URI of an installed application, whatever the port:
# https://learn.microsoft.com/en-us/entra/identity-platform/reply-url#localhost-exceptions
# https://developers.google.com/identity/protocols/oauth2/native-app
_HOSTS = {Provider.MICROSOFT365: "localhost", Provider.GOOGLE: "127.0.0.1"}


@dataclass(frozen=True, slots=True)
class SignIns:
    """The use cases with what they need; no state of their own. ``page``: the words for the browser."""

    database: Database
    credentials: Credentials
    applications: Applications
    identities: Identities
    tokens: Tokens
    monitor: Monitor
    statuses: Statuses
    page: Page
    announce: Announce

    def in_browser(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        show: Callable[[str], None],
        typed: TypedPasswords = NOTHING_TYPED,
    ) -> SignedIn:
        """``show`` gets the page to open. Nothing is stored. Raises ProblemError, Cancelled."""
        owner = log_in_direction(integration, direction)
        provider = settings_of(integration, owner).provider
        assert provider is not None
        scope.enter(Stage.SIGN_IN)
        lifetime = str(round(scope.remaining()))
        identity = self._identity(integration, owner, typed, scope)
        with Loopback(_HOSTS[provider], self.page) as loopback:
            flow = _asked(lambda: identity.begin_in_browser(loopback.redirect_uri), scope)
            loopback.expect(flow.state)
            show(flow.url)
            with diagnosed(scope, provider=provider, lifetime=lifetime):
                answer = loopback.answer(scope)
        return _asked(lambda: identity.end_in_browser(flow, answer), scope)

    def on_device(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        show: Callable[[DeviceCode], None],
        typed: TypedPasswords = NOTHING_TYPED,
    ) -> SignedIn:
        """``show`` gets the code and where to type it. Nothing is stored. Raises ProblemError, Cancelled.

        For Microsoft 365 alone: Google gives no scope of mail by a code
        (https://developers.google.com/identity/protocols/oauth2/limited-input-device#allowedscopes). One that signs
        in with the browser can do so by a code too, as the same application.
        """
        owner = log_in_direction(integration, direction)
        scope.enter(Stage.SIGN_IN)
        application = self.applications.of(_by_code(integration, owner), owner, typed)
        identity = _asked(lambda: self.identities.of_microsoft(application), scope)
        flow = _asked(identity.begin_on_device, scope)
        show(flow.code)
        lifetime = str(flow.lifetime)
        with diagnosed(scope, provider=Provider.MICROSOFT365, lifetime=lifetime, stage=Stage.SIGN_IN):
            return until_entered(identity, flow, scope)

    def require_place(self) -> None:
        """To be asked before somebody signs in. Raises ProblemError where nothing can be kept."""
        if self.database.is_shared:
            raise ProblemError(Problem(ProblemKind.VAULT_ABSENT, {"secret": "tokens", "task": "store"}))
        self.credentials.require_vault(SecretPurpose.INCOMING_TOKENS)

    def keep(self, integration: Integration, direction: Direction, signed_in: SignedIn) -> None:
        """Stores a sign-in for an integration that is stored; its checks and sends go on. Raises ProblemError."""
        owner = log_in_direction(integration, direction)
        self.require_place()
        with self.database.write() as unit:
            self.credentials.keep(unit, integration.id, TOKENS_OF[owner], signed_in.state)
        self.tokens.forget(integration.id)
        self.monitor.signed_in(integration.id)
        self.announce(StatusChanged(self.statuses.of({integration.id})))

    def status_of(self, signed_in: SignedIn) -> SignInStatus:
        """What is shown of a sign-in that is not stored yet."""
        return KeptSignIn.read(signed_in.state).status

    def status(self, integration: Integration, direction: Direction) -> SignInStatus | None:
        """What is kept of a sign-in; None for none. Raises ProblemError."""
        owner = log_in_direction(integration, direction)
        return self.tokens.status(integration.id, owner) if integration.id else None

    def sign_out(self, integration: Integration, direction: Direction) -> None:
        """Forgets the tokens that are kept here; whoever logged in by them waits for a sign-in. Raises ProblemError."""
        owner = log_in_direction(integration, direction)
        self.tokens.sign_out(integration.id, owner)
        if sign_in_of(integration, owner):
            users = [each for each in Direction if log_in_direction(integration, each) is owner]
            self.monitor.signed_out(integration.id, users, _nobody_signed_in(integration, owner))
            self.announce(StatusChanged(self.statuses.of({integration.id})))

    def _identity(
        self, integration: Integration, owner: Direction, typed: TypedPasswords, scope: CancelScope
    ) -> "Identity":
        application = self.applications.of(integration, owner, typed)
        return _asked(lambda: self.identities.of(application, None), scope)


def _nobody_signed_in(integration: Integration, owner: Direction) -> Problem:
    provider = settings_of(integration, owner).provider
    assert provider is not None
    facts = {"provider": provider, "mailbox": mailbox_of(integration, owner), "log_in": owner}
    return Problem(ProblemKind.SIGN_IN_NEEDED, facts)


def _by_code(integration: Integration, owner: Direction) -> Integration:
    settings = settings_of(integration, owner)
    oauth = replace(settings.oauth, sign_in=SignIn.DEVICE_CODE)
    changed: dict[str, Any] = {owner.value: replace(settings, oauth=oauth)}
    return replace(integration, **changed)


def _asked(function: Callable[[], T], scope: CancelScope) -> T:
    """What asks the provider cannot be woken: it is waited for on another thread. A fault is one of this stage: nobody
    but the person tries again."""
    with diagnosed(scope, stage=Stage.SIGN_IN):
        try:
            return run_with_deadline(function, min(_REQUEST_SECONDS, scope.remaining()), scope)
        except TimeoutError as error:  # not that of somebody who does not come
            raise ProblemError(Problem(ProblemKind.PROVIDER_UNAVAILABLE, detail=str(error))) from error
