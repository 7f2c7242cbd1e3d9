"""*Test connection*: the same way as a check or a send goes, step by step, each with its time."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mailint_gui.domain.check import Stage, TestStage, TestStep
from mailint_gui.domain.integration import Direction, Integration, Protocol
from mailint_gui.domain.integration_secrets import log_in_direction, settings_of
from mailint_gui.domain.login import Login
from mailint_gui.domain.mailbox_access import mailbox_of
from mailint_gui.domain.oauth import AccessToken, SignIn
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.mail.connect import Network
from mailint_gui.mail.scope import CancelScope
from mailint_gui.services.credentials import NOTHING_TYPED
from mailint_gui.services.logins import Logins
from mailint_gui.services.opening import open_imap, open_pop3
from mailint_gui.services.properties import Properties
from mailint_gui.services.proved import Proved
from mailint_gui.services.transmitting import open_outgoing

Report = Callable[[TestStep], None]

_STEP_OF: dict[Stage, TestStage] = {
    Stage.SECRET: TestStage.SECRET,
    Stage.TOKEN: TestStage.TOKEN,
    Stage.RESOLVE: TestStage.RESOLVE,
    Stage.CONNECT: TestStage.CONNECT,
    Stage.TLS: TestStage.TLS,
    Stage.GREETING: TestStage.CONNECT,
    Stage.AUTHENTICATE: TestStage.AUTHENTICATE,
    Stage.SELECT: TestStage.FOLDER,
    Stage.SEARCH: TestStage.COUNT,
    Stage.SEND: TestStage.SENDER,
}


class _Steps:
    """Turns the stages that a job enters into steps that end, each with its own time."""

    def __init__(self, direction: Direction, report: Report) -> None:
        self._direction = direction
        self._report = report
        self._open: TestStage | None = None
        self._since = 0.0
        self.facts: tuple[tuple[str, str], ...] = ()
        self.ended: list[TestStep] = []

    def entered(self, stage: Stage) -> None:
        """A stage of a step that has ended (an SMTP greeting is repeated after TLS) belongs to the open one."""
        step = _STEP_OF.get(stage)
        if step is not None and step is not self._open and step not in {each.stage for each in self.ended}:
            self.end()
            self._open, self._since = step, time.monotonic()

    def end(self, problem: Problem | None = None) -> None:
        if self._open is None:
            return
        ms = round((time.monotonic() - self._since) * 1000)
        step = TestStep(self._direction, self._open, ms, problem, self.facts)
        self._open, self.facts = None, ()
        self.ended.append(step)
        self._report(step)


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """Tests what it is given, stored or only typed; changes nothing on the server.

    Here, a sign-in is waited for no longer where what is stored has passed without it.
    """

    logins: Logins
    properties: Properties
    proved: Proved

    def test(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        report: Report = lambda _step: None,
        passwords: TypedPasswords = NOTHING_TYPED,
    ) -> tuple[TestStep, ...]:
        """The steps, the last one with its problem if it failed.

        Raises Cancelled, and ProblemError when the store fails.
        """
        steps = _Steps(direction, report)
        scope.on_stage = steps.entered
        run = self._incoming if direction is Direction.INCOMING else self._outgoing
        try:
            run(integration, scope, steps, passwords)
        except ProblemError as error:
            understood = self.logins.understood(integration, direction, error.problem)
            steps.end(understood.about(name=integration.name))
        else:
            steps.end()
            self.proved.works(integration, direction, passwords)
        return tuple(steps.ended)

    def folders(
        self, integration: Integration, scope: CancelScope, passwords: TypedPasswords
    ) -> tuple[str, ...]:
        """The folders that an IMAP server has. Raises ProblemError, Cancelled."""
        login = self.logins.login(integration, Direction.INCOMING, scope, passwords)
        assert login is not None
        network = self.properties.network()
        session = self.logins.opened(
            integration,
            Direction.INCOMING,
            scope,
            login,
            lambda login: open_imap(integration, login, network, scope),
            passwords,
        )
        try:
            return session.folders()
        finally:
            session.close()

    def _incoming(
        self, integration: Integration, scope: CancelScope, steps: _Steps, passwords: TypedPasswords
    ) -> None:
        login = self._login(integration, Direction.INCOMING, scope, steps, passwords)
        assert login is not None
        _LOOK[integration.incoming.protocol](integration, login, self.properties.network(), scope, steps)

    def _outgoing(
        self, integration: Integration, scope: CancelScope, steps: _Steps, passwords: TypedPasswords
    ) -> None:
        login = self._login(integration, Direction.OUTGOING, scope, steps, passwords)
        session = open_outgoing(integration, login, self.properties.network(), scope)
        try:
            scope.enter(Stage.SEND)
            steps.facts = (("address", integration.sender_address),)
            session.verify_sender(integration.sender_address)
        finally:
            session.close()

    def _login(
        self,
        integration: Integration,
        direction: Direction,
        scope: CancelScope,
        steps: _Steps,
        passwords: TypedPasswords,
    ) -> Login | None:
        """A token is asked for anew: what an admin has just granted shall show."""
        owner = log_in_direction(integration, direction)
        if settings_of(integration, owner).provider is None:
            return self.logins.login(integration, direction, scope, passwords)
        token = self.logins.tokens.token(integration, owner, scope, passwords, fresh=True)
        steps.facts = _token_facts(token, integration, owner)
        return self.logins.by_token(integration, direction, token)


def _token_facts(
    token: AccessToken, integration: Integration, owner: Direction
) -> tuple[tuple[str, str], ...]:
    """A service account acts for one mailbox; an application of Microsoft 365 for none by name."""
    for_one = settings_of(integration, owner).oauth.sign_in is SignIn.SERVICE_ACCOUNT
    return (
        ("account", token.account),
        ("acts_for", mailbox_of(integration, owner) if for_one else ""),
        ("scopes", " ".join(sorted(token.grants or ()))),
        ("valid_until", token.expires_at.isoformat()),
    )


def _look_over_imap(
    integration: Integration, login: Login, network: Network, scope: CancelScope, steps: _Steps
) -> None:
    session = open_imap(integration, login, network, scope)
    try:
        scope.enter(Stage.SELECT)
        folder = integration.incoming.folder
        steps.facts = (("folder", folder),)
        status = session.select(folder, read_only=True)
        scope.enter(Stage.SEARCH)
        steps.facts = (("folder", folder), ("count", str(status.exists)))
    finally:
        session.close()


def _look_over_pop3(
    integration: Integration, login: Login, network: Network, scope: CancelScope, steps: _Steps
) -> None:
    """Its listing, as without unique ids no check is possible. The lock is given back."""
    session = open_pop3(integration, login, network, scope)
    try:
        steps.facts = (("count", str(len(session.uidls()))),)
        session.quit()
    finally:
        session.close()


_LOOK: Mapping[Protocol, Callable[[Integration, Login, Network, CancelScope, _Steps], None]] = {
    Protocol.IMAP: _look_over_imap,
    Protocol.POP3: _look_over_pop3,
}
