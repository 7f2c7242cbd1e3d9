"""One message on its way to its server; how that ended is a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailint_gui.domain.check import Stage
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.login import Login
from mailint_gui.domain.outbox import OutboxItem, RecipientState
from mailint_gui.domain.problem import Problem, ProblemError, ProblemKind
from mailint_gui.domain.secret import TypedPasswords
from mailint_gui.mail.connect import Endpoint, Network
from mailint_gui.mail.scope import Cancelled, CancelReason, CancelScope
from mailint_gui.mail.smtp import SendResult, SmtpSession
from mailint_gui.services.logins import Logins
from mailint_gui.services.outgoing_line import OutgoingLine
from mailint_gui.services.properties import Properties
from mailint_gui.services.size_limits import SizeLimits
from mailint_gui.services.verdict import CANCELLED, INTERRUPTED, Verdict, failed, judged, while_awaited
from mailint_gui.store.database import Database

# Before a message went out, over a session that carried one before: the server may only want to hear less of us.
_ENDED_MEANWHILE = frozenset({ProblemKind.CONNECTION_LOST, ProblemKind.SERVER_BUSY})


@dataclass(slots=True)
class _Letter:
    """``on_its_way``: all of it but the final dot has been sent."""

    item: OutboxItem
    raw: bytes
    on_its_way: bool = False


@dataclass(frozen=True, slots=True)
class Transmitting:
    database: Database
    logins: Logins
    properties: Properties
    sizes: SizeLimits

    def attempt(
        self,
        item: OutboxItem,
        integration: Integration,
        raw: bytes,
        passwords: TypedPasswords,
        scope: CancelScope,
        line: OutgoingLine,
    ) -> Verdict:
        """Never raises but for a bug: every way it can end is a verdict."""
        letter = _Letter(item, raw)
        try:
            if len(raw) > integration.outgoing.largest_message_bytes:
                raise ProblemError(_too_large(raw, integration))
            result = self._transmit(letter, integration, passwords, scope, line)
        except ProblemError as error:
            understood = self.logins.understood(integration, Direction.OUTGOING, error.problem)
            return failed(understood.about(name=integration.name))
        except Cancelled as cancelled:
            return INTERRUPTED if cancelled.reason is CancelReason.SHUTDOWN else CANCELLED
        return judged(item, result)

    def _transmit(
        self,
        letter: _Letter,
        integration: Integration,
        passwords: TypedPasswords,
        scope: CancelScope,
        line: OutgoingLine,
    ) -> SendResult:
        settings = integration.outgoing
        if kept := line.kept(settings):
            try:
                return self._over(kept, letter, scope, line)
            except ProblemError as error:
                if letter.on_its_way or error.problem.kind not in _ENDED_MEANWHILE:
                    raise
        session = line.opened(settings, lambda: self._open(integration, passwords, scope))
        return self._over(session, letter, scope, line)

    def _open(self, integration: Integration, passwords: TypedPasswords, scope: CancelScope) -> SmtpSession:
        login = self.logins.login(integration, Direction.OUTGOING, scope, passwords)
        network = self.properties.network()

        def opened(login: Login | None) -> SmtpSession:
            return open_outgoing(integration, login, network, scope)

        if login is None:
            session = opened(None)
        else:
            session = self.logins.opened(integration, Direction.OUTGOING, scope, login, opened, passwords)
        self.sizes.note(integration.outgoing, session)
        return session

    def _over(
        self, session: SmtpSession, letter: _Letter, scope: CancelScope, line: OutgoingLine
    ) -> SendResult:
        item = letter.item

        def on_data_sent(refused: Mapping[str, Problem]) -> None:
            self._mark_answer_awaited(item, refused)
            letter.on_its_way = True

        pending = [each.address for each in item.recipients if each.state is RecipientState.QUEUED]
        try:
            scope.enter(Stage.SEND)
            report_as = item.message_id.strip("<>") if item.report_delivery else ""
            result = session.send(item.sender, pending, letter.raw, on_data_sent, report_as)
        except BaseException:
            session.close()
            raise
        line.give_back(session)
        return result

    def _mark_answer_awaited(self, item: OutboxItem, refused: Mapping[str, Problem]) -> None:
        """Who was refused, or put off, stays so, whatever becomes of the answer.

        Raises Cancelled when this attempt was given up: another may have begun.
        """
        if not item.id:
            return
        with self.database.write() as unit:
            if not unit.outbox.mark_answer_awaited(item.id, item.attempts, while_awaited(item, refused)):
                raise Cancelled(CancelReason.OVERDUE)


def open_outgoing(
    integration: Integration, login: Login | None, network: Network, scope: CancelScope
) -> SmtpSession:
    """Resolve, connect, TLS, log in where there is a log-in. Raises ProblemError and Cancelled."""
    outgoing = integration.outgoing
    session = SmtpSession.open(Endpoint(outgoing.server, outgoing.port, outgoing.security), scope, network)
    if login is not None:
        try:
            session.log_in(login, outgoing.sasl_mechanism, scope)
        except BaseException:
            session.close()
            raise
    return session


def _too_large(raw: bytes, integration: Integration) -> Problem:
    facts = {"size": str(len(raw)), "limit": str(integration.outgoing.largest_message_bytes)}
    return Problem(ProblemKind.MESSAGE_TOO_LARGE, facts)
