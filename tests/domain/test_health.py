"""The function that moves the health: every combination, then the stories that admins live through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailint_gui.domain.events import DisabledByErrors, ErrorsReached, HealthEvent, Recovered, SignInNeeded
from mailint_gui.domain.health import (
    NO_HEALTH,
    Attempt,
    Condition,
    DirectionHealth,
    DirectionState,
    ErrorRecord,
    Health,
    after_attempt,
    condition,
    direction_state,
    disables_at,
    overall_state,
    reenabled,
    signed_in,
)
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration, OutgoingSettings
from mailint_gui.domain.problem import Fault, Problem, ProblemKind
from mailint_gui.domain.properties import AccountProperties, ErrorThresholds, ResetIncomingErrorsOn

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOTIFY, DISABLE = 3, 6

LASTING = Problem(ProblemKind.AUTHENTICATION_FAILED)
TRANSIENT = Problem(ProblemKind.TIMED_OUT)
SIGN_IN = Problem(ProblemKind.SIGN_IN_NEEDED)
UNCOUNTED = Problem(ProblemKind.OFFLINE)
ATTEMPTS = {
    "mail": Attempt(mail=2),
    "empty": Attempt(),
    "uncounted": Attempt(UNCOUNTED),
    "uncounted, with mail": Attempt(UNCOUNTED, 2),
    "transient": Attempt(TRANSIENT),
    "transient, with mail": Attempt(TRANSIENT, 2),
    "lasting": Attempt(LASTING),
    "sign-in": Attempt(SIGN_IN),
    "sign-in, with mail": Attempt(SIGN_IN, 2),
}


def properties(
    mode: ResetIncomingErrorsOn = ResetIncomingErrorsOn.ANY_SUCCESSFUL_CHECK,
    notify: int | None = NOTIFY,
    disable: int | None = DISABLE,
    grace: timedelta = HOUR,
) -> AccountProperties:
    return AccountProperties(
        notify_after_incoming_errors=notify,
        notify_after_outgoing_errors=notify,
        disable_after_incoming_errors=disable,
        disable_after_outgoing_errors=disable,
        disable_grace=grace,
        reset_incoming_errors_on=mode,
    )


@dataclass(frozen=True)
class Case:
    direction: Direction
    attempt: Attempt
    mode: ResetIncomingErrorsOn
    errors: int
    old: bool  # whether the run is older than the grace
    notified: bool
    disabled: bool

    @property
    def before(self) -> DirectionHealth:
        first = NOW - (HOUR if self.old else HOUR - MINUTE)
        return DirectionHealth(
            consecutive_errors=self.errors,
            first_error_at=first if self.errors else None,
            last_error=ErrorRecord(NOW - MINUTE, TRANSIENT) if self.errors else None,
            last_attempt_at=NOW - MINUTE,
            last_success_at=NOW - 3 * HOUR,
            last_mail_at=NOW - 4 * HOUR,
            next_attempt_at=NOW,
            notified=self.notified,
            incident_since=first if self.notified or self.disabled else None,
            disabled_by_errors_at=NOW - MINUTE if self.disabled else None,
        )

    def after(self) -> tuple[DirectionHealth, tuple[HealthEvent, ...]]:
        return after_attempt(self.direction, self.before, self.attempt, properties(self.mode), NOW)

    # What product.md says must come of it

    @property
    def failed(self) -> bool:
        return self.attempt.problem in (TRANSIENT, LASTING, SIGN_IN)

    @property
    def asks(self) -> bool:
        """For a sign-in: at once, and in place of anything else."""
        return self.attempt.problem == SIGN_IN and not self.disabled

    @property
    def ends_run(self) -> bool:
        strict = (
            self.direction is Direction.INCOMING
            and self.mode is ResetIncomingErrorsOn.RECEIVED_EMAIL
            and self.errors > 0
        )
        return not self.disabled and self.attempt.problem is None and (self.attempt.mail > 0 or not strict)

    @property
    def moves_on(self) -> bool:
        """Mail came before a fault that may pass: the run of errors ends, and another begins with this one."""
        came = self.attempt.mail > 0 and self.errors > 0 and not self.disabled
        return came and self.attempt.problem == TRANSIENT

    @property
    def counted(self) -> int:
        return 1 if self.moves_on else self.errors + 1

    @property
    def disables(self) -> bool:
        may_disable = self.attempt.problem == LASTING or (self.old and self.errors > 0)
        disabled = self.disabled or self.asks
        return self.failed and not disabled and self.counted >= DISABLE and may_disable

    @property
    def notifies(self) -> bool:
        silent = self.disabled or self.notified or self.disables or self.asks
        return self.failed and self.counted >= NOTIFY and not silent

    @property
    def recovers(self) -> bool:
        return self.ends_run and self.notified and not self.disabled


def cases() -> Iterator[Case]:
    counts = (0, 1, NOTIFY - 1, NOTIFY, DISABLE - 2, DISABLE - 1, DISABLE, DISABLE + 1)
    bits = (False, True)
    for values in product(Direction, ATTEMPTS.values(), ResetIncomingErrorsOn, counts, bits, bits, bits):
        yield Case(*values)


CASES = tuple(cases())


def test_the_three_clocks_move_each_on_its_own() -> None:
    for case in CASES:
        before, (after, _events) = case.before, case.after()
        clean = case.attempt.problem is None
        assert after.last_attempt_at == NOW, case
        assert after.last_success_at == (NOW if clean else before.last_success_at), case
        assert after.last_mail_at == (NOW if case.attempt.mail else before.last_mail_at), case
        assert after.next_attempt_at == before.next_attempt_at, case


def test_the_last_error_is_kept_through_successes() -> None:
    for case in CASES:
        after, _events = case.after()
        if case.attempt.problem is None:
            assert after.last_error == case.before.last_error, case
        else:
            assert after.last_error == ErrorRecord(NOW, case.attempt.problem), case


def test_the_counter_counts_what_counts() -> None:
    for case in CASES:
        before, (after, _events) = case.before, case.after()
        if case.failed:
            assert after.consecutive_errors == case.counted, case
            began = NOW if case.moves_on else before.first_error_at or NOW
            assert after.first_error_at == began, case
        elif case.ends_run:
            assert (after.consecutive_errors, after.first_error_at) == (0, None), case
        else:
            assert after.consecutive_errors == case.errors, case
            assert after.first_error_at == before.first_error_at, case


def test_disabled_at_m_and_only_then() -> None:
    for case in CASES:
        after, _events = case.after()
        expected = NOW if case.disables else case.before.disabled_by_errors_at
        assert after.disabled_by_errors_at == expected, case


def test_each_crossing_tells_exactly_one_thing() -> None:
    for case in CASES:
        before, (after, events) = case.before, case.after()
        since = before.incident_since or before.first_error_at or NOW
        problem = case.attempt.problem or TRANSIENT
        expected: tuple[HealthEvent, ...] = ()
        if case.disables:
            expected = (DisabledByErrors(case.direction, case.counted, since, problem),)
        elif case.notifies:
            expected = (ErrorsReached(case.direction, case.counted, since, problem),)
        elif case.asks:
            expected = (SignInNeeded(case.direction, since, problem),)
        elif case.recovers:
            expected = (Recovered(case.direction, since, NOW - since, case.attempt.mail),)
        assert events == expected, case
        told = case.disables or case.notifies or case.asks
        assert after.notified == (told or (case.notified and not case.ends_run)), case
        open_incident = since if told else before.incident_since
        assert after.incident_since == (None if case.recovers else open_incident), case


def test_the_other_direction_has_its_own_thresholds() -> None:
    limits = replace(properties(), notify_after_outgoing_errors=1, disable_after_outgoing_errors=1)
    _incoming, quiet = after_attempt(Direction.INCOMING, NO_HEALTH, Attempt(LASTING), limits, NOW)
    outgoing, told = after_attempt(Direction.OUTGOING, NO_HEALTH, Attempt(LASTING), limits, NOW)
    assert quiet == ()
    assert outgoing.disabled_by_errors
    assert told == (DisabledByErrors(Direction.OUTGOING, 1, NOW, LASTING),)


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_what_holds_an_integration_up(kind: ProblemKind) -> None:
    """Our own trouble and a wait that was asked for; one bad message holds nothing up."""
    health, _events = after_attempt(Direction.INCOMING, NO_HEALTH, Attempt(Problem(kind)), properties(), NOW)
    assert health.held_up is (Problem(kind).fault in {Fault.OURS, Fault.THROTTLED})
    cleared, _events = after_attempt(Direction.INCOMING, health, QUIET, properties(), NOW + MINUTE)
    assert not cleared.held_up


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_each_kind_counts_as_its_fault_says(kind: ProblemKind) -> None:
    problem = Problem(kind)
    strictest = properties(notify=1, disable=1, grace=timedelta(0))
    health, events = after_attempt(Direction.INCOMING, NO_HEALTH, Attempt(problem), strictest, NOW)
    assert health.consecutive_errors == int(problem.counts)
    assert health.disabled_by_errors is (problem.counts and kind is not ProblemKind.SIGN_IN_NEEDED)
    assert bool(events) is problem.counts
    assert health.last_error == ErrorRecord(NOW, problem)


# Stories


class Mailbox:
    """One direction through time, a minute a step."""

    def __init__(self, limits: AccountProperties, direction: Direction = Direction.INCOMING) -> None:
        self.limits = limits
        self.direction = direction
        self.health = NO_HEALTH
        self.now = NOW

    def after(self, *attempts: Attempt, each: timedelta = MINUTE) -> list[HealthEvent]:
        told: list[HealthEvent] = []
        for attempt in attempts:
            self.now += each
            self.health, events = after_attempt(self.direction, self.health, attempt, self.limits, self.now)
            told += events
        return told


FAIL, BUSY, QUIET, MAIL = Attempt(LASTING), Attempt(TRANSIENT), Attempt(), Attempt(mail=4)
ASK = Attempt(SIGN_IN)


def test_notified_once_disabled_once_recovered_once() -> None:
    mailbox = Mailbox(properties())
    began = NOW + MINUTE
    assert mailbox.after(FAIL, FAIL) == []
    assert mailbox.after(FAIL) == [ErrorsReached(Direction.INCOMING, 3, began, LASTING)]
    assert mailbox.after(FAIL, FAIL) == []
    assert mailbox.after(FAIL) == [DisabledByErrors(Direction.INCOMING, 6, began, LASTING)]
    assert mailbox.after(FAIL, QUIET, FAIL) == []  # late results
    mailbox.health = reenabled(mailbox.health)
    assert mailbox.health.consecutive_errors == 0
    assert not mailbox.health.disabled_by_errors
    told = mailbox.after(MAIL)
    assert told == [Recovered(Direction.INCOMING, began, mailbox.now - began, 4)]
    assert mailbox.after(MAIL, QUIET) == []


def test_the_graver_wins_when_both_thresholds_are_one() -> None:
    mailbox = Mailbox(properties(notify=2, disable=2))
    assert mailbox.after(FAIL, FAIL) == [DisabledByErrors(Direction.INCOMING, 2, NOW + MINUTE, LASTING)]


def test_with_both_thresholds_one_a_passing_fault_is_told_first_and_disables_after_the_grace() -> None:
    mailbox = Mailbox(properties(notify=2, disable=2, grace=3 * MINUTE))
    told = mailbox.after(BUSY, BUSY, BUSY, BUSY)
    began = NOW + MINUTE
    assert told == [
        ErrorsReached(Direction.INCOMING, 2, began, TRANSIENT),
        DisabledByErrors(Direction.INCOMING, 4, began, TRANSIENT),
    ]


def test_a_passing_fault_disables_at_once_without_grace() -> None:
    mailbox = Mailbox(properties(grace=timedelta(0)))
    assert mailbox.after(*[BUSY] * DISABLE)[-1] == DisabledByErrors(
        Direction.INCOMING, DISABLE, NOW + MINUTE, TRANSIENT
    )


def test_the_last_fault_decides_about_the_grace() -> None:
    mailbox = Mailbox(properties())
    mailbox.after(*[BUSY] * (DISABLE + 3))
    assert not mailbox.health.disabled_by_errors
    mailbox.after(FAIL)
    assert mailbox.health.disabled_by_errors


@pytest.mark.parametrize(("notify", "disable"), [(None, None), (None, DISABLE), (NOTIFY, None)])
def test_never_is_never(notify: int | None, disable: int | None) -> None:
    mailbox = Mailbox(properties(notify=notify, disable=disable))
    told = mailbox.after(*[FAIL] * 50)
    kinds = [type(event) for event in told]
    assert kinds == [ErrorsReached] * (notify is not None) + [DisabledByErrors] * (disable is not None)
    assert mailbox.health.consecutive_errors == 50
    assert mailbox.health.disabled_by_errors is (disable is not None)


def test_a_new_run_is_notified_anew() -> None:
    mailbox = Mailbox(properties(disable=None))
    kinds = [type(event) for event in mailbox.after(FAIL, FAIL, FAIL, QUIET, FAIL, FAIL, FAIL)]
    assert kinds == [ErrorsReached, Recovered, ErrorsReached]


def test_a_run_below_the_threshold_ends_in_silence() -> None:
    assert Mailbox(properties()).after(FAIL, FAIL, MAIL) == []


def test_a_quiet_mailbox_with_strict_reset_recovers_with_mail_only() -> None:
    mailbox = Mailbox(properties(ResetIncomingErrorsOn.RECEIVED_EMAIL))
    assert [type(event) for event in mailbox.after(FAIL, FAIL, FAIL)] == [ErrorsReached]
    assert mailbox.after(QUIET, QUIET) == []
    assert mailbox.health.consecutive_errors == 3
    assert [type(event) for event in mailbox.after(MAIL)] == [Recovered]


def test_with_strict_reset_the_first_success_after_reenabling_tells_the_end() -> None:
    mailbox = Mailbox(properties(ResetIncomingErrorsOn.RECEIVED_EMAIL))
    mailbox.after(*[FAIL] * DISABLE)
    mailbox.health = reenabled(mailbox.health)
    assert mailbox.after(QUIET) == [
        Recovered(Direction.INCOMING, NOW + MINUTE, mailbox.now - NOW - MINUTE, 0)
    ]


def test_an_incident_that_goes_on_after_reenabling_is_the_same_incident() -> None:
    mailbox = Mailbox(properties())
    mailbox.after(*[FAIL] * DISABLE)
    mailbox.health = reenabled(mailbox.health)
    assert mailbox.after(FAIL, FAIL, FAIL) == [
        ErrorsReached(Direction.INCOMING, NOTIFY, NOW + MINUTE, LASTING)
    ]


def test_what_never_counts_neither_ends_nor_prolongs_a_run() -> None:
    mailbox = Mailbox(properties())
    mailbox.after(FAIL, FAIL)
    assert mailbox.after(*[Attempt(UNCOUNTED)] * 20) == []
    assert mailbox.health.consecutive_errors == 2
    assert [type(event) for event in mailbox.after(FAIL)] == [ErrorsReached]


def test_a_clock_that_was_set_back_lasts_no_negative_time() -> None:
    mailbox = Mailbox(properties())
    mailbox.after(FAIL, FAIL, FAIL)
    mailbox.now -= 24 * HOUR
    (told,) = mailbox.after(MAIL)
    assert isinstance(told, Recovered)
    assert told.lasted == timedelta(0)


def test_reenabling_leaves_the_clocks_and_the_last_error() -> None:
    mailbox = Mailbox(properties())
    mailbox.after(MAIL, *[FAIL] * DISABLE)
    health = reenabled(mailbox.health)
    assert health.last_mail_at == NOW + MINUTE
    assert health.last_attempt_at == mailbox.now
    assert health.last_error == ErrorRecord(mailbox.now, LASTING)
    assert health.incident_since == NOW + 2 * MINUTE
    assert reenabled(NO_HEALTH) == NO_HEALTH


# Signing in


def test_a_sign_in_is_asked_for_once_and_its_end_told_once() -> None:
    mailbox = Mailbox(properties(notify=1, disable=1))
    began = NOW + MINUTE
    assert mailbox.after(ASK) == [SignInNeeded(Direction.INCOMING, began, SIGN_IN)]
    assert mailbox.after(ASK, FAIL, BUSY, Attempt(UNCOUNTED)) == []  # late results
    assert mailbox.health.needs_sign_in
    assert mailbox.health.consecutive_errors == 1
    assert mailbox.health.last_error == ErrorRecord(began, SIGN_IN)
    mailbox.health = signed_in(mailbox.health)
    assert not mailbox.health.needs_sign_in
    told = mailbox.after(MAIL)
    assert told == [Recovered(Direction.INCOMING, began, mailbox.now - began, 4)]
    assert mailbox.after(QUIET) == []


@pytest.mark.parametrize("limits", [properties(notify=None, disable=None), properties()])
def test_no_threshold_keeps_a_sign_in_from_being_asked_for(limits: AccountProperties) -> None:
    mailbox = Mailbox(limits)
    assert [type(event) for event in mailbox.after(*[ASK] * 20)] == [SignInNeeded]
    assert not mailbox.health.disabled_by_errors
    assert disables_at(mailbox.health, limits.thresholds(Direction.INCOMING)) is None


def test_a_sign_in_is_asked_for_in_a_run_that_was_told_already() -> None:
    """Errors that may pass are one thing; that nothing is tried any more is another."""
    mailbox = Mailbox(properties())
    kinds = [type(event) for event in mailbox.after(BUSY, BUSY, BUSY, ASK, ASK)]
    assert kinds == [ErrorsReached, SignInNeeded]


def test_after_signing_in_what_is_wrong_then_is_told_as_usual() -> None:
    mailbox = Mailbox(properties())
    mailbox.after(ASK)
    mailbox.health = signed_in(mailbox.health)
    assert mailbox.after(FAIL, FAIL) == []
    assert mailbox.after(FAIL) == [ErrorsReached(Direction.INCOMING, 3, NOW + MINUTE, LASTING)]
    mailbox.health = reenabled(mailbox.health)
    assert mailbox.after(ASK) == [SignInNeeded(Direction.INCOMING, NOW + MINUTE, SIGN_IN)]


def test_a_success_ends_it_too() -> None:
    """The token of another worker, say; with the strict reading the run of errors goes on, but it is tried again."""
    for mode in ResetIncomingErrorsOn:
        mailbox = Mailbox(properties(mode))
        mailbox.after(ASK, QUIET)
        assert not mailbox.health.needs_sign_in


def test_who_never_signed_in_is_asked_without_any_attempt() -> None:
    never = replace(NO_HEALTH, last_error=ErrorRecord(NOW, SIGN_IN))
    assert never.needs_sign_in
    assert signed_in(never) == NO_HEALTH
    assert reenabled(never) == NO_HEALTH


def test_signing_in_mends_nothing_else() -> None:
    for problems in ((LASTING,), (TRANSIENT,) * 3, (LASTING,) * DISABLE, (UNCOUNTED,)):
        health = after(*problems)
        assert signed_in(health) == health
    assert signed_in(NO_HEALTH) == NO_HEALTH


# Any run

thresholds = st.none() | st.integers(1, 6)
Mend = Callable[[DirectionHealth], DirectionHealth]
steps = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from([reenabled, signed_in]),
            st.builds(
                Attempt,
                st.none() | st.builds(Problem, st.sampled_from(ProblemKind)),
                st.integers(0, 3),
            ),
        ),
        st.timedeltas(timedelta(0), 2 * HOUR),
    ),
    max_size=40,
)
any_properties = st.builds(
    properties,
    st.sampled_from(ResetIncomingErrorsOn),
    thresholds,
    thresholds,
    st.timedeltas(timedelta(0), HOUR),
)


@given(st.sampled_from(Direction), any_properties, steps)
def test_any_run_keeps_the_promises(
    direction: Direction, limits: AccountProperties, run: list[tuple[Attempt | Mend, timedelta]]
) -> None:
    health, now = NO_HEALTH, NOW
    told_in_run: list[type[HealthEvent]] = []
    for step, passed in run:
        now += passed
        before = health
        if not isinstance(step, Attempt):
            health = step(health)
            told_in_run.clear()
            assert not health.needs_sign_in
            assert not health.disabled_by_errors or step is signed_in
            continue
        health, events = after_attempt(direction, health, step, limits, now)
        assert (health, events) == after_attempt(direction, before, step, limits, now)
        assert health.consecutive_errors >= 0
        assert (health.consecutive_errors > 0) == (health.first_error_at is not None)
        assert len(events) <= 1
        assert not (before.disabled_by_errors and events)
        if before.needs_sign_in and step.problem is not None:
            assert not events
            assert health.needs_sign_in
            assert health.consecutive_errors == before.consecutive_errors
        assert health.disabled_by_errors or not before.disabled_by_errors
        told_in_run += [type(event) for event in events]
        assert told_in_run.count(ErrorsReached) <= 1
        assert told_in_run.count(DisabledByErrors) <= 1
        assert told_in_run.count(SignInNeeded) <= 1 or health.last_success_at is not None
        if Recovered in told_in_run:
            assert before.incident_since is not None
            assert health.incident_since is None
        if health.consecutive_errors == 0 and not health.disabled_by_errors:
            told_in_run.clear()


# When the grace ends


LIMITS = ErrorThresholds(NOTIFY, DISABLE, HOUR)
LONG_RUN = DirectionHealth(consecutive_errors=DISABLE, first_error_at=NOW)


@pytest.mark.parametrize(
    ("health", "limits", "expected"),
    [
        (LONG_RUN, LIMITS, NOW + HOUR),
        (replace(LONG_RUN, consecutive_errors=DISABLE + 5), LIMITS, NOW + HOUR),
        (replace(LONG_RUN, consecutive_errors=DISABLE - 1), LIMITS, None),
        (replace(LONG_RUN, disabled_by_errors_at=NOW), LIMITS, None),
        (LONG_RUN, replace(LIMITS, disable_after=None), None),
        (NO_HEALTH, LIMITS, None),
    ],
)
def test_disables_at(health: DirectionHealth, limits: ErrorThresholds, expected: datetime | None) -> None:
    assert disables_at(health, limits) == expected


def test_a_run_is_disabled_by_the_first_error_at_the_time_that_was_named() -> None:
    mailbox = Mailbox(properties())
    mailbox.after(*[BUSY] * DISABLE)
    named = disables_at(mailbox.health, mailbox.limits.thresholds(Direction.INCOMING))
    assert named is not None
    mailbox.now = named - 2 * MINUTE
    mailbox.after(BUSY)
    assert not mailbox.health.disabled_by_errors
    mailbox.after(BUSY)
    assert mailbox.now == named
    assert mailbox.health.disabled_by_errors


# States

ERRORS = DirectionHealth(consecutive_errors=1, first_error_at=NOW, last_attempt_at=NOW)
BROKEN = replace(ERRORS, disabled_by_errors_at=NOW)
WAITING = replace(ERRORS, last_error=ErrorRecord(NOW, SIGN_IN))
GOOD = DirectionHealth(last_attempt_at=NOW, last_success_at=NOW)
HELD = DirectionHealth(last_attempt_at=NOW, last_error=ErrorRecord(NOW, UNCOUNTED))
THROTTLED = replace(HELD, last_error=ErrorRecord(NOW, Problem(ProblemKind.THROTTLED, {"retry_after": "30"})))
HELD_BEFORE = replace(HELD, last_attempt_at=NOW + MINUTE)


def integration(*, enabled: bool = True, incoming: bool = True, outgoing: bool = True) -> Integration:
    return Integration(
        enabled=enabled,
        incoming=IncomingSettings(enabled=incoming),
        outgoing=OutgoingSettings(enabled=outgoing),
    )


def test_the_state_of_a_direction() -> None:
    bits = (False, True)
    for direction, enabled, on, broken, waiting in product(Direction, bits, bits, bits, bits):
        one = integration(
            enabled=enabled,
            incoming=on if direction is Direction.INCOMING else not on,
            outgoing=on if direction is Direction.OUTGOING else not on,
        )
        own = WAITING if waiting else ERRORS if broken else GOOD
        if broken:
            own = replace(own, disabled_by_errors_at=NOW)
        health = Health().with_direction(direction, own)
        match (on, enabled, broken, waiting):
            case (False, _, _, _):
                expected = DirectionState.OFF
            case (True, False, _, _):
                expected = DirectionState.DISABLED
            case (True, True, True, _):
                expected = DirectionState.DISABLED_BY_ERRORS
            case (True, True, False, True):
                expected = DirectionState.NEEDS_SIGN_IN
            case _:
                expected = DirectionState.ACTIVE
        assert direction_state(one, health, direction) is expected


S, C = DirectionState, Condition


@pytest.mark.parametrize(
    ("one", "health", "state", "shown"),
    [
        (integration(), Health(GOOD, GOOD), S.ACTIVE, C.OK),
        (integration(), Health(GOOD, NO_HEALTH), S.ACTIVE, C.OK),
        (integration(), Health(), S.ACTIVE, C.NEVER_CHECKED),
        (integration(incoming=False), Health(), S.ACTIVE, C.OK),
        (integration(outgoing=False), Health(), S.ACTIVE, C.NEVER_CHECKED),
        (integration(), Health(ERRORS, GOOD), S.ACTIVE, C.FAILING),
        (integration(), Health(GOOD, ERRORS), S.ACTIVE, C.FAILING),
        (integration(), Health(NO_HEALTH, ERRORS), S.ACTIVE, C.FAILING),
        (integration(outgoing=False), Health(GOOD, ERRORS), S.ACTIVE, C.OK),
        (integration(incoming=False), Health(ERRORS, GOOD), S.ACTIVE, C.OK),
        (integration(), Health(HELD, GOOD), S.ACTIVE, C.HELD_UP),
        (integration(), Health(GOOD, HELD), S.ACTIVE, C.HELD_UP),
        (integration(), Health(HELD_BEFORE, GOOD), S.ACTIVE, C.OK),
        (integration(outgoing=False), Health(GOOD, HELD), S.ACTIVE, C.OK),
        (integration(), Health(ERRORS, HELD), S.ACTIVE, C.FAILING),
        (integration(), Health(THROTTLED, GOOD), S.ACTIVE, C.WAITING),
        (integration(), Health(GOOD, THROTTLED), S.ACTIVE, C.WAITING),
        (integration(), Health(THROTTLED, HELD), S.ACTIVE, C.HELD_UP),
        (integration(), Health(ERRORS, THROTTLED), S.ACTIVE, C.FAILING),
        (integration(), Health(BROKEN, GOOD), S.DISABLED_BY_ERRORS, C.DISABLED_BY_ERRORS),
        (integration(), Health(GOOD, BROKEN), S.DISABLED_BY_ERRORS, C.DISABLED_BY_ERRORS),
        (integration(outgoing=False), Health(GOOD, BROKEN), S.ACTIVE, C.OK),
        (integration(), Health(WAITING, GOOD), S.NEEDS_SIGN_IN, C.NEEDS_SIGN_IN),
        (integration(), Health(ERRORS, WAITING), S.NEEDS_SIGN_IN, C.NEEDS_SIGN_IN),
        (integration(), Health(WAITING, BROKEN), S.DISABLED_BY_ERRORS, C.DISABLED_BY_ERRORS),
        (integration(outgoing=False), Health(GOOD, WAITING), S.ACTIVE, C.OK),
        (integration(enabled=False), Health(WAITING, WAITING), S.DISABLED, C.DISABLED),
        (integration(enabled=False), Health(BROKEN, BROKEN), S.DISABLED, C.DISABLED),
        (integration(enabled=False, outgoing=False), Health(GOOD, GOOD), S.DISABLED, C.DISABLED),
        (integration(enabled=False, incoming=False, outgoing=False), Health(), S.DISABLED, C.DISABLED),
        (integration(incoming=False, outgoing=False), Health(GOOD, GOOD), S.OFF, C.DISABLED),
    ],
)
def test_the_state_and_condition_of_an_integration(
    one: Integration, health: Health, state: DirectionState, shown: Condition
) -> None:
    assert overall_state(one, health) is state
    assert condition(one, health) is shown


@pytest.mark.parametrize(
    ("before", "mended"), [(WAITING, signed_in), (BROKEN, reenabled)], ids=["signed in", "enabled again"]
)
@pytest.mark.parametrize(
    ("attempt", "shown"),
    [
        (None, C.NEVER_CHECKED),
        (Attempt(), C.OK),
        (Attempt(mail=1), C.OK),
        (Attempt(UNCOUNTED), C.HELD_UP),
        (Attempt(Problem(ProblemKind.MAILBOX_FULL)), C.OK),  # of one message: the mailbox opened
        (Attempt(Problem(ProblemKind.TIMED_OUT)), C.FAILING),
    ],
)
@pytest.mark.parametrize("direction", list(Direction))
def test_what_an_admin_mended_is_not_well_before_it_was_tried(
    direction: Direction,
    before: DirectionHealth,
    mended: Callable[[DirectionHealth], DirectionHealth],
    attempt: Attempt | None,
    shown: Condition,
) -> None:
    incoming = direction is Direction.INCOMING
    one = integration(incoming=incoming, outgoing=not incoming)
    health = mended(replace(before, incident_since=NOW, notified=True))
    if attempt is not None:
        health, _events = after_attempt(direction, health, attempt, AccountProperties(), NOW + MINUTE)
    assert condition(one, Health().with_direction(direction, health)) is shown


@pytest.mark.parametrize(
    ("health", "until"),
    [
        (THROTTLED, NOW + timedelta(seconds=30)),
        (replace(THROTTLED, next_attempt_at=NOW + 2 * MINUTE), NOW + 2 * MINUTE),
        (
            replace(THROTTLED, next_attempt_at=NOW),
            NOW + timedelta(seconds=30),
        ),  # the schedule said nothing since
        (replace(HELD, last_error=ErrorRecord(NOW, Problem(ProblemKind.THROTTLED))), None),
        (HELD, None),
        (GOOD, None),
        (replace(THROTTLED, last_attempt_at=NOW + MINUTE), None),
    ],
)
def test_until_when_it_waits(health: DirectionHealth, until: datetime | None) -> None:
    assert health.waits_until == until


def test_sending_that_waits_for_its_next_mail_says_nothing_against_receiving() -> None:
    sending = signed_in(replace(WAITING, incident_since=NOW, notified=True))
    assert condition(integration(), Health(GOOD, sending)) is Condition.OK


def test_health_by_direction() -> None:
    health = Health().with_direction(Direction.OUTGOING, BROKEN)
    assert health.of(Direction.OUTGOING) == BROKEN
    assert health.of(Direction.INCOMING) == NO_HEALTH
    assert health.with_direction(Direction.INCOMING, GOOD) == Health(GOOD, BROKEN)


def after(*problems: Problem | None) -> DirectionHealth:
    """An attempt a minute, each ending so."""
    health = NO_HEALTH
    for minute, problem in enumerate(problems):
        moment = NOW + minute * MINUTE
        health, _ = after_attempt(Direction.INCOMING, health, Attempt(problem), properties(), moment)
    return health


@pytest.mark.parametrize(
    ("health", "stands"),
    [
        (NO_HEALTH, False),
        (after(TRANSIENT), True),
        (after(TRANSIENT, None), False),
        (after(None, TRANSIENT), True),
        (reenabled(after(LASTING)), False),
        (after(Problem(ProblemKind.VAULT_LOCKED)), True),
        (
            replace(after(None), last_error=ErrorRecord(NOW + MINUTE, Problem(ProblemKind.PASSWORD_MISSING))),
            True,
        ),
    ],
    ids=["none", "error", "success since", "error since", "re-enabled", "held up", "without an attempt"],
)
def test_an_error_stands_until_a_success_or_until_it_was_re_enabled(
    health: DirectionHealth, stands: bool
) -> None:
    assert health.standing_error == (health.last_error if stands else None)
