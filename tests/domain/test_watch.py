"""What the clock says: each trouble once, whatever the order of looks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailint_gui.domain.events import (
    CredentialExpiring,
    LoopWasStopped,
    MessagesNotSent,
    MessagesQuarantined,
    NoMailSince,
    NoSuccessSince,
    OutboxStuck,
    WatchEvent,
)
from mailint_gui.domain.expiry import Expiry, ExpiryKind
from mailint_gui.domain.health import DirectionHealth, ErrorRecord, Health
from mailint_gui.domain.integration import Direction, IncomingSettings, Integration
from mailint_gui.domain.loop import LoopStop
from mailint_gui.domain.outbox import (
    OutboxItem,
    OutboxPurpose,
    OutboxRecipient,
    OutboxState,
    RecipientState,
)
from mailint_gui.domain.problem import Problem, ProblemKind
from mailint_gui.domain.watch import Patience, Watched, looked

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BEGAN = NOW - timedelta(days=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATIENCE = Patience(outbox_stuck_after=HOUR, no_check_after=6 * HOUR, no_mail_after=7 * DAY)
MAILBOX = Integration(1, "Support", enabled=True, incoming=IncomingSettings(enabled=True))


def checked(
    succeeded: timedelta | None = timedelta(), mail: timedelta | None = None, errors: int = 0
) -> Health:
    """How long ago."""
    return Health(
        DirectionHealth(
            consecutive_errors=errors,
            last_success_at=None if succeeded is None else NOW - succeeded,
            last_mail_at=None if mail is None else NOW - mail,
        )
    )


def events(watched: Watched, now: datetime = NOW, began: datetime = BEGAN) -> tuple[WatchEvent, ...]:
    return looked(watched, PATIENCE, began, now).events


def again(watched: Watched, now: datetime = NOW) -> Watched:
    return replace(watched, marks=looked(watched, PATIENCE, BEGAN, now).marks)


def test_all_is_well() -> None:
    assert events(Watched(MAILBOX, checked(mail=HOUR))) == ()


def test_no_successful_check_is_told_once_until_there_is_one() -> None:
    silent = Watched(MAILBOX, checked(6 * HOUR))
    assert events(replace(silent, health=checked(6 * HOUR - timedelta(seconds=1)))) == ()
    assert events(silent) == (NoSuccessSince(NOW - 6 * HOUR),)
    told = again(silent)
    assert events(told, NOW + DAY) == ()
    assert events(replace(told, health=checked(5 * HOUR)), NOW + 2 * HOUR) == (
        NoSuccessSince(NOW - 5 * HOUR),
    )


def test_it_is_counted_from_the_begin_of_the_run() -> None:
    """After a weekend without the program nothing is wrong yet."""
    silent = Watched(MAILBOX, checked(3 * DAY))
    assert events(silent, began=NOW - HOUR) == ()
    assert events(replace(silent, health=checked(None)), began=NOW - 6 * HOUR) == (
        NoSuccessSince(NOW - 6 * HOUR),
    )


@pytest.mark.parametrize(
    "one",
    [
        replace(MAILBOX, enabled=False),
        replace(MAILBOX, incoming=replace(MAILBOX.incoming, enabled=False)),
        replace(MAILBOX, incoming=replace(MAILBOX.incoming, check_every=timedelta(hours=24))),
    ],
    ids=["disabled", "off", "rarely checked"],
)
def test_what_is_not_checked_so_often_is_not_missed(one: Integration) -> None:
    assert events(Watched(one, checked(2 * DAY))) == ()


def test_disabled_by_errors_is_told_as_such() -> None:
    health = Health(replace(checked(2 * DAY).incoming, disabled_by_errors_at=NOW))
    assert events(Watched(MAILBOX, health)) == ()


def test_a_sign_in_that_is_needed_is_told_as_such() -> None:
    needed = ErrorRecord(NOW, Problem(ProblemKind.SIGN_IN_NEEDED))
    health = Health(replace(checked(2 * DAY).incoming, consecutive_errors=1, last_error=needed))
    assert events(Watched(MAILBOX, health)) == ()


def test_no_mail_is_told_where_checks_go_well() -> None:
    quiet = Watched(MAILBOX, checked(mail=7 * DAY))
    assert events(quiet) == (NoMailSince(NOW - 7 * DAY),)
    assert events(again(quiet), NOW + HOUR) == ()
    assert events(replace(quiet, health=checked(mail=7 * DAY, errors=1))) == ()
    assert events(Watched(MAILBOX, checked(mail=None))) == ()


def test_a_stuck_outbox_is_one_incident_until_it_moves() -> None:
    stuck = Watched(MAILBOX, checked(), unsent=2, oldest_unsent_at=NOW - HOUR)
    assert events(stuck) == (OutboxStuck(2, NOW - HOUR),)
    told = again(stuck)
    assert events(replace(told, oldest_unsent_at=NOW - 2 * HOUR)) == ()
    empty = again(replace(told, oldest_unsent_at=None))
    assert events(replace(empty, oldest_unsent_at=NOW - HOUR)) == (OutboxStuck(2, NOW - HOUR),)


REACHED = OutboxRecipient("ann@x.example", RecipientState.SENT)
WAITING = OutboxRecipient("joe@x.example")
GONE = OutboxRecipient("sam@x.example", RecipientState.REFUSED, "550 gone")


def mail(number: int, state: OutboxState, *recipients: OutboxRecipient, reason: str = "") -> OutboxItem:
    return OutboxItem(
        id=number,
        integration_id=1,
        integration="Support",
        purpose=OutboxPurpose.TYPED,
        state=state,
        message_id=f"<{number}@ours.example>",
        sender="support@ours.example",
        subject=f"no. {number}",
        recipients=recipients,
        attempts=1,
        next_try_at=None,
        reason=reason,
        answer="the answer",
        created_at=NOW,
    )


def not_sent(
    item: OutboxItem, *to: OutboxRecipient, kind: ProblemKind, detail: str = "the answer", count: int = 1
) -> MessagesNotSent:
    addresses = tuple(each.address for each in to)
    facts = {"sender": item.sender, "recipient": ", ".join(addresses)}
    return MessagesNotSent(count, addresses, item.subject, Problem(kind, facts, detail))


def untold(*items: OutboxItem) -> Watched:
    return Watched(MAILBOX, checked(), untold=items)


def test_mail_that_somebody_does_not_get_is_told_with_the_reason() -> None:
    given_up = mail(1, OutboxState.FAILED, REACHED, WAITING, reason="timed_out")
    assert events(untold(given_up)) == (not_sent(given_up, WAITING, kind=ProblemKind.TIMED_OUT),)
    for state in (OutboxState.SENT, OutboxState.WAITING):
        partly = mail(2, state, REACHED, GONE)
        refused = not_sent(partly, GONE, kind=ProblemKind.RECIPIENT_REFUSED, detail="550 gone")
        assert events(untold(partly)) == (refused,)
    unnamed = mail(3, OutboxState.FAILED, WAITING, reason="of another version")
    assert events(untold(unnamed)) == (not_sent(unnamed, WAITING, kind=ProblemKind.UNKNOWN),)


def test_many_that_failed_are_one_event_of_the_latest() -> None:
    failed = [mail(number, OutboxState.FAILED, WAITING, reason="recipient_refused") for number in (3, 4, 9)]
    look = looked(untold(*failed), PATIENCE, BEGAN, NOW)
    kind = ProblemKind.RECIPIENT_REFUSED
    assert look.events == (not_sent(failed[-1], WAITING, kind=kind, count=3),)
    assert look.ended == (3, 4, 9)


@pytest.mark.parametrize("state", [OutboxState.QUEUED, OutboxState.SENT, OutboxState.CANCELLED])
def test_what_is_on_its_way_again_or_got_there_is_not_told(state: OutboxState) -> None:
    look = looked(untold(mail(1, state, WAITING)), PATIENCE, BEGAN, NOW)
    assert (look.events, look.ended) == ((), (1,))


def test_what_is_uncertain_is_told_once_it_was_not_found_for_long() -> None:
    lost = mail(1, OutboxState.UNCERTAIN, WAITING)
    early = looked(untold(lost), PATIENCE, BEGAN, NOW)
    assert (early.events, early.ended) == ((), ())
    late = looked(untold(lost), PATIENCE, BEGAN, NOW + HOUR)
    assert late.events == (not_sent(lost, WAITING, kind=ProblemKind.DELIVERY_UNCERTAIN),)
    assert late.ended == (1,)


def test_quarantined_messages_are_told_as_they_come() -> None:
    first = Watched(MAILBOX, checked(), quarantined=(4, 7))
    assert events(first) == (MessagesQuarantined(2),)
    told = again(first)
    assert events(told) == ()
    assert events(replace(told, quarantined=(7, 9))) == (MessagesQuarantined(1),)


def test_each_stopped_loop_is_told() -> None:
    stop = LoopStop(3, 1, "Support", "robot@x.example", 6, 10, (1, 2), NOW)
    looped = Watched(MAILBOX, checked(), loops=(stop, replace(stop, id=5, sender="other@x.example")))
    assert events(looped) == (
        LoopWasStopped("robot@x.example", 6, 10),
        LoopWasStopped("other@x.example", 6, 10),
    )
    assert events(again(looped)) == ()


SECRET = Expiry(ExpiryKind.CLIENT_SECRET, Direction.INCOMING, NOW + 40 * DAY)


def days_told(watched: Watched, *after: float) -> list[int]:
    """Looks so many days from now, one after the other -> the days of each warning."""
    told = []
    for each in after:
        look = looked(watched, PATIENCE, BEGAN, NOW + timedelta(days=each))
        told += [event.days for event in look.events if isinstance(event, CredentialExpiring)]
        watched = replace(watched, marks=look.marks)
    return told


def expiring(*expiries: Expiry) -> Watched:
    disabled = replace(MAILBOX, incoming=replace(MAILBOX.incoming, enabled=False))  # nothing else is told
    return Watched(disabled, checked(), expiries=expiries)


def test_each_warning_is_told_once() -> None:
    every_six_hours = [hours / 4 for hours in range(4 * 60)]
    assert days_told(expiring(SECRET), *every_six_hours) == [30, 7, 1, -1]


def test_what_was_missed_is_told_by_the_gravest_alone() -> None:
    assert days_told(expiring(SECRET), 0, 35, 36) == [5]
    assert days_told(expiring(SECRET), 200, 201) == [-160]


def test_a_new_date_begins_anew() -> None:
    told = looked(expiring(SECRET), PATIENCE, BEGAN, NOW + 50 * DAY)
    renewed = replace(expiring(replace(SECRET, on=NOW + 60 * DAY)), marks=told.marks)
    assert days_told(renewed, 50, 51, 53) == [10, 7]


def test_two_credentials_are_told_each() -> None:
    sign_in = Expiry(ExpiryKind.SIGN_IN, Direction.INCOMING, NOW + 45 * DAY)
    assert days_told(expiring(SECRET, sign_in), 10, 11, 15, 16) == [30, 30]


def test_what_cannot_be_read_for_a_while_is_not_told_again() -> None:
    told = looked(expiring(SECRET), PATIENCE, BEGAN, NOW + 10 * DAY)
    locked = looked(replace(expiring(), marks=told.marks), PATIENCE, BEGAN, NOW + 11 * DAY)
    assert days_told(replace(expiring(SECRET), marks=locked.marks), 12) == []
