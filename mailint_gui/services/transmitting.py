"""One message on its way to its server, over a connection of its own; how that ended is a verdict."""

from dataclasses import dataclass

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.outbox import OutboxItem, RecipientState
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import Secret, TypedPasswords
from mailint_gui.mail.connect import Endpoint, Trust
from mailint_gui.mail.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.mail.smtp import SendResult, SmtpSession
from mailint_gui.services.credentials import Credentials
from mailint_gui.services.properties import Properties
from mailint_gui.services.verdict import CANCELLED, Verdict, failed, judged
from mailint_gui.store.database import Database


@dataclass(frozen=True, slots=True)
class Transmitting:
    database: Database
    credentials: Credentials
    properties: Properties

    def attempt(
        self,
        item: OutboxItem,
        integration: Integration,
        raw: bytes,
        passwords: TypedPasswords,
        scope: CancelScope,
    ) -> Verdict:
        """Never raises but for a bug: every way it can end is a verdict."""
        try:
            result = self._transmit(item, integration, raw, passwords, scope)
        except ProblemError as error:
            return failed(error.problem.about(name=integration.name))
        except Cancelled:
            return CANCELLED
        return judged(item, result)

    def _transmit(
        self,
        item: OutboxItem,
        integration: Integration,
        raw: bytes,
        passwords: TypedPasswords,
        scope: CancelScope,
    ) -> SendResult:
        scope.enter(Stage.SECRET)
        password = self.credentials.password(integration, Direction.OUTGOING, passwords)
        trust = Trust(self.properties.current().extra_ca_file)
        if len(raw) > integration.outgoing.largest_message_bytes:
            raise ProblemError(_too_large(raw, integration))
        session = open_outgoing(integration, password, trust, scope)
        try:
            scope.enter(Stage.SEND)
            pending = [each.address for each in item.recipients if each.state is RecipientState.QUEUED]
            return session.send(item.sender, pending, raw, lambda: self._mark_answer_awaited(item))
        finally:
            session.close()

    def _mark_answer_awaited(self, item: OutboxItem) -> None:
        """Raises Cancelled when this attempt was given up: another may have begun."""
        if not item.id:
            return
        with self.database.write() as unit:
            if not unit.outbox.mark_answer_awaited(item.id, item.attempts):
                raise Cancelled(CancelReason.OVERDUE)


def open_outgoing(
    integration: Integration, password: Secret | None, trust: Trust, scope: CancelScope
) -> SmtpSession:
    """Resolve, connect, TLS, log in if there is a password. Raises ProblemError and Cancelled."""
    outgoing = integration.outgoing
    session = SmtpSession.open(Endpoint(outgoing.server, outgoing.port, outgoing.security), scope, trust)
    if password is not None:
        try:
            session.log_in(integration.login[0], password, outgoing.sasl_mechanism, scope)
        except BaseException:
            session.close()
            raise
    return session


def _too_large(raw: bytes, integration: Integration) -> Problem:
    facts = {"size": str(len(raw)), "limit": str(integration.outgoing.largest_message_bytes)}
    return Problem(ProblemKind.MESSAGE_TOO_LARGE, facts)
