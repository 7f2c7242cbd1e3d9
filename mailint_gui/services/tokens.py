"""Access tokens for log-ins: of an application, or of a person who signed in."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.integration_secrets import settings_of
from mailint_gui.domain.oauth import AccessToken, SignInStatus
from mailint_gui.domain.problem import ProblemError
from mailint_gui.domain.secret import Secret, TypedPasswords
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.application_tokens import ApplicationTokens
from mailint_gui.services.credentials import NOTHING_TYPED
from mailint_gui.services.sign_in_tokens import SignInTokens


@dataclass(frozen=True, slots=True)
class Tokens:
    """``direction`` is always the one whose settings are used, once *same as incoming* is followed."""

    applications: ApplicationTokens
    sign_ins: SignInTokens
    _handed_out: dict[tuple[int, Direction], AccessToken] = field(default_factory=dict, repr=False)
    _opened_with: dict[tuple[int, Direction], Secret] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def token(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        typed: TypedPasswords = NOTHING_TYPED,
        *,
        fresh: bool = False,
    ) -> AccessToken:
        """A token that is good for a while; ``fresh``: an admin wants to know what the provider says now.

        Raises ProblemError, Cancelled.
        """
        scope.enter(Stage.TOKEN)
        settings = settings_of(integration, direction)
        assert settings.provider is not None
        source = self.sign_ins if settings.oauth.by_a_person else self.applications
        try:
            token = source.token(integration, direction, scope, typed, fresh=fresh)
        except ProblemError as error:
            raise ProblemError(error.problem.about(provider=settings.provider)) from error
        with self._lock:
            self._handed_out[integration.id, direction] = token
        return token

    def refused(self, integration: Integration, direction: Direction) -> bool:
        """The mailbox did not take the token that was handed out last for it. -> whether that may be the token's fault,
        which was kept, and another is to be had."""
        token = self._last(integration, direction)
        if token is None:
            return False
        if settings_of(integration, direction).oauth.by_a_person:
            another = self.sign_ins.refused((integration.id, direction), token.value)
        else:
            another = self.applications.refused(integration.id, direction, token.value)
        return another and not token.is_new

    def opened(self, integration: Integration, direction: Direction) -> None:
        """The mailbox took the token that was handed out last for it."""
        if token := self._last(integration, direction):
            with self._lock:
                self._opened_with[integration.id, direction] = token.value

    def rest_of_revoked(self, integration: Integration, direction: Direction) -> timedelta:
        """How long the token that was handed out last stays, until another is asked for. None at all where it never
        opened this mailbox: then that is no fault of the token."""
        token = self._last(integration, direction)
        with self._lock:
            opened_with = self._opened_with.get((integration.id, direction))
        if token is None or token.value != opened_with:
            return timedelta(0)
        if settings_of(integration, direction).oauth.by_a_person:
            return self.sign_ins.rest((integration.id, direction), token.value)
        return self.applications.rest(integration.id, direction, token.value)

    def account(self, integration: Integration, direction: Direction) -> str:
        """Who signed in for the token that was handed out last; empty where nobody did, or nobody knows."""
        token = self._last(integration, direction)
        return token.account if token else ""

    def _last(self, integration: Integration, direction: Direction) -> AccessToken | None:
        with self._lock:
            return self._handed_out.get((integration.id, direction))

    def forget(self, integration_id: int) -> None:
        """Its settings, secrets or sign-in changed: the next token is got with those that are stored then."""
        self.applications.forget(integration_id)
        self.sign_ins.forget(integration_id)

    def status(self, integration_id: int, direction: Direction) -> SignInStatus | None:
        return self.sign_ins.status((integration_id, direction))

    def sign_out(self, integration_id: int, direction: Direction) -> None:
        self.sign_ins.sign_out((integration_id, direction))

    def close(self, seconds: float) -> None:
        self.sign_ins.close(seconds)
