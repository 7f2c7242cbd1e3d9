"""What one log-in is made with: a password, or an access token where a provider gives them."""

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction, Integration, OutgoingAuthentication
from mailint_gui.domain.integration_secrets import log_in_direction, settings_of
from mailint_gui.domain.login import Login, LoginKind
from mailint_gui.domain.mailbox_access import mailbox_of
from mailint_gui.domain.oauth import AccessToken, MailProtocol, missing_grant
from mailint_gui.domain.problem import OF_THE_LOG_IN, Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.mail.scope import CancelScope
from mailint_gui.mail.token_refusals import after_token
from mailint_gui.services.credentials import NOTHING_TYPED, Credentials
from mailint_gui.services.tokens import Tokens

T = TypeVar("T")

# What a mailbox says of a token that is worth nothing to it any more, whatever its time.
_TOKEN_REFUSED = frozenset({ProblemKind.MAILBOX_NOT_ALLOWED, ProblemKind.SCOPE_MISSING})


@dataclass(frozen=True, slots=True)
class Logins:
    credentials: Credentials
    tokens: Tokens

    def login(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        typed: TypedPasswords = NOTHING_TYPED,
    ) -> Login | None:
        """What to log in with; None where no log-in is asked for. Raises ProblemError, Cancelled.

        Enters the stage SECRET or TOKEN.
        """
        owner = log_in_direction(integration, direction)
        settings = settings_of(integration, owner)
        if settings.authentication is OutgoingAuthentication.NONE:
            return None
        if settings.provider is None:
            scope.enter(Stage.SECRET)
            return Login(settings.user_name, self.credentials.password(integration, owner, typed))
        return self.by_token(integration, direction, self.tokens.token(integration, owner, scope, typed))

    def opened(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        login: Login,
        open_session: Callable[[Login], T],
        typed: TypedPasswords = NOTHING_TYPED,
    ) -> T:
        """What ``open_session(login)`` gives; where a token that was kept is refused, once more with a new one.

        Raises ProblemError, Cancelled.
        """
        try:
            return self._noted(integration, direction, open_session(login))
        except ProblemError as error:
            if not self._may_be_revoked(integration, direction, error.problem):
                raise
            another = self.login(integration, direction, scope, typed)
            if another is None or another.secret == login.secret:
                raise
        if scope.trace:
            scope.trace.hide_log_in(another)
        return self._noted(integration, direction, open_session(another))

    def _noted(self, integration: Integration, direction: Direction, session: T) -> T:
        """It opened: a refusal of the same token, later on, is a revocation."""
        self.tokens.opened(integration, log_in_direction(integration, direction))
        return session

    def _may_be_revoked(self, integration: Integration, direction: Direction, problem: Problem) -> bool:
        owner = log_in_direction(integration, direction)
        if settings_of(integration, owner).provider is None:
            return False
        return after_token(problem).kind in _TOKEN_REFUSED and self.tokens.refused(integration, owner)

    def by_token(self, integration: Integration, direction: Direction, token: AccessToken) -> Login:
        """Raises ProblemError for a token that the mailbox can only refuse."""
        owner = log_in_direction(integration, direction)
        settings = settings_of(integration, owner)
        assert settings.provider is not None
        incoming = direction is Direction.INCOMING
        protocol = MailProtocol(integration.incoming.protocol) if incoming else MailProtocol.SMTP
        if missing := missing_grant(settings.provider, settings.oauth, protocol, token.grants):
            if settings.oauth.by_a_person:  # who signs in again consents to what is switched on by now
                detail = f"the sign-in does not cover {missing}"
                raise ProblemError(
                    Problem(ProblemKind.SIGN_IN_NEEDED, {"provider": settings.provider}, detail)
                )
            facts = {"missing": missing, "provider": settings.provider, "client_id": settings.oauth.client_id}
            raise ProblemError(Problem(ProblemKind.SCOPE_MISSING, facts))
        return Login(mailbox_of(integration, owner), token.value, LoginKind.ACCESS_TOKEN, token.identity)

    def understood(self, integration: Integration, direction: Direction, problem: Problem) -> Problem:
        """What ended an attempt that logged in with a login of here, as it is to be understood of that login.

        One of the log-in itself names the direction whose settings have it (``log_in``).
        """
        owner = log_in_direction(integration, direction)
        if settings_of(integration, owner).provider is not None:
            problem = self._understood_of_token(integration, owner, after_token(problem))
        of_the_log_in = problem.kind in OF_THE_LOG_IN or "service" in problem.facts
        return problem.about(log_in=owner) if of_the_log_in else problem

    def _understood_of_token(self, integration: Integration, owner: Direction, problem: Problem) -> Problem:
        if problem.kind in _TOKEN_REFUSED:
            self.tokens.refused(integration, owner)
            if rest := self.tokens.rest_of_revoked(integration, owner):
                facts = {
                    **problem.facts,
                    "refused": "token",
                    "retry_after": str(math.ceil(rest.total_seconds())),
                }
                return Problem(ProblemKind.THROTTLED, facts, problem.detail)
        if problem.kind is not ProblemKind.MAILBOX_NOT_ALLOWED:
            return problem
        account, mailbox = self.tokens.account(integration, owner), mailbox_of(integration, owner)
        return problem.about(account=account, mailbox=mailbox)

    @contextlib.contextmanager
    def judging(self, integration: Integration, direction: Direction) -> Iterator[None]:
        """What is raised inside, as it is to be understood. Raises ProblemError."""
        try:
            yield
        except ProblemError as error:
            raise ProblemError(self.understood(integration, direction, error.problem)) from error
