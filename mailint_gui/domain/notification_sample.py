"""An event of each kind, for previews and tests: of an integration that there is, with what it could say."""

from datetime import datetime, timedelta

from mailint_gui.domain.events import (
    CredentialExpiring,
    DisabledByErrors,
    ErrorsReached,
    HealthEvent,
    IntegrationEvent,
    LoopWasStopped,
    MessagesNotSent,
    MessagesQuarantined,
    NoMailSince,
    NoSuccessSince,
    OutboxStuck,
    Recovered,
    SignInNeeded,
    WatchEvent,
)
from mailint_gui.domain.expiry import ExpiryKind
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.notification import EventKind
from mailint_gui.domain.problem import Problem, ProblemKind

_RECIPIENT = "joe@example.com"


def sample_event(kind: EventKind, integration: Integration | None, at: datetime) -> IntegrationEvent:
    """``integration`` None: there is none yet."""
    owner = integration or Integration(name="Support")
    server = owner.incoming.server or "mail.example.org"
    facts = {"server": server, "port": str(owner.incoming.port), "name": owner.name}
    problem = Problem(ProblemKind.CONNECTION_REFUSED, facts, "[Errno 111] Connection refused")
    return IntegrationEvent(owner.id, owner.name, at, _event(kind, problem, at))


def _refused(problem: Problem) -> Problem:
    facts = {**problem.facts, "recipient": _RECIPIENT}
    return Problem(ProblemKind.RECIPIENT_REFUSED, facts, "550 5.1.1 User unknown")


def _event(kind: EventKind, problem: Problem, at: datetime) -> HealthEvent | WatchEvent:
    incoming, hour_ago = Direction.INCOMING, at - timedelta(hours=1)
    match kind:
        case EventKind.ERRORS_REACHED:
            return ErrorsReached(incoming, 3, hour_ago, problem)
        case EventKind.DISABLED:
            return DisabledByErrors(incoming, 10, hour_ago, problem)
        case EventKind.SIGN_IN_NEEDED:
            expired = "invalid_grant: Token has been expired or revoked."
            return SignInNeeded(
                incoming, hour_ago, Problem(ProblemKind.SIGN_IN_NEEDED, problem.facts, expired)
            )
        case EventKind.RECOVERED:
            return Recovered(incoming, hour_ago, timedelta(hours=1), 4)
        case EventKind.OUTBOX_STUCK:
            return OutboxStuck(3, hour_ago)
        case EventKind.MESSAGE_NOT_SENT:
            return MessagesNotSent(1, (_RECIPIENT,), "Your order", _refused(problem))
        case EventKind.MESSAGE_QUARANTINED:
            return MessagesQuarantined(1)
        case EventKind.LOOP_STOPPED:
            return LoopWasStopped("robot@example.com", 6, 10)
        case EventKind.NO_SUCCESSFUL_CHECK:
            return NoSuccessSince(hour_ago)
        case EventKind.NO_MAIL:
            return NoMailSince(at - timedelta(days=7))
        case EventKind.CREDENTIAL_EXPIRING:
            return CredentialExpiring(ExpiryKind.CLIENT_SECRET, at + timedelta(days=7), 7, incoming)
