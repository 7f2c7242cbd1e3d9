"""One check: the way from "this integration is due" to one immutable ``CheckOutcome``."""

import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from mailint_gui.domain.check import CheckOutcome, CheckProgress, CheckResult, CheckTally, Stage
from mailint_gui.domain.clock import Clock
from mailint_gui.domain.events import IntegrationEvent
from mailint_gui.domain.health import Attempt, DirectionState, direction_state
from mailint_gui.domain.integration import Direction, Integration, Protocol
from mailint_gui.domain.login import Login
from mailint_gui.domain.problem import Problem, ProblemError
from mailint_gui.mail.connect import Network
from mailint_gui.mail.imap import ImapSession
from mailint_gui.mail.pop3 import Pop3Session
from mailint_gui.mail.scope import Cancelled, CancelScope
from mailint_gui.mail.sessions import SessionCache
from mailint_gui.mail.trace import Trace
from mailint_gui.services.alerts import Alerts
from mailint_gui.services.announcements import Announce, CheckStarted, OutboxChanged
from mailint_gui.services.filing import Filing
from mailint_gui.services.filing_line import FilingJob
from mailint_gui.services.hang_ups import HangUps
from mailint_gui.services.in_flight import Held, InFlight
from mailint_gui.services.intake import Intake, Progress
from mailint_gui.services.logins import Logins
from mailint_gui.services.monitor import Monitor
from mailint_gui.services.opening import open_imap, open_pop3, session_key
from mailint_gui.services.places import Places
from mailint_gui.services.pop3_intake import Pop3Intake
from mailint_gui.services.properties import Properties
from mailint_gui.services.taken import Taken
from mailint_gui.services.trace_requests import TraceRequests
from mailint_gui.store.database import Database

_Session = TypeVar("_Session", ImapSession, Pop3Session)

_log = logging.getLogger(__name__)


class NotCheckableError(LookupError):
    """There is nothing to check: gone, off, or disabled (``state`` says which; None: gone)."""

    def __init__(self, state: DirectionState | None) -> None:
        super().__init__(str(state))
        self.state = state


@dataclass(frozen=True, slots=True)
class _Pass:
    """One pass over a mailbox that is about to begin."""

    integration: Integration
    login: Login
    network: Network
    scope: CancelScope
    progress: Progress
    taken: Taken


@dataclass(frozen=True, slots=True)
class CheckMail:
    """The use case with what it needs; it holds no state of its own."""

    database: Database
    logins: Logins
    properties: Properties
    monitor: Monitor
    sessions: SessionCache
    filing: Filing
    alerts: Alerts
    in_flight: InFlight
    places: Places
    clock: Clock
    announce: Announce
    hang_ups: HangUps = field(default_factory=HangUps)
    trace_requests: TraceRequests = field(default_factory=TraceRequests)

    def check(self, integration_id: int, scope: CancelScope) -> CheckOutcome:
        """Checks one integration. Failures of mail, network and store are in the outcome.

        Raises NotCheckableError, ProblemError when the store cannot even say what to check, and Cancelled while it
        waits for another check of the same integration. Cancelled later, by an admin or by shutting down, it has an
        outcome, and is no error of the integration.
        """
        with self.in_flight.claim((integration_id, Direction.INCOMING), scope) as held:
            integration = self._checkable(integration_id)
            self.announce(CheckStarted(integration_id))
            scope.trace = self.trace_requests.begin(integration_id)
            outcome = self._check(integration, scope, held)
            if held():
                self._tell(outcome, scope.trace)
        self.filing.file_left_waiting(scope)
        return outcome

    def give_up(self, integration_id: int, problem: Problem) -> None:
        """A check that hangs beyond waking loses its claim, and counts as the error that it is."""
        self.places.take_away(integration_id)  # before the next check of the integration may have one
        self.in_flight.take_away((integration_id, Direction.INCOMING))
        with self.database.read() as unit:
            integration = unit.integrations.get(integration_id)
        if integration is not None:
            now = self.clock()
            self._tell(self._outcome(integration, now, CheckTally(), problem.about(name=integration.name)))

    def _tell(self, outcome: CheckOutcome, trace: Trace | None = None) -> None:
        if trace is None:
            self.monitor.note_check(outcome)
        else:
            problem = outcome.problem
            trace.note(f"{problem.kind}: {problem.detail}" if problem else outcome.result)
            self.monitor.note_traced_check(outcome, trace.text())
        self.announce(outcome)
        if outcome.events:
            self.announce(OutboxChanged())
        _log.info("%s", _one_line(outcome))
        if outcome.tally.difference:
            _log.error("the books of %r do not balance: %s", outcome.integration_name, outcome.tally)

    def _checkable(self, integration_id: int) -> Integration:
        with self.database.read() as unit:
            integration = unit.integrations.get(integration_id)
        if integration is None:
            raise NotCheckableError(None)
        state = direction_state(integration, self.monitor.health(integration_id), Direction.INCOMING)
        if state is not DirectionState.ACTIVE:
            raise NotCheckableError(state)
        return integration

    def _check(self, integration: Integration, scope: CancelScope, held: Held) -> CheckOutcome:
        started = self.clock()
        job = self.filing.begin(scope)
        taken = Taken(job.add, job.takes_in)
        problem: Problem | None = None
        cancelled = False
        try:
            self._take_in(integration, scope, taken)
        except ProblemError as error:
            understood = self.logins.understood(integration, Direction.INCOMING, error.problem)
            problem = understood.about(name=integration.name)
        except Cancelled:
            cancelled = True
        tally, problem = self._filed(taken, job, problem)
        counts = held() and (not cancelled or problem is not None or tally.taken_in > 0)
        return self._outcome(integration, started, tally, problem, cancelled=cancelled, counts=counts)

    def _outcome(
        self,
        integration: Integration,
        started: datetime,
        tally: CheckTally,
        problem: Problem | None,
        *,
        cancelled: bool = False,
        counts: bool = True,
    ) -> CheckOutcome:
        """With ``counts`` it moves the health of the integration."""
        events: tuple[IntegrationEvent, ...] = ()
        health = self.monitor.health(integration.id)
        if counts:
            attempt = Attempt(problem, tally.taken_in)
            health, events = self.monitor.record(integration, Direction.INCOMING, attempt, self.alerts.tell)
        return CheckOutcome(
            integration_id=integration.id,
            integration_name=integration.name,
            result=_result(problem, cancelled),
            started_at=started,
            finished_at=self.clock(),
            tally=tally,
            problem=problem,
            health=health,
            events=events,
        )

    def _take_in(self, integration: Integration, scope: CancelScope, taken: Taken) -> None:
        full = self.database.free_space_problem()
        if full:
            raise ProblemError(full)
        login = self.logins.login(integration, Direction.INCOMING, scope)
        assert login is not None
        if scope.trace:
            scope.trace.hide_log_in(login)
        network = self.properties.network()

        def progress(stage: Stage, done: int, total: int) -> None:
            self.announce(CheckProgress(integration.id, stage, done, total))

        scope.enter(Stage.WAITING)
        with self.places.take(integration.id, integration.incoming.server.casefold(), scope):
            run = _OVER[integration.incoming.protocol]
            run(self, _Pass(integration, login, network, scope, progress, taken))

    def _over_imap(self, given: _Pass) -> None:
        integration, scope = given.integration, given.scope
        key = session_key(integration, given.login, given.network)

        with self.sessions.borrow(key, lambda: self._opened(given, open_imap), scope) as session:
            Intake(
                *(self.database, self.clock, integration, session, scope),
                *(given.progress, given.taken, self.hang_ups),
            ).run()

    def _opened(
        self, given: _Pass, open_session: Callable[[Integration, Login, Network, CancelScope], _Session]
    ) -> _Session:
        return self.logins.opened(
            given.integration,
            Direction.INCOMING,
            given.scope,
            given.login,
            lambda login: open_session(given.integration, login, given.network, given.scope),
        )

    def _over_pop3(self, given: _Pass) -> None:
        """A session for each check: it holds the mailbox's lock, and only its end deletes anything."""
        integration, scope = given.integration, given.scope
        session = self._opened(given, open_pop3)
        with contextlib.closing(session):
            Pop3Intake(
                *(self.database, self.clock, integration, session, scope),
                *(given.progress, given.taken, self.hang_ups),
            ).run()

    def _filed(
        self, taken: Taken, job: FilingJob, problem: Problem | None
    ) -> tuple[CheckTally, Problem | None]:
        """Waits until what was stored is filed, also after a connection that was lost half-way."""
        if not taken.stored:
            return taken.tally, problem
        taken.hand_over()
        with contextlib.suppress(Cancelled, ProblemError):  # which the end of the job tells of
            job.scope.enter(Stage.FILE)
        filed = self.filing.end(job)
        return _with_filed(taken.tally, filed.tally), problem or filed.problem


_OVER: Mapping[Protocol, Callable[[CheckMail, _Pass], None]] = {
    Protocol.IMAP: CheckMail._over_imap,
    Protocol.POP3: CheckMail._over_pop3,
}


def _result(problem: Problem | None, cancelled: bool) -> CheckResult:
    if problem:
        return CheckResult.FAILED
    return CheckResult.CANCELLED if cancelled else CheckResult.OK


def _with_filed(intake: CheckTally, filed: CheckTally) -> CheckTally:
    """What waited after intake has found its places."""
    return replace(
        intake,
        filed=filed.filed,
        ignored=filed.ignored,
        quarantined=intake.quarantined + filed.quarantined,
        already_known=intake.already_known + filed.already_known,
        waiting=filed.waiting,
    )


def _one_line(outcome: CheckOutcome) -> str:
    took = (outcome.finished_at - outcome.started_at).total_seconds()
    end = str(outcome.problem.kind) if outcome.problem else str(outcome.result)
    return (
        f"check {outcome.integration_name!r}: {end}, seen {outcome.tally.seen}, filed {outcome.tally.filed}, "
        f"errors {outcome.health.incoming.consecutive_errors}, {took:.2f} s"
    )
