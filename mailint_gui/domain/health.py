"""The health of one direction of an integration, and the one function that moves it.

Three clocks: *attempted* (a check or a send was made), *succeeded* (without error), *mail moved* (a message really
arrived or was sent). One counter of consecutive errors. A run of errors notifies once, disables once, and its end
is told once. Disabled by errors stays so until an admin re-enables. A sign-in that is needed is told at once, and
stays until an admin signs in: it is derived from the error that stands, and nothing is tried meanwhile.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailint_gui.domain.events import DisabledByErrors, ErrorsReached, HealthEvent, Recovered, SignInNeeded
from mailint_gui.domain.integration import Direction, Integration
from mailint_gui.domain.problem import Fault, Problem, ProblemKind
from mailint_gui.domain.properties import AccountProperties, ErrorThresholds, ResetIncomingErrorsOn


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    at: datetime
    problem: Problem


@dataclass(frozen=True, slots=True)
class DirectionHealth:
    """``first_error_at`` opens the current run of errors; ``incident_since`` stays until its end was told.

    ``next_attempt_at`` is the schedule's word, kept here so that whoever reads the store can show it.
    """

    consecutive_errors: int = 0
    first_error_at: datetime | None = None
    last_error: ErrorRecord | None = None
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    last_mail_at: datetime | None = None
    next_attempt_at: datetime | None = None
    notified: bool = False
    incident_since: datetime | None = None
    disabled_by_errors_at: datetime | None = None

    @property
    def disabled_by_errors(self) -> bool:
        return self.disabled_by_errors_at is not None

    @property
    def held_up(self) -> bool:
        """The last attempt failed without being an error of the integration: our own trouble, or a wait asked for."""
        error = self.last_error
        return error is not None and error.at == self.last_attempt_at and error.problem.fault in _HOLDS_UP

    @property
    def waits(self) -> bool:
        """A provider limits how often it may be used: it goes on by itself, and nobody needs to do anything."""
        error = self.last_error
        return error is not None and self.held_up and error.problem.fault is Fault.THROTTLED

    @property
    def wait_asked_for(self) -> int:
        """Seconds from the last attempt that a provider asked us to wait; 0: none."""
        return self.last_error.problem.wait_asked_for if self.last_error and self.held_up else 0

    @property
    def waits_until(self) -> datetime | None:
        """When it goes on, as scheduled, or else when the wait that was asked for is over; None: nobody can tell."""
        if not self.waits or self.last_attempt_at is None:
            return None
        if self.next_attempt_at is not None and self.next_attempt_at > self.last_attempt_at:
            return self.next_attempt_at
        wait = timedelta(seconds=self.wait_asked_for)
        return self.last_attempt_at + wait if wait else None

    @property
    def standing_error(self) -> ErrorRecord | None:
        """The last error while it still matters: no success came after it, and no admin re-enabled since.

        An error that no attempt brought (a password that is missing) stands until a success.
        """
        error, succeeded = self.last_error, self.last_success_at
        if error is None or (succeeded is not None and succeeded > error.at):
            return None
        stands = self.consecutive_errors or self.held_up or error.at != self.last_attempt_at
        return error if stands else None

    @property
    def untried(self) -> bool:
        """An admin signed in, or enabled it again, and nothing was tried since: nobody knows how it fares."""
        error = self.last_error
        reset = self.incident_since is not None and not self.consecutive_errors
        return reset and (error is None or error.problem.counts)

    @property
    def needs_sign_in(self) -> bool:
        error = self.standing_error
        return error is not None and error.problem.kind is ProblemKind.SIGN_IN_NEEDED


_HOLDS_UP = frozenset({Fault.OURS, Fault.THROTTLED})
NO_HEALTH = DirectionHealth()


@dataclass(frozen=True, slots=True)
class Health:
    incoming: DirectionHealth = NO_HEALTH
    outgoing: DirectionHealth = NO_HEALTH

    def of(self, direction: Direction) -> DirectionHealth:
        return self.incoming if direction is Direction.INCOMING else self.outgoing

    def with_direction(self, direction: Direction, health: DirectionHealth) -> "Health":
        if direction is Direction.INCOMING:
            return replace(self, incoming=health)
        return replace(self, outgoing=health)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one check or send ended: ``problem`` None is success, with ``mail`` messages really taken in or sent."""

    problem: Problem | None = None
    mail: int = 0


class _Result(StrEnum):
    MAIL = "mail"
    EMPTY = "empty"
    UNCOUNTED = "uncounted"
    ERROR = "error"


def _result(attempt: Attempt) -> _Result:
    if attempt.problem is None:
        return _Result.MAIL if attempt.mail else _Result.EMPTY
    return _Result.ERROR if attempt.problem.counts else _Result.UNCOUNTED


def _ends_run(result: _Result, direction: Direction, mode: ResetIncomingErrorsOn) -> bool:
    """A success ends the run of errors; with the strict reading, an incoming one only when mail came."""
    strict = direction is Direction.INCOMING and mode is ResetIncomingErrorsOn.RECEIVED_EMAIL
    return result is _Result.MAIL or not strict


def after_attempt(
    direction: Direction,
    health: DirectionHealth,
    attempt: Attempt,
    properties: AccountProperties,
    now: datetime,
) -> tuple[DirectionHealth, tuple[HealthEvent, ...]]:
    """The health after a check or a send, and what is to be told of it."""
    if health.needs_sign_in and attempt.problem is not None:  # a late result: what to do stays the same
        return _with_mail(replace(health, last_attempt_at=now), attempt, now), ()
    health = replace(health, last_attempt_at=now)
    match _result(attempt):
        case (_Result.MAIL | _Result.EMPTY) as result:
            ends_run = _ends_run(result, direction, properties.reset_incoming_errors_on)
            return _succeeded(direction, health, attempt, ends_run, now)
        case _Result.UNCOUNTED:
            return _with_mail(replace(health, last_error=_record(attempt, now)), attempt, now), ()
        case _Result.ERROR:
            failed = _with_mail(_counted(_moved_on(health, attempt), attempt, now), attempt, now)
            return _crossed(direction, failed, properties.thresholds(direction), now)


def _record(attempt: Attempt, now: datetime) -> ErrorRecord | None:
    return ErrorRecord(now, attempt.problem) if attempt.problem else None


def _with_mail(health: DirectionHealth, attempt: Attempt, now: datetime) -> DirectionHealth:
    return replace(health, last_mail_at=now) if attempt.mail else health


def _succeeded(
    direction: Direction, health: DirectionHealth, attempt: Attempt, ends_run: bool, now: datetime
) -> tuple[DirectionHealth, tuple[HealthEvent, ...]]:
    health = _with_mail(replace(health, last_success_at=now), attempt, now)
    if health.first_error_at is not None and not ends_run:
        return health, ()
    if health.disabled_by_errors:
        return health, ()  # a late success: it stays disabled, and shows after how many errors
    ended = replace(health, consecutive_errors=0, first_error_at=None, notified=False)
    if health.incident_since is None:
        return ended, ()
    lasted = max(now - health.incident_since, timedelta(0))  # the clock may have been set back meanwhile
    told = Recovered(direction, since=health.incident_since, lasted=lasted, mail=attempt.mail)
    return replace(ended, incident_since=None), (told,)


def _moved_on(health: DirectionHealth, attempt: Attempt) -> DirectionHealth:
    """Mail that came before a connection was lost begins the count anew: it makes its way, if haltingly.

    The incident stays open until an attempt succeeds. A fault that an admin must mend counts on, however much mail
    comes in beside it.
    """
    assert attempt.problem is not None
    if not attempt.mail or not attempt.problem.transient or health.disabled_by_errors:
        return health
    return replace(health, consecutive_errors=0, first_error_at=None)


def _counted(health: DirectionHealth, attempt: Attempt, now: datetime) -> DirectionHealth:
    return replace(
        health,
        consecutive_errors=health.consecutive_errors + 1,
        first_error_at=health.first_error_at or now,
        last_error=_record(attempt, now),
    )


def _crossed(
    direction: Direction, health: DirectionHealth, limits: ErrorThresholds, now: datetime
) -> tuple[DirectionHealth, tuple[HealthEvent, ...]]:
    """One incident, one notification at a time: disabling at the notify threshold says the graver thing only."""
    error, since = health.last_error, health.incident_since or health.first_error_at
    assert error is not None
    assert since is not None
    if health.disabled_by_errors:
        return health, ()
    if health.needs_sign_in:
        told = replace(health, notified=True, incident_since=since)
        return told, (SignInNeeded(direction, since, error.problem),)
    if _is_due_to_disable(health, limits, now):
        disabled = replace(health, disabled_by_errors_at=now, notified=True, incident_since=since)
        return disabled, (DisabledByErrors(direction, health.consecutive_errors, since, error.problem),)
    if limits.notify_after is None or health.notified or health.consecutive_errors < limits.notify_after:
        return health, ()
    notified = replace(health, notified=True, incident_since=since)
    return notified, (ErrorsReached(direction, health.consecutive_errors, since, error.problem),)


def _is_due_to_disable(health: DirectionHealth, limits: ErrorThresholds, now: datetime) -> bool:
    assert health.last_error is not None
    assert health.first_error_at is not None
    if limits.disable_after is None or health.consecutive_errors < limits.disable_after:
        return False
    return not health.last_error.problem.transient or now - health.first_error_at >= limits.grace


def disables_at(health: DirectionHealth, limits: ErrorThresholds) -> datetime | None:
    """When the grace of a run that is already long enough ends; None where nothing is about to be disabled."""
    if health.disabled_by_errors or health.needs_sign_in:
        return None
    if health.first_error_at is None or limits.disable_after is None:
        return None
    if health.consecutive_errors < limits.disable_after:
        return None
    return health.first_error_at + limits.grace


def reenabled(health: DirectionHealth) -> DirectionHealth:
    """After an admin enabled it again: counting starts over; the incident is told as over by the next success."""
    cleared = replace(signed_in(health), disabled_by_errors_at=None)
    return replace(cleared, consecutive_errors=0, first_error_at=None, notified=False)


def signed_in(health: DirectionHealth) -> DirectionHealth:
    """After an admin signed in, or made that needless: it is tried again; the next success tells that all is well."""
    if not health.needs_sign_in:
        return health
    return replace(health, consecutive_errors=0, first_error_at=None, last_error=None, notified=False)


class DirectionState(StrEnum):
    """The state of a direction; the values are the command line's contract, in order of gravity from the least."""

    OFF = "off"
    ACTIVE = "active"
    DISABLED = "disabled"
    NEEDS_SIGN_IN = "needs_sign_in"
    DISABLED_BY_ERRORS = "disabled_by_errors"


_GRAVITY = {state: rank for rank, state in enumerate(DirectionState)}


def direction_state(integration: Integration, health: Health, direction: Direction) -> DirectionState:
    settings = integration.incoming if direction is Direction.INCOMING else integration.outgoing
    if not settings.enabled:
        return DirectionState.OFF
    if not integration.enabled:
        return DirectionState.DISABLED
    if health.of(direction).disabled_by_errors:
        return DirectionState.DISABLED_BY_ERRORS
    if health.of(direction).needs_sign_in:
        return DirectionState.NEEDS_SIGN_IN
    return DirectionState.ACTIVE


def overall_state(integration: Integration, health: Health) -> DirectionState:
    """The worse of the directions that are not off; with both off, what the admin set for the integration."""
    states = {direction_state(integration, health, direction) for direction in Direction} - {
        DirectionState.OFF
    }
    if not states:
        return DirectionState.OFF if integration.enabled else DirectionState.DISABLED
    return max(states, key=_GRAVITY.__getitem__)


class Condition(StrEnum):
    """What a row of the list, the tray and the panel show: one shape and word each (look.md), best first."""

    OK = "ok"
    NEVER_CHECKED = "never_checked"
    DISABLED = "disabled"
    EXPIRING = "expiring"
    WAITING = "waiting"
    HELD_UP = "held_up"
    FAILING = "failing"
    NEEDS_SIGN_IN = "needs_sign_in"
    DISABLED_BY_ERRORS = "disabled_by_errors"


def condition(integration: Integration, health: Health) -> Condition:
    """The condition at rest; *checking*, *offline* and *paused* belong to the moment and lie over it.

    *Expiring* is what ``domain.status`` makes of OK where a credential ends soon.
    """
    match overall_state(integration, health):
        case DirectionState.DISABLED | DirectionState.OFF:
            return Condition.DISABLED
        case DirectionState.DISABLED_BY_ERRORS:
            return Condition.DISABLED_BY_ERRORS
        case DirectionState.NEEDS_SIGN_IN:
            return Condition.NEEDS_SIGN_IN
    on = [each for each in Direction if direction_state(integration, health, each) is not DirectionState.OFF]
    if any(health.of(direction).consecutive_errors for direction in on):
        return Condition.FAILING
    held_up = [health.of(direction) for direction in on if health.of(direction).held_up]
    if held_up:
        return Condition.WAITING if all(each.waits for each in held_up) else Condition.HELD_UP
    if integration.incoming.enabled and health.incoming.last_attempt_at is None:
        return Condition.NEVER_CHECKED
    first = on[0]  # incoming, where that is on: it is tried at once, and outgoing with the next mail
    if health.of(first).untried:
        return Condition.NEVER_CHECKED
    return Condition.OK
